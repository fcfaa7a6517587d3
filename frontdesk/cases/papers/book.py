"""A ledger as a workbook, in the house style of the reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.common.tablebook import MOST_ON_A4, TableBook
from frontdesk.common.workbook import Column
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.cases.papers.ledger import Ledger
    from frontdesk.context import Context


def ledger_book(context: Context, made: Ledger) -> bytes:
    """The workbook of a ledger: the same ledger on the same day is the same file."""
    under = "  ".join((context.centre.name, made.span, t("case_papers.count", count=len(made.lines)), *made.policy[:1]))
    rows = [(place, *one.cells) for place, one in enumerate(made.lines, 1)]
    if made.sums is not None:
        rows.append((None, *made.sums.cells))
    columns = [Column(t("case_papers.column.place"), "0")]
    columns += [Column(one.heading, one.number_format) for one in made.columns]
    book = TableBook(made.title, context.centre.name, context.now())
    book.add(made.title, under, columns, rows, large=len(columns) > MOST_ON_A4)
    return book.content()
