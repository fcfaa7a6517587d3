"""The demand and the wishes of a problem as rows and costs, and a whole problem as one model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from frontdesk.planning.linear import LinearModel
from frontdesk.planning.problem import Problem, Roster
from frontdesk.planning.stretch import PersonColumns, add_person


@dataclass(frozen=True)
class CoverColumns:
    """The columns of one demand: how many people are too few and how many too many."""

    under: int
    over: int


@dataclass(frozen=True)
class RosterModel:
    """A whole problem as a model: the columns of each person and of each demand, in the problem's order."""

    problem: Problem
    model: LinearModel
    people: tuple[PersonColumns, ...]
    covers: tuple[CoverColumns, ...]

    def roster(self, values: Sequence[float]) -> Roster:
        """The roster that the values of the columns say."""
        return tuple(
            tuple(
                next((s for s, column in enumerate(day) if column is not None and values[column] > 0.5), None)
                for day in columns.duty
            )
            for columns in self.people
        )

    def values(self, roster: Roster) -> list[float]:
        """The values of the columns that say the roster. KeyError when a run or a shift in it is illegal."""
        values = [0.0] * self.model.columns
        for person, row in zip(self.people, roster, strict=True):
            person.assign(row, values)
        for columns, cover in zip(self.covers, self.problem.covers, strict=True):
            shift = self.problem.shift_index[cover.shift]
            there = sum(1 for row in roster if row[cover.day] == shift)
            values[columns.under] = float(max(0, cover.need - there))
            values[columns.over] = float(max(0, there - cover.need))
        return values


def add_covers(model: LinearModel, problem: Problem, people: Sequence[PersonColumns]) -> tuple[CoverColumns, ...]:
    """Add `people on it + under - over = need` for every demand. Under and over are whole by themselves; saying
    so makes HiGHS faster (measured: Instances 5, 6 and 7 in 4, 3 and 82 s instead of 7, 5 and 96)."""
    added = []
    for cover in problem.covers:
        shift = problem.shift_index[cover.shift]
        terms = [(column, 1.0) for each in people if (column := each.duty[cover.day][shift]) is not None]
        under = model.add_column(cover.under, 0.0, inf)
        over = model.add_column(cover.over, 0.0, inf)
        model.add_row([*terms, (under, 1.0), (over, -1.0)], cover.need, cover.need)
        added.append(CoverColumns(under, over))
    return tuple(added)


def add_requests(model: LinearModel, problem: Problem, people: Sequence[PersonColumns]) -> None:
    """Add the cost of refused wishes to the duty columns; a wish that is impossible costs its weight in any case."""
    for request in problem.requests:
        columns = people[problem.person_index[request.person]]
        column = columns.duty[request.day][problem.shift_index[request.shift]]
        if request.wanted:
            model.offset += request.weight
        if column is not None:
            model.add_cost(column, -request.weight if request.wanted else request.weight)


def roster_model(problem: Problem) -> RosterModel:
    """The whole problem: every person's stretch formulation, the demand and the wishes."""
    model = LinearModel()
    people = tuple(add_person(model, problem, person) for person in problem.people)
    add_requests(model, problem, people)
    return RosterModel(problem, model, people, add_covers(model, problem, people))
