"""A workbook of tables, a sheet each, in the house's style."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from frontdesk.common.workbook import (
    Cell,
    Column,
    Styles,
    clean_text,
    name_workbook,
    new_workbook,
    set_up_page,
    without_collecting,
    write_table,
)

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

MOST_ON_A4 = 9
"""A table of more columns is printed on A3."""

_NOT_IN_NAMES = str.maketrans(dict.fromkeys((*map(chr, range(32)), *"[]:*?/\\'"), " "))
_LONGEST_NAME = 31


class TableBook:
    """A workbook in the making: `title` is what its file is called inside and what stands over every table that has no
    title of its own, `owner` whose it is, on every page, and `created` when it was made. The same tables of the same
    moment are the same bytes.
    """

    def __init__(self, title: str, owner: str, created: datetime) -> None:
        self._content = BytesIO()
        self._title, self._owner, self._names = title, owner, set[str]()
        self.book = new_workbook(self._content)
        self.styles = Styles(self.book)
        name_workbook(self.book, title, owner, created)

    def add(
        self,
        name: str,
        under: str,
        columns: Sequence[Column],
        rows: Sequence[Sequence[Cell]],
        *,
        title: str | None = None,
        footer: str | None = None,
        large: bool = False,
        is_form: bool = False,
    ) -> Worksheet:
        """A sheet called `name` with one table, `under` its title a line about it; `footer` says more than whose the
        book is. See `set_up_page` and `write_table`. Returns the sheet, to which more may be added.
        """
        sheet = self.book.add_worksheet(self._free_name(name))
        set_up_page(sheet, self._owner if footer is None else footer, large=large)
        over = self._title if title is None else title
        with without_collecting():
            write_table(sheet, self.styles, over, under, columns, rows, is_form=is_form)
        return sheet

    def content(self) -> bytes:
        """The .xlsx file. Nothing can be added any more."""
        with without_collecting():
            self.book.close()
        return self._content.getvalue()

    def _free_name(self, wanted: str) -> str:
        """As spreadsheet programs take it for a sheet, without what they refuse, and as no other sheet is called."""
        base = clean_text(wanted).translate(_NOT_IN_NAMES).strip()
        name, number = _cut(base, _LONGEST_NAME) or "1", 2
        while name.lower() in self._names:
            name, number = f"{_cut(base, _LONGEST_NAME - 4)} {number}".strip(), number + 1
        self._names.add(name.lower())
        return name


def _cut(text: str, most: int) -> str:
    """The beginning of a text, at most so many of the units of UTF-16 in which spreadsheet programs count."""
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")
