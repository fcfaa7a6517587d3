"""What a whole register comes to as a table: on a screen, in the terminal, as a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from frontdesk.common.workbook import Cell, Column
    from frontdesk.context import Context


@dataclass(frozen=True)
class Table:
    """A sheet of a workbook: its name, the line under its title, its columns and rows."""

    title: str
    under: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def lines(self) -> Iterable[str]:
        """The table for a terminal, a line a row."""
        yield f"{self.title}  {self.under}".rstrip()
        for row in (tuple(one.heading for one in self.columns), *self.rows):
            yield "  ".join("" if one is None else str(one) for one in row).rstrip()


def book_of(context: Context, title: str, tables: Sequence[Table]) -> bytes:
    """A workbook with a sheet for each table; the same tables on the same day are the same file."""
    from frontdesk.common.tablebook import MOST_ON_A4, TableBook

    book = TableBook(title, context.centre.name, context.now())
    for one in tables:
        book.add(one.title, one.under, one.columns, one.rows, title=one.title, large=len(one.columns) > MOST_ON_A4)
    return book.content()
