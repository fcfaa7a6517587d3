"""Plans an AB roster: a first roster at once, then as few empty roles as can be, then quality with proof.

The order is lexicographic and kept by separate solves, not by large numbers in one objective: first the vacant acting
roles, then the standbys, then wishes, fair shares and ranks with the vacancies held. `total` in `abcost` says the same
in one whole number. (Measured with 30 people too few for 16 posts: no vacant acting role after 5 s, where one objective
for both left 22 after 30 s.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, inf
from time import monotonic
from typing import Literal

from frontdesk.planning import highs
from frontdesk.planning.abcost import Holders, empty_roles, quality, terms, total, vacancy_scales
from frontdesk.planning.abmodel import AbModel
from frontdesk.planning.abproblem import AbProblem
from frontdesk.planning.abteam import Message, limit_role, together
from frontdesk.planning.greedy import greedy
from frontdesk.planning.linear import LinearModel

FIRST_SECONDS = 0.6
"""For the first roster."""

PLAIN_SECONDS = 10.0
"""How long the plain planner improves where there is no solver."""

TEAM_FROM = 3.0
"""Seconds left below which two processes do not pay for their start."""

TEAM_COLUMNS = 6000
"""Columns below which the prover is as fast alone: 12 people and 4 weeks have some 3500, and take 7 to 10 s of one core
either way; from 30 people or 13 weeks on only the improver finds good rosters within a minute."""

VACANCY_SHARE = 0.5
"""The share of the time left that each kind of vacant role is given, where the first roster has any."""

REFILL_SECONDS = 0.2
"""For filling by hand rules what a solve for one role left empty of the others."""

ROUNDING = 1e-4
"""How far a bound of whole costs may be above a whole number by the solver's tolerances."""

QUIET_SECONDS = 1.0
"""Between two reports in which nothing but the time is new."""

Should = Callable[[], bool]


@dataclass(frozen=True)
class AbPlan:
    """A roster with what is known about it.

    `optimal`: nothing cheaper exists; `feasible`: the cost lies above the proven `bound` or on it; `infeasible`: locked
    roles break a rule, and there is no roster; `unknown`: none that keeps the locked roles was found in the time.
    `terms` break the cost down, vacant roles as their number.
    """

    status: Literal["optimal", "feasible", "infeasible", "unknown"]
    holders: list[Holders]
    cost: int
    bound: int
    terms: dict[str, int]
    seconds: float

    @property
    def vacancies(self) -> int:
        """The part of the cost that vacant roles make."""
        return self.cost - quality(self.terms)

    @property
    def empty(self) -> int:
        """How many roles are vacant."""
        return empty_roles(self.terms)

    @property
    def gap(self) -> float:
        """How far the cost may be above the best possible, as a share of the cost: see `gap_of`."""
        return gap_of(self.cost, self.bound, self.vacancies)


@dataclass(frozen=True)
class AbProgress:
    """Where planning stands; `holders` when the roster has just improved, else None.

    `vacancies` is the part of the cost that vacant roles make, `empty` their number.
    """

    cost: int
    bound: int
    seconds: float
    holders: list[Holders] | None
    vacancies: int = 0
    empty: int = 0

    @property
    def gap(self) -> float:
        """As in `AbPlan`."""
        return gap_of(self.cost, self.bound, self.vacancies)


def gap_of(cost: int, bound: int, vacancies: int) -> float:
    """How far a cost may be above the best possible, as a share of it.

    Once no fewer vacant roles are possible it is the share of what remains: beside a vacant role, which outweighs all
    else, any quality would look proven.
    """
    if cost <= bound:
        return 0.0
    return (cost - bound) / max(1, cost - (vacancies if bound >= vacancies else 0))


def plan(
    problem: AbProblem,
    seconds: float,
    *,
    on_progress: Callable[[AbProgress], None] | None = None,
    should_stop: Should | None = None,
    team: bool = True,
    seed: int = 0,
) -> AbPlan:
    """The best roster found within the time, and what is proven about it. Needs no highspy, but proves only with it.

    `team` starts two processes (spawned, so the program's main module must be importable) and leaves none behind.
    """
    return _Planning(problem, seconds, on_progress, should_stop or (lambda: False), team, seed).run()


