"""Records handed to somebody: noted where responsibility passes to another person, until that person has opened it.

It costs a reader nothing: noted is what is new, in one row that is taken away when it is opened, and a record that is
new to nobody has none.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from db import case_handed, case_lists, staff
from db.case_handed import HandedEntry
from db.case_lists import Wanted
from db.cases import CaseRow
from db.errors import DatabaseError
from frontdesk.cases.engine.handed import handed, marks_seen
from frontdesk.cases.masks import rows_told
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from frontdesk.cases.engine.rules import Event
    from frontdesk.context import Context


class Handed(NamedTuple):
    """A record that is new to its responsible person: who handed it on (staff number and name), on which local day."""

    row: CaseRow
    by: str
    by_name: str
    day: str


def keep_handed(
    context: Context, connection: sqlite3.Connection, before: CaseRow | None, after: CaseRow, event: Event
) -> None:
    """Note to whom an event makes a record new, or that it is new no more; `before` is None at its opening."""
    becomes = handed(
        before.responsible if before is not None else "",
        after.responsible,
        event.operator_no,
        had_ended=before is not None and before.ended_on is not None,
        has_ended=after.ended_on is not None,
    )
    if becomes == "new":
        case_handed.put(
            connection,
            HandedEntry(
                case_id=after.id, staff_no=after.responsible, at=context.now_ms(), operator_no=event.operator_no
            ),
        )
    elif becomes == "seen" and before is not None:
        case_handed.drop(connection, after.id)


@allowed("reader")
def note_seen(context: Context, case_id: int) -> bool:
    """Note that a record was opened by the person it was handed to; True where it was new to whoever is signed in.

    Nobody waits for it and nobody is refused the record for it: where the file cannot be written it stays new. No entry
    is made in the audit log, which tells who handed it on.
    """
    operator = context.require_operator()
    only_reads = operator.role == "auditor"
    with context.database.reading() as connection:
        new_to = operator.no if case_handed.is_new_to(connection, case_id, operator.no) else ""
    if not marks_seen(new_to, operator.no, only_reads=only_reads):
        return False
    try:
        with context.database.write() as connection:
            # It may have been handed on in another window just now.
            if case_handed.is_new_to(connection, case_id, operator.no):
                case_handed.drop(connection, case_id)
    except DatabaseError:
        return False
    return True


@allowed("shown")
def handed_count(context: Context) -> int:
    """How many records are new to whoever is signed in; none to an auditor, who opens none of them for good."""
    operator = context.operator
    if operator is None or operator.role == "auditor":
        return 0
    with context.database.reading() as connection:
        return case_handed.count_of(connection, operator.no)


@allowed("shown")
def unopened_count(context: Context, days: int) -> int:
    """How many records have been new to whom they were handed for so many whole local days."""
    with context.database.reading() as connection:
        return case_handed.unopened_since(connection, context.midnight(context.today() - timedelta(days=days - 1)))


@allowed("shown")
def handed_list(context: Context, limit: int, *, definition: str = "", responsible: str = "") -> list[Handed]:
    """What was handed to somebody who has not opened it yet, what is due first first: of everybody, or of one person
    (staff number), and of one definition where it is named. Titles are told as `looking.work_list` tells them.
    """
    wanted = Wanted(definitions=(definition,) if definition else (), responsible=responsible, is_handed=True)
    with context.database.reading() as connection:
        rows = rows_told(context, connection, case_lists.page(connection, wanted, 0, limit))
        return told(context, connection, rows, case_handed.every(connection))


def told(
    context: Context, connection: sqlite3.Connection, rows: Sequence[CaseRow], known: dict[int, HandedEntry]
) -> list[Handed]:
    """Those of the records that are new to somebody, with who handed them on."""
    found = [(row, known[row.id]) for row in rows if row.id in known]
    names = staff.names_of(connection, {one.operator_no for _, one in found}) if found else {}
    return [
        Handed(row, one.operator_no, names.get(one.operator_no, one.operator_no), context.local_day(one.at))
        for row, one in found
    ]
