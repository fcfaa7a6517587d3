"""Column generation: a linear program over whole rows, one per person, whose rows are made as they are needed.

The program picks a share of each person's known rows against the demand; its prices ask every person for a row that
would help (`pricing`). When there is none, its cost is a bound, and a much higher one than the relaxation of the whole
model where people's own rules are tight: for the published Instance 9 405 instead of 39, within seconds. The
shifts in the rows that have a share make a narrowed problem, which the whole model mostly solves in seconds: the
published Instance 14 is proven optimal (1278) in 25 s of work, where the whole model stood at 1407 after 300.

The prices are drawn half-way to those of the best bound so far (Wentges 1997): without it they swing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import ceil, inf
from typing import TYPE_CHECKING, Any

from frontdesk.planning.pricing import Pricing, Row
from frontdesk.planning.problem import Problem, Roster

if TYPE_CHECKING:
    from frontdesk.planning.pricing import Floats

ROWS_AT_ONCE = 3
"""How many rows a person offers at a time: fewer rounds than with one."""

SMOOTHING = 0.5
"""How far prices are drawn to those of the best bound."""

LEAST_SHARE = 1e-6
"""Shares below this one are noise."""

MOST_CELLS = 200_000_000
"""States of all people over all days up to which rows are priced: above, a round takes more than some seconds."""


class Generation:
    """The program over rows of one problem."""

    def __init__(self, problem: Problem) -> None:
        """No rows yet."""
        import numpy as np

        self.problem = problem
        self.pricings = [Pricing(problem, person) for person in problem.people]
        self.wishes = np.zeros((len(problem.people), problem.days, len(problem.shifts)))
        self.offset = 0.0
        for request in problem.requests:
            place = problem.person_index[request.person], request.day, problem.shift_index[request.shift]
            self.wishes[place] += -request.weight if request.wanted else request.weight
            self.offset += request.weight if request.wanted else 0
        self.places = [(cover.day, problem.shift_index[cover.shift]) for cover in problem.covers]
        self.need = np.array([cover.need for cover in problem.covers], dtype=np.float64)
        self.by_place: dict[tuple[int, int], list[int]] = defaultdict(list)
        for number, where in enumerate(self.places):
            self.by_place[where].append(len(problem.people) + number)
        self.rows: list[tuple[int, Row, int]] = []
        self.known: set[tuple[int, Row]] = set()
        self.bound = -inf
        self.centre: Floats | None = None
        self.program = self._program()

    def _program(self) -> Any:
        """One row of the program per person and per demand; the columns of too few and too many."""
        import highspy
        import numpy as np

        program = highspy.Highs()
        program.setOptionValue("output_flag", False)
        program.setOptionValue("threads", 1)
        program.setOptionValue("parallel", "off")
        nothing = np.array([], dtype=np.int32), np.array([])
        for _ in self.problem.people:
            program.addRow(1, 1, 0, *nothing)
        for number, cover in enumerate(self.problem.covers):
            program.addRow(cover.need, cover.need, 0, *nothing)
            row = np.array([len(self.problem.people) + number], dtype=np.int32)
            program.addCol(cover.under, 0, highspy.kHighsInf, 1, row, np.array([1.0]))
            program.addCol(cover.over, 0, highspy.kHighsInf, 1, row, np.array([-1.0]))
        return program

    def add(self, person: int, row: Row) -> bool:
        """Make a legal row known; whether it is new."""
        import highspy
        import numpy as np

        if (person, row) in self.known:
            return False
        self.known.add((person, row))
        cost, entries = 0.0, [person]
        for day, shift in enumerate(row):
            if shift is not None:
                cost += float(self.wishes[person, day, shift])
                entries.extend(self.by_place.get((day, shift), ()))
        self.rows.append((person, row, self.program.getNumCol()))
        ones = np.ones(len(entries))
        self.program.addCol(cost, 0, highspy.kHighsInf, len(entries), np.array(entries, dtype=np.int32), ones)
        return True

    def add_roster(self, roster: Roster) -> None:
        """Make the rows of a legal roster known."""
        for person, row in enumerate(roster):
            self.add(person, row)

    def _solve(self) -> tuple[float, Floats, Floats]:
        """The program's cost, the prices of its rows and the shares of its columns."""
        import numpy as np

        self.program.run()
        solution = self.program.getSolution()
        cost = self.program.getInfo().objective_function_value + self.offset
        return float(cost), np.array(solution.row_dual), np.array(solution.col_value)

    def _offer(self, prices: Floats, people: Sequence[int], number: int) -> tuple[int, float]:
        """Ask the people for rows at these prices: how many are new, and what nobody's rows go below in sum."""
        import numpy as np

        demand = np.zeros(self.wishes.shape[1:])
        for price, place in zip(prices[len(self.problem.people) :], self.places, strict=True):
            demand[place] += price
        new, least = 0, 0.0
        for person in people:
            cost, rows = self.pricings[person].cheapest(self.wishes[person] - demand, number)
            least += cost
            new += sum(self.add(person, row) for row in rows)
        return new, least

    def close(self, report: Callable[[float], None], should_stop: Callable[[], bool]) -> bool:
        """Add rows until none helps; `report` hears of every better bound above 0.

        False when there is somebody for whom no legal row was found: then there is no program.
        """
        import numpy as np

        everybody = range(len(self.problem.people))
        self._offer(np.zeros(self.program.getNumRow()), everybody, 1)
        if len({person for person, _, _ in self.rows}) < len(everybody):
            return False
        smoothing = 0.0
        while not should_stop():
            cost, prices, _ = self._solve()
            if cost - self.bound < 0.01:
                break
            used = prices if self.centre is None else smoothing * self.centre + (1 - smoothing) * prices
            new, least = self._offer(used, everybody, ROWS_AT_ONCE)
            bound = self.offset + least + float(used[len(everybody) :] @ self.need)
            if bound > self.bound + 1e-6:
                self.bound, self.centre = bound, used
                if bound > 0:
                    report(bound)
            if ceil(self.bound - 1e-6) >= cost - 1e-6 or (new == 0 and smoothing == 0.0):
                break
            smoothing = SMOOTHING if new else 0.0
        return True

    def narrowed(self, roster: Roster | None) -> Problem:
        """The problem with those shifts of each day only that are in rows with a share, or in the roster given.

        Small enough to be solved as one model, and mostly with the best roster still in it.
        """
        wanted: dict[int, set[tuple[int, int | None]]] = defaultdict(set)
        shares = self._solve()[2]
        for number, row, column in self.rows:
            if shares[column] > LEAST_SHARE:
                wanted[number].update(enumerate(row))
        for number, row in enumerate(roster or ()):
            wanted[number].update(enumerate(row))
        people = []
        for number, person in enumerate(self.problem.people):
            kept = wanted[number]
            barred = {
                (day, shift.id)
                for day in range(self.problem.days)
                for place, shift in enumerate(self.problem.shifts)
                if (day, place) not in kept
            }
            people.append(replace(person, barred=person.barred | barred))
        return replace(self.problem, people=tuple(people))


def affordable(problem: Problem) -> bool:
    """Whether a round of new rows takes no more than some seconds."""
    return sum(Pricing(problem, person).cells for person in problem.people) * problem.days <= MOST_CELLS
