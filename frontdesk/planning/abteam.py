"""A second process that improves a roster by neighbourhoods while the first one proves.

A neighbourhood frees everybody over some days, or some people over the whole horizon; all else is fixed, and HiGHS
solves what is left of the same model. Each process hears of the other's better rosters. The helper ends when its pipe
closes, so it never outlives the one that started it.

Measured on two busy cores: the prover alone finds the best roster of 12 people and 4 weeks only when it is about to
prove it; with the helper it is there in a fraction of the time, and cuts the search short.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from multiprocessing.connection import Connection
from random import Random
from threading import Lock, Thread
from time import monotonic

from frontdesk.planning.abcost import Holders, quality, terms
from frontdesk.planning.abmodel import AbModel
from frontdesk.planning.abproblem import AbProblem
from frontdesk.planning.highs import solve
from frontdesk.planning.linear import Bounds

PARTING_SECONDS = 0.5
PART_SECONDS = 4.0
"""The longest that one neighbourhood may take."""

Found = tuple[int, list[Holders]]
"""The quality of a roster, and the roster."""


class Exchange:
    """One end of the pipe: a thread keeps the best roster that the other side found."""

    def __init__(self, pipe: Connection, *, die_with_it: bool) -> None:
        self._pipe, self._die = pipe, die_with_it
        self._lock = Lock()
        self._best: Found | None = None
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                found: Found = self._pipe.recv()
            except (EOFError, OSError):
                if self._die:
                    os._exit(0)
                return
            with self._lock:
                if self._best is None or found[0] < self._best[0]:
                    self._best = found

    def better_than(self, cost: float) -> Found | None:
        """What the other side has that is better."""
        with self._lock:
            return self._best if self._best is not None and self._best[0] < cost else None

    def tell(self, found: Found) -> None:
        """Send a roster; without anybody to hear it, end where that was asked for."""
        try:
            self._pipe.send(found)
        except OSError:
            if self._die:
                os._exit(0)


class Helper:
    """The improving process, as the prover sees it. Use as a context: leaving it ends the process."""

    def __init__(self, problem: AbProblem, vacant: Sequence[int], found: Found, seconds: float, seed: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        arguments = (theirs, problem, tuple(vacant), found, seconds, seed)
        self._process = context.Process(target=_improve, args=arguments, daemon=True)
        self._process.start()
        theirs.close()
        self.exchange = Exchange(self._pipe, die_with_it=False)

    def __enter__(self) -> Exchange:
        return self.exchange

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join(PARTING_SECONDS)
        self._pipe.close()


def limit_vacancies(whole: AbModel, vacant: Sequence[int]) -> None:
    """At most so many vacancies of each role; where none is left their columns are closed but for locked ones."""
    for role, most in enumerate(vacant[: len(whole.problem.roles)]):
        columns = whole.vacant[role]
        forced = sum(1 for column in columns if whole.model.lower[column] > 0)
        if most <= forced:
            for column in columns:
                whole.model.upper[column] = whole.model.lower[column]
        else:
            whole.model.add_row([(column, 1.0) for column in columns], upper=most)


def _improve(
    pipe: Connection, problem: AbProblem, vacant: tuple[int, ...], found: Found, seconds: float, seed: int
) -> None:
    """The helper's process."""
    exchange = Exchange(pipe, die_with_it=True)
    whole = AbModel(problem)
    limit_vacancies(whole, vacant)
    random = Random(seed)
    cost, holders = found
    until = monotonic() + seconds
    sizes = {"days": 5.0, "people": 4.0}
    while (left := until - monotonic()) > 0 and cost > 0:
        heard = exchange.better_than(cost)
        if heard is not None:
            cost, holders = heard
        kind = random.choice(("days", "people"))
        bounds = fixed(whole, holders, _chosen(problem, random, kind, sizes[kind]))
        if bounds is None:
            return
        began = monotonic()
        solution = solve(
            whole.model,
            bounds=bounds,
            seconds=min(left, PART_SECONDS),
            step=1.0,
            cutoff=cost + 0.5,
            seed=random.randrange(1 << 30),
        )
        spent = monotonic() - began
        if solution.status in ("optimal", "infeasible"):
            sizes[kind] *= 1.15 if spent < PART_SECONDS / 5 else 1.0
        else:
            sizes[kind] = max(2.0, sizes[kind] * 0.8)
        if len(solution.values):
            now = whole.holders(solution.values)
            now_cost = quality(terms(problem, now))
            if now_cost <= cost:
                better = now_cost < cost
                cost, holders = now_cost, now
                if better:
                    exchange.tell((cost, holders))


def _chosen(problem: AbProblem, random: Random, kind: str, size: float) -> set[tuple[int, int]]:
    """The free (person, day) pairs of one neighbourhood."""
    count = len(problem.people)
    if kind == "people":
        people = random.sample(range(count), min(count, round(size)))
        return {(number, day) for number in people for day in range(problem.days)}
    span = min(problem.days, round(size))
    first = random.randrange(problem.days - span + 1)
    return {(number, day) for number in range(count) for day in range(first, first + span)}


def fixed(whole: AbModel, holders: Sequence[Holders], free: set[tuple[int, int]]) -> Bounds | None:
    """The model's bounds with everybody outside the free (person, day) pairs as in the roster."""
    values = whole.start(holders)
    if values is None:
        return None
    bounds = whole.model.bounds()
    problem = whole.problem
    for number, presence in enumerate(whole.people):
        for day in range(problem.days):
            if (number, day) not in free:
                for column in presence.duty[day]:
                    if column is not None:
                        bounds.fix(column, values[column])
    for columns in whole.roles:
        for (number, slot), column in columns.items():
            if (number, problem.slots[slot].day) not in free:
                bounds.fix(column, values[column])
    return bounds
