"""A register taken in from a sheet: all rows or none, and a sheet taken in twice changes nothing.

A row is known again by its number where the sheet went out here, else by the fields of which each value is there once,
else by all that it says.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db import cases as records
from frontdesk.cases.errors import CaseError
from frontdesk.cases.library import definition_of
from frontdesk.cases.papers.errors import PaperError
from frontdesk.cases.papers.ledger import clear_values
from frontdesk.cases.papers.sheet import (
    NUMBER,
    VERSION,
    SheetCells,
    columns,
    headings,
    is_masked,
    typed_fields,
    typed_of,
)
from frontdesk.cases.papers.wording import Wording
from frontdesk.cases.recording import is_personal
from frontdesk.cases.rows import values_of
from frontdesk.cases.typed import read_typed, with_records
from frontdesk.cases.words import value_words
from frontdesk.cases.working import happen_in, open_in
from frontdesk.context import Context
from frontdesk.locale import t, words_for
from frontdesk.permission import allowed
from frontdesk.sheets.importing import Tally, import_file
from frontdesk.sheets.outcome import ImportOutcome, RowChange

if TYPE_CHECKING:
    from collections.abc import Callable

    from db.cases import CaseRow
    from frontdesk.cases.definition.model import Definition
    from frontdesk.cases.engine.values import Value
    from frontdesk.sheets.table import TableRow

MOST_ROWS = 5000
"""Of one sheet: each is a record with its log, and all of them are one transaction."""

_AREA = "case_papers"
_REASONS = frozenset(
    (
        "bad_line",
        "bad_number",
        "bad_money",
        "bad_date",
        "bad_yes_no",
        "bad_choice",
        "bad_phone",
        "too_long",
        "too_small",
        "too_large",
        "too_many_rows",
        "not_there",
        "missing",
    )
)
"""Refusals of a value that have words of their own in a report."""


@allowed("writer")
def import_register(context: Context, code: str, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take the rows of a sheet in as records of a definition, all of them or none; a trial tells each before and after.

    A row that is known again corrects its record in what it says otherwise; a blank cell leaves what is stored. What
    only a later step says is refused: that was not taken. Raises CaseError `unknown_definition`, `no_records`,
    PaperError `too_many_rows`, and as `sheets.importing.import_file`.
    """
    definition = with_records(definition_of(context, code))

    def take(context: Context, connection: sqlite3.Connection, tally: Tally) -> None:
        if len(tally.table.rows) > MOST_ROWS:
            raise PaperError("too_many_rows", count=len(tally.table.rows), most=MOST_ROWS)
        _Taking(context, connection, definition, tally, tells=dry_run).run()

    has_key = any(one.unique for one in definition.fields)
    return import_file(
        context,
        "cases",
        path,
        columns(definition),
        take,
        unique=[NUMBER],
        dry_run=dry_run,
        without_key=not has_key,
    )


