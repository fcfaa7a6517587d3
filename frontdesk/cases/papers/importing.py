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
from frontdesk.cases.engine.stating import day_in, filled_before, state_in, state_named, stated
from frontdesk.cases.errors import CaseError
from frontdesk.cases.library import definition_of
from frontdesk.cases.papers.errors import PaperError
from frontdesk.cases.papers.headings import tell_others
from frontdesk.cases.papers.ledger import clear_values
from frontdesk.cases.papers.sheet import (
    NUMBER,
    OPENED,
    STATE,
    VERSION,
    SheetCells,
    columns,
    heading_of,
    headings,
    is_masked,
    typed_fields,
    typed_of,
)
from frontdesk.cases.papers.wording import Wording
from frontdesk.cases.recording import is_personal
from frontdesk.cases.right_clock import require_clock
from frontdesk.cases.rows import values_of
from frontdesk.cases.typed import is_needed_in_sheets, read_typed, with_records
from frontdesk.cases.words import value_words
from frontdesk.cases.working import happen_in, open_in
from frontdesk.context import Context
from frontdesk.locale import LANGUAGES, catalogue, t, words_for
from frontdesk.permission import allowed
from frontdesk.sheets.importing import Tally, import_file
from frontdesk.sheets.outcome import ImportOutcome, RowChange

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from db.cases import CaseRow
    from frontdesk.cases.definition.model import Definition, State
    from frontdesk.cases.engine.values import Value
    from frontdesk.sheets.table import TableRow

