"""The standing order as a workbook, out and in; the sheets are in `standing_columns`.

What was written out can be taken in again and changes nothing. A sheet that is not in the file, and a row that is not
in a sheet, leave what is stored; but for a post that is named, 开放时间 and AB角 are all that there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from db import standing as records
from db.errors import NothingWritten
from db.standing import WishRow
from frontdesk.common.wholefile import whole_file
from frontdesk.locale import t
from frontdesk.permission import allowed
from frontdesk.roster.standing.changes import (
    Batch,
    changes_between,
)
from frontdesk.roster.standing.columns import SHEETS, Cell
from frontdesk.roster.standing.order import Order
from frontdesk.roster.standing.rules import StandingError
from frontdesk.roster.standing.service import ask_in, standing_order
from frontdesk.roster.standing.store import FOREVER, load_order
from frontdesk.roster.standing.taking import Taking
from frontdesk.sheets.outcome import ImportOutcome
from frontdesk.sheets.reader import read_bytes, read_sheets

if TYPE_CHECKING:
    import sqlite3

    from db.standing_log import StandingChange
    from frontdesk.context import Context


def export_order(context: Context, out: Path, order: Order | None = None) -> dict[str, int]:
    """Write the order in force, or one that was filed, to `out`, whole or not at all; how many rows each sheet has.

    The wishes are those from today on, and of a filed order none. Raises StandingError `export_failed`; what stood
    there before is untouched.
    """
    wishes: list[WishRow] = []
    if order is None:
        order = standing_order(context)
        wishes = records.wishes(context.database.connection, context.today().isoformat(), FOREVER)
    rows = {one.name: list(one.rows(order, wishes)) for one in SHEETS}
    content = _content(rows)
    try:
        with whole_file(out, private=True) as part:
            part.write_bytes(content)
    except OSError as error:
        raise StandingError("export_failed", path=str(out), reason=error.strerror or str(error)) from error
    return {name: len(found) for name, found in rows.items()}


def _content(rows: dict[str, list[tuple[Cell, ...]]]) -> bytes:
    from frontdesk.common.workbook import Styles, new_workbook, write_cell

    content = BytesIO()
    with new_workbook(content) as book:
        styles = Styles(book)
        for one in SHEETS:
            sheet = book.add_worksheet(one.name)
            for place, (column, width) in enumerate(zip(one.columns, one.widths, strict=True)):
                sheet.set_column(place, place, width)
                sheet.write_string(0, place, column.aliases[0], styles.heading())
            for line, cells in enumerate(rows[one.name], start=1):
                for place, cell in enumerate(cells):
                    # Text cells keep codes and times as they are when somebody edits them.
                    number_format = "0" if isinstance(cell, int) else "@"
                    write_cell(sheet, styles, line, place, cell, border=1, num_format=number_format)
            sheet.freeze_panes(1, 0)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
    return content.getvalue()


@dataclass(frozen=True)
class SheetsTaken:
    """What came of a workbook: the counts of its rows, and the change that it became; None where it changed nothing
    but wishes.
    """

    outcome: ImportOutcome
    change: StandingChange | None = None


def outcome_words(taken: SheetsTaken) -> list[str]:
    """What came of a workbook: its counts and whether it waits, or every cell that is wrong."""
    outcome = taken.outcome
    if not outcome.is_clean:
        lines = [t("roster_order.not_taken", count=len(outcome.rejected))]
        return lines + [
            t("roster_order.rejected", row=one.row, column=one.column, value=one.value, reason=one.words())
            for one in outcome.rejected
        ]
    counts = {name: getattr(outcome, name) for name in ("read", "added", "changed", "unchanged")}
    lines = [t("roster_order.taken", **counts)]
    if taken.change is not None:
        lines.append(t(f"roster_order.state_line.{taken.change.state}", id=taken.change.id))
    return lines


@allowed("writer")
def import_order(context: Context, path: Path, *, dry_run: bool = False) -> SheetsTaken:
    """Take a workbook in, all or nothing: a manager's is in force at once, anybody else's becomes one pending change.

    The counts say what the rows do once it is in force. Wishes need no approval. With any rejected row nothing is
    written; a rejection's column names its sheet. Raises SheetError, StandingError `sheets_missing`, DatabaseError and
    what `require_writer` raises.
    """
    context.require_writer()
    content = read_bytes(path)
    sheets = {sheet.name: sheet for sheet in read_sheets(path, content=content)}
    wanted = [one for one in SHEETS if one.name in sheets]
    if not wanted:
        raise StandingError("sheets_missing", file=path.name, names="、".join(one.name for one in SHEETS))
    fingerprint = context.keys.fingerprint(f"file:{blake2b(content, digest_size=32).hexdigest()}").hex()
    asked: StandingChange | None = None
    taking: Taking | None = None
    try:
        with context.database.write() as connection:
            operator = context.confirm_operator(connection)
            order = load_order(connection)
            taking = Taking(order, records.every_wish(connection), context.today(), operator.role == "manager")
            for one in wanted:
                taking.take(one, sheets[one.name])
            if taking.rejected or dry_run:
                raise NothingWritten
            asked = _write(context, connection, taking, order)
            context.note(connection, "imported.standing", fingerprint, read=taking.read, **taking.effects)
    except NothingWritten:
        asked = None
    assert taking is not None
    return SheetsTaken(taking.outcome(), asked)


def _write(context: Context, connection: sqlite3.Connection, taking: Taking, order: Order) -> StandingChange | None:
    changes = changes_between(order, taking.order)
    asked = ask_in(context, connection, Batch(source="import", changes=tuple(changes))) if changes else None
    for wish in taking.new_wishes:
        records.add_wish(connection, wish)
    return asked
