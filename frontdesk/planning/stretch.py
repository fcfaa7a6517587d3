"""One person's duty as a stretch formulation: a unit flow over work blocks and days off.

A work block `[s, f)` is a column: work on every day from s to f - 1, off on s - 1 and on f. Blocks of a legal length
only, so that minimum and maximum runs need no rows; a node "rested on d" carries the flow, so that gaps shorter than
the minimum have no path. Shifts hang below the blocks: on each day the duty columns add up to the blocks that cover it.
The flow polytope is integral: what remains fractional in the relaxation comes from shift counts, minutes and cover.

Forbidden successors are rows over maximal bicliques (A, B) of the relation - every shift of A forbids every one of B -
with the right-hand side "worked on d, or a block starts on d + 1":
`sum duty[d][A] + sum duty[d + 1][B] <= worked[d] + started[d + 1]`, which is 1 where either day is worked and leaves a
free day nothing to give. It raised the relaxation of the published Instance 7 from 946 to 1050 (optimum 1056).

A week's end is counted by the blocks that touch it: two blocks cannot, since a day off lies between them.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from dataclasses import dataclass
from math import gcd, inf

from frontdesk.planning.linear import LinearModel
from frontdesk.planning.problem import Person, Problem, Shift

MOST_BICLIQUES = 256
"""Above so many maximal bicliques only those of single shifts are used; they cover the relation as well."""


@dataclass(frozen=True)
class Block:
    """A work block: the first day, the day after its last one, and its column."""

    first: int
    end: int
    column: int


@dataclass(frozen=True)
class PersonColumns:
    """The columns of one person.

    `duty[day][shift]` by the shift's position in `Problem.shifts`, None where it is impossible; `blocks` all work
    blocks; `worked[day]` the columns of the blocks that cover the day, `started[day]` of those that begin on it: their
    sum is 0 or 1. `waits[day]` is 1 for a day off after the minimum gap, `stop` 1 when a run of the history ends with
    the horizon's eve.
    """

    person: Person
    duty: tuple[tuple[int | None, ...], ...]
    blocks: tuple[Block, ...]
    worked: tuple[tuple[int, ...], ...]
    started: tuple[tuple[int, ...], ...]
    waits: tuple[int, ...]
    stop: int | None

    def assign(self, row: Sequence[int | None], values: MutableSequence[float]) -> None:
        """Set this person's columns in `values` to a legal row of shifts; KeyError when the row has an illegal run."""
        columns = {(block.first, block.end): block.column for block in self.blocks}
        gap, history = max(1, self.person.min_days_off), self.person.history
        rested = 0 if history is None or history.settled else max(0, gap - history.days_off)
        day = 0
        if history is not None and history.run > 0 and self.stop is not None:
            values[self.stop] = float(row[0] is None)
            rested = gap
        while day < len(row):
            end = day
            while end < len(row) and row[end] is not None:
                end += 1
            if end == day:
                day += 1
                continue
            values[columns[day, end]] = 1.0
            for waited in range(rested, day):
                values[self.waits[waited]] = 1.0
            rested, day = end + gap, end
        for waited in range(rested, len(row)):
            values[self.waits[waited]] = 1.0
        for each, shift in zip(self.duty, row, strict=True):
            if shift is not None:
                column = each[shift]
                if column is None:
                    raise KeyError(shift)
                values[column] = 1.0


def bicliques(shifts: tuple[Shift, ...]) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
    """The maximal bicliques of "forbids next" as positions: (before, after) pairs that together cover the relation."""
    index = {shift.id: number for number, shift in enumerate(shifts)}
    after = [frozenset(index[each] for each in shift.forbidden_next if each in index) for shift in shifts]
    closed: set[frozenset[int]] = {each for each in after if each}
    pending = list(closed)
    while pending and len(closed) <= MOST_BICLIQUES:
        current = pending.pop()
        for other in after:
            common = current & other
            if common and common not in closed:
                closed.add(common)
                pending.append(common)
    if len(closed) > MOST_BICLIQUES:
        closed = {each for each in after if each}
    found = []
    for right in sorted(closed, key=sorted):
        left = tuple(number for number, successors in enumerate(after) if right <= successors)
        found.append((left, tuple(sorted(right))))
    return tuple(found)


def add_person(model: LinearModel, problem: Problem, person: Person) -> PersonColumns:
    """Add the columns and rows of one person's rules. A person without any legal roster makes the model infeasible."""
    possible = problem.possible(person)
    duty = tuple(tuple(model.add_column(0.0) if able else None for able in row) for row in possible)
    free = [any(row) for row in possible]
    blocks = tuple(Block(first, end, model.add_column(0.0)) for first, end in _spans(problem, person, free))
    worked: list[list[int]] = [[] for _ in range(problem.days)]
    started: list[list[int]] = [[] for _ in range(problem.days)]
    for block in blocks:
        started[block.first].append(block.column)
        for day in range(block.first, block.end):
            worked[day].append(block.column)
    waits = tuple(
        model.add_column(0.0, 0.0, float(day < problem.days - 1 or may_rest_to_the_end(person)))
        for day in range(problem.days)
    )
    history = person.history
    stop = None
    if history is not None and history.run > 0:
        long_enough = history.settled or history.run >= person.min_run
        stop = model.add_column(0.0, 0.0, float(long_enough and may_end(problem, person, 0)))
    columns = PersonColumns(person, duty, blocks, tuple(map(tuple, worked)), tuple(map(tuple, started)), waits, stop)
    _add_flow(model, problem, columns)
    for day in range(problem.days):
        if free[day]:
            terms = [(each, 1.0) for each in duty[day] if each is not None]
            model.add_row([*terms, *((each, -1.0) for each in worked[day])], 0, 0)
    _add_successors(model, problem, columns)
    _add_limits(model, problem, columns)
    return columns


