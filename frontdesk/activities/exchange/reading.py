"""A sheet that comes back from WPS or Excel: whose each row is, and which of its cells were edited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frontdesk.activities.exchange.errors import ExchangeError
from frontdesk.activities.exchange.form import (
    IDENTITY,
    SEAL,
    Field,
    Kind,
    Mode,
    Seal,
    Sealer,
    SheetForm,
    SheetSeal,
    looks_sealed,
)
from frontdesk.locale import LANGUAGES, catalogue
from frontdesk.sheets.cells import CellRefused, plain_text
from frontdesk.sheets.outcome import Rejection
from frontdesk.sheets.reader import read_sheets
from frontdesk.sheets.rows import CellValue, Sheet, is_blank
from frontdesk.sheets.table import HEADER_ROWS, Column, Table, TableRow, find_table

_AREA = "exchange"


@dataclass(frozen=True)
class BackRow:
    """A row that came back. Without a seal it is a new one, and `edited` is all that it says."""

    number: int
    seal: Seal | None
    identity: str
    edited: Mapping[str, Any]
    """What the edited cells say, by column; None for one that was emptied."""
    cells: Mapping[str, CellValue]
    source: TableRow

    @property
    def mode(self) -> Mode:
        """Whether names and phones went out masked."""
        return self.seal.mode if self.seal is not None else "full"


@dataclass
class BackSheet:
    """A sheet that came back: its rows, what cannot be read, and how many rows that went out are missing."""

    form: SheetForm
    table: Table
    rows: Sequence[BackRow]
    rejected: Sequence[Rejection]
    missing: int

    def reject(self, row: BackRow, column: str, reason: str, *, area: str, **details: object) -> Rejection:
        """The rejection of a cell, for a reason that the file alone does not show."""
        return self.table.reject(row.source, column, reason, area=area, **details)


def read_back(path: Path, content: bytes, forms: Mapping[Kind, SheetForm], sealer: Sealer) -> BackSheet | None:
    """The one worksheet that went out here; None for a file without one.

    Raises SheetError for a file that cannot be read, ExchangeError `several_sheets` for one with more than one of
    them: of two sheets that may say something different of the same rows none can be left out, nor taken first.
    """
    sheets = read_sheets(path, content=content, merged=True)
    found = [(sheet, kind) for sheet in sheets if (kind := _kind_in(sheet, sealer)) is not None]
    if len(found) > 1:
        raise ExchangeError("several_sheets", count=len(found), sheets="、".join(sheet.name for sheet, _ in found))
    return next((_Reading(sheet, forms[kind], sealer).read() for sheet, kind in found), None)


def _kind_in(sheet: Sheet, sealer: Sealer) -> Kind | None:
    """The kind of sheet that went out as this one; one whose seals are all broken is known by what they say."""
    seal = _sheet_seal(sheet, sealer)
    if seal is not None:
        return seal.kind
    claimed: Kind | None = None
    for row in sheet.rows:
        for value in reversed(row.cells):
            if isinstance(value, str) and looks_sealed(value):
                one = sealer.opened(value)
                if one is not None:
                    return one.kind
                claimed = claimed or next((kind for kind in _KINDS if f" {kind} " in value), None)
    return claimed


def _sheet_seal(sheet: Sheet, sealer: Sealer) -> SheetSeal | None:
    """The seal over the rows; None where somebody took the lines over the headings away."""
    cells = (value for row in sheet.rows[:HEADER_ROWS] for value in row.cells)
    return next((seal for value in cells if isinstance(value, str) and (seal := sealer.opened_sheet(value))), None)


_KINDS: tuple[Kind, ...] = ("sessions", "signups", "attendance")


def _as_it_is(value: CellValue) -> CellValue:
    return value


class _Reading:
    def __init__(self, sheet: Sheet, form: SheetForm, sealer: Sealer) -> None:
        columns = [Column(form.total_key, form.by_name[form.total_key].headings, False, _as_it_is)]
        columns += [_own(IDENTITY), _own(SEAL)]
        columns += [
            Column(one.name, one.headings, False, _as_it_is) for one in form.fields if one.name != columns[0].name
        ]
        self._form = form
        self._sealer = sealer
        self._sheet = sheet
        self._table = find_table(sheet, columns)
        self._rejected: list[Rejection] = list(self._table.rejected)
        self._first_rows: dict[str, int] = {}

    def read(self) -> BackSheet:
        """Every row, told apart."""
        covered = {number for merged in self._merged() for number in range(merged[0], merged[1] + 1)}
        rows = [
            found for row in self._table.rows if row.number not in covered and (found := self._row(row)) is not None
        ]
        return BackSheet(self._form, self._table, rows, self._rejected, self._missing(rows))

    def _merged(self) -> Iterator[tuple[int, int]]:
        """The rows of merged cells among the data: a covered cell looks empty, and nobody emptied it."""
        rows = {row.number: row for row in self._table.rows}
        for one in self._sheet.merged:
            number = next((number for number in range(one.first_row, one.last_row + 1) if number in rows), None)
            if number is not None:
                self._refuse(rows[number], IDENTITY, "merged", cells=one.cells)
                yield one.first_row, one.last_row

    def _row(self, row: TableRow) -> BackRow | None:
        text = plain_text(row.values[SEAL]).strip()
        identity = plain_text(row.values[IDENTITY]).strip()
        if not text:
            return self._new(row, identity)
        seal = self._sealer.opened(text)
        if seal is None or seal.kind != self._form.kind:
            self._refuse(row, IDENTITY, "seal_broken")
            return None
        if identity != seal.identity:
            self._refuse(row, IDENTITY, "identity_broken", identity=seal.identity)
            return None
        first = self._first_rows.setdefault(identity, row.number)
        if first != row.number:
            self._refuse(row, IDENTITY, "copied_row", first_row=first)
            return None
        seal_of = (seal.kind, seal.mode, seal.identity)
        edited: dict[str, Any] = {}
        for field in self._there():
            cell = row.values[field.name]
            if seal.checksums.get(field.name) == self._sealer.checksum(seal_of, field.name, field.said(cell)):
                continue
            if not field.editable:
                self._refuse(row, field.name, "only_for_new" if field.for_new else "not_to_edit")
            elif not self._take(row, field, edited):
                continue
        return BackRow(row.number, seal, identity, edited, row.values, row)

    def _new(self, row: TableRow, identity: str) -> BackRow | None:
        """A row that somebody wrote: what it says must be readable."""
        said: dict[str, Any] = {}
        is_readable = True
        there = {field.name for field in self._there()}
        for field in self._form.fields:
            if field.required and field.name not in there:
                self._refuse(row, IDENTITY, "column_gone", heading=field.heading)
                is_readable = False
        for field in self._there():
            if not (field.editable or field.for_new):
                continue
            cell = row.values[field.name]
            if is_blank(cell) and not field.required:
                said[field.name] = None
            else:
                is_readable = self._take(row, field, said) and is_readable
        return BackRow(row.number, None, identity, said, row.values, row) if is_readable else None

    def _there(self) -> Iterator[Field]:
        """The columns that the file still has: one that was taken out says nothing."""
        return (field for field in self._form.fields if field.name in self._table.headings)

    def _take(self, row: TableRow, field: Field, into: dict[str, Any]) -> bool:
        """Read an edited cell; False after a rejection."""
        cell = row.values[field.name]
        if is_blank(cell):
            if field.required:
                self._refuse(row, field.name, "missing", area="sheets")
                return False
            into[field.name] = None
            return True
        try:
            into[field.name] = field.reader(cell)
        except CellRefused as refused:
            self._refuse(row, field.name, refused.reason, area="sheets", **refused.details)
            return False
        return True

    def _refuse(self, row: TableRow, column: str, reason: str, *, area: str = _AREA, **details: object) -> None:
        self._rejected.append(self._table.reject(row, column, reason, area=area, **details))

    def _missing(self, rows: Sequence[BackRow]) -> int:
        """How many rows of the exports that this file holds rows of are not in it."""
        totals = {row.seal.batch: row.seal.total for row in rows if row.seal is not None}
        if (whole := _sheet_seal(self._sheet, self._sealer)) is not None:
            totals[whole.batch] = whole.total
        found = Counter(row.seal.batch for row in rows if row.seal is not None)
        refused = len({one.row for one in self._rejected})
        return max(0, sum(max(0, total - found[batch]) for batch, total in totals.items()) - refused)


def _own(name: str) -> Column:
    headings = tuple(catalogue(language, _AREA)[f"column.{name}"] for language in LANGUAGES)
    return Column(name, headings, True, _as_it_is, may_be_blank=True)


def conflict(sheet: BackSheet, row: BackRow, field: Field, now: str) -> Rejection:
    """A cell that was edited here and, otherwise, elsewhere meanwhile."""
    found = sheet.reject(row, field.name, "conflict", area="exchange", now=now)
    return Conflict(**{name: getattr(found, name) for name in Rejection.__slots__})


@dataclass(frozen=True, slots=True)
class Conflict(Rejection):
    """What both say, for a script too."""

    def as_json(self) -> dict[str, Any]:
        """As every rejection, with what the other window says."""
        return {
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "reason": self.reason,
            "now": self.details["now"],
        }


@dataclass(frozen=True, slots=True)
class RefusedByRule(Rejection):
    """A row that a use case refuses, in the use case's own words."""

    said: str = ""

    def words(self) -> str:
        """Why, and what to do about it."""
        return self.said


def by_rule(sheet: BackSheet, row: BackRow, column: str, code: str, words: str) -> Rejection:
    """The rejection of a row for which a use case has the words."""
    found = sheet.reject(row, column, code, area="exchange")
    return RefusedByRule(**{name: getattr(found, name) for name in Rejection.__slots__}, said=words)
