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
    sum is 0 or 1.
    """

    person: Person
    duty: tuple[tuple[int | None, ...], ...]
    blocks: tuple[Block, ...]
    worked: tuple[tuple[int, ...], ...]
    started: tuple[tuple[int, ...], ...]


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
    columns = PersonColumns(person, duty, blocks, tuple(map(tuple, worked)), tuple(map(tuple, started)))
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
    history = person.history
    before = history.run if history is not None else 0
    for first in range(problem.days):
        carried = before if first == 0 else 0
        shortest = max(1, person.min_run - carried)
        if first == 0 and history is None:
            shortest = 1
        for end in range(first + 1, min(problem.days, first + person.max_run - carried) + 1):
            if not free[end - 1]:
                break
            if end - first >= shortest or end == problem.days:
                spans.append((first, end))
    return spans


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
    carried = history is not None and history.run > 0
    if history is not None and history.run > 0:
        stop = model.add_column(0.0, 0.0, 1.0 if history.run >= person.min_run else 0.0)
        continued = [(each, 1.0) for each in columns.started[0]]
        model.add_row([*continued, (stop, 1.0)], 1, 1)
        inflow[gap].append((stop, 1.0))
    elif history is not None:
        source[min(days, max(0, gap - history.days_off))] = 1.0
    else:
        source[0] = 1.0
    waited: int | None = None
    for day in range(days):
        terms = list(inflow[day])
        if waited is not None:
            terms.append((waited, 1.0))
        if not (carried and day == 0):
            terms.extend((each, -1.0) for each in columns.started[day])
        waited = model.add_column(0.0)
        terms.append((waited, -1.0))
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
