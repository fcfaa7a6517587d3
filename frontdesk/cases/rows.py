"""What the use cases of cases share: a record's row, its values, its calendar."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from db import cases as records
from db.cases import CaseLogEntry, CaseRow
from frontdesk.calendar.service import calendar_for
from frontdesk.cases import recording
from frontdesk.cases.definition.model import Definition
from frontdesk.cases.engine.rules import Event, Standing
from frontdesk.cases.engine.values import Value
from frontdesk.cases.errors import CaseError
from frontdesk.context import Context

if TYPE_CHECKING:
    from frontdesk.calendar.service import Calendar

CALENDAR_DAYS = 400
"""So far ahead limits are reckoned with holidays."""


def row_of(context: Context, definition: Definition, case_id: int, number: str, now: Standing) -> CaseRow:
    """A record as the table has it today."""
    preset = recording.preset_days(context)
    return recording.row_of(definition, case_id, number, now, context.today(), calendar_of(context, now), preset)


def log_event(context: Context, connection: sqlite3.Connection, case_id: int, position: int, event: Event) -> None:
    """Add an event to the log of a record."""
    said = recording.json_said(event.values)
    records.append(
        connection,
        CaseLogEntry(
            case_id=case_id,
            position=position,
            at=context.now_ms(),
            day=event.day,
            operator_no=event.operator_no,
            kind=event.kind,
            step=event.step,
            said=said,
            reason=event.reason,
        ),
    )


def values_of(row: CaseRow) -> Mapping[str, Value]:
    """What a row says, without what tells of people."""
    found: Mapping[str, Value] = recording.said_in(row.said)
    return found


def values_of_rows(rows: Sequence[CaseRow]) -> list[Mapping[str, Value]]:
    """What rows say, without what tells of people."""
    return [values_of(one) for one in rows]


def known_row(connection: sqlite3.Connection, case_id: int) -> CaseRow:
    """The row of a record. Raises CaseError `unknown_case`."""
    row = records.get(connection, case_id)
    if row is None:
        raise CaseError("unknown_case", id=case_id)
    return row


def calendar_of(context: Context, now: Standing) -> Calendar:
    """The calendar from the opening of a record until long after today."""
    first = date.fromisoformat(now.opened_on)
    return calendar_for(context, first, context.today() + timedelta(days=CALENDAR_DAYS))
