"""A first legal roster, one person after the other.

Each person's row is a small model of its own (the same stretch formulation) against the demand that is still open: a
shift is worth what it saves, less where many others could still fill it. Legal whenever every single person has a
legal row, since only the demand ties people together, and that may stay open at a cost.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from random import Random

from frontdesk.planning.highs import solve
from frontdesk.planning.linear import LinearModel
from frontdesk.planning.problem import Person, Problem, Roster
from frontdesk.planning.stretch import add_person

FIRST_TRY, LAST_TRY = 5.0, 60.0
"""Seconds for a person's row: with the cheapest shifts only, then with all."""

MOST_SHIFTS, FEW_SHIFTS = 6, 3
"""How many shifts of a day a row is chosen from at first; few where a roster is so large that time is short."""

LARGE = 20_000
"""Person-days from which a problem is large."""


class NoLegalRow(ValueError):
    """A person whose own rules leave no legal row, or none was found in time; holds the person's id."""

    def __init__(self, person: str) -> None:
        """For the person of that id."""
        super().__init__(person)
        self.person = person


class Demand:
    """The demand that is still open while people are planned one by one, and who could still fill it."""

    def __init__(self, problem: Problem) -> None:
        """Everything open, nobody planned."""
        self.problem = problem
        self.open: dict[tuple[int, int], int] = defaultdict(int)
        self.weights: dict[tuple[int, int], tuple[int, int]] = {}
        for cover in problem.covers:
            key = cover.day, problem.shift_index[cover.shift]
            self.open[key] += cover.need
            self.weights[key] = cover.under, cover.over
        self.possible = [problem.possible(person) for person in problem.people]
        self.supply: dict[tuple[int, int], float] = defaultdict(float)
        for row in range(len(problem.people)):
            self._supply(row, 1.0)

    def _supply(self, person: int, sign: float) -> None:
        """Count the person among those who could fill a shift: half of the days, spread over the possible shifts."""
        for day, able in enumerate(self.possible[person]):
            number = sum(able)
            for shift, possible in enumerate(able):
                if possible:
                    self.supply[day, shift] += sign * 0.5 / number

    def price(self, day: int, shift: int) -> float:
        """What one more person on the shift costs; negative when it saves."""
        if (day, shift) not in self.weights:
            return 0.0
        under, over = self.weights[day, shift]
        need = self.open[day, shift]
        if need <= 0:
            return float(over)
        return -under * min(1.0, need / max(0.5, self.supply[day, shift] + 0.5))

    def plan(self, person: int, row: tuple[int | None, ...]) -> None:
        """The person works this row."""
        self._supply(person, -1.0)
        for day, shift in enumerate(row):
            if shift is not None:
                self.open[day, shift] -= 1


def construct(problem: Problem, random: Random) -> Roster:
    """A legal roster. NoLegalRow names a person for whom there is none, or none was found in `LAST_TRY` seconds."""
    demand = Demand(problem)
    wishes: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for request in problem.requests:
        weight = -request.weight if request.wanted else request.weight
        wishes[request.person].append((request.day, problem.shift_index[request.shift], weight))
    rows: dict[int, tuple[int | None, ...]] = {}
    order = list(range(len(problem.people)))
    random.shuffle(order)
    for number in order:
        person = problem.people[number]
        costs = [[demand.price(day, shift) for shift in range(len(problem.shifts))] for day in range(problem.days)]
        for day, shift, weight in wishes[person.id]:
            costs[day][shift] += weight
        row = _row(problem, _narrowed(problem, person, costs), costs, FIRST_TRY)
        if row is None:
            row = _row(problem, person, costs, LAST_TRY)
        if row is None:
            raise NoLegalRow(person.id)
        demand.plan(number, row)
        rows[number] = row
    return tuple(rows[number] for number in range(len(order)))


def _narrowed(problem: Problem, person: Person, costs: list[list[float]]) -> Person:
    """The person with the cheapest shifts of each day only: good enough, and much faster where there are many."""
    most = MOST_SHIFTS if problem.days * len(problem.people) < LARGE else FEW_SHIFTS
    if len(problem.shifts) <= most:
        return person
    barred = set(person.barred)
    for day, able in enumerate(problem.possible(person)):
        shifts = sorted((cost, shift) for shift, cost in enumerate(costs[day]) if able[shift])
        barred.update((day, problem.shifts[shift].id) for _, shift in shifts[most:])
    return replace(person, barred=frozenset(barred))


def _row(problem: Problem, person: Person, costs: list[list[float]], seconds: float) -> tuple[int | None, ...] | None:
    """The person's cheapest row, or None when there is none or none was found in time."""
    model = LinearModel()
    columns = add_person(model, problem, person)
    for duties, prices in zip(columns.duty, costs, strict=True):
        for column, price in zip(duties, prices, strict=True):
            if column is not None:
                model.set_cost(column, price)
    solution = solve(model, seconds=seconds, gap=0.02, options={"mip_heuristic_run_feasibility_jump": False})
    if not len(solution.values):
        return None
    return tuple(
        next((s for s, column in enumerate(day) if column is not None and solution.values[column] > 0.5), None)
        for day in columns.duty
    )
