"""A lower bound for problems that are too large for a linear program: Lagrangian relaxation with dynamic programs.

The demand, shift counts, minutes and weekends are priced (multipliers), after which every person stands alone. What is
left of a person's rules - leave, runs and gaps - is planned exactly by a dynamic program over (days worked in a row,
days off in a row), for all people at once in numpy. Forbidden successors are left out, so that the best shift of a day
is simply the cheapest. Dropping rules and pricing others can only lower the cost: for any prices the value is a valid
bound, and subgradient steps (Held & Karp 1971) raise it. It needs memory for a few numbers per
person, day and shift only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import gcd
from time import monotonic
from typing import TYPE_CHECKING

from frontdesk.planning.problem import Problem

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy import float64, int8, int64
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[float64]
    Whole: TypeAlias = NDArray[int64]

IMPOSSIBLE = 1e12
"""The cost of what cannot be; far above any sum of weights."""

LONGEST_STEP = 0.06
"""The first step of a price, as a share of what one missing person costs."""

STEP_DECAY = 0.002
"""The last step as a share of the first."""

MOST_STEPS = 3000
"""Steps after which the prices hardly move."""


@dataclass
class _Prices:
    """The multipliers: of each demand, each person's shift counts, minutes (per unit) and weekends."""

    cover: Floats
    count: Floats
    minutes: Floats
    weekend: Floats


