"""Plans an AB roster: a first roster at once, then as few empty roles as can be, then quality with proof.

The order is lexicographic and kept by separate solves, not by large numbers in one objective: first the vacant roles,
then wishes, fair shares and ranks with the vacancies held. `total` in `abcost` says the same in one whole number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, inf
from time import monotonic
from typing import Literal

from frontdesk.planning import highs
from frontdesk.planning.abcost import Holders, quality, terms, total, vacancy_scales
from frontdesk.planning.abmodel import AbModel
from frontdesk.planning.abproblem import AbProblem
from frontdesk.planning.abteam import Message, limit_vacancies, together
from frontdesk.planning.greedy import greedy

FIRST_SECONDS = 0.6
"""For the first roster."""

PLAIN_SECONDS = 10.0
"""How long the plain planner improves where there is no solver."""

TEAM_FROM = 3.0
"""Seconds left below which two processes do not pay for their start."""

TEAM_COLUMNS = 6000
"""Columns below which the prover is as fast alone: 12 people and 4 weeks have some 3500, and take 7 to 10 s of one core
either way; from 30 people or 13 weeks on only the improver finds good rosters within a minute."""

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
    def gap(self) -> float:
        """How far the cost may be above the best possible, as a share of the cost: see `gap_of`."""
        return gap_of(self.cost, self.bound, self.cost - quality(self.terms))


@dataclass(frozen=True)
class AbProgress:
    """Where planning stands; `holders` when the roster has just improved, else None.

    `vacancies` is the part of the cost that vacant roles make.
    """

    cost: int
    bound: int
    seconds: float
    holders: list[Holders] | None
    vacancies: int = 0

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
        """As few vacant roles as possible; False where even that many make no roster. The model holds them then."""
        forced = [sum(1 for column in columns if whole.model.lower[column] > 0) for columns in whole.vacant]
        if self._vacant() != tuple(forced) or self.best is None:
            sizes = [10.0 ** (2 * len(str(len(self.problem.slots)))), 10.0 ** len(str(len(self.problem.slots))), 1.0]
            model = whole.costed(whole.vacancy_costs(sizes[0], sizes[1], sizes[2]))
            start = whole.start(self.best) if self.best is not None else None
            solution = highs.solve(
                model, seconds=self._left(), step=1.0, start=start, should_stop=self.should_stop, seed=self.seed
            )
            if solution.status == "infeasible":
                return False
            if len(solution.values):
                self._take(whole.holders(solution.values))
            self.bound = self._scaled(max(0.0, solution.bound), sizes)
            if solution.status != "optimal":
                return True
        else:
            self.bound = sum(scale * number for scale, number in zip(self.scales, forced, strict=True))
        if self.best is not None:
            self.bound = max(self.bound, self.cost - quality(terms(self.problem, self.best)))
        limit_vacancies(whole, self._vacant())
        return True

    def _best_quality(self, whole: AbModel) -> None:
        """The cheapest roster with these vacancies."""
        assert self.best is not None
        base = self.cost - quality(terms(self.problem, self.best))
        if self.bound < base:
            return
        small = whole.model.columns < TEAM_COLUMNS
        if small or not self.team or self._left() < TEAM_FROM:
            self._alone(whole, base)
            return

        def heard(message: Message) -> None:
            kind, number, holders = message
            if kind == "roster":
                self._note(holders, self.bound)
            else:
                self._note(None, base + max(0, ceil(number - 1e-4)))

        together(
            self.problem,
            self._vacant(),
            (self.cost - base, self.best),
            seconds=self._left(),
            seed=self.seed,
            heard=heard,
            should_stop=lambda: self._over() or self.cost <= self.bound,
        )

    def _alone(self, whole: AbModel, base: int) -> None:
        """The same in this process."""
        assert self.best is not None

        def report(progress: highs.Progress) -> None:
            found = whole.holders(progress.values) if progress.values is not None else None
            self._note(found, base + max(0, ceil(progress.bound - 1e-4)) if progress.bound > -inf else base)

        solution = highs.solve(
            whole.model,
            seconds=self._left(),
            step=1.0,
            start=whole.start(self.best),
            on_progress=report,
            should_stop=self._over,
            seed=self.seed,
        )
        if len(solution.values):
            self._take(whole.holders(solution.values))
        if solution.bound > -inf:
            self._note(None, base + ceil(solution.bound - 1e-4))

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

    def _scaled(self, bound: float, sizes: list[float]) -> int:
        """A bound on vacancies in the scale of costs, rounded down role by role."""
        left, found = ceil(bound - 1e-6), 0
        for size, scale in zip(sizes, self.scales, strict=True):
            number, left = divmod(left, int(size))
            found += scale * number
        return found

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
            vacancies = self.cost - quality(terms(self.problem, self.best))
            self.on_progress(AbProgress(self.cost, self.bound, monotonic() - self.began, shown, vacancies))

    def _plan(self, *, infeasible: bool = False) -> AbPlan:
        seconds = monotonic() - self.began
        if infeasible or self.best is None:
            nobody: list[Holders] = [(None, None, None) for _ in self.problem.slots]
            none: Literal["infeasible", "unknown"] = "infeasible" if infeasible else "unknown"
            return AbPlan(none, nobody, 0, 0, terms(self.problem, nobody), seconds)
        status: Literal["optimal", "feasible"] = "optimal" if self.cost <= self.bound else "feasible"
        return AbPlan(status, self.best, self.cost, min(self.bound, self.cost), terms(self.problem, self.best), seconds)
