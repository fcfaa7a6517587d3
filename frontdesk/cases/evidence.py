"""What the office hands to whoever supervises it from outside (mechanisms X09, H06): of a period every inspection,
repair and supervision with what it says, each step with its moment, its limits, and the photos and vouchers it names.

One workbook, masked as every export is: nobody's name and phone, and not who took a step. Numbers are numbers and days
are days in it, so that they can be added up and sorted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from db import case_numbers as numbers
from db import cases as records
from frontdesk.cases.library import in_force
from frontdesk.cases.masks import Masks, people_of_records
from frontdesk.cases.numbers import figures_of
from frontdesk.cases.papers.errors import PaperError
from frontdesk.cases.papers.exporting import register_columns
from frontdesk.cases.papers.ledger import clear_values, day_cell
from frontdesk.cases.papers.records import write_file
from frontdesk.cases.papers.sheet import SheetCells, typed_fields
from frontdesk.cases.papers.wording import Wording
from frontdesk.cases.rows import values_of
from frontdesk.cases.tables import Table, book_of
from frontdesk.cases.telling import happenings, log_columns
from frontdesk.cases.words import state_words
from frontdesk.common.endings import ending_of
from frontdesk.common.money import yuan
from frontdesk.common.workbook import Column
from frontdesk.locale import t
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from pathlib import Path

    from db.cases import CaseRow
    from frontdesk.cases.definition.model import Definition, FieldDefinition
    from frontdesk.cases.engine.values import Value
    from frontdesk.cases.numbers import Figure
    from frontdesk.common.workbook import Cell
    from frontdesk.context import Context

SUPERVISED = frozenset({"X09", "H06"})
"""The mechanisms whose records the bundle has unless others are asked for."""

VOUCHERS = ("photo", "vouchers.number")
"""Fields, columns of lists, and columns of one list, that name what is kept elsewhere."""


@dataclass(frozen=True)
class Bundle:
    """What was written: the file, how many records of each definition, and how many photos and vouchers they name."""

    out: Path
    records: dict[str, int]
    vouchers: int


def supervised(context: Context) -> list[str]:
    """The definitions whose records a bundle has unless others are asked for, by code."""
    return [
        code for code, one in sorted(in_force(context).items()) if one.kind != "duty" and SUPERVISED & {*one.mechanisms}
    ]


@allowed("reader")
def write_evidence(context: Context, first: date, last: date, out: Path, codes: Sequence[str] = ()) -> Bundle:
    """Write the bundle of a span of local days to a workbook: the records of these definitions, or of those supervised,
    that were opened in it, ended in it, or had anything happen to them in it.

    Raises EndingFault `unknown_ending`, PaperError `days_turned`, `write_failed`, `no_such_register`.
    """
    ending_of(out, "xlsx")
    if first > last:
        raise PaperError("days_turned", first=first.isoformat(), last=last.isoformat())
    known = in_force(context)
    wanted = list(dict.fromkeys(codes)) or supervised(context)
    for code in wanted:
        if code not in known or known[code].kind == "duty":
            raise PaperError("no_such_register", name=code)
    span = {"first": first.isoformat(), "last": last.isoformat()}
    said = t("case_papers.span", **span)
    with context.database.reading() as connection:
        found = {code: records.touched(connection, code, **span) for code in wanted}
        every = [row for rows in found.values() for row in rows]
        masks = people_of_records(context, connection, [one.id for one in every])
        wording = Wording(context, connection, masked=True, long_days=False)

        def telling(row: CaseRow) -> Wording:
            wording.among(known[row.definition], masks.get(row.id, Masks()))
            return wording

        tables = [_register(context, connection, known[code], rows, telling, said) for code, rows in found.items()]
        vouchers = list(_vouchers(known, every, masks))
        figures = list(_figures(context, connection, [known[code] for code in wanted], (first, last)))
        tables += [
            _steps(context, connection, every, telling, said),
            _limits(connection, known, every, said),
            _table("vouchers", ("mechanism", "number", "field", "said"), vouchers, said),
            _table("figures", ("mechanism", "figure", "value", "unit"), figures, said),
        ]
    contents = [(one.title, len(one.rows)) for one in tables]
    title = t("case_tables.evidence.title")
    under = "  ".join((said, context.centre.name, t("case_tables.evidence.masked")))
    cover = _table("contents", ("sheet", "count"), contents, under)
    write_file(out, book_of(context, title, [cover, *tables]), None)
    return Bundle(out, {code: len(rows) for code, rows in found.items()}, len(vouchers))


def _table(name: str, columns: Iterable[str], rows: Iterable[tuple[Cell, ...]], under: str) -> Table:
    heads = tuple(Column(t(f"case_tables.evidence.column.{one}")) for one in columns)
    return Table(t(f"case_tables.evidence.{name}"), under, heads, tuple(rows))


def _register(
    context: Context,
    connection: sqlite3.Connection,
    definition: Definition,
    rows: Sequence[CaseRow],
    telling: Callable[[CaseRow], Wording],
    under: str,
) -> Table:
    """The records of a definition as its sheet has them, with first and last day."""
    days = [Column(t(f"case_tables.evidence.column.{one}")) for one in ("opened", "ended")]
    lines: list[tuple[Cell, ...]] = []
    for row in rows:
        values = clear_values(context, connection, definition, row)
        wording = telling(row)
        said = (_cell(definition, wording, one, values.get(one.code)) for one in typed_fields(definition))
        ends = (state_words(definition, row), day_cell(row.opened_on), day_cell(row.ended_on))
        lines.append((row.number, *said, *ends))
    return Table(str(definition.name), under, (*register_columns(definition), *days), tuple(lines))


def _cell(definition: Definition, wording: Wording, field: FieldDefinition, value: Value | None) -> Cell:
    """What a field says in a cell of its own: a number, a day, or words."""
    if isinstance(value, str | int) and field.kind not in _NAMED:
        return SheetCells(definition, wording).cell(field, value)
    return _words(wording, field, value) if value is not None else None


def _words(wording: Wording, field: FieldDefinition, value: Value) -> str:
    """What a field says to who only reads it: what it leads to with its name, the rows of a list a line each with the
    names of its columns.
    """
    if isinstance(value, str | int):
        return wording.with_number(field, value)
    lines = []
    for place, row in enumerate(value, 1):
        said = ((one, wording.with_number(one, row[one.code])) for one in field.fields if one.code in row)
        words = [t("case_papers.labelled", name=str(one.name), words=words) for one, words in said if words]
        lines.append(f"{place}. " + t("case_tables.evidence.joint").join(words))
    return "\n".join(lines)


_NAMED = ("staff", "volunteer", "session", "reference")


def _steps(
    context: Context,
    connection: sqlite3.Connection,
    rows: Sequence[CaseRow],
    telling: Callable[[CaseRow], Wording],
    under: str,
) -> Table:
    """Everything that happened to the records, with its moment by the clock of the centre."""
    lines: list[tuple[Cell, ...]] = []
    for one in happenings(context, connection, [row.id for row in rows]):
        wording = telling(one.row)
        told = ((str(field.name), _words(wording, field, value)) for field, value in one.said)
        said = t("case_tables.evidence.joint").join(
            t("case_papers.labelled", name=name, words=words) for name, words in told
        )
        lines.append((one.at, one.row.number, one.what, said, wording.cleaned(one.reason)))
    columns = tuple(Column(one) for one in log_columns())
    return Table(t("case_tables.evidence.steps"), under, columns, tuple(lines))


def _limits(
    connection: sqlite3.Connection,
    known: Mapping[str, Definition],
    rows: Sequence[CaseRow],
    under: str,
) -> Table:
    """The limits of the records: since when, until when, when they were kept, and whether in time."""
    lines: list[tuple[Cell, ...]] = []
    for row in rows:
        names = {one.code: str(one.name) for one in known[row.definition].deadlines}
        for one in numbers.limits_of(connection, row.id):
            kind = "running" if one.stopped_on is None else "late"
            if one.due_on is None:
                kind = "paused" if one.is_paused else kind
            elif one.stopped_on is not None and one.stopped_on <= one.due_on:
                kind = "in_time"
            said = (day_cell(one.started_on), day_cell(one.due_on), day_cell(one.stopped_on))
            lines.append((row.number, names.get(one.code, one.code), *said, t(f"case_tables.evidence.limit.{kind}")))
    return _table("limits", ("number", "limit", "started", "due", "stopped", "kept"), lines, under)


def _vouchers(
    known: Mapping[str, Definition], rows: Iterable[CaseRow], masks: Mapping[int, Masks]
) -> Iterable[tuple[Cell, ...]]:
    """What the records name of photos and vouchers, each with where it stands in the record; people in it masked."""
    for row in rows:
        definition, values = known[row.definition], values_of(row)
        shown = masks.get(row.id, Masks()).put_on
        for field in definition.fields:
            value = values.get(field.code)
            if field.personal is None and field.code in VOUCHERS and isinstance(value, str) and value:
                yield str(definition.name), row.number, str(field.name), shown(value)
            if field.kind != "list" or value is None or isinstance(value, str | int):
                continue
            for column in field.fields:
                if column.personal is not None or not {column.code, f"{field.code}.{column.code}"} & {*VOUCHERS}:
                    continue
                for place, each in enumerate(value, 1):
                    if said := each.get(column.code):
                        where = f"{field.name} {place} {column.name}"
                        yield str(definition.name), row.number, where, shown(str(said))


def _figures(
    context: Context, connection: sqlite3.Connection, definitions: Iterable[Definition], days: tuple[date, date]
) -> Iterable[tuple[Cell, ...]]:
    """The numbers of these mechanisms in the period, of one that is split each part."""
    for definition in definitions:
        for one in figures_of(connection, definition, *days, context.today()):
            for name, many in _parts(one):
                yield str(definition.name), name, yuan(many) if one.is_money else many, one.unit
        # Who counts the rows of the sheet of records finds these among them.
        if brought := numbers.brought_in(connection, definition.code, days[0].isoformat(), days[1].isoformat()):
            unit = t("case_numbers.unit.cases")
            yield str(definition.name), t("case_tables.evidence.brought"), brought, unit


def _parts(one: Figure) -> Iterable[tuple[str, int]]:
    name = str(one.feed.name)
    if isinstance(one.value, int):
        return [(name, one.value)]
    parts = ((one.choice(key) or t("case_numbers.none"), many) for key, many in one.value.items())
    return [(t("case_papers.labelled", name=name, words=part), many) for part, many in parts] or [(name, 0)]
