"""A person's cheapest rows at given prices, by a dynamic program over the days.

States are the days worked in a row with the last shift, or the days off in a row, times what is used up: minutes of
work, weekends, and the one shift whose limit is the tightest. Everything of a day is done at once in numpy. The limits
of the other shifts, further windows and what follows the horizon are left out, so the least cost is a bound in any
case; a row that breaks one of them is dropped by holding it against the person's own model.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from math import gcd
from typing import TYPE_CHECKING, TypeAlias

from frontdesk.planning.highs import checked
from frontdesk.planning.linear import LinearModel
from frontdesk.planning.problem import Person, Problem
from frontdesk.planning.stretch import PersonColumns, add_person

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[float64]

Row: TypeAlias = tuple[int | None, ...]
"""A person's shift of each day by its position, or None for a day off."""

IMPOSSIBLE = 1e12
"""The cost of what cannot be; far above any sum of weights."""

State: TypeAlias = tuple[int, int | None]
"""(days worked in a row - 1, last shift), or (days off in a row - 1, None)."""

Used: TypeAlias = tuple[int, int, int]
"""Units of minutes, weekends and shifts of the counted kind."""


class Pricing:
    """The rows of one person."""

    def __init__(self, problem: Problem, person: Person) -> None:
        """Measures the states; `cells` is their number."""
        import numpy as np

        self.problem, self.person = problem, person
        possible = problem.possible(person)
        self.shifts = [s for s in range(len(problem.shifts)) if any(day[s] for day in possible)]
        self.possible = np.array(possible, dtype=bool).reshape(problem.days, len(problem.shifts))
        self.unit = gcd(*(problem.shifts[s].minutes for s in self.shifts)) or 1
        self._limits()
        self.gap = max(1, person.min_days_off)
        self.before = {
            after: [a for a, s in enumerate(self.shifts) if name not in problem.shifts[s].forbidden_next]
            for after in self.shifts
            for name in (problem.shifts[after].id,)
        }
        self.saturdays = {weekend[0] for weekend in problem.weekends if self._weekday(weekend[0]) == 5}
        self.sundays = {weekend[-1] for weekend in problem.weekends if self._weekday(weekend[-1]) == 6}
        self.used = (self.most + 1, self.weekends + 1, self.count + 1)
        self.cells = (person.max_run * len(self.shifts) + self.gap) * self.used[0] * self.used[1] * self.used[2]

    @cached_property
    def rules(self) -> tuple[LinearModel, PersonColumns]:
        """The person's own model, made when a first row is held against it."""
        model = LinearModel()
        return model, add_person(model, self.problem, self.person)

    def _weekday(self, day: int) -> int:
        return (self.problem.first_weekday + day) % 7

    def _limits(self) -> None:
        """Which limits are counted: minutes over the whole horizon, weekends, and the shift with the tightest one."""
        problem, person = self.problem, self.person
        whole = [each for each in person.windows if each.first == 0 and each.last == problem.days - 1]
        minutes = [problem.shifts[s].minutes for s in self.shifts] or [0]
        self.timed = bool(whole)
        longest = min((each.maximum for each in whole), default=0)
        self.most = max(0, min(longest, problem.days * max(minutes))) // self.unit
        self.least = -(-max(0, max(each.minimum for each in whole)) // self.unit) if whole else 0
        bound = person.max_weekends
        self.weekended = bound is not None and bound < len(problem.weekends)
        self.weekends = max(0, bound) if bound is not None and self.weekended else 0
        shortest = min(minutes) // self.unit
        usual = min(problem.days, self.most // shortest) if self.timed and shortest else problem.days
        limits = [(person.max_shifts.get(problem.shifts[s].id, problem.days), s) for s in self.shifts]
        tight = min(((limit, s) for limit, s in limits if limit < usual), default=None)
        self.count = tight[0] if tight is not None else 0
        self.counted = tight[1] if tight is not None else None

    def legal(self, row: Row) -> bool:
        """Whether the row keeps every rule of the person."""
        model, columns = self.rules
        values = [0.0] * model.columns
        try:
            columns.assign(row, values)
        except KeyError:
            return False
        return checked(model, model.bounds(), values) is not None

    def cheapest(self, costs: Floats, number: int) -> tuple[float, list[Row]]:
        """For the cost of every [day, shift]: what no row goes below, and up to `number` cheap legal rows.

        The rows differ in what they use up. The cost is `IMPOSSIBLE` when there is no row at all.
        """
        import numpy as np

        history = self._forward(costs)
        work, off = history[-1]
        ends = off.min(axis=0)
        if work.size:
            ends = np.minimum(ends, work.min(axis=(0, 1)))
        ends = ends[self.least :]
        if not ends.size or ends.min() >= IMPOSSIBLE / 2:
            return IMPOSSIBLE, []
        rows = []
        flat = ends.ravel()
        for place in np.argsort(flat, kind="stable")[:number]:
            if flat[place] >= IMPOSSIBLE / 2:
                break
            minutes, weekends, count = (int(each) for each in np.unravel_index(place, ends.shape))
            row = self._traced(history, (minutes + self.least, weekends, count))
            if self.legal(row):
                rows.append(row)
        return float(flat.min()), rows

    def _forward(self, costs: Floats) -> list[tuple[Floats, Floats]]:
        """The least cost of every state on the eve of each day, and after the last one."""
        import numpy as np

        work = np.full((self.person.max_run, len(self.shifts), *self.used), IMPOSSIBLE)
        off = np.full((self.gap, *self.used), IMPOSSIBLE)
        self._begin(work, off)
        reached = [(work, off)]
        for day in range(self.problem.days):
            works, offs = np.full_like(work, IMPOSSIBLE), np.full_like(off, IMPOSSIBLE)
            for place, shift in enumerate(self.shifts):
                if not self.possible[day, shift]:
                    continue
                self._shift(off[-1], works[0, place], self._uses(day, shift, fresh=True), costs[day, shift])
                before = self.before[shift]
                if before and self.person.max_run > 1:
                    longer = work[:-1, before].min(axis=1)
                    self._shift(longer, works[1:, place], self._uses(day, shift, fresh=False), costs[day, shift])
            ending = self._ending(day)
            if ending and self.shifts:
                offs[0] = work[ending].min(axis=(0, 1))
            offs[1:] = off[:-1]
            np.minimum(offs[-1], off[-1], out=offs[-1])
            work, off = np.minimum(works, IMPOSSIBLE), np.minimum(offs, IMPOSSIBLE)
            reached.append((work, off))
        return reached

    def _begin(self, work: Floats, off: Floats) -> None:
        """The state on the eve of the first day. The bars of the first day know the last shift already.

        A run that is too long already is like one of the greatest length: all it can do is end.
        """
        history = self.person.history
        if history is not None and history.run > 0:
            work[min(history.run, self.person.max_run) - 1, :, 0, 0, 0] = 0.0
        else:
            days = self.gap if history is None or history.settled else min(self.gap, history.days_off)
            off[days - 1, 0, 0, 0] = 0.0

    def _ending(self, day: int) -> list[int]:
        """The places of the runs that may end on the eve of this day: long enough, or from before the horizon."""
        history = self.person.history
        carried = 0 if history is None else history.run
        early = history is None or (history.run > 0 and history.settled)
        first = day + carried
        return [
            length - 1
            for length in range(1, self.person.max_run + 1)
            if length >= self.person.min_run or (early and length == first)
        ]

    def _uses(self, day: int, shift: int, *, fresh: bool) -> Used:
        """What a shift uses up; Sunday begins a weekend when Saturday was off."""
        weekend = day in self.saturdays or (day in self.sundays and (fresh or day == 0))
        minutes = self.problem.shifts[shift].minutes // self.unit if self.timed else 0
        return minutes, int(self.weekended and weekend), int(shift == self.counted)

    def _shift(self, before: Floats, after: Floats, uses: Used, cost: float) -> None:
        """Write the costs after using something up where it may be used."""
        minutes, weekends, count = uses
        if minutes >= self.used[0] or weekends >= self.used[1] or count >= self.used[2]:
            return
        left = before[..., : self.used[0] - minutes, : self.used[1] - weekends, : self.used[2] - count]
        after[..., minutes:, weekends:, count:] = left + cost

    def _traced(self, reached: list[tuple[Floats, Floats]], used: Used) -> Row:
        """Follow the cheapest way back from what was used up in the end."""
        row: list[int | None] = [None] * self.problem.days
        work, off = reached[-1]
        last = self._least_work(work, range(self.person.max_run), used), self._least_off(off, used)
        state = min(last, key=lambda each: each[0])[1]
        for day in range(self.problem.days - 1, -1, -1):
            work, off = reached[day]
            length, shift = state
            if shift is not None:
                row[day] = shift
                uses = self._uses(day, shift, fresh=length == 0)
                used = (used[0] - uses[0], used[1] - uses[1], used[2] - uses[2])
                state = (self.gap - 1, None) if length == 0 else self._before(work, length, shift, used)
                continue
            choices = []
            if length == 0:
                choices.append(self._least_work(work, self._ending(day), used))
            if length > 0:
                choices.append((off[(length - 1, *used)], (length - 1, None)))
            if length == self.gap - 1:
                choices.append((off[(length, *used)], (length, None)))
            state = min(choices, key=lambda each: each[0])[1]
        return tuple(row)

    def _least_work(self, work: Floats, places: Sequence[int], used: Used) -> tuple[float, State]:
        """The cheapest state of work among runs of these places."""
        found = [
            (float(work[(place, number, *used)]), (place, shift))
            for place in places
            for number, shift in enumerate(self.shifts)
        ]
        return min(found, key=lambda each: each[0], default=(IMPOSSIBLE, (0, None)))

    def _least_off(self, off: Floats, used: Used) -> tuple[float, State]:
        place = int(off[(slice(None), *used)].argmin())
        return float(off[(place, *used)]), (place, None)

    def _before(self, work: Floats, length: int, shift: int, used: Used) -> State:
        """The state a run was in a day earlier."""
        number = min(self.before[shift], key=lambda each: work[(length - 1, each, *used)])
        return length - 1, self.shifts[number]
