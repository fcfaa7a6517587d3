"""The audit log as a workbook without anything that says who a resident or volunteer is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from db import audit_reading, changes
from frontdesk.audit.errors import AuditError
from frontdesk.audit.words import (
    action_words,
    change_words,
    columns_shown,
    row_words,
    subject_words,
    where_words,
)
from frontdesk.common.wholefile import write_whole
from frontdesk.errors import DeskError
from frontdesk.locale import t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.audit_reading import AuditLine, Wanted
    from db.changes import Change
    from frontdesk.common.workbook import Cell
    from frontdesk.context import Context

MOST = 100_000
"""Entries in one workbook: what a spreadsheet still opens without trouble."""

EXPORTED = "audit.exported"
ENTRY_HEADS = ("number", "at", "no", "where", "action", "code", "subject", "changes")
CHANGE_HEADS = ("number", "row", "what")


def write(context: Context, wanted: Wanted, out: Path) -> int:
    """Write the entries and what they changed; how many entries. Raises AuditError `too_many`, `export_failed`."""
    connection = context.database.connection
    with context.database.reading():
        total = audit_reading.count(connection, wanted)
        if total > MOST:
            raise AuditError("too_many", count=total, most=MOST)
        found = audit_reading.page(connection, wanted, 0, MOST)
        told = [(one.id, change) for one in found if one.changed for change in changes.of_entry(connection, one.id)]
    content = _book(context, found, told)
    try:
        write_whole(out, content, lambda: _note(context, len(found)), private=True)
    except OSError as failure:
        raise AuditError("export_failed", path=str(out), reason=failure.strerror or str(failure)) from failure
    return len(found)


def _note(context: Context, count: int) -> None:
    """That the log left the centre is in the log, also where an auditor took it, who changes nothing else."""
    from db.staff import role_of

    operator = context.require_operator()
    with context.database.write() as connection:
        if role_of(connection, operator.no) not in ("manager", "auditor"):
            raise DeskError("manager_required", no=operator.no)
        context.note(connection, EXPORTED, str(count))


def _book(context: Context, found: Sequence[AuditLine], told: Sequence[tuple[int, Change]]) -> bytes:
    # Many modules, and hardly anything of the audit log asks them.
    from frontdesk.common.tablebook import TableBook
    from frontdesk.common.workbook import Column

    entries: list[tuple[Cell, ...]] = [
        (
            one.id,
            f"{context.local(one.at):%Y-%m-%d %H:%M:%S}",
            one.operator_no or "",
            where_words(one),
            action_words(one.action),
            one.action,
            subject_words(one),
            one.changed,
        )
        for one in found
    ]
    rows: list[tuple[Cell, ...]] = [
        (number, row_words(change), change_words(change.table, column, before, after, context.local))
        for number, change in told
        for column, before, after in columns_shown(change)
    ]
    book = TableBook(t("audit.sheet.entries"), context.centre.name, context.now())
    under = t("audit.sheet.as_of", centre=context.centre.name, day=context.today().isoformat())
    for title, heads, lines in (
        (t("audit.sheet.entries"), ENTRY_HEADS, entries),
        (t("audit.sheet.changes"), CHANGE_HEADS, rows),
    ):
        book.add(title, under, [Column(t(f"audit.heading.{name}")) for name in heads], lines, title=title)
    return book.content()
