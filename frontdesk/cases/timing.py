"""The time limits of a record as the file keeps them, so that they can be counted."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from db import case_numbers as numbers
from db import cases as records
from db.case_numbers import CaseLimit
from frontdesk.cases import recording
from frontdesk.cases.engine.clocks import every_clock
from frontdesk.cases.engine.deadlines import PresetDays, WorkingDays, due_day
from frontdesk.cases.engine.rules import Clock, Standing, holds
from frontdesk.cases.rows import calendar_of

if TYPE_CHECKING:
    from db.cases import CaseLogEntry
    from frontdesk.cases.definition.model import Deadline, Definition
    from frontdesk.context import Context


def limits_told(
    context: Context,
    definition: Definition,
    case_id: int,
    log: Sequence[CaseLogEntry],
    kept: Sequence[CaseLimit],
) -> list[CaseLimit]:
    """The time limits of a record by its log, in the order in which they began.

    A limit in days that was stopped keeps the day that it was `kept` with: what the calendar or a setting says later
    does not change whether it was in time.
    """
    now, clocks = every_clock(definition, (recording.event_of(one) for one in log))
    calendar, preset = calendar_of(context, now), recording.preset_days(context)
    before = {(one.code, one.begun): one for one in kept if one.stopped_on is not None}
    deadlines = {one.code: one for one in definition.deadlines}
    found = []
    for clock in clocks:
        deadline = deadlines[clock.code]
        if deadline.when is not None and not holds(deadline.when, now.values):
            continue
        one = before.get((clock.code, clock.begun))
        if one is not None and one.stopped_on == clock.stopped_on and deadline.day_field is None:
            due = one.due_on
        else:
            due = _due(deadline, clock, now, context.today(), calendar, preset)
        if due is not None or clock.is_paused:
            found.append(_row(definition, case_id, clock, due))
    return found


def _due(
    deadline: Deadline, clock: Clock, now: Standing, today: date, calendar: WorkingDays, preset: PresetDays
) -> str | None:
    due = due_day(deadline, clock, now, today, calendar, preset)
    return due.isoformat() if due is not None else None


def _row(definition: Definition, case_id: int, clock: Clock, due: str | None) -> CaseLimit:
    return CaseLimit(
        case_id=case_id,
        code=clock.code,
        begun=clock.begun,
        definition=definition.code,
        started_on=clock.started_on,
        due_on=due,
        stopped_on=clock.stopped_on,
        is_paused=clock.is_paused,
    )


def keep_limits(context: Context, connection: sqlite3.Connection, definition: Definition, case_id: int) -> bool:
    """Keep the time limits of a record as its log tells them; whether any is another than before."""
    kept = numbers.limits_of(connection, case_id)
    told = limits_told(context, definition, case_id, records.log_of(connection, case_id), kept)
    if told != kept:
        numbers.set_limits(connection, case_id, told)
    return told != kept


def limits_astray(
    context: Context,
    connection: sqlite3.Connection,
    definition: Definition,
    case_id: int,
    log: Sequence[CaseLogEntry],
) -> bool:
    """Whether the time limits of a record are others than its log tells.

    By when something is due follows from the calendar and the settings as well and is not compared; nor is it asked
    that a limit of a preset stands there, which may have set none.
    """
    kept = {(one.code, one.begun): one for one in numbers.limits_of(connection, case_id)}
    _, clocks = every_clock(definition, (recording.event_of(one) for one in log))
    running = {(one.code, one.begun): (one.started_on, one.stopped_on, one.is_paused) for one in clocks}
    if any(running.get(key) != (one.started_on, one.stopped_on, one.is_paused) for key, one in kept.items()):
        return True
    by_preset = {one.code for one in definition.deadlines if one.preset is not None}
    told = limits_told(context, definition, case_id, log, list(kept.values()))
    return any((one.code, one.begun) not in kept for one in told if one.code not in by_preset)
