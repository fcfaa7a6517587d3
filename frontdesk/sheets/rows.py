"""What a sheet is once it has been read: numbered rows of plain values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias

from frontdesk.sheets.archive import too_large
from frontdesk.sheets.errors import Limits

CellValue: TypeAlias = str | int | float | Decimal | bool | date | datetime | time | timedelta | None


_FAILED = re.compile(
    r"#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!|GETTING_DATA)",
    re.IGNORECASE,
)
"""What a spreadsheet program shows where a formula has failed, and writes into text files too."""

_BLANKS = "\ufeff\u200b\u3000\xa0 \t\r\n\v\f"


class FormulaText(str):
    """The text of a formula, which nobody here computes; equal to the same text that is none."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that holds something, without the empty cells at its end."""

    number: int
    """As the spreadsheet program numbers it, from 1."""
    cells: tuple[CellValue, ...]
    comment: bool = False
    """A line of a text file that began with #; it may hold the headings, never data."""


@dataclass(frozen=True, slots=True, order=True)
class Merged:
    """Cells merged into one: rows as numbered, columns from 0, both ends included; the value is in the first cell."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int
    cells: str
    """As the spreadsheet program names them: B5:B6."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one worksheet or text file; entirely blank rows are left out."""

    name: str
    rows: tuple[SheetRow, ...]
    merged: tuple[Merged, ...] = ()
    """What is merged, where that was asked for; a covered cell is blank or holds what nobody sees."""


class RowCollector:
    """Takes the rows of one sheet in, drops blank ones and holds the limits."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._cells = self._characters = 0
        self.rows: list[SheetRow] = []

    def add(self, number: int, values: list[CellValue], *, comment: bool = False) -> None:
        """Keep one row; raises SheetError too_large where a limit is passed."""
        limits = self._limits
        if number > limits.last_row:
            raise too_large("rows", limits.last_row)
        while values and is_blank(values[-1]):
            values.pop()
        if not values:
            return
        self._cells += len(values)
        if len(self.rows) >= limits.rows:
            raise too_large("rows", limits.rows)
        if len(values) > limits.columns:
            raise too_large("columns", limits.columns)
        if self._cells > limits.cells:
            raise too_large("cells", limits.cells)
        lengths = [len(value) for value in values if isinstance(value, str)]
        if lengths and max(lengths) > limits.cell_characters:
            raise too_large("cell", limits.cell_characters)
        self._characters += sum(lengths)
        if self._characters > limits.characters:
            raise too_large("characters", limits.characters)
        self.rows.append(SheetRow(number, tuple(values), comment))


def is_blank(value: CellValue) -> bool:
    """Whether a cell holds nothing, or only spaces and invisible marks."""
    return value is None or (isinstance(value, str) and not value.strip(_BLANKS))


def is_formula(value: CellValue) -> bool:
    """Whether a cell of a workbook holds a formula, whatever was last reckoned with it."""
    return isinstance(value, FormulaText)


def is_failed_formula(value: CellValue) -> bool:
    """Whether a cell shows that its formula failed, #REF! or #N/A, instead of a value."""
    return isinstance(value, str) and _FAILED.fullmatch(value.strip()) is not None
