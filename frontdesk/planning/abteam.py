"""Two processes side by side on one AB roster: one proves, the other improves. The caller only carries messages.

The *prover* gives HiGHS the whole model; the *improver* frees everybody over some days, or some people over the whole
horizon, fixes all else and solves what is left of the same model. Each hears of the other's better rosters.

Measured on two busy cores: alone the prover finds the best roster of 12 people and 4 weeks only when it is about to
prove it, and of 30 people none better than the first in a minute; with the improver beside it both come early.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, isfinite
from multiprocessing.connection import Connection
from time import monotonic
from typing import TypeAlias

from frontdesk.planning.abcost import Holders, quality, terms
from frontdesk.planning.abimprove import Improver
from frontdesk.planning.abmodel import AbModel
from frontdesk.planning.abproblem import AbProblem
from frontdesk.planning.highs import Progress, solve
from frontdesk.planning.linear import LinearModel
from frontdesk.planning.sidebyside import Colleague, side_by_side
from frontdesk.planning.sidebyside import Message as MessageOf

FIRST_SECONDS = 2.0
"""How long the improver takes what is easily had before it learns from the relaxation."""

LARGE_MODEL = 8000
"""Columns from which the first relaxation is solved by interior points: the simplex method takes many times as long."""

Message: TypeAlias = MessageOf[list[Holders]]
"""`roster` with its quality, `bound` of the quality, or `proven`: the search is closed."""


def together(
    problem: AbProblem,
    vacant: Sequence[int],
    found: tuple[int, list[Holders]],
    *,
    role: int | None = None,
    seconds: float,
    seed: int,
    heard: Callable[[Message], None],
    should_stop: Callable[[], bool],
) -> None:
    """Prove and improve until the time is over, `should_stop` says so, the search is proven closed or both have ended.

    `vacant` are the vacant roles that a roster may have, as far as they are limited; with `role` fewer vacancies of it
    are looked for instead of quality. `heard` is told every message, in this thread.
    """
    until = monotonic() + seconds

    def arguments() -> tuple[object, ...]:
        return problem, tuple(vacant), found, role, max(0.1, until - monotonic()), seed

    team = Team(heard, should_stop)
    side_by_side((_prove, _improve), arguments, until, team.take, team.done)


class Team:
    """The caller's side: rosters go on to the other process, everything to the caller, until the search is closed."""

    def __init__(self, heard: Callable[[Message], None], should_stop: Callable[[], bool]) -> None:
        """`heard` is told every message."""
        self._heard, self._should_stop = heard, should_stop
        self._proven = False

    def take(self, message: Message) -> Message | None:
        """Take a message in; what the other process should hear of it."""
        self._heard(message)
        self._proven = self._proven or message[0] == "proven"
        return message if message[0] == "roster" else None

    def done(self) -> bool:
        """Whether nothing is left to find, or the caller asked to stop."""
        return self._proven or self._should_stop()


def limit_role(whole: AbModel, role: int, most: int) -> None:
    """At most so many vacancies of a role; where only locked ones are left the other columns are closed."""
    columns = whole.vacant[role]
    if most <= sum(1 for column in columns if whole.model.lower[column] > 0):
        for column in columns:
            whole.model.upper[column] = whole.model.lower[column]
    else:
        whole.model.add_row([(column, 1.0) for column in columns], upper=most)


def _aimed(
    problem: AbProblem, vacant: Sequence[int], role: int | None
) -> tuple[AbModel, LinearModel, Callable[[list[Holders]], int]]:
    """The model with its vacancies limited, the same under the costs that are looked for, and what a roster costs."""
    whole = AbModel(problem, fair=role is None)
    for limited, most in enumerate(vacant[: len(problem.roles)]):
        limit_role(whole, limited, most)
    if role is None:
        return whole, whole.model, lambda holders: quality(terms(problem, holders))
    sizes = [0.0, 0.0, 0.0]
    sizes[role] = 1.0
    return (
        whole,
        whole.costed(whole.vacancy_costs(*sizes)),
        lambda holders: sum(1 for given in holders if given[role] is None),
    )


def _prove(
    pipe: Connection,
    problem: AbProblem,
    vacant: tuple[int, ...],
    found: tuple[int, list[Holders]],
    role: int | None,
    seconds: float,
    seed: int,
) -> None:
    """The prover's process."""
    began = monotonic()
    colleague = Colleague[list[Holders]](pipe)
    whole, model, cost_of = _aimed(problem, vacant, role)
    known: float = found[0]

    def report(progress: Progress) -> None:
        nonlocal known
        if isfinite(progress.bound):
            colleague.tell("bound", progress.bound)
        if progress.values is not None and progress.best < known - 0.5:
            known = progress.best
            colleague.tell("roster", round(known), whole.holders(progress.values))

    def offered() -> list[float] | None:
        nonlocal known
        other = colleague.better_than(known)
        if other is None:
            return None
        known = other[0]
        return whole.start(other[1])

    solution = solve(
        model,
        seconds=seconds - (monotonic() - began),
        step=1.0,
        start=whole.start(found[1]),
        on_progress=report,
        offered=offered,
        seed=seed,
        options={"mip_lp_solver": "ipm"} if model.columns >= LARGE_MODEL else None,
    )
    if len(solution.values):
        holders = whole.holders(solution.values)
        colleague.tell("roster", cost_of(holders), holders)
    if solution.bound > -inf:
        colleague.tell("proven" if solution.status == "optimal" else "bound", solution.bound)


def _improve(
    pipe: Connection,
    problem: AbProblem,
    vacant: tuple[int, ...],
    found: tuple[int, list[Holders]],
    role: int | None,
    seconds: float,
    seed: int,
) -> None:
    """The improver's process."""
    colleague = Colleague[list[Holders]](pipe)
    whole, model, cost_of = _aimed(problem, vacant, role)
    if whole.start(found[1]) is None:
        return
    improver = Improver(whole, model, seed)
    cost, holders = found
    until = monotonic() + seconds
    learn_at = monotonic() + FIRST_SECONDS
    while (left := until - monotonic()) > 0 and cost > 0:
        other = colleague.better_than(cost)
        if other is not None:
            cost, holders = int(other[0]), other[1]
        if role is None and learn_at < monotonic() and left > FIRST_SECONDS:
            improver.relax()
            learn_at = inf
        now = improver.step(holders, cost, left)
        if now is None:
            continue
        now_cost = cost_of(now)
        if now_cost < cost:
            colleague.tell("roster", now_cost, now)
        if now_cost <= cost:
            cost, holders = now_cost, now
