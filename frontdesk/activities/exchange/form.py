"""What a sheet that goes out and comes back is made of: its columns, and the seal that every row carries.

The seal says whose row it is and, for every cell that may be edited, a keyed checksum of what it said. When the sheet
comes back, a cell was edited where its checksum is another; and what it says may be taken where the checksum of what is
stored now is still the same. Nothing else has to be remembered: neither the file's name nor when it was written.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Any, Literal

from frontdesk.common.workbook import Cell, clean_text
from frontdesk.locale import LANGUAGES, catalogue, t
from frontdesk.sheets.cells import CellReader, CellRefused, plain_text
from frontdesk.sheets.rows import CellValue, is_blank

Kind = Literal["sessions", "signups", "attendance"]
Mode = Literal["masked", "full"]

IDENTITY = "identity"
SEAL = "seal"

_MARK = "frontdesk-row-1"
_SHEET_MARK = "frontdesk-sheet-1"
_CHECKSUM_BYTES = 6


@dataclass(frozen=True)
class Field:
    """One column of a sheet.

    `editable` ones are taken from a row that comes back; `for_new` ones from a new row alone, in a row that went out
    they stay as they are. The others are for the eye. `required` ones may not be emptied; where `zero_is_blank` nothing
    and 0 say the same.
    """

    name: str
    reader: CellReader[Any]
    editable: bool = False
    for_new: bool = False
    required: bool = False
    zero_is_blank: bool = False

    @property
    def heading(self) -> str:
        """The heading in the language in force."""
        return t(f"exchange.column.{self.name}")

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings that it may have: a file may come back to a program that speaks another language."""
        return tuple(catalogue(language, "exchange")[f"column.{self.name}"] for language in LANGUAGES)

    def said(self, cell: CellValue) -> str:
        """What a cell says, however it is written: 8, 8.0 and "８ " are one, a serial number is its date."""
        if is_blank(cell):
            return ""
        try:
            value = self.reader(cell)
            return "" if self.zero_is_blank and value == 0 else "=" + _plain(value)
        except CellRefused:
            return "?" + " ".join(plain_text(cell).split())

    def of_cell(self, cell: Cell) -> str:
        """What a cell that goes out will say when it comes back untouched."""
        return self.said(clean_text(cell) if isinstance(cell, str) else cell)


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return "-".join(_plain(one) for one in value)
    if isinstance(value, (date, time, datetime)):
        return value.isoformat()
    return str(value)


@dataclass(frozen=True)
class SheetForm:
    """The columns of one kind of sheet. `total_key` is the column that a line of totals leaves empty."""

    kind: Kind
    fields: Sequence[Field]
    total_key: str

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """The columns by their names."""
        return {field.name: field for field in self.fields}


@dataclass(frozen=True)
class SheetLine:
    """One row that goes out: whose it is, what it is called in a report, and what its cells say, by column."""

    identity: str
    subject: str
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Seal:
    """What a row carries of itself: `batch` tells the exports apart, `total` is how many rows that one had."""

    kind: Kind
    mode: Mode
    batch: str
    total: int
    identity: str
    checksums: Mapping[str, str]


@dataclass(frozen=True)
class SheetSeal:
    """What a sheet carries of itself, so that one without rows is known again: see `Seal`."""

    kind: Kind
    batch: str
    total: int


class Sealer:
    """Seals rows with the centre's own key, so that nobody makes up a row, or reads what a checksum hides."""

    def __init__(self, lookup: Callable[[str], bytes]) -> None:
        self._lookup = lookup

    def checksum(self, seal_of: tuple[str, str, str], field: str, said: str) -> str:
        """Of what a cell says; `seal_of` are kind, mode and identity of its row."""
        return self._short("\x1f".join(("exchange", *seal_of, field, said)))

    def sealed(self, form: SheetForm, mode: Mode, batch: str, total: int, line: SheetLine) -> str:
        """The seal of a row that goes out, as it stands in its hidden column."""
        seal_of = (form.kind, mode, line.identity)
        sums = ",".join(
            f"{field.name}:{self.checksum(seal_of, field.name, field.of_cell(line.cells[field.name]))}"
            for field in form.fields
        )
        body = f"{form.kind} {mode} {batch} {total} {sums} {line.identity}"
        return f"{_MARK} {self._short(body)} {body}"

    def opened(self, text: str) -> Seal | None:
        """The seal in a cell; None where it is none, or has been touched, or is another centre's."""
        mark, _, rest = text.strip().partition(" ")
        own, _, body = rest.partition(" ")
        if mark != _MARK or own != self._short(body):
            return None
        kind, mode, batch, total, sums, identity = body.split(" ", 5)
        checksums = dict(one.split(":", 1) for one in sums.split(","))
        return Seal(kind, mode, batch, int(total), identity, checksums)  # type: ignore[arg-type]

    def sheet_seal(self, kind: Kind, batch: str, total: int) -> str:
        """The seal of a whole sheet, as it stands over the hidden column."""
        body = f"{kind} {batch} {total}"
        return f"{_SHEET_MARK} {self._short(body)} {body}"

    def opened_sheet(self, text: str) -> SheetSeal | None:
        """The seal of a whole sheet in a cell; None where it is none, or has been touched, or is another centre's."""
        mark, _, rest = text.strip().partition(" ")
        own, _, body = rest.partition(" ")
        if mark != _SHEET_MARK or own != self._short(body):
            return None
        kind, batch, total = body.split(" ")
        return SheetSeal(kind, batch, int(total))  # type: ignore[arg-type]

    def _short(self, text: str) -> str:
        return urlsafe_b64encode(self._lookup(text)[:_CHECKSUM_BYTES]).decode()


def looks_sealed(text: str) -> bool:
    """Whether a cell holds the seal of a row, sound or not."""
    return text.lstrip().startswith(_MARK)
