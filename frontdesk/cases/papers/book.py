"""A ledger as a workbook, in the house style of the reports."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from frontdesk.common.workbook import (
    Column,
    Styles,
    name_workbook,
    new_workbook,
    set_up_page,
    without_collecting,
    write_table,
)
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.cases.papers.ledger import Ledger
    from frontdesk.context import Context

_LARGE = 9
"""A table of more columns is printed on A3."""
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def sheet_name(title: str) -> str:
    """A title as spreadsheet programs take it for a sheet: at most 31 characters, without those that they refuse."""
    return title.translate(_FORBIDDEN).strip()[:31] or "1"


def ledger_book(context: Context, made: Ledger) -> bytes:
    """The workbook of a ledger: the same ledger on the same day is the same file."""
    content = BytesIO()
    under = "  ".join((context.centre.name, made.span, t("case_papers.count", count=len(made.lines)), *made.policy[:1]))
    rows = [(place, *one.cells) for place, one in enumerate(made.lines, 1)]
    if made.sums is not None:
        rows.append((None, *made.sums.cells))
    columns = [Column(t("case_papers.column.place"), "0")]
    columns += [Column(one.heading, one.number_format) for one in made.columns]
    with without_collecting(), new_workbook(content) as book:
        name_workbook(book, made.title, context.centre.name, context.now())
        sheet = book.add_worksheet(sheet_name(made.title))
        set_up_page(sheet, context.centre.name, large=len(columns) > _LARGE)
        write_table(sheet, Styles(book), made.title, under, columns, rows)
    return content.getvalue()
