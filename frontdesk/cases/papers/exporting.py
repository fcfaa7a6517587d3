"""A register written as a sheet that can be taken in again, and the same sheet without rows, to be filled in."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from frontdesk.cases.forms import typed_columns
from frontdesk.cases.library import definition_of
from frontdesk.cases.papers.errors import PaperError
from frontdesk.cases.papers.ledger import clear_values, rows_between
from frontdesk.cases.papers.records import in_clear, write_file
from frontdesk.cases.papers.sheet import (
    NUMBER,
    OPENED,
    VERSION,
    SheetCells,
    asked_fields,
    heading_of,
    headings,
    typed_fields,
)
from frontdesk.cases.papers.wording import Wording
from frontdesk.cases.typed import is_needed_in_sheets, with_records
from frontdesk.cases.words import state_words
from frontdesk.common.endings import ending_of
from frontdesk.common.tablebook import MOST_ON_A4, TableBook
from frontdesk.common.text import neutralise_cell
from frontdesk.common.workbook import Column
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.permission import allowed
from frontdesk.sheets.cells import plain_text

if TYPE_CHECKING:
    from db.cases import CaseRow
    from frontdesk.access.service import Approver
    from frontdesk.cases.definition.model import Definition, FieldDefinition
    from frontdesk.common.workbook import Cell

ENDINGS = ("xlsx", "csv")
Sheet = Literal["export", "blank", "whole"]
"""What goes out with its rows; a blank form of what an opening asks for; one of all that an import takes."""
_FORMATS = {"money": "0.00", "number": "0"}
_MOST_CHOICES = 255
"""Characters of all choices together that a spreadsheet program takes for a list to choose from."""
_FORM_ROWS = 500


@allowed("reader", partly=("auditor",))
def export_register(
    context: Context,
    code: str,
    out: Path,
    *,
    first: date | None = None,
    last: date | None = None,
    clear: bool = False,
    reason: str = "",
    approver: Approver | None = None,
) -> int:
    """Write the records of a definition that were opened in these days to a workbook or a table, by the ending of
    `out`; returns how many. It can be taken in again, and then changes nothing.

    People are masked unless `clear`, which a writer may, with a reason that the audit log keeps. Raises CaseError
    `unknown_definition`, `no_records`, EndingFault `unknown_ending`, PaperError `days_turned`, `write_failed`, and in
    clear what `privacy.service.in_clear` raises.
    """
    ending = ending_of(out, *ENDINGS)
    definition = with_records(definition_of(context, code))
    last = last or context.today()
    if first is not None and first > last:
        raise PaperError("days_turned", first=first.isoformat(), last=last.isoformat())
    rows = _rows(context, definition, first, last, clear=clear)
    note = in_clear(context, f"case {code}", {"count": len(rows)}, reason, approver) if clear else None
    content = _table(definition, rows, "export") if ending == "csv" else _book(context, definition, rows, "export")
    write_file(out, content, note)
    return len(rows)


@allowed("reader")
def write_form(context: Context, code: str, out: Path, *, whole: bool = False) -> Path:
    """Write the sheet of a register without rows, with what may stand in each column; returns `out`. It has what is
    asked at an opening, or the `whole` of it: what later steps say and the state too, for a register kept so far.

    Raises CaseError `unknown_definition`, `no_records`, EndingFault `unknown_ending`, PaperError `write_failed`.
    """
    definition = with_records(definition_of(context, code))
    ending = ending_of(out, *ENDINGS)
    sheet: Sheet = "whole" if whole else "blank"
    content = _table(definition, [], sheet) if ending == "csv" else _book(context, definition, [], sheet)
    write_file(out, content, None)
    return out


def _rows(
    context: Context, definition: Definition, first: date | None, last: date, *, clear: bool
) -> list[tuple[Cell, ...]]:
    found: list[tuple[Cell, ...]] = []
    with context.database.reading() as connection:
        wording = Wording(context, connection, masked=not clear, long_days=False)
        for row in rows_between(connection, definition.code, first, last):
            version = f"{context.centre.code} {row.revision}"
            *said, state = register_row(context, connection, definition, row, wording)
            found.append((*said, date.fromisoformat(row.opened_on), state, version))
    return found


def register_row(
    context: Context, connection: sqlite3.Connection, definition: Definition, row: CaseRow, wording: Wording
) -> tuple[Cell, ...]:
    """A record in the cells of its sheet: number, what it says as `wording` shows people, state."""
    cells = SheetCells(definition, wording)
    values = clear_values(context, connection, definition, row)
    wording.about(definition, values, row.id)
    said = (cells.cell(one, values.get(one.code)) for one in typed_fields(definition))
    return (row.number, *said, state_words(definition, row))


def register_columns(definition: Definition) -> list[Column]:
    """The columns of `register_row`."""
    return [one for one in _columns(definition, "export")[:-1] if one.heading != heading_of(OPENED)]


def _fields(definition: Definition, sheet: Sheet) -> tuple[FieldDefinition, ...]:
    return asked_fields(definition) if sheet == "blank" else typed_fields(definition)


def _columns(definition: Definition, sheet: Sheet) -> list[Column]:
    named = headings(definition)
    found = [Column(named[one.code], _FORMATS.get(one.kind, "")) for one in _fields(definition, sheet)]
    state, opened = Column(t("case_papers.column.state")), Column(heading_of(OPENED))
    if sheet == "whole":
        return [*found, opened, state] if definition.states else found
    if sheet == "blank":
        return found
    return [Column(heading_of(NUMBER)), *found, opened, state, Column(heading_of(VERSION))]


def _table(definition: Definition, rows: Sequence[tuple[Cell, ...]], sheet: Sheet) -> bytes:
    """A table for a spreadsheet program: UTF-8 with its mark, no cell of which is a formula."""
    content = StringIO(newline="")
    writer = csv.writer(content)
    writer.writerow([one.heading for one in _columns(definition, sheet)])
    for row in rows:
        writer.writerow([_csv_cell(one) for one in row])
    return content.getvalue().encode("utf-8-sig")


def _csv_cell(cell: Cell) -> str:
    text = f"{cell:.2f}" if isinstance(cell, float) else plain_text(cell)
    return neutralise_cell(text)


def _book(context: Context, definition: Definition, rows: Sequence[tuple[Cell, ...]], kind: Sheet) -> bytes:
    # Not just its name, which a column may have as well: it would be taken for the headings.
    title, columns = t("case_papers.sheet.title", name=definition.name), _columns(definition, kind)
    full = kind == "export"
    under = f"{context.centre.name}  " + t("case_papers.sheet.under" if full else "case_papers.sheet.fill_in")
    book = TableBook(title, context.centre.name, context.now())
    sheet = book.add(title, under, columns, rows, large=len(columns) > MOST_ON_A4, is_form=not full)
    _add_choices(sheet, definition, kind, max(_FORM_ROWS, len(rows)))
    _add_notes(book, context, definition, kind)
    return book.content()


def _add_choices(sheet: object, definition: Definition, kind: Sheet, rows: int) -> None:
    """Let the cells of a choice offer what may stand in them."""
    offered = [[str(choice.name) for choice in one.choices] for one in _fields(definition, kind)]
    if kind == "whole":
        offered += [[], [str(one.name) for one in definition.states]]
    for place, source in enumerate(offered, 1 if kind == "export" else 0):
        if source and len(",".join(source)) <= _MOST_CHOICES and not any("," in word for word in source):
            options = {"validate": "list", "source": source, "error_type": "warning"}
            sheet.data_validation(3, place, 2 + rows, place, options)  # type: ignore[attr-defined]


def _add_notes(book: TableBook, context: Context, definition: Definition, kind: Sheet) -> None:
    """A second sheet that says what may stand in which column."""
    named = headings(definition)
    rows: list[tuple[Cell, ...]] = []
    for one in _fields(definition, kind):
        needed = t("cases.yes") if is_needed_in_sheets(one) else ""
        how = how_to_fill(context, definition, one)
        if kind == "whole" and not one.at_opening:
            how = f"{t('case_papers.sheet.how.later')}  {how}".strip()
        rows.append((named[one.code], needed, how))
    if kind == "whole" and definition.states:
        names = t("cases.explain.joint").join(str(one.name) for one in definition.states)
        rows.append((heading_of(OPENED), "", t("case_papers.sheet.how.opened")))
        rows.append((t("case_papers.column.state"), "", t("case_papers.sheet.how.state", states=names)))
    heads = [Column(t(f"case_papers.sheet.{name}")) for name in ("column", "needed", "how")]
    title = t("case_papers.sheet.notes")
    under = t("case_papers.sheet.notes_under")
    if kind == "blank" and definition.states:
        under = f"{under}  {t('case_papers.sheet.notes_whole', code=definition.code)}"
    book.add(title, under, heads, rows, title=title)


def how_to_fill(context: Context, definition: Definition, field: FieldDefinition) -> str:
    """What may stand in a column, in words."""
    words = _how(context, definition, field)
    return f"{field.help}  {words}".strip() if field.help is not None else words


def _how(context: Context, definition: Definition, field: FieldDefinition) -> str:
    if field.kind == "list":
        names = " | ".join(f"{one.name}{'*' * one.required}" for one in typed_columns(definition, field))
        return t("case_papers.sheet.how.list", columns=names)
    if field.kind == "choice":
        known: object = getattr(context.settings, field.choices_from, ()) if field.choices_from else ()
        words = known if isinstance(known, tuple) else ()
        return t("cases.explain.joint").join([*(str(one.name) for one in field.choices), *map(str, words)])
    if field.personal == "phone":
        return t("case_papers.sheet.how.phone")
    limits: Mapping[str, object] = {"most": field.most or (4000 if field.kind == "long_text" else 200)}
    return t(f"case_papers.sheet.how.{field.kind}", **limits) if field.kind in _SAID else ""


_SAID = (
    "text",
    "long_text",
    "number",
    "money",
    "date",
    "yes_no",
    "staff",
    "volunteer",
    "session",
    "room",
    "reference",
)
