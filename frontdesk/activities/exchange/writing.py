"""A sheet that goes out, as a workbook of the house: grey is what stays as it is, and behind it every row's seal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from frontdesk.activities.exchange.form import Mode, Sealer, SheetForm, SheetLine
from frontdesk.common.tablebook import TableBook
from frontdesk.common.workbook import Cell, Column, Styles, write_cell
from frontdesk.locale import t

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_FIRST_ROW = 3
_LOCKED = {"bg_color": "#EDEDED", "font_color": "#7F7F7F", "border": 1}
# What Excel takes for the words of one list, the marks between them included.
_LONGEST_LIST = 255
_ROWS_TO_ADD = 200
"""How many rows under the others offer the words of their columns, for whoever adds some."""


def workbook_of(
    form: SheetForm,
    lines: Sequence[SheetLine],
    *,
    mode: Mode,
    sealer: Sealer,
    batch: str,
    owner: str,
    created: datetime,
    subtitle: str,
    choices: Mapping[str, Sequence[str]],
) -> bytes:
    """The workbook with these rows; `choices` are the words that a column offers in a list, by its name."""
    headings = [t("exchange.column.identity"), *(field.heading for field in form.fields)]
    rows: list[list[Cell]] = [[line.identity, *(line.cells[field.name] for field in form.fields)] for line in lines]
    book = TableBook(t(f"exchange.title.{form.kind}", centre=owner), owner, created)
    columns = [Column(heading) for heading in headings]
    sheet = book.add(t(f"exchange.sheet.{form.kind}"), subtitle, columns, rows, large=len(headings) > 12)
    if not rows:
        # What says that there is nothing would stand where the first row is added.
        sheet.write_blank(_FIRST_ROW, 0, None, book.styles.get(border=1))
    _grey(sheet, book.styles, form, rows)
    _seal(sheet, book.styles, form, lines, mode, sealer, batch)
    _offer(sheet, form, len(lines), choices)
    return book.content()


def _grey(sheet: Worksheet, styles: Styles, form: SheetForm, rows: Sequence[Sequence[Cell]]) -> None:
    """Show which columns are not to be edited: the row's name, and what is only for the eye."""
    fixed = [0, *(place for place, field in enumerate(form.fields, 1) if not field.editable)]
    for place in fixed:
        heading = t("exchange.column.identity") if place == 0 else form.fields[place - 1].heading
        sheet.write_string(2, place, heading, styles.get(**{**_LOCKED, "bold": True, "align": "center"}))
        for number, row in enumerate(rows, _FIRST_ROW):
            write_cell(sheet, styles, number, place, row[place], **_LOCKED)


def _seal(
    sheet: Worksheet,
    styles: Styles,
    form: SheetForm,
    lines: Sequence[SheetLine],
    mode: Mode,
    sealer: Sealer,
    batch: str,
) -> None:
    """Write the seals into a hidden column at the end: sorting moves them with their rows, printing leaves them out."""
    place = len(form.fields) + 1
    # Over the rows' own, so that a sheet without rows is one to add some to.
    sheet.write_string(0, place, sealer.sheet_seal(form.kind, batch, len(lines)), styles.get(font_color="#7F7F7F"))
    sheet.write_string(2, place, t("exchange.column.seal"), styles.get(**_LOCKED))
    for number, line in enumerate(lines, _FIRST_ROW):
        sheet.write_string(number, place, sealer.sealed(form, mode, batch, len(lines), line), styles.get(**_LOCKED))
    sheet.set_column(place, place, 4, None, {"hidden": True})
    # The filter must take the hidden column along, or sorting would part the rows from their seals.
    sheet.autofilter(2, 0, max(_FIRST_ROW, 2 + len(lines)), place)


def _offer(sheet: Worksheet, form: SheetForm, count: int, choices: Mapping[str, Sequence[str]]) -> None:
    for place, field in enumerate(form.fields, 1):
        words = [word for word in choices.get(field.name, ()) if "," not in word]
        if words and len(",".join(words)) <= _LONGEST_LIST:
            options = {"validate": "list", "source": words, "error_type": "warning"}
            sheet.data_validation(_FIRST_ROW, place, _FIRST_ROW + count + _ROWS_TO_ADD - 1, place, options)
