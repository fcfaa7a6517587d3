"""Large-neighbourhood search: most of the roster stays, a part is planned anew by the same model.

Kinds of parts, in the manner of Shaw (1998) and of the fix-and-optimise heuristics for nurse rostering:

- a few people over the whole horizon,
- everybody in a window of days,
- some of the people in a longer window,
- people around a demand that is missed or a wish that is refused.

Two passes go over the horizon window by window, where a constructed roster gains most. Then the kinds are drawn by
what they earned lately, and each keeps its own size: larger when its parts are proven fast, smaller when they are not.
A part is first asked for something strictly better, which HiGHS mostly refutes quickly; when nothing has been better
for a while, rosters of the same cost are taken as well, to come away from a plateau.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log1p
from random import Random
from time import process_time

from frontdesk.planning.cover import roster_model
from frontdesk.planning.highs import Progress, Solution, solve
from frontdesk.planning.neighbourhood_part import Parts
from frontdesk.planning.problem import Problem, Roster

PATIENCE = (3.0, 10.0)
"""Seconds without a better solution after which a part is given up: at first, and when nothing has improved lately.

These are seconds of this process's own work, so that a busy machine slows the search down without changing it.
"""

PART_PATIENCES = 3.0
"""The longest time for one part, in patiences."""

QUICK = 0.4
"""The share of the patience below which a proven part may be larger next time."""

STALE = 15
"""Parts without a better roster after which rosters of the same cost are taken."""

SHORTEST_SWEEP = 6
"""The fewest days of a window in the first pass over the horizon."""

LONGER_SWEEP = 1.5
"""How much longer the windows of the second pass are."""

WISH_WEIGHT = 5
"""How much more than its cost a refused wish counts beside a missed demand when a part is chosen around one of them."""

LARGEST_PART = 400_000
"""The largest part, in columns of duty: about what HiGHS gets through in its time."""


@dataclass
class Kind:
    """A kind of part: its least share, how it is chosen, its size in person-days (adapted), what it earned lately."""

    name: str
    share: float
    choose: Callable[[Roster, float], tuple[Sequence[int], range]]
    size: float
    earned: float = 0.1


class Neighbourhoods:
    """Improves rosters of one problem by one part at a time. `last` says in words what the last part brought."""

    def __init__(self, problem: Problem, random: Random) -> None:
        """Sizes begin small."""
        self.problem, self.random, self.parts = problem, random, Parts(problem)
        self.days, self.count = problem.days, len(problem.people)
        self.able = [problem.possible(person) for person in problem.people]
        self.cells = self.days * self.count
        self.most = min(self.cells, max(2 * self.days, LARGEST_PART // max(1, len(problem.shifts))))
        size = min(self.most, 300.0)
        self.sweep = [*self._sweep(size), *self._sweep(min(self.most, LONGER_SWEEP * size))]
        self.window = Kind("window", 0.6, self._window, min(self.most, LONGER_SWEEP * size))
        self.kinds = [
            Kind("people", 0.3, self._people, size * 0.7),
            self.window,
            Kind("mixed", 0.4, self._mixed, size),
            Kind("around", 0.3, self._around, size * 0.7),
        ]
        self.idle = 0
        self.last = ""

    def improve(self, roster: Roster, cost: int, seconds: float) -> tuple[Roster, int]:
        """Plan one part anew: a roster that costs no more."""
        sweeping = bool(self.sweep)
        kind, people, span = self._choose(roster)
        began = process_time()
        solution, found = self._solve(roster, people, span, seconds)
        spent = max(0.01, process_time() - began)
        new, new_cost = roster, cost
        if found is not None:
            found_cost = self.problem.cost(found)
            if found_cost <= cost:
                new, new_cost = found, found_cost
        self.idle = 0 if new_cost < cost else self.idle + 1
        kind.earned = 0.9 * kind.earned + 0.1 * (log1p(cost - new_cost) / spent + 0.01)
        proven = solution.status in ("optimal", "infeasible")
        patience = self._patience()
        self.last = f"{kind.name} {len(people)}x{len(span)} {solution.status} {spent:.2f} s -{cost - new_cost}"
        if sweeping:
            return new, new_cost
        if proven and spent < QUICK * patience:
            kind.size = min(self.most, kind.size * 1.1)
        elif not proven and new_cost == cost:
            kind.size = max(2.0 * min(self.days, self.count), kind.size * 0.9)
        return new, new_cost

    def _choose(self, roster: Roster) -> tuple[Kind, Sequence[int], range]:
        """The next part: at first the passes over the horizon, then a kind by what it earned."""
        if self.sweep:
            return self.window, range(self.count), self.parts.aligned(self.sweep.pop(0))
        total = sum(each.earned for each in self.kinds)
        kind = self.random.choices(self.kinds, [each.share + each.earned / total for each in self.kinds])[0]
        people, span = kind.choose(roster, kind.size)
        return kind, people, self.parts.aligned(span)

    def _sweep(self, size: float) -> list[range]:
        """Windows that overlap by half, from the first day to the last."""
        length = min(self.days, max(SHORTEST_SWEEP, round(size / self.count)))
        firsts = range(0, max(1, self.days - length // 2), max(1, length // 2))
        return [range(first, min(self.days, first + length)) for first in firsts]

    def _solve(
        self, roster: Roster, people: Sequence[int], span: range, seconds: float
    ) -> tuple[Solution, Roster | None]:
        """Plan the part anew; the whole roster with it when something was found."""
        part = self.parts.cut(roster, people, span)
        whole = roster_model(part)
        now = part.cost([roster[number][span.start : span.stop] for number in people])
        level = self.idle >= STALE and self.random.random() < 0.3
        began = last = process_time()
        best, patience = now - 0.5, self._patience()

        def report(progress: Progress) -> None:
            nonlocal last, best
            if progress.values is not None and progress.best < best:
                last, best = process_time(), progress.best - 0.5

        solution = solve(
            whole.model,
            seconds=min(seconds, 10 * patience),
            step=1.0,
            cutoff=now + (0.5 if level else -0.5),
            on_progress=report,
            should_stop=lambda: process_time() - last > patience or process_time() - began > PART_PATIENCES * patience,
            seed=self.random.randrange(1 << 30),
        )
        if not len(solution.values):
            return solution, None
        rows = list(roster)
        for number, planned in zip(people, whole.roster(solution.values), strict=True):
            rows[number] = rows[number][: span.start] + planned + rows[number][span.stop :]
        return solution, tuple(rows)

    def _patience(self) -> float:
        """Longer the longer nothing has been better."""
        first, most = PATIENCE
        return min(most, first + 0.3 * self.idle)

    def _people(self, roster: Roster, size: float) -> tuple[Sequence[int], range]:
        """A few people, whole horizon."""
        span = self._long()
        return self.random.sample(range(self.count), self._heads(size, len(span))), span

    def _window(self, roster: Roster, size: float) -> tuple[Sequence[int], range]:
        """Everybody, some days."""
        return range(self.count), self._span(size / self.count)

    def _mixed(self, roster: Roster, size: float) -> tuple[Sequence[int], range]:
        """Some people in a window of about as many weeks as the part affords half of the people for."""
        span = self._span(max(14.0, 2 * size / self.count) * self.random.uniform(0.6, 1.4))
        return self.random.sample(range(self.count), self._heads(1.3 * size, len(span))), span

    def _around(self, roster: Roster, size: float) -> tuple[Sequence[int], range]:
        """People around something that costs much; whole horizon.

        For a demand that is missed: people who could work the shift, and others. For a refused wish: its person too.
        """
        problem, counts = self.problem, self._counts(roster)
        costs: list[int] = []
        places: list[tuple[int, int, int | None]] = []
        for cover in problem.covers:
            shift = problem.shift_index[cover.shift]
            there = counts.get((cover.day, shift), 0)
            costs.append(max(0, cover.need - there) * cover.under + max(0, there - cover.need) * cover.over)
            places.append((cover.day, shift, None))
        for request in problem.requests:
            person, shift = problem.person_index[request.person], problem.shift_index[request.shift]
            refused = (roster[person][request.day] == shift) != request.wanted
            costs.append(WISH_WEIGHT * request.weight if refused else 0)
            places.append((request.day, shift, person))
        if not any(costs):
            return self._people(roster, size)
        day, shift, wishing = self.random.choices(places, costs)[0]
        able = [number for number, each in enumerate(self.able) if each[day][shift] and number != wishing]
        span = self._long(day)
        heads = self._heads(size, len(span))
        chosen = set(self.random.sample(able, min(len(able), (heads + 1) // 2)))
        chosen.update(() if wishing is None else (wishing,))
        rest = [number for number in range(self.count) if number not in chosen]
        chosen.update(self.random.sample(rest, max(0, min(len(rest), heads - len(chosen)))))
        return sorted(chosen), span

    def _counts(self, roster: Roster) -> dict[tuple[int, int], int]:
        """How many people work each shift of each day."""
        counts: dict[tuple[int, int], int] = {}
        for row in roster:
            for day, shift in enumerate(row):
                if shift is not None:
                    counts[day, shift] = counts.get((day, shift), 0) + 1
        return counts

    def _heads(self, size: float, days: int) -> int:
        """How many people make a part of this size over so many days."""
        return min(self.count, max(2, round(size / days)))

    def _long(self, around: int | None = None) -> range:
        """The whole horizon, or ten weeks of it when it is longer than that: a part must leave room for some people."""
        if self.days <= 84:
            return range(self.days)
        middle = self.random.randrange(self.days) if around is None else around
        first = min(max(0, middle - 35), self.days - 70)
        return range(first, first + 70)

    def _span(self, length: float) -> range:
        """A random window of about this many days."""
        days = max(2, min(self.days, round(length)))
        first = self.random.randrange(-days // 2, self.days - days // 2)
        return range(max(0, first), min(self.days, first + days))