class Relaxation:
    """A problem's relaxation, in arrays of [person, day, shift]."""

    def __init__(self, problem: Problem) -> None:
        """Arrays of a few numbers per person, day and shift."""
        import numpy as np

        self.problem = problem
        people, days, shifts = len(problem.people), problem.days, len(problem.shifts)
        self.barred = ~np.array([problem.possible(person) for person in problem.people], dtype=bool)
        self.wishes = np.zeros((people, days, shifts))
        self.offset = 0.0
        for request in problem.requests:
            self.offset += request.weight if request.wanted else 0
            place = problem.person_index[request.person], request.day, problem.shift_index[request.shift]
            self.wishes[place] += -request.weight if request.wanted else request.weight
        self.cover_day = np.array([cover.day for cover in problem.covers], dtype=np.int64)
        self.cover_shift = np.array([problem.shift_index[cover.shift] for cover in problem.covers], dtype=np.int64)
        self.need = np.array([cover.need for cover in problem.covers], dtype=np.float64)
        self.under = np.array([cover.under for cover in problem.covers], dtype=np.float64)
        self.over = np.array([cover.over for cover in problem.covers], dtype=np.float64)
        self.unit = gcd(*(shift.minutes for shift in problem.shifts)) or 1
        self.length = np.array([shift.minutes // self.unit for shift in problem.shifts], dtype=np.float64)
        self.windows = [(n, each) for n, person in enumerate(problem.people) for each in person.windows]
        self.limit = np.array(
            [[float(min(days, p.max_shifts.get(s.id, days))) for s in problem.shifts] for p in problem.people]
        )
        weekends = len(problem.weekends)
        self.weekends = np.array(
            [float(weekends if p.max_weekends is None else p.max_weekends) for p in problem.people]
        )
        self.runs = _Runs(problem)

    def prices(self) -> _Prices:
        """Where the steps begin: nothing costs anything."""
        import numpy as np

        return _Prices(0.0 * self.under, np.zeros_like(self.limit), np.zeros(len(self.windows)), self.weekends * 0.0)

    def value(self, at: _Prices) -> tuple[float, _Prices]:
        """The bound at these prices and a subgradient: by how much each priced rule is overdrawn."""
        import numpy as np

        shape = self.barred.shape
        demand = np.zeros(shape[1:])
        np.add.at(demand, (self.cover_day, self.cover_shift), at.cover)
        per_unit = np.zeros(shape[:2])
        for price, (person, window) in zip(at.minutes, self.windows, strict=True):
            per_unit[person, window.first : window.last + 1] += price
        costs = self.wishes - demand + at.count[:, None, :] + per_unit[:, :, None] * self.length
        costs[self.barred] = IMPOSSIBLE
        cheapest = costs.argmin(axis=2)
        day_costs = np.take_along_axis(costs, cheapest[:, :, None], axis=2)[:, :, 0]
        total, worked, weekends = self.runs.solve(day_costs, at.weekend)
        value = self.offset + float(total.sum() + at.cover @ self.need)
        value -= float((at.count * self.limit).sum() + at.weekend @ self.weekends)
        rows, columns = np.nonzero(worked)
        chosen = cheapest[rows, columns]
        present = np.zeros(shape[1:])
        np.add.at(present, (columns, chosen), 1.0)
        counts = np.zeros_like(self.limit)
        np.add.at(counts, (rows, chosen), 1.0)
        spent = np.zeros(shape[:2])
        spent[rows, columns] = self.length[chosen]
        minutes = np.zeros(len(self.windows))
        for number, (person, window) in enumerate(self.windows):
            done = spent[person, window.first : window.last + 1].sum()
            most, least = window.maximum // self.unit, -(-window.minimum // self.unit)
            price = at.minutes[number]
            value -= price * (most if price > 0 else least)
            minutes[number] = max(0.0, done - most) + min(0.0, done - least) if price == 0 else 0.0
            if price != 0:
                minutes[number] = done - (most if price > 0 else least)
        excess = self.need - present[self.cover_day, self.cover_shift]
        return value, _Prices(excess, counts - self.limit, minutes, weekends - self.weekends)

    def moved(self, at: _Prices, along: _Prices, length: float) -> _Prices:
        """The prices after a step, kept where they are valid."""
        import numpy as np

        minutes = at.minutes + length * along.minutes
        minutes[minutes * at.minutes < 0] = 0.0
        return _Prices(
            np.clip(at.cover + length * along.cover, -self.over, self.under),
            np.maximum(0.0, at.count + length * along.count),
            minutes,
            np.maximum(0.0, at.weekend + length * along.weekend),
        )


class _Runs:
    """Runs of work and of days off, as a dynamic program for all people at once.

    States are 1 to R days worked in a row, then 1 to G days off in a row, where the last one means "or more".
    """

    def __init__(self, problem: Problem) -> None:
        import numpy as np

        people = problem.people
        self.days = problem.days
        self.most = max((person.max_run for person in people), default=1)
        self.gaps = np.array([max(1, person.min_days_off) for person in people], dtype=np.int64)
        self.widest = int(self.gaps.max(initial=1))
        self.count = len(people)
        longest = np.array([person.max_run for person in people])
        shortest = np.array([person.min_run for person in people])
        lengths = np.arange(1, self.most + 1)
        self.too_long = lengths[None, :] > longest[:, None]
        self.may_end = lengths[None, :] >= shortest[:, None]
        self.relaxed = np.array([p.history is None or (p.history.run > 0 and p.history.settled) for p in people])
        self.carried = np.array([0 if p.history is None else p.history.run for p in people], dtype=np.int64)
        self.begin = np.full((self.count, self.most + self.widest), IMPOSSIBLE)
        for number, person in enumerate(people):
            if person.history is None:
                self.begin[number, self.most + self.gaps[number] - 1] = 0.0
            elif person.history.run:
                self.begin[number, min(self.most, person.history.run) - 1] = 0.0
            else:
                off = self.gaps[number] if person.history.settled else person.history.days_off
                off = min(int(self.gaps[number]), int(off))
                self.begin[number, self.most + off - 1] = 0.0
        self.saturdays = np.zeros(self.days, dtype=bool)
        self.sundays = np.zeros(self.days, dtype=bool)
        for weekend in problem.weekends:
            self.saturdays[weekend[0]] = True
            for day in weekend[1:]:
                self.sundays[day] = True

    def solve(self, costs: Floats, weekend: Floats) -> tuple[Floats, NDArray[float64], Floats]:
        """For the cost of each person's day of work and weekend: least cost, days worked (0/1), weekends worked."""
        import numpy as np

        most, rows = self.most, np.arange(self.count)
        values = self.begin.copy()
        origin = np.zeros((self.days, self.count, most + self.widest), dtype=np.int8)
        rested = most + self.gaps - 1
        for day in range(self.days):
            new = np.full_like(values, IMPOSSIBLE)
            today = costs[:, day]
            new[:, 1:most] = values[:, : most - 1] + (today + (weekend if self.saturdays[day] else 0.0))[:, None]
            origin[day, :, 1:most] = np.arange(most - 1)
            opening = today + (weekend if self.saturdays[day] or self.sundays[day] else 0.0)
            new[:, 0] = values[rows, rested] + opening
            origin[day, :, 0] = rested
            new[:, :most][self.too_long] = IMPOSSIBLE
            ending = np.where(self.may_end, values[:, :most], IMPOSSIBLE)
            first_run = day + self.carried
            early = np.flatnonzero(self.relaxed & (first_run > 0) & (first_run <= most))
            ending[early, first_run[early] - 1] = values[early, first_run[early] - 1]
            last = ending.argmin(axis=1)
            new[:, most] = ending[rows, last]
            origin[day, :, most] = last
            for off in range(most + 1, most + self.widest):
                new[:, off] = values[:, off - 1]
                origin[day, :, off] = off - 1
            stay = values[rows, rested] < new[rows, rested]
            new[stay, rested[stay]] = values[stay, rested[stay]]
            origin[day, stay, rested[stay]] = rested[stay]
            values = np.minimum(new, IMPOSSIBLE)
        return self._traced(values, origin)

    def _traced(self, values: Floats, origin: NDArray[int8]) -> tuple[Floats, Floats, Floats]:
        """Follow the best path of everybody back from the last day."""
        import numpy as np

        rows = np.arange(self.count)
        state: Whole = np.asarray(values.argmin(axis=1), dtype=np.int64)
        totals = values[rows, state]
        worked = np.zeros((self.count, self.days))
        for day in range(self.days - 1, -1, -1):
            worked[:, day] = state < self.most
            state = origin[day, rows, state].astype(np.int64)
        weekends = worked[:, self.saturdays].sum(axis=1)
        for day in map(int, np.flatnonzero(self.sundays)):
            weekends += (worked[:, day] > 0) & ((worked[:, day - 1] == 0) if day > 0 else True)
        return totals, worked, weekends


class _Momentum:
    """Steps of one group of prices, scaled by the recent size of their own slopes (Kingma & Ba 2015).

    Plain subgradient steps zigzag: the slopes of demands, minutes and weekends differ in size, and flip sign.
    """

    def __init__(self, like: Floats) -> None:
        self.mean, self.square, self.taken = like * 0.0, like * 0.0, 0

    def step(self, slope: Floats) -> Floats:
        """The scaled direction after hearing of this slope."""
        import numpy as np

        self.taken += 1
        self.mean = 0.8 * self.mean + 0.2 * slope
        self.square = 0.98 * self.square + 0.02 * slope**2
        mean, square = self.mean / (1 - 0.8**self.taken), self.square / (1 - 0.98**self.taken)
        scaled: Floats = mean / (np.sqrt(square) + 0.05)
        return scaled


def lagrangian_bound(
    problem: Problem, seconds: float, report: Callable[[float], None], should_stop: Callable[[], bool]
) -> float:
    """The best bound found within the time, at least 0; `report` hears of every better one."""
    began = monotonic()
    relaxation = Relaxation(problem)
    at = relaxation.prices()
    groups = [_Momentum(each) for each in (at.cover, at.count, at.minutes, at.weekend)]
    longest = max(1.0, float(relaxation.under.max(initial=1.0))) * LONGEST_STEP
    best, steps = 0.0, 0
    while not should_stop():
        done = max((monotonic() - began) / seconds, steps / MOST_STEPS)
        if done >= 1:
            break
        value, slope = relaxation.value(at)
        if value > best:
            best = value
            report(best)
        slopes = (slope.cover, slope.count, slope.minutes, slope.weekend)
        along = _Prices(*(group.step(each) for group, each in zip(groups, slopes, strict=True)))
        at = relaxation.moved(at, along, longest * STEP_DECAY**done)
        steps += 1
    return best
