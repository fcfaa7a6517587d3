"""By when something must be done: working days of the calendar, without the days of pauses. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Literal, NamedTuple, Protocol

from frontdesk.cases.definition.model import Deadline, Definition
from frontdesk.cases.engine.rules import Clock, Standing, holds

Pace = Literal["none", "paused", "ahead", "soon", "overdue", "kept", "late"]
"""Nothing runs; it stands still; there is time; it runs out; it has run out; it was stopped in time; too late."""


class WorkingDays(Protocol):
    """What is asked of the calendar (`frontdesk.calendar.service.Calendar` has it)."""

    def add_working_days(self, day: date, count: int) -> date: ...
    def working_days_between(self, first: date, last: date) -> int: ...


PresetDays = Callable[[str], int | None]
"""How many working days the preset in force gives for a kind of limit; None where it sets none."""


class Limit(NamedTuple):
    """A limit of a record and how it stands. `due` is None while it stands still."""

    deadline: Deadline
    due: date | None
    pace: Pace


# What `_make` does, without another call of Python for each limit.
_limit: Callable[[tuple[Deadline, date | None, Pace]], Limit] = partial(tuple.__new__, Limit)


def limits(
    definition: Definition, now: Standing, today: date, calendar: WorkingDays, preset: PresetDays
) -> list[Limit]:
    """Every limit of a record that has one, in the order of the file."""
    if not now.clocks:
        return []
    clocks, values = {one.code: one for one in now.clocks}, now.values
    found: list[Limit] = []
    for deadline in definition.deadlines:
        clock = clocks.get(deadline.code)
        if clock is None or (deadline.when is not None and not holds(deadline.when, values)):
            continue
        due = due_day(deadline, clock, now, today, calendar, preset)
        if due is None and not clock.is_paused:
            continue
        found.append(_limit((deadline, due, _pace(deadline, clock, due, today, calendar))))
    return found


def next_due(
    definition: Definition, now: Standing, today: date, calendar: WorkingDays, preset: PresetDays
) -> Limit | None:
    """The running limit that ends first; None where none runs."""
    running = [
        one for one in limits(definition, now, today, calendar, preset) if one.pace in ("ahead", "soon", "overdue")
    ]
    return min(running, key=lambda one: one.due or date.max, default=None)


def due_day(
    deadline: Deadline, clock: Clock, now: Standing, today: date, calendar: WorkingDays, preset: PresetDays
) -> date | None:
    """The last day on which it is in time; None where the preset sets no limit, the field is empty, or it stands
    still.
    """
    if clock.pauses and clock.is_paused:
        return None
    if deadline.day_field is not None:
        day = clock.day or now.values.get(deadline.day_field)
        return date.fromisoformat(day) if isinstance(day, str) else None
    days = deadline.days if deadline.days is not None else preset(deadline.preset or "")
    if days is None:
        return None
    start = date.fromisoformat(clock.started_on)
    for first, last in clock.pauses:
        days += _paused_days(deadline, first, last, calendar)
    return calendar.add_working_days(start, days) if deadline.working_days else start + timedelta(days=days)


def _paused_days(deadline: Deadline, first: str, last: str | None, calendar: WorkingDays) -> int:
    """How many days of the kind that the limit counts a pause took: none where it ended before it began, which a clock
    wrote that was wrong at one of the two.
    """
    begin = date.fromisoformat(first)
    end = max(begin, date.fromisoformat(last or first))
    return calendar.working_days_between(begin, end) if deadline.working_days else (end - begin).days


def _pace(deadline: Deadline, clock: Clock, due: date | None, today: date, calendar: WorkingDays) -> Pace:
    if due is None:
        return "paused"
    if clock.stopped_on is not None:
        return "kept" if date.fromisoformat(clock.stopped_on) <= due else "late"
    if today > due:
        return "overdue"
    left = calendar.working_days_between(today, due) if deadline.working_days else (due - today).days
    return "soon" if left <= deadline.warns else "ahead"
