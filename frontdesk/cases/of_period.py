"""The records of a period as they stood at its end, for the reports."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from db import case_numbers as numbers
from db import cases as records
from db.case_numbers import OfPeriod
from frontdesk.cases.library import in_force
from frontdesk.cases.masks import rows_told
from frontdesk.cases.remembered import standing_at
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition
    from frontdesk.context import Context


@dataclass(frozen=True)
class PeriodCase:
    """A record that was opened or ended in a period, or overdue at its end.

    `state` and `level` are those of the end of the period, in words; `due` is the first day on which a running limit
    ends or ended, `ended_on` is None if that was later.
    """

    definition: Definition
    number: str
    title: str
    state: str
    level: int
    responsible: str
    opened_on: date
    due: date | None
    ended_on: date | None
    opened: bool
    ended: bool
    overdue: bool


@allowed("shown")
def cases_of_period(
    context: Context, first: date, last: date, most: int, *, titled_in_clear: bool = False
) -> list[PeriodCase]:
    """The records that were opened or ended in a span of local days, and at most twice `most` older ones that were
    overdue at its end; by definition and day. Their own people are masked in their titles unless `titled_in_clear`,
    for who is signed in and may write. Raises what `definitions` raises.
    """
    if titled_in_clear:
        context.require_writer()
    known = in_force(context)
    with context.database.reading() as connection:
        found = numbers.of_period(connection, first.isoformat(), last.isoformat(), context.today().isoformat(), most)
        if not titled_in_clear:
            rows = rows_told(context, connection, [one.row for one in found])
            found = [one._replace(row=row) for one, row in zip(found, rows, strict=True)]
        return [
            _as_of(connection, known[one.row.definition], one, last.isoformat())
            for one in found
            if one.row.definition in known
        ]


@allowed("shown")
def left_out_of_period(
    context: Context, first: date, last: date, most: int, found: Iterable[PeriodCase]
) -> dict[str, int]:
    """By definition how many overdue records are not among what `cases_of_period` found with the same days and `most`;
    those without any left out.
    """
    older = [one for one in found if not one.opened and not one.ended]
    if len(older) < most:
        return {}
    told = Counter(one.definition.code for one in older if one.overdue)
    with context.database.reading() as connection:
        span = (first.isoformat(), last.isoformat())
        whole = numbers.older_overdue(connection, *span, context.today().isoformat())
    known = in_force(context)
    return {code: many - told[code] for code, many in whole.items() if code in known and many > told[code]}


def _as_of(connection: sqlite3.Connection, definition: Definition, one: OfPeriod, last: str) -> PeriodCase:
    """A record as it stood at the end of a day: by its log, where something happened since and the log tells it."""
    row = one.row
    state, level, responsible, due = row.state, row.level, row.responsible, row.due_on
    if one.is_moved:
        now = standing_at(definition, row, records.log_of(connection, row.id), last)
        named = now.values.get(definition.responsible or "")
        state, level, responsible = now.state, now.level, named if isinstance(named, str) else ""
        due = min((each.due_on for each in _running(connection, row.id, last) if each.due_on), default=None)
    ended = row.ended_on if row.ended_on is not None and row.ended_on <= last else None
    return PeriodCase(
        definition=definition,
        number=row.number,
        title=row.title,
        state=definition.state_name(state),
        level=level,
        responsible=responsible,
        opened_on=date.fromisoformat(row.opened_on),
        due=date.fromisoformat(due) if due is not None and ended is None else None,
        ended_on=date.fromisoformat(ended) if ended is not None else None,
        opened=one.opened,
        ended=one.ended,
        overdue=one.overdue,
    )


def _running(connection: sqlite3.Connection, case_id: int, last: str) -> list[numbers.CaseLimit]:
    """The limits of a record that ran at the end of a day."""
    return [
        one
        for one in numbers.limits_of(connection, case_id)
        if one.started_on <= last and (one.stopped_on is None or one.stopped_on > last)
    ]
