"""Finding the wanted columns in an untidy sheet, and reading its rows cell by cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from frontdesk.common.longnumbers import is_long_number, mask_long_numbers
from frontdesk.common.text import visible
from frontdesk.locale import LANGUAGES, catalogue
from frontdesk.sheets.cells import CellReader, CellRefused, plain_text, read_text
from frontdesk.sheets.errors import DEFAULT_LIMITS, Limits, SheetError
from frontdesk.sheets.outcome import Rejection
from frontdesk.sheets.reader import read_sheets
from frontdesk.sheets.rows import CellValue, Sheet, SheetRow, is_blank, is_failed_formula, is_formula

HEADER_ROWS = 20
"""How far down the headings are looked for, under title rows."""

_TOTALS = re.compile(r"(合计|总计|小计|共计|总数|累计|total|subtotal)", re.IGNORECASE)
_REMARK = re.compile(r"\([^()]*\)$")
_VALUE_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Column:
    """A wanted column: the name its values get, the headings it may have, and how its cells are read.

    `required` asks for the heading and for a value in every row. Otherwise a blank cell, or every cell of a
    column that is not there, reads as None. `may_be_blank` changes the second half: the heading must be
    there, cells may be blank.
    """

    name: str
    aliases: Sequence[str]
    required: bool = True
    reader: CellReader[Any] = field(default_factory=read_text)
    may_be_blank: bool | None = None

    @property
    def blank_allowed(self) -> bool:
        """Whether a row may leave it empty."""
        return not self.required if self.may_be_blank is None else self.may_be_blank


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of which every cell was read."""

    number: int
    values: Mapping[str, Any]
    """By column name; None for a blank cell."""
    cells: Mapping[str, CellValue]
    """The same cells as the file has them."""

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet whose columns have been found: rows that could be read, and what could not."""

    sheet: str
    headings: Mapping[str, str]
    """By column name, the heading as the file has it; only columns that are there."""
    rows: Sequence[TableRow]
    rejected: Sequence[Rejection]
    read: int
    """How many rows of data there are, the rejected ones included."""
    others: Sequence[str] = ()
    """Headings of columns that nobody asked for."""

    def reject(self, row: TableRow, column: str, reason: str, *, area: str = "sheets", **details: object) -> Rejection:
        """A rejection of a cell that was readable but is wrong for a reason the file alone does not show.

        `column` is the column's name; the words are <area>.reason.<reason>, filled with `details`.
        """
        heading = self.headings.get(column, column)
        return replace(rejection(row.number, heading, row.cells.get(column), reason, details), area=area)


def rejection(
    number: int, heading: str, value: CellValue, reason: str, details: Mapping[str, object] | None = None
) -> Rejection:
    """One refused cell, its value made fit to be shown: one line, shortened, no control characters, no long number."""
    text = str(int(value)) if isinstance(value, float) and is_long_number(value) else plain_text(value)
    shown = "".join(
        " " if unicodedata.category(one) in ("Cc", "Cs") else one for one in mask_long_numbers(text)
    ).strip()
    if len(shown) > _VALUE_SHOWN:
        shown = f"{shown[:_VALUE_SHOWN]}.."
    return Rejection(number, heading, shown, reason, dict(details or {}))


def read_table(
    path: Path,
    columns: Sequence[Column],
    *,
    key: str | None = None,
    unique: Sequence[str] = (),
    limits: Limits = DEFAULT_LIMITS,
    content: bytes | None = None,
) -> Table:
    """The first worksheet of a file that has the wanted headings, read; see `find_table`.

    `content` is the file's content where it has been read already.
    Raises SheetError; header_missing speaks of the first worksheet that holds anything.
    """
    missing: SheetError | None = None
    for sheet in read_sheets(path, limits, content):
        try:
            return find_table(sheet, columns, key=key, unique=unique)
        except SheetError as error:
            if error.code != "header_missing":
                raise
            missing = missing or error
    raise missing or SheetError("empty", file=path.name)


def find_table(sheet: Sheet, columns: Sequence[Column], *, key: str | None = None, unique: Sequence[str] = ()) -> Table:
    """The rows under the headings, each cell read by its column's reader.

    Headings are compared folded, without spaces, and if need be without a remark in brackets at the end;
    their order does not matter and other columns are left alone. A row with an empty `key` column (the
    first column by default) that speaks of a total is skipped. Rows that repeat an earlier one in all
    `unique` columns are rejected as duplicate_in_file. Raises SheetError: header_missing, header_duplicate.
    """
    header, places = _find_header(sheet, columns)
    headings = {name: plain_text(header.cells[place]).strip() for name, place in places.items()}
    key = key or columns[0].name
    rows: list[TableRow] = []
    rejected: list[Rejection] = []
    seen: dict[tuple[Any, ...], int] = {}
    read = 0
    for row in sheet.rows:
        if row.comment or row.number <= header.number or _is_total(row, places.get(key)) or _says_nothing(row):
            continue
        cells = {name: row.cells[place] if place < len(row.cells) else None for name, place in places.items()}
        if all(is_blank(value) for value in cells.values()):
            continue
        read += 1
        values, refused = _read_cells(row.number, cells, columns, headings)
        repeated = _repeated(values, unique, seen, row.number) if unique and not refused else None
        if repeated is not None:
            heading = headings.get(unique[0], unique[0])
            refused = [
                rejection(row.number, heading, cells.get(unique[0]), "duplicate_in_file", {"first_row": repeated})
            ]
        if refused:
            rejected.extend(refused)
        else:
            rows.append(TableRow(row.number, values, cells))
    said = [plain_text(value).strip() for place, value in enumerate(header.cells) if place not in places.values()]
    return Table(
        sheet.name, headings, rows, rejected, read, [visible(mask_long_numbers(one))[:40] for one in said if one]
    )


def _read_cells(
    number: int, cells: Mapping[str, CellValue], columns: Sequence[Column], headings: Mapping[str, str]
) -> tuple[dict[str, Any], list[Rejection]]:
    values: dict[str, Any] = {}
    refused: list[Rejection] = []
    for column in columns:
        value = cells.get(column.name)
        if is_blank(value):
            values[column.name] = None
            if not column.blank_allowed:
                refused.append(rejection(number, headings[column.name], value, "missing"))
            continue
        if is_formula(value):
            # What it last came to is old, or is not in the file at all: its text would be taken for what it says.
            refused.append(rejection(number, headings[column.name], value, "formula"))
            continue
        if is_failed_formula(value):
            refused.append(rejection(number, headings[column.name], value, "error_cell"))
            continue
        try:
            values[column.name] = column.reader(value)
        except CellRefused as error:
            refused.append(rejection(number, headings[column.name], value, error.reason, error.details))
    return values, refused


def _repeated(
    values: Mapping[str, Any], unique: Sequence[str], seen: dict[tuple[Any, ...], int], number: int
) -> int | None:
    """The earlier row with the same values, if there is one; a row without any of them repeats nothing."""
    identity = tuple(values[name] for name in unique)
    if all(value is None for value in identity):
        return None
    first = seen.setdefault(identity, number)
    return None if first == number else first


def _is_total(row: SheetRow, key_place: int | None) -> bool:
    if key_place is not None and key_place < len(row.cells) and not is_blank(row.cells[key_place]):
        return False
    return any(isinstance(value, str) and _TOTALS.match(_heading_key(value)) for value in row.cells)


def _says_nothing(row: SheetRow) -> bool:
    """Whether the row only says, as our own workbooks do, that there is none."""
    said = [value for value in row.cells if not is_blank(value)]
    return len(said) == 1 and said[0] in {catalogue(one, "common")["workbook.empty"] for one in LANGUAGES}


def _find_header(sheet: Sheet, columns: Sequence[Column]) -> tuple[SheetRow, dict[str, int]]:
    """The first row that has all required headings, and where each column stands in it."""
    best_row, best_places = SheetRow(0, ()), dict[str, list[int]]()
    for row in sheet.rows[:HEADER_ROWS]:
        places = _places(row, columns)
        if places and all(column.name in places for column in columns if column.required):
            for found in places.values():
                if len(found) > 1:
                    same = "、".join(plain_text(row.cells[place]).strip() for place in found)
                    raise SheetError("header_duplicate", headings=same, row=row.number)
            return row, {name: found[0] for name, found in places.items()}
        if len(places) > len(best_places) or not best_row.cells:
            best_row, best_places = row, places
    missing = [column.aliases[0] for column in columns if column.required and column.name not in best_places]
    seen = [plain_text(value).strip() for value in best_row.cells if not is_blank(value)]
    raise SheetError(
        "header_missing", missing="、".join(missing), found=mask_long_numbers("、".join(seen))[:300] or "-"
    )


def _places(row: SheetRow, columns: Sequence[Column]) -> dict[str, list[int]]:
    """Where each column's heading stands in the row; more than one place where it is repeated."""
    exact = [_heading_key(plain_text(value)) for value in row.cells]
    bare = [_REMARK.sub("", heading) for heading in exact]
    places: dict[str, list[int]] = {}
    taken: set[int] = set()
    for column in columns:
        aliases = {_heading_key(alias) for alias in column.aliases}
        for headings in (exact, bare):
            found = [place for place, key in enumerate(headings) if key in aliases and place not in taken]
            if found:
                places[column.name] = found
                taken.update(found)
                break
    return places


def _heading_key(text: str) -> str:
    """A heading as it is compared: folded, lower case, without spaces, stars and colons."""
    return re.sub(r"[\s*:：＊\u200b\ufeff]", "", unicodedata.normalize("NFKC", text)).casefold()
