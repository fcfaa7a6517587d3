"""Plans a whole problem in two processes side by side: one proves, the other improves.

The *prover* gives HiGHS the whole model and reports its bound; the *improver* builds a first legal roster, bounds the
problem by a program over whole rows, and improves by neighbourhoods. Each hears of the other's better rosters, so that
the prover prunes with the best known cost and the improver works on the best known roster. The caller's process only
carries messages (`sidebyside`): it never solves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, inf, isfinite
from multiprocessing.connection import Connection
from random import Random
from time import monotonic, process_time
from typing import Literal, TypeAlias

from frontdesk.planning.bound import lagrangian_bound
from frontdesk.planning.construct import NoLegalRow, construct
from frontdesk.planning.cover import roster_model
from frontdesk.planning.generation import Generation, affordable
from frontdesk.planning.highs import Progress, solve
from frontdesk.planning.neighbourhood import Neighbourhoods
from frontdesk.planning.problem import Problem, Roster
from frontdesk.planning.sidebyside import Colleague as ColleagueOf
from frontdesk.planning.sidebyside import Message as MessageOf
from frontdesk.planning.sidebyside import side_by_side

LARGEST_MODEL = 20_000
"""Person-days times shifts up to which the whole problem is solved as one model."""

GIVING_UP = ((0.15, 0.02), (0.4, 0.006))
"""When the whole model is given up: after this share of the time, with a relative gap above this one.

A gap that wide is not closed by waiting: the second process searches as well instead. While the root is still being
tightened it does not count for the first half of the time, since cuts may make the relaxation tight enough for a
roster to be read off it (Instance 12).
"""

PROVING: dict[str, bool | int | float | str] = {"mip_heuristic_run_root_reduced_cost": False}
"""HiGHS without one heuristic that only costs time beside the improver: Instance 7 in 51 s instead of 96."""

BOUND_SHARE = 0.6
"""The share of the prover's time for the relaxation in prices of a problem too large for one model."""

GENERATING = 0.35
"""The share of the improver's time for the program over whole rows; small problems need seconds."""

NARROWED_SHARE, NARROWED_SECONDS, NARROWED_GAP = 0.25, 10.0, 0.05
"""The narrowed problem is given up after this share of the time, or after these seconds of work with a wider gap.

What is not nearly closed by then is improved faster in parts (Instance 9).
"""

ROUNDING = 1e-4
"""How far a bound of whole costs may be above a whole number by the solver's tolerances: as in `ab`.

A bound of 41.00002 may be a true 41, and rounded up to 42 it would call a roster of cost 42 the best where one of 41
exists. The other way nothing false is said: a true bound that lies less than this above a whole number is taken as that
number, which is weaker by one than it could be, and never wrong.
"""

_Colleague: TypeAlias = ColleagueOf[Roster]

Message: TypeAlias = MessageOf[Roster]
"""`("roster", cost, roster)`, `("bound", bound, None)` or `("infeasible", 0, None)`."""


@dataclass(frozen=True)
class PlanProgress:
    """Where planning stands: the best cost (infinite before a first roster), the proven bound, the seconds so far."""

    cost: float
    bound: float
    seconds: float
    roster: Roster | None

    @property
    def gap(self) -> float:
        """How far the cost may be above the best possible one, as a share of the cost; infinite without a roster."""
        if self.roster is None:
            return inf
        return 0.0 if self.cost <= self.bound else (self.cost - self.bound) / max(1.0, abs(self.cost))


@dataclass(frozen=True)
class Plan:
    """The outcome: `optimal` (bound meets cost), `feasible`, `infeasible` or `unknown` (no roster in time).

    `cost` and `bound` are whole numbers, as all weights are; without a roster `cost` is None.
    """

    status: Literal["optimal", "feasible", "infeasible", "unknown"]
    cost: int | None
    bound: int
    roster: Roster | None
    seconds: float