class _Taking:
    """One sheet while its rows are taken."""

    def __init__(
        self, context: Context, connection: sqlite3.Connection, definition: Definition, tally: Tally, *, tells: bool
    ) -> None:
        self._context = context
        self._connection = connection
        self._definition = definition
        self._tally = tally
        self._tells = tells
        self._fields = {one.code: one for one in typed_fields(definition)}
        self._headings = headings(definition)
        self._wording = Wording(context, connection, masked=True, long_days=False)
        self._cells = SheetCells(definition, self._wording)
        self._clear_cells = SheetCells(definition, Wording(context, connection, masked=False, long_days=False))
        self._known = _Known(definition, lambda row: clear_values(context, connection, definition, row), connection)

    def run(self) -> None:
        """Take one row after the other."""
        for row in self._tally.table.rows:
            before = self._numbered(row)
            if before is None and row[NUMBER] is not None and self._is_ours(row):
                self._tally.reject(row, NUMBER, "unknown_number", area=_AREA)
                continue
            typed = {code: row[code] for code in self._fields if row[code] is not None}
            if before is None:
                self._without_number(row, typed)
            else:
                self._change(row, before, typed)

    def _is_ours(self, row: TableRow) -> bool:
        """Whether the sheet went out here: only then a number means one of our records."""
        version = str(row[VERSION] or "")
        return not version or version.partition(" ")[0] == self._context.centre.code

    def _numbered(self, row: TableRow) -> CaseRow | None:
        if row[NUMBER] is None or not self._is_ours(row):
            return None
        return records.by_number(self._connection, self._definition.code, str(row[NUMBER]).upper())

    def _without_number(self, row: TableRow, typed: Mapping[str, str]) -> None:
        for code, text in typed.items():
            if is_masked(self._fields[code], text):
                self._tally.reject(row, code, "masked", area=_AREA)
                return
        said = self._read(row, typed)
        if said is None:
            return
        before = self._known.same(said)
        if before is not None:
            self._change(row, before, typed)
            return
        self._add(row, typed, said)

    def _add(self, row: TableRow, typed: Mapping[str, str], said: Mapping[str, Value | None]) -> None:
        later = [code for code in typed if not self._fields[code].at_opening]
        for code in later:
            # Nobody has taken the step that says it: a sheet of another centre tells how far its records are, not ours.
            self._tally.reject(row, code, "later_step", area=_AREA)
        if later:
            return
        opening = {code: self._typed(code, text) for code, text in typed.items()}

        def add() -> None:
            made = open_in(self._context, self._connection, self._definition, opening, t("case_papers.sheet.reason"))
            self._known.add(records.get(self._connection, made.id))

        if self._refused(row, add):
            return
        self._tally.count("added")
        if self._tells:
            self._tell(row, None, {}, said)

    def _change(self, row: TableRow, before: CaseRow, typed: Mapping[str, str]) -> None:
        stored = clear_values(self._context, self._connection, self._definition, before)
        self._wording.about(self._definition, stored, before.id)
        # What went out masked comes back as it went.
        other = {
            code: text
            for code, text in typed.items()
            if code not in stored or self._cells.text(self._fields[code], stored[code]).strip() != text.strip()
        }
        for code, text in other.items():
            if is_masked(self._fields[code], text) or self._has_mask_on(code, stored.get(code), text):
                self._tally.reject(row, code, "masked", area=_AREA)
                return
        said = self._read(row, other)
        if said is None:
            return
        changed = {code: value for code, value in said.items() if stored.get(code) != value}
        if not changed:
            self._tally.count("unchanged")
            return
        version = str(row[VERSION] or "").partition(" ")[2]
        if version.isdigit() and int(version) != before.revision:
            # Every cell of the row would overwrite what was changed since, not just those that somebody edited.
            self._tally.reject(row, NUMBER, "changed_meanwhile", area=_AREA)
            return
        again = {code: self._typed(code, other[code]) for code in changed}
        if self._refused(row, lambda: self._happen(before.id, again, t("case_papers.sheet.reason"))):
            return
        self._tally.count("changed")
        if self._tells:
            self._tell(row, before, stored, changed)

    def _has_mask_on(self, code: str, stored: Value | None, text: str) -> bool:
        """Whether free words were edited on a masked sheet: taken in, the mask would stand for whom it hides."""
        clear = self._clear_cells.text(self._fields[code], stored)
        return self._cells.text(self._fields[code], stored) != clear and text.count("*") > clear.count("*")

    def _happen(self, case_id: int, typed: Mapping[str, object], reason: str) -> None:
        happen_in(self._context, self._connection, case_id, "corrected", "", typed, reason, 0)

    def _typed(self, code: str, text: str) -> object:
        return typed_of(self._definition, self._fields[code], text)

    def _read(self, row: TableRow, typed: Mapping[str, str]) -> dict[str, Value | None] | None:
        """What the cells say; None where one was refused."""
        said: dict[str, Value | None] = {}
        refused = False
        for code, text in typed.items():

            def read(code: str = code, text: str = text) -> None:
                one = {code: self._typed(code, text)}
                said.update(read_typed(self._context, self._connection, self._definition, one))

            refused = self._refused(row, read, code) or refused
        return None if refused else said

    def _refused(self, row: TableRow, do: Callable[[], object], code: str = "") -> bool:
        """Do something to a row; whether it was refused, which is noted then."""
        try:
            do()
        except CaseError as wrong:
            details = {"least": "", "most": "", "choices": "", "field": "", **wrong.details}
            column = code or str(wrong.details.get("key", "")) or NUMBER
            line = wrong.details.get("row")
            where = t("case_papers.sheet.line", line=line, field=details["field"]) if line else ""
            reason = wrong.code if wrong.code in _REASONS else "refused"
            reason = "later_step" if wrong.code == "not_written_yet" else reason
            told = {name: one for name, one in details.items() if name not in ("row", "column", "reason", "area")}
            told |= {"where": where, "words": words_for(wrong)}
            self._tally.reject(row, column, reason, area=_AREA, **told)
            return True
        return False

    def _tell(
        self, row: TableRow, before: CaseRow | None, stored: Mapping[str, Value], said: Mapping[str, Value | None]
    ) -> None:
        fields = [self._told(code, stored.get(code), value, masked=False) for code, value in said.items()]
        shown = [self._told(code, stored.get(code), value, masked=True) for code, value in said.items()]
        subject = before.number if before is not None else shown[0][2] if shown else ""
        self._tally.preview.append(RowChange(row.number, subject, before is None, tuple(fields), tuple(shown)))

    def _told(self, code: str, before: Value | None, after: Value | None, *, masked: bool) -> tuple[str, str, str]:
        field = self._fields[code]
        words = [value_words(field, one, masked=masked) for one in (before, after)]
        return self._headings[code], words[0], words[1]


