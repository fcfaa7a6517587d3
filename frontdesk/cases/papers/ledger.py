"""The records of a definition in a period, a line each, or each change of their states: what stands in a ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from db import cases as records
from frontdesk.cases import recording
from frontdesk.cases.engine import rules
from frontdesk.cases.engine.stating import MARK
from frontdesk.cases.forms import typed_columns
from frontdesk.cases.papers.content import align_of, on_paper
from frontdesk.cases.remembered import tells_as_it_was
from frontdesk.cases.rows import values_of
from frontdesk.cases.words import state_words
from frontdesk.common.lettering import Align
from frontdesk.common.money import yuan, yuan_words
from frontdesk.locale import t

if TYPE_CHECKING:
    from db.cases import CaseLogEntry, CaseRow
    from frontdesk.cases.definition.model import Definition, FieldDefinition, Paper
    from frontdesk.cases.engine.rules import Standing
    from frontdesk.cases.engine.values import Value
    from frontdesk.cases.papers.wording import Wording
    from frontdesk.common.workbook import Cell
    from frontdesk.context import Context

_AT_ONCE = 500
MOST_ROWS = 12
"""Of a list in one line of a ledger on paper."""


@dataclass(frozen=True)
class LedgerColumn:
    """A column: its heading, how it stands on paper, and the number format of its cells ('' for none)."""

    heading: str
    align: Align = "left"
    number_format: str = ""


@dataclass(frozen=True)
class Line:
    """A line in words as paper has it, and in cells as a spreadsheet has it."""

    words: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Ledger:
    """A ledger: its title, the days that it is of (None for all there are), columns, lines, and what the columns of
    money come to.
    """

    title: str
    first: date | None
    last: date
    columns: tuple[LedgerColumn, ...]
    lines: tuple[Line, ...]
    sums: Line | None
    signatures: tuple[str, ...]
    foot: str
    policy: tuple[str, ...]

    @property
    def span(self) -> str:
        """Its days in words."""
        if self.first is None:
            return t("case_papers.until", last=self.last.isoformat())
        return t("case_papers.span", first=self.first.isoformat(), last=self.last.isoformat())

    @property
    def last_words(self) -> str:
        """Its last day as papers have it."""
        return t("case_papers.day", year=self.last.year, month=self.last.month, day=self.last.day)


def rows_between(connection: sqlite3.Connection, code: str, first: date | None, last: date) -> Iterator[CaseRow]:
    """The records of a definition that were opened in these days, the eldest first."""
    found: list[CaseRow] = []
    begins = first.isoformat() if first is not None else ""
    before = (last.isoformat(), 2**62)
    while page := records.register(connection, code, _AT_ONCE, before):
        found += [one for one in page if one.opened_on >= begins]
        if page[-1].opened_on < begins:
            break
        before = (page[-1].opened_on, page[-1].id)
    return reversed(found)


def clear_values(
    context: Context, connection: sqlite3.Connection, definition: Definition, row: CaseRow
) -> Mapping[str, Value]:
    """What a row says, with what it says of people; what nobody can read is `recording.UNREADABLE`."""
    now = rules.Standing(row.state, row.opened_on, values_of(row))
    if not any(recording.is_personal(one) for one in definition.fields):
        return now.values
    sealed = records.people_of(connection, row.id)
    told = recording.told_of_people(context, sealed, now).values
    return {**dict.fromkeys(sealed, recording.UNREADABLE), **told}


class LedgerMaker:
    """Makes the ledgers of one definition and paper inside a reading connection."""

    def __init__(
        self, context: Context, connection: sqlite3.Connection, definition: Definition, paper: Paper, wording: Wording
    ) -> None:
        self._context = context
        self._connection = connection
        self._definition = definition
        self._paper = paper
        self._wording = wording
        named = (on_paper(paper, definition.field(code)) for code in paper.fields)
        self._fields = tuple(one for one in named if one is not None)

    def make(self, first: date | None, last: date, policy: tuple[str, ...]) -> Ledger:
        """The ledger of these days; of a register, what was entered in them."""
        rows = rows_between(self._connection, self._definition.code, first, last)
        if self._paper.lines == "changes":
            rows = rows_between(self._connection, self._definition.code, None, last)
        return self.of_rows(rows, first, last, policy)

    def of_rows(self, rows: Iterator[CaseRow], first: date | None, last: date, policy: tuple[str, ...]) -> Ledger:
        """The ledger of just these records."""
        wanted = [one for one in rows if not self._paper.states or one.state in self._paper.states]
        totals: dict[str, int] = {}
        lines: list[Line] = []
        for row in wanted:
            values = clear_values(self._context, self._connection, self._definition, row)
            self._wording.about(self._definition, values, row.id)
            if self._paper.lines == "changes":
                lines += self._changes(row, values, first, last)
                continue
            lines.append(self._line(row, values, row.opened_on, state_words(self._definition, row)))
            for one in self._fields:
                totals[one.code] = totals.get(one.code, 0) + fen_of(self._definition, one, values.get(one.code))
        if self._paper.lines == "changes":
            lines.sort(key=lambda one: one.words[-2])
        return Ledger(
            str(self._paper.title),
            first,
            last,
            self._columns(),
            tuple(lines),
            self._sums(totals) if len(lines) > 1 else None,
            tuple(str(one) for one in self._paper.signatures),
            str(self._paper.foot or ""),
            policy,
        )

    def _columns(self) -> tuple[LedgerColumn, ...]:
        fields = (
            LedgerColumn(str(one.name), align_of(one), _FORMATS.get(one.unit or one.kind, "")) for one in self._fields
        )
        if self._paper.kind == "notice":
            return tuple(fields)
        state = "change" if self._paper.lines == "changes" else "state"
        day = "changed_on" if self._paper.lines == "changes" else "opened_on"
        ends = (
            LedgerColumn(t(f"case_papers.column.{day}"), "centre"),
            LedgerColumn(t(f"case_papers.column.{state}"), "centre"),
        )
        return (LedgerColumn(t("case_papers.column.number")), *fields, *ends)

    def _line(self, row: CaseRow, values: Mapping[str, Value], day: str, state: str) -> Line:
        words = [self._words(one, values.get(one.code)) for one in self._fields]
        cells = [self._cell(one, values.get(one.code)) for one in self._fields]
        if self._paper.kind == "notice":
            return Line(tuple(words), tuple(cells))
        return Line((row.number, *words, day, state), (row.number, *cells, date.fromisoformat(day), state))

    def _words(self, field: FieldDefinition, value: Value | None) -> str:
        """A field on paper; a list that is long by how many rows it has: it stands whole on the paper of its record."""
        if field.kind != "list" or value is None or isinstance(value, str | int):
            return self._wording.of(field, value)
        amount = yuan_words(fen_of(self._definition, field, value))
        has_money = money_of(self._definition, field) is not None
        if len(value) > MOST_ROWS:
            key = "rows_in_all" if has_money else "rows"
            return t(f"case_papers.{key}", count=len(value), amount=amount)
        words = self._wording.of(field, value)
        if has_money and len(value) > 1:
            words += "\n" + t("case_papers.in_all", amount=amount)
        return words

    def _cell(self, field: FieldDefinition, value: Value | None) -> Cell:
        if value is None:
            return None
        if field.kind == "money" and isinstance(value, int):
            return yuan(value)
        if field.unit == "per_mille" and isinstance(value, int):
            return Decimal(value) / 1000
        if field.kind == "number" and isinstance(value, int):
            return value
        if field.kind == "date" and isinstance(value, str):
            return day_cell(value)
        return self._wording.with_number(field, value)

    def _sums(self, totals: Mapping[str, int]) -> Line | None:
        has_money = [money_of(self._definition, one) is not None for one in self._fields]
        if not any(has_money):
            return None
        found = zip(self._fields, has_money, strict=True)
        sums = [yuan(totals.get(one.code, 0)) if has else None for one, has in found]
        words = ["" if one is None else str(one) for one in sums]
        cells: list[Cell] = [*sums]
        named = t("case_papers.sum")
        if self._paper.kind == "notice":
            return Line(tuple(words), tuple(cells))
        return Line((named, *words, "", ""), (named, *cells, None, None))

    def _changes(self, row: CaseRow, values: Mapping[str, Value], first: date | None, last: date) -> Iterator[Line]:
        """A line for each step that changed the state in these days, with what the record said then."""
        now: Standing | None = None
        log = records.log_of(self._connection, row.id)
        if not tells_as_it_was(self._definition, row, log):
            yield from self._steps(row, log, values, first, last)
            return
        for entry in log:
            event = recording.event_of(entry)
            after = rules.opened(self._definition, event) if now is None else rules.step(self._definition, now, event)
            before, now = now, after
            if not _is_within(entry.day, first, last) or (before is not None and before.state == after.state):
                continue
            people = {code: values.get(code) for code, value in after.values.items() if value == recording.GIVEN}
            said = {code: value for code, value in {**after.values, **people}.items() if value is not None}
            yield self._line(row, said, entry.day, self._change_words(before, after))

    def _steps(
        self,
        row: CaseRow,
        log: Sequence[CaseLogEntry],
        values: Mapping[str, Value],
        first: date | None,
        last: date,
    ) -> Iterator[Line]:
        """A line for each step that was taken in these days, of a record whose steps are not all there any more: by its
        name, or its code, with what the record says now, and behind the last one where that stands.
        """
        taken = [one for one in log if one.kind in ("opened", "moved")]
        for entry in taken:
            if _is_within(entry.day, first, last):
                step = self._definition.transition(entry.step)
                words = str(step.name) if step is not None else _opening_or(entry.step)
                if entry is taken[-1]:
                    words = t("case_papers.change", before=words, after=state_words(self._definition, row))
                yield self._line(row, values, entry.day, words)

    def _change_words(self, before: Standing | None, after: Standing) -> str:
        name = self._definition.state_name(after.state)
        if before is None:
            return name
        return t("case_papers.change", before=self._definition.state_name(before.state), after=name)


_FORMATS = {"money": "#,##0.00", "number": "0", "per_mille": "0.0%"}


def day_cell(day: str | None) -> Cell:
    """A day as a spreadsheet sorts it; as it is kept where it is none (a record may have been edited by hand)."""
    try:
        return date.fromisoformat(day) if day else None
    except ValueError:
        return day


def _is_within(day: str, first: date | None, last: date) -> bool:
    return (first is None or day >= first.isoformat()) and day <= last.isoformat()


def money_of(definition: Definition, field: FieldDefinition) -> str | None:
    """What is added up of a field: '' for the money that it is, of a list the one column that a person types money
    into; None for nothing.
    """
    if field.kind == "money":
        return ""
    typed = [one.code for one in typed_columns(definition, field) if one.kind == "money"]
    return typed[0] if len(typed) == 1 else None


def fen_of(definition: Definition, field: FieldDefinition, value: Value | None) -> int:
    """How much money a field holds: itself, or of a list the sum of its column of money."""
    column = money_of(definition, field)
    if column is None or value is None or isinstance(value, str):
        return 0
    if isinstance(value, int):
        return value if field.kind == "money" else 0
    return sum(amount for row in value if isinstance(amount := row.get(column), int))


def _opening_or(step: str) -> str:
    """What an entry is called whose step is not there: an opening says none, or where a record was said to be."""
    return t("cases.event.opened") if not step or step.startswith(MARK) else step