FIRST_YEAR = 1990
"""Nothing in an old book is older: such a day was written wrongly."""
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

    A row that is known again corrects its record in what it says otherwise; a blank cell leaves what is stored. A new
    row is brought in where its state says (a manager may), with what the steps before that say; without one it begins,
    and what only a later step says is refused. Raises CaseError `unknown_definition`, `no_records`,
    PaperError `too_many_rows`, and as `sheets.importing.import_file`.
    """
    definition = with_records(definition_of(context, code))

    def take(context: Context, connection: sqlite3.Connection, tally: Tally) -> None:
        # Once, and not for each of its rows.
        require_clock(context, connection)
        if len(tally.table.rows) > MOST_ROWS:
            raise PaperError("too_many_rows", count=len(tally.table.rows), most=MOST_ROWS)
        _Taking(context, connection, definition, tally, tells=dry_run).run()
        tell_others(definition, tally)

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
        self._elsewhere = 0
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
            elif not self._is_moved(row, before) and not self._is_dated_otherwise(row, before):
                self._change(row, before, typed)
        if self._elsewhere:
            self._tally.remark("states_stay", count=self._elsewhere)

    def _is_moved(self, row: TableRow, before: CaseRow) -> bool:
        """Whether somebody wrote another state into a sheet that went out here: only a step says so, which is told."""
        version = str(row[VERSION] or "").partition(" ")[2]
        there = self._elsewhere
        self._tally_state(row, before)
        if self._elsewhere == there or version != str(before.revision):
            return False
        self._elsewhere = there
        self._tally.reject(row, STATE, "state_by_step", area=_AREA)
        return True

    def _is_dated_otherwise(self, row: TableRow, before: CaseRow) -> bool:
        """Whether a row says another day of entry than the record has: that is never changed, which is told."""
        said: date | None = row[OPENED]
        if said is None or said.isoformat() == before.opened_on:
            return False
        self._tally.reject(row, OPENED, "opened_stays", area=_AREA, day=before.opened_on)
        return True

    def _entered_on(self, row: TableRow) -> str | None:
        """The day of entry in the old book that a new row says, "" for none or today; None where it was refused."""
        said: date | None = row[OPENED]
        today = self._context.today()
        if said is None or said == today:
            return ""
        if said > today or said.year < FIRST_YEAR:
            self._tally.reject(row, OPENED, "opened_no_day", area=_AREA, today=today.isoformat(), year=FIRST_YEAR)
            return None
        if self._context.require_operator().role != "manager":
            self._tally.reject(row, OPENED, "opened_by_manager", area=_AREA)
            return None
        return said.isoformat()

    def _is_ours(self, row: TableRow) -> bool:
        """Whether the sheet went out here: only then a number means one of our records."""
        version = str(row[VERSION] or "")
        return not version or version.partition(" ")[0] == self._context.centre.code

    def _numbered(self, row: TableRow) -> CaseRow | None:
        if row[NUMBER] is None or not self._is_ours(row):
            return None
        return records.by_number(self._connection, self._definition.code, str(row[NUMBER]).upper())

    def _without_number(self, row: TableRow, typed: Mapping[str, str]) -> None:
        """Everything that is wrong with a row is told at once: each cell, what is lacking, where it is said to be."""
        masked = [code for code, text in typed.items() if is_masked(self._fields[code], text)]
        for code in masked:
            self._tally.reject(row, code, "masked", area=_AREA)
        said = self._read(row, {code: text for code, text in typed.items() if code not in masked})
        before = self._known.same(said, self._state_of(row)[0]) if said is not None and not masked else None
        if before is not None:
            self._tally_state(row, before)
            if not self._is_dated_otherwise(row, before):
                self._change(row, before, typed)
            return
        state = self._stated(row)
        is_whole = self._is_complete(row, typed, state)
        if said is not None and state is not None and is_whole and not masked:
            self._add(row, typed, said, state)

    def _is_complete(self, row: TableRow, typed: Mapping[str, str], stands: str | None) -> bool:
        """Whether a new row says what every record says, and nothing that only a step says which was not taken."""
        filled = filled_before(self._definition, state_in(stands)[0]) if stands else frozenset[str]()
        # Where its state was refused nobody knows which steps it has behind it.
        later = [] if stands is None else [code for code in typed if not self._fields[code].at_opening]
        later = [code for code in later if code not in filled]
        for code in later:
            # Nobody has taken the step that says it: without its state a row tells not how far it is.
            self._tally.reject(row, code, "later_step", area=_AREA)
        lacking = [one for one in self._fields.values() if is_needed_in_sheets(one) and one.code not in typed]
        for one in lacking:
            self._tally.reject(row, one.code, "missing", area=_AREA, where="", field=str(one.name))
        return not later and not lacking

    def _stated(self, row: TableRow) -> str | None:
        """Where a new row says that it is, as an opening says it; "" where it begins like any other, None where it
        was refused.
        """
        day = self._entered_on(row)
        first = self._definition.states[0].code
        if not str(row[STATE] or "").strip():
            return stated(first, 1, day) if day else day
        state, level = self._state_of(row)
        if state is None:
            names = t("cases.explain.joint").join(str(one.name) for one in self._definition.states)
            self._tally.reject(row, STATE, "no_state", area=_AREA, states=names)
            return None
        if day is None:
            return None
        if state.code == first and level == 1 and not day:
            return ""
        if self._context.require_operator().role != "manager":
            self._tally.reject(row, STATE, "state_by_manager", area=_AREA)
            return None
        return stated(state.code, level, day)

    def _state_of(self, row: TableRow) -> tuple[State | None, int]:
        """Which state a row says, and on which level; None for none, or one that there is not."""
        text = str(row[STATE] or "").strip()
        for level in (1, 2, 3):
            for one in self._definition.states:
                if text in self._names(one, level):
                    return one, level
        return state_named(self._definition, text), 1

    def _names(self, state: State, level: int) -> set[str]:
        """How a sheet calls a state on a level, in either language."""
        if not self._definition.levels or state.end:
            return set()
        names = (state.name.zh_CN, state.name.en or state.name.zh_CN)
        words = (catalogue(one, "cases")["state_on_level"] for one in LANGUAGES)
        return {said.format(state=name, level=level) for said in words for name in names}

    def _add(self, row: TableRow, typed: Mapping[str, str], said: Mapping[str, Value | None], state: str) -> None:
        opening = {code: self._typed(code, text) for code, text in typed.items()}
        name = self._definition.state_name(state_in(state)[0])
        reason = t("case_papers.sheet.stated", state=name) if state else t("case_papers.sheet.reason")

        def add() -> None:
            made = open_in(
                self._context, self._connection, self._definition, opening, reason, stated=state, is_brought=True
            )
            self._known.add(records.get(self._connection, made.id))

        if self._refused(row, add):
            return
        self._tally.count("added")
        if self._tells:
            self._tell(row, None, {}, said, state)

    def _tally_state(self, row: TableRow, before: CaseRow) -> None:
        """A record that is here goes on by steps alone: where a sheet has it elsewhere, that is told and it stays."""
        state, _ = self._state_of(row)
        self._elsewhere += bool(str(row[STATE] or "").strip()) and (state is None or state.code != before.state)

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
            details = {"field": "", **wrong.details}
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
        self,
        row: TableRow,
        before: CaseRow | None,
        stored: Mapping[str, Value],
        said: Mapping[str, Value | None],
        state: str = "",
    ) -> None:
        fields = [self._told(code, stored.get(code), value, masked=False) for code, value in said.items()]
        shown = [self._told(code, stored.get(code), value, masked=True) for code, value in said.items()]
        if before is None and self._definition.states:
            # Where it will be: what a sheet calls its state may be the name of a column that was not read.
            there = (t("case_papers.column.state"), "", self._state_words(state))
            day = day_in(state)
            then = [(heading_of(OPENED), "", day)] if day else []
            fields, shown = [*fields, *then, there], [*shown, *then, there]
        subject = before.number if before is not None else shown[0][2] if said else ""
        self._tally.preview.append(RowChange(row.number, subject, before is None, tuple(fields), tuple(shown)))

    def _state_words(self, state: str) -> str:
        """The state in which a new row begins, in words."""
        code, level = state_in(state)
        name = self._definition.state_name(code or self._definition.states[0].code)
        return t("cases.state_on_level", state=name, level=level) if level > 1 else name

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
        self._by_unique: dict[tuple[bool, str, Any], CaseRow] = {}
        self._rows: list[CaseRow] = []
        self._by_all: dict[frozenset[str], dict[str, list[CaseRow]]] = {}
        if self._unique:
            ended = records.ended_of(connection, definition.code)
            for row in [*records.open_of(connection, definition.code), *reversed(ended)]:
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
                self._by_unique.setdefault((row.ended_on is not None, code, values[code]), row)

    def same(self, said: Mapping[str, Value | None], state: State | None) -> CaseRow | None:
        """The record that these values are of, which a sheet has in this state; None where there is none. One that has
        ended is known again only by a row that has ended too.
        """
        if self._unique:
            ways = (False, True) if state is not None and state.end else (False,)
            keys = [(ended, code, said[code]) for ended in ways for code in self._unique if said.get(code) is not None]
            return next((self._by_unique[key] for key in keys if key in self._by_unique), None)
        codes = frozenset(said)
        if codes not in self._by_all:
            self._by_all[codes] = self._index(codes)
        same = self._by_all[codes].get(_key(said), [])
        place = next((at for at, one in enumerate(same) if state is not None and one.state == state.code), 0)
        return same.pop(place) if same else None

    def _index(self, codes: frozenset[str]) -> dict[str, list[CaseRow]]:
        found: dict[str, list[CaseRow]] = {}
        for row in self._rows:
            values = values_of(row) if self._personal.isdisjoint(codes) else self._clear(row)
            if codes <= set(values):
                found.setdefault(_key({code: values[code] for code in codes}), []).append(row)
        return found


def _key(values: Mapping[str, Value | None]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True)