class _Planning:
    """One planning run: the best roster and the bound so far."""

    def __init__(
        self,
        problem: AbProblem,
        seconds: float,
        on_progress: Callable[[AbProgress], None] | None,
        should_stop: Should,
        team: bool,
        seed: int,
    ) -> None:
        self.problem, self.until, self.on_progress = problem, monotonic() + seconds, on_progress
        self.began, self.should_stop, self.team, self.seed = monotonic(), should_stop, team, seed
        self.best: list[Holders] | None = None
        self.cost, self.bound = 0, 0
        self.floor, self.proven = 0, True
        """What the vacancies held so far cost, and whether they are proven to be the fewest."""
        self.scales = vacancy_scales(problem)
        self._said = 0.0

    def run(self) -> AbPlan:
        """All phases."""
        self._first()
        if not highs.available():
            self._take_if_locked(
                greedy(self.problem, seconds=min(self._left(), PLAIN_SECONDS), should_stop=self.should_stop)
            )
            return self._plan()
        whole = AbModel(self.problem)
        if whole.impossible_locks or not self._fewest_vacancies(whole):
            return self._plan(infeasible=True)
        if self.best is not None and self.cost > self.bound and not self._over():
            self._best_quality(whole)
        return self._plan()

    # --- phases -----------------------------------------------------------------------------------------------------

    def _first(self) -> None:
        """What a careful hand would do; not a roster of this problem where a locked role had to be left out."""
        found = greedy(
            self.problem, seconds=min(FIRST_SECONDS, self._left()), should_stop=self.should_stop, seed=self.seed
        )
        self._take_if_locked(found)

    def _fewest_vacancies(self, whole: AbModel) -> bool:
        """As few vacant roles as possible, acting first; False where there is no roster. The model holds them then."""
        for role, columns in enumerate(whole.vacant[: len(self.problem.roles)]):
            forced = sum(1 for column in columns if whole.model.lower[column] > 0)
            least = self.floor + self.scales[role] * forced
            if self.best is not None and self._vacant()[role] == forced:
                self._prove(least)
            elif (self.best is None or not self._over()) and not self._fewest_of(whole, role):
                return False
            if self.best is None or self._over():
                return True
            reached = self.floor + self.scales[role] * self._vacant()[role]
            self.proven = self.proven and self.bound >= reached
            self.floor = reached
            limit_role(whole, role, self._vacant()[role])
        return True

    def _fewest_of(self, whole: AbModel, role: int) -> bool:
        """As few vacancies of one role as were found in its share of the time; False where there is no roster."""
        until = monotonic() + VACANCY_SHARE * self._left()
        if self.best is None or self._alone_is_best(whole):
            sizes = [0.0, 0.0, 0.0]
            sizes[role] = 1.0
            if not self._alone(whole, whole.costed(whole.vacancy_costs(*sizes)), role, until):
                return False
        else:
            self._in_team(role, self._vacant()[role], self._vacant()[:role], until)
        if self.best is not None and role + 1 < len(self.problem.roles):
            # The solver leaves empty what costs nothing yet.
            self._take_if_locked(greedy(self.problem, seconds=REFILL_SECONDS, start=self.best, seed=self.seed))
        return True

    def _best_quality(self, whole: AbModel) -> None:
        """The cheapest roster with these vacancies."""
        assert self.best is not None
        if self._alone_is_best(whole):
            self._alone(whole, whole.model, None, self.until)
        else:
            self._in_team(None, quality(terms(self.problem, self.best)), self._vacant(), self.until)

    def _alone_is_best(self, whole: AbModel) -> bool:
        return whole.model.columns < TEAM_COLUMNS or not self.team or self._left() < TEAM_FROM

    def _in_team(self, role: int | None, now: int, vacant: Sequence[int], until: float) -> None:
        """Search with two processes for fewer vacancies of a role, or for quality; `now` is what is to be less."""
        assert self.best is not None
        scale = 1 if role is None else self.scales[role]

        def heard(message: Message) -> None:
            kind, number, holders = message
            if kind == "roster":
                self._note(holders, self.bound)
            else:
                self._prove(self.floor + scale * max(0, ceil(number - ROUNDING)))

        together(
            self.problem,
            vacant,
            (now, self.best),
            role=role,
            seconds=max(0.0, until - monotonic()),
            seed=self.seed,
            heard=heard,
            should_stop=lambda: self.should_stop() or monotonic() > until or self._closed(role),
        )

    def _closed(self, role: int | None) -> bool:
        """Whether the bound says that nothing better is to be found for a role, or in quality."""
        if role is None:
            return self.cost <= self.bound
        return self.bound >= self.floor + self.scales[role] * self._vacant()[role]

    def _alone(self, whole: AbModel, model: LinearModel, role: int | None, until: float) -> bool:
        """The same in this process, for the costs of `model`; False where there is no roster."""
        scale = 1 if role is None else self.scales[role]

        def prove(number: float) -> None:
            if number > -inf:
                self._prove(self.floor + scale * max(0, ceil(number - ROUNDING)))

        def report(progress: highs.Progress) -> None:
            self._note(whole.holders(progress.values) if progress.values is not None else None, self.bound)
            prove(progress.bound)

        solution = highs.solve(
            model,
            seconds=max(0.0, until - monotonic()),
            step=1.0,
            start=whole.start(self.best) if self.best is not None else None,
            on_progress=report,
            should_stop=self._over,
            seed=self.seed,
        )
        if solution.status == "infeasible":
            return False
        if len(solution.values):
            self._take(whole.holders(solution.values))
        prove(solution.bound)
        return True

    # --- what is known ----------------------------------------------------------------------------------------------

    def _left(self) -> float:
        return max(0.0, self.until - monotonic())

    def _over(self) -> bool:
        return self.should_stop() or monotonic() > self.until

    def _vacant(self) -> tuple[int, int, int]:
        if self.best is None:
            return (0, 0, 0)
        found = terms(self.problem, self.best)
        return found["vacant_acting"], found["vacant_standby"], found["vacant_second"]

    def _keeps_locks(self, holders: list[Holders]) -> bool:
        return all(
            slot.holders[role] == given[role]
            for slot, given in zip(self.problem.slots, holders, strict=True)
            if slot.locked
            for role in range(min(2, len(self.problem.roles)))
        )

    def _prove(self, bound: int) -> None:
        """Keep a higher bound, unless it stands on vacancies that are not proven to be the fewest."""
        self._note(None, bound if self.proven else self.bound)

    def _take_if_locked(self, holders: list[Holders]) -> None:
        """Take a roster by hand rules, unless it had to leave a locked role out."""
        if self._keeps_locks(holders):
            self._take(holders)

    def _take(self, holders: list[Holders]) -> None:
        self._note(holders, self.bound)

    def _note(self, holders: list[Holders] | None, bound: int) -> None:
        """Keep a better roster and a higher bound, and say so."""
        better = False
        if holders is not None:
            cost = total(self.problem, terms(self.problem, holders))
            if self.best is None or cost < self.cost:
                self.best, self.cost, better = holders, cost, True
        higher = self.best is not None and min(bound, self.cost) > self.bound
        if higher:
            self.bound = min(bound, self.cost)
        quiet = not better and not higher and monotonic() - self._said < QUIET_SECONDS
        if self.on_progress is not None and self.best is not None and not quiet:
            self._said = monotonic()
            shown = self.best if better else None
            found = terms(self.problem, self.best)
            vacancies, empty = self.cost - quality(found), empty_roles(found)
            self.on_progress(AbProgress(self.cost, self.bound, monotonic() - self.began, shown, vacancies, empty))

    def _plan(self, *, infeasible: bool = False) -> AbPlan:
        seconds = monotonic() - self.began
        if infeasible or self.best is None:
            nobody: list[Holders] = [(None, None, None) for _ in self.problem.slots]
            none: Literal["infeasible", "unknown"] = "infeasible" if infeasible else "unknown"
            return AbPlan(none, nobody, 0, 0, terms(self.problem, nobody), seconds)
        status: Literal["optimal", "feasible"] = "optimal" if self.cost <= self.bound else "feasible"
        return AbPlan(status, self.best, self.cost, min(self.bound, self.cost), terms(self.problem, self.best), seconds)