class _Known:
    """The records of a definition by what a row without a number is known again by."""

    def __init__(
        self, definition: Definition, clear: Callable[[CaseRow], Mapping[str, Value]], connection: sqlite3.Connection
    ) -> None:
        self._unique = [one.code for one in definition.fields if one.unique]
        self._clear = clear
        self._personal = {one.code for one in definition.fields if is_personal(one)}
        self._by_unique: dict[tuple[str, Any], CaseRow] = {}
        self._rows: list[CaseRow] = []
        self._by_all: dict[frozenset[str], dict[str, list[CaseRow]]] = {}
        if self._unique:
            for row in records.open_of(connection, definition.code):
                self.add(row)
        else:
            self._rows = [*records.open_of(connection, definition.code), *records.ended_of(connection, definition.code)]

    def add(self, row: CaseRow | None) -> None:
        """Have a record found by the rows that follow; one that is known by all it says is not: what stands twice in a
        sheet are two.
        """
        if row is None or not self._unique:
            return
        values = values_of(row) if self._personal.isdisjoint(self._unique) else self._clear(row)
        for code in self._unique:
            if code in values:
                self._by_unique.setdefault((code, values[code]), row)

    def same(self, said: Mapping[str, Value | None]) -> CaseRow | None:
        """The record that these values are of; None where there is none."""
        if self._unique:
            found = (self._by_unique.get((code, said[code])) for code in self._unique if said.get(code) is not None)
            return next((one for one in found if one is not None), None)
        codes = frozenset(said)
        if codes not in self._by_all:
            self._by_all[codes] = self._index(codes)
        same = self._by_all[codes].get(_key(said))
        return same.pop(0) if same else None

    def _index(self, codes: frozenset[str]) -> dict[str, list[CaseRow]]:
        found: dict[str, list[CaseRow]] = {}
        for row in self._rows:
            values = values_of(row) if self._personal.isdisjoint(codes) else self._clear(row)
            if codes <= set(values):
                found.setdefault(_key({code: values[code] for code in codes}), []).append(row)
        return found


def _key(values: Mapping[str, Value | None]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True)