def _spans(problem: Problem, person: Person, free: list[bool]) -> list[tuple[int, int]]:
    """All legal work blocks as (first day, day after the last)."""
    spans = []
    history, following = person.history, person.following
    before = history.run if history is not None else 0
    after = following.run if following is not None else 0
    open_start = history is None or (history.run > 0 and history.settled)
    open_end = following is None or (following.run > 0 and following.settled)
    for first in range(problem.days):
        for end in range(first + 1, min(problem.days, first + person.max_run) + 1):
            if not free[end - 1]:
                break
            length = end - first + (before if first == 0 else 0) + (after if end == problem.days else 0)
            relaxed = (first == 0 and open_start) or (end == problem.days and open_end)
            if length <= person.max_run and (length >= person.min_run or relaxed) and may_end(problem, person, end):
                spans.append((first, end))
    return spans


def may_end(problem: Problem, person: Person, end: int) -> bool:
    """Whether work may end before day `end` (0 for the eve) as far as what follows the horizon is concerned."""
    following, gap = person.following, max(1, person.min_days_off)
    rest = problem.days - end
    if following is None:
        return True
    if following.days_off:
        return following.settled or rest + following.days_off >= gap
    return rest == 0 or rest > gap or (rest == gap and may_rest_to_the_end(person))


def may_rest_to_the_end(person: Person) -> bool:
    """Whether the last day may be off: not when what follows is the rest of a run that is too short by itself."""
    following = person.following
    return following is None or following.run == 0 or following.settled or following.run >= person.min_run


def _add_flow(model: LinearModel, problem: Problem, columns: PersonColumns) -> None:
    """One row per day: who is rested on it either starts a block or waits for the next day.

    A block that ends on f gives its unit to "rested on f + minimum days off", or to nobody beyond the horizon.
    """
    person, days = columns.person, problem.days
    gap = max(1, person.min_days_off)
    history = person.history
    inflow: list[list[tuple[int, float]]] = [[] for _ in range(days + gap + 1)]
    source = [0.0] * (days + gap + 1)
    for block in columns.blocks:
        if block.end + gap <= days:
            inflow[block.end + gap].append((block.column, 1.0))
    carried = columns.stop is not None
    if columns.stop is not None:
        continued = [(each, 1.0) for each in columns.started[0]]
        model.add_row([*continued, (columns.stop, 1.0)], 1, 1)
        inflow[gap].append((columns.stop, 1.0))
    elif history is not None:
        source[0 if history.settled else min(days, max(0, gap - history.days_off))] = 1.0
    else:
        source[0] = 1.0
    for day in range(days):
        terms = [*inflow[day], (columns.waits[day], -1.0)]
        if day > 0:
            terms.append((columns.waits[day - 1], 1.0))
        if not (carried and day == 0):
            terms.extend((each, -1.0) for each in columns.started[day])
        model.add_row(terms, -source[day], -source[day])


def _add_successors(model: LinearModel, problem: Problem, columns: PersonColumns) -> None:
    """The rows of forbidden successors, one for each biclique and pair of days on which it can bind."""
    pairs = bicliques(problem.shifts)
    for day in range(problem.days - 1):
        today, tomorrow = columns.duty[day], columns.duty[day + 1]
        for before, after in pairs:
            left = [column for shift in before if (column := today[shift]) is not None]
            right = [column for shift in after if (column := tomorrow[shift]) is not None]
            if not left or not right:
                continue
            terms = [(column, 1.0) for column in (*left, *right)]
            terms.extend((column, -1.0) for column in (*columns.worked[day], *columns.started[day + 1]))
            model.add_row(terms, -inf, 0)


def _add_limits(model: LinearModel, problem: Problem, columns: PersonColumns) -> None:
    """The rows of shift counts, minutes of work and weekends."""
    person = columns.person
    for index, shift in enumerate(problem.shifts):
        limit = person.max_shifts.get(shift.id, problem.days)
        terms = [(column, 1.0) for row in columns.duty if (column := row[index]) is not None]
        if 0 < limit < len(terms):
            model.add_row(terms, -inf, limit)
    unit = gcd(*(shift.minutes for shift in problem.shifts)) or 1
    for window in person.windows:
        terms = [
            (column, shift.minutes / unit)
            for row in columns.duty[window.first : window.last + 1]
            for column, shift in zip(row, problem.shifts, strict=True)
            if column is not None
        ]
        model.add_row(terms, -(-window.minimum // unit), window.maximum // unit)
    if person.max_weekends is not None and person.max_weekends < len(problem.weekends):
        touched = [
            (block.column, float(sum(any(block.first <= day < block.end for day in each) for each in problem.weekends)))
            for block in columns.blocks
        ]
        model.add_row(touched, -inf, person.max_weekends)