def plan(
    problem: Problem,
    seconds: float,
    *,
    on_progress: Callable[[PlanProgress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    seed: int = 0,
) -> Plan:
    """The best roster found within the time, and what is proven about it.

    `on_progress` hears of every better roster and bound, `should_stop` is asked many times a second. Starts
    two processes (spawned, so a program's main module must be importable) and leaves none behind. Needs highspy.
    """
    began = monotonic()
    state = _State(problem, began, on_progress)

    def done() -> bool:
        return state.closed or (should_stop is not None and should_stop())

    side_by_side((_prove, _improve), lambda: (problem, seconds, seed), began + seconds, state.news, done)
    return state.plan()


class _State:
    """The best roster and bound so far, in the caller's process."""

    def __init__(self, problem: Problem, began: float, on_progress: Callable[[PlanProgress], None] | None) -> None:
        self.problem, self.began, self.on_progress = problem, began, on_progress
        self.roster: Roster | None = None
        self.cost, self.bound = inf, -inf
        self.infeasible = False

    @property
    def closed(self) -> bool:
        """Whether nothing is left to find."""
        return self.infeasible or self.cost <= self.bound

    def take(self, message: Message) -> bool:
        """Take a message in; whether it brought a better roster."""
        kind, number, roster = message
        better = False
        if kind == "roster" and roster is not None and number < self.cost:
            self.cost, self.roster, better = self.problem.cost(roster), roster, True
        elif kind == "bound" and isfinite(number) and ceil(number - ROUNDING) > self.bound:
            self.bound = ceil(number - ROUNDING)
        elif kind == "infeasible":
            self.infeasible = True
        else:
            return False
        if self.on_progress is not None:
            self.on_progress(PlanProgress(self.cost, self.bound, monotonic() - self.began, self.roster))
        return better

    def news(self, message: Message) -> Message | None:
        """Take a message in; the best roster, if it brought a better one."""
        return ("roster", self.cost, self.roster) if self.take(message) else None

    def plan(self) -> Plan:
        """What is known at the end. No cost is below 0, so that is the bound when nothing better is proven."""
        seconds = monotonic() - self.began
        bound = int(max(0, self.bound)) if isfinite(self.bound) else 0
        if self.roster is None:
            return Plan("infeasible" if self.infeasible else "unknown", None, bound, None, seconds)
        cost = int(self.cost)
        return Plan("optimal" if cost <= bound else "feasible", cost, min(bound, cost), self.roster, seconds)


def _prove(pipe: Connection, problem: Problem, seconds: float, seed: int) -> None:
    """The prover's process.

    The whole model with every roster found elsewhere; when the problem is too large for that, or its gap stays wide, a
    second search by neighbourhoods. Where even rows are too many the bound comes from the relaxation in prices.
    """
    began = monotonic()
    colleague = _Colleague(pipe)
    cells = problem.days * len(problem.people) * len(problem.shifts)

    def left() -> float:
        return seconds - (monotonic() - began)

    if cells <= LARGEST_MODEL:
        if _prove_by_model(colleague, problem, left, seed):
            return
    else:
        if not affordable(problem):
            lagrangian_bound(problem, BOUND_SHARE * left(), lambda bound: colleague.tell("bound", bound), lambda: False)
        colleague.heard.wait(max(0.0, left()))
    _search(colleague, problem, left, Random(seed + 1), first=False)


def _begin_with_rows(
    colleague: _Colleague, problem: Problem, left: Callable[[], float], roster: Roster
) -> tuple[Roster, int]:
    """Close the program over whole rows, which gives a bound, and plan the problem narrowed to what it uses.

    A roster no dearer than the given one. The caller ends this process when that closes the gap. It is the improver's
    beginning, not the prover's: the whole model proves small problems within seconds when nothing is taken from it.
    """
    whole_time, cost = left(), problem.cost(roster)
    generation = Generation(problem)
    generation.add_roster(roster)
    if not generation.close(
        lambda bound: colleague.tell("bound", bound), lambda: left() < (1 - GENERATING) * whole_time
    ):
        return roster, cost
    other = colleague.better_than(cost)
    if other is not None:
        cost, roster = int(other[0]), other[1]
    narrowed, gap = roster_model(generation.narrowed(roster)), 0.0
    began, enough = process_time(), left() - NARROWED_SHARE * whole_time

    def take(values: Sequence[float]) -> None:
        nonlocal roster, cost
        found = narrowed.roster(values)
        if problem.cost(found) < cost:
            roster, cost = found, problem.cost(found)
            colleague.tell("roster", cost, roster)

    def report(progress: Progress) -> None:
        nonlocal gap
        if progress.values is not None and progress.best < cost - 0.5:
            take(progress.values)
        gap = (min(cost, colleague.cost) - progress.bound) / max(1.0, abs(progress.bound))

    solution = solve(
        narrowed.model,
        seconds=max(0.0, left()),
        step=1.0,
        cutoff=cost - 0.5,
        on_progress=report,
        should_stop=lambda: left() < enough or (process_time() - began > NARROWED_SECONDS and gap > NARROWED_GAP),
    )
    if len(solution.values):
        take(solution.values)
    return roster, cost


def _prove_by_model(colleague: _Colleague, problem: Problem, left: Callable[[], float], seed: int) -> bool:
    """HiGHS on the whole model; whether nothing is left to do. Given up when the gap is wide after a while."""
    whole = roster_model(problem)
    known, gap, whole_time = inf, 0.0, left()

    def report(progress: Progress) -> None:
        nonlocal known, gap
        colleague.tell("bound", progress.bound)
        best = min(known, colleague.cost, progress.best)
        judged = progress.nodes > 0 or left() < 0.5 * whole_time
        gap = (best - progress.bound) / max(1.0, abs(progress.bound)) if judged else 0.0
        if progress.values is not None and progress.best < known - 0.5:
            roster = whole.roster(progress.values)
            known = problem.cost(roster)
            colleague.tell("roster", known, roster)

    def offered() -> list[float] | None:
        nonlocal known
        other = colleague.better_than(known)
        if other is None:
            return None
        known = other[0]
        return whole.values(other[1])

    solution = solve(
        whole.model,
        seconds=left(),
        step=1.0,
        on_progress=report,
        offered=offered,
        should_stop=lambda: any(gap > wide and left() < (1 - share) * whole_time for share, wide in GIVING_UP),
        seed=seed,
        options=PROVING,
    )
    if len(solution.values):
        roster = whole.roster(solution.values)
        colleague.tell("roster", problem.cost(roster), roster)
    colleague.tell("bound", solution.bound)
    if solution.status == "infeasible":
        colleague.tell("infeasible", 0.0)
    return solution.status in ("optimal", "infeasible")


def _improve(pipe: Connection, problem: Problem, seconds: float, seed: int) -> None:
    """The improver's process: a first legal roster, then neighbourhoods until the caller ends it."""
    began = monotonic()
    _search(_Colleague(pipe), problem, lambda: seconds - (monotonic() - began), Random(seed), first=True)


def _search(colleague: _Colleague, problem: Problem, left: Callable[[], float], random: Random, *, first: bool) -> None:
    """Improve the best roster known, one part at a time, until the time is up; construct one if there is none.

    The `first` search begins with whole rows.
    """
    known = colleague.better_than(inf)
    if known is not None:
        cost, roster = int(known[0]), known[1]
    else:
        try:
            roster = construct(problem, random)
        except NoLegalRow:
            return
        cost = problem.cost(roster)
        colleague.tell("roster", cost, roster)
    if not problem.people or not problem.days:
        return
    if first and affordable(problem):
        roster, cost = _begin_with_rows(colleague, problem, left, roster)
    neighbourhoods = Neighbourhoods(problem, random)
    while left() > 0:
        other = colleague.better_than(cost)
        if other is not None:
            cost, roster = int(other[0]), other[1]
        before = cost
        roster, cost = neighbourhoods.improve(roster, cost, left())
        if cost < before:
            colleague.tell("roster", cost, roster)
