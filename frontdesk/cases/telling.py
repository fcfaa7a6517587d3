"""What records say of somebody, in words, for the person: who is named where, the records, what happened to them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from db import case_people
from db import cases as records
from db.case_people import Place
from db.cases import CaseRow
from frontdesk.cases.library import in_force, of_people
from frontdesk.cases.masks import Masks, masks_of, people_of_records, values_masked
from frontdesk.cases.people import groups_of
from frontdesk.cases.recording import GIVEN
from frontdesk.cases.recording import opened as opened_fields
from frontdesk.cases.words import state_words, value_words
from frontdesk.locale import t

if TYPE_CHECKING:
    from datetime import datetime

    from frontdesk.cases.definition.model import Definition, FieldDefinition
    from frontdesk.cases.engine.values import Value
    from frontdesk.context import Context


class Happening(NamedTuple):
    """Something that happened to a record: when, to which, how that is called, what was said by field, for what
    reason. What was said of people, and what was taken back, is left out.
    """

    at: datetime
    row: CaseRow
    what: str
    said: list[tuple[FieldDefinition, Value]]
    reason: str


class Told(NamedTuple):
    """Rows of words under their columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def people_told(context: Context, connection: sqlite3.Connection, places: Iterable[Place], *, clear: bool) -> Told:
    """What records say of whoever stands at these places: number, field, value."""
    wanted, definitions, rows = list(places), of_people(context), list[tuple[str, ...]]()
    for row, sealed in case_people.sealed_of(connection, {one.case_id for one in wanted}):
        definition = definitions.get(row.definition)
        if definition is not None:
            values: Mapping[str, Any] = opened_fields(context, sealed)
            if not clear:
                values = values_masked(definition, masks_of(definition, values), values)
            for place in wanted:
                if place.case_id == row.id:
                    rows += [(row.number, *said) for said in _said_at(definition, values, place)]
    return Told((t("case_people.number"), t("case_people.field"), t("case_people.said")), tuple(rows))


def _said_at(definition: Definition, values: Mapping[str, Any], place: Place) -> Iterable[tuple[str, str]]:
    if not place.row:
        for one in groups_of(definition).get(place.field, ()):
            if one.code in values:
                yield str(one.name), value_words(one, values[one.code], masked=False)
        return
    listed, rows = definition.field(place.field), values.get(place.field)
    if listed is None or not isinstance(rows, list) or place.row > len(rows):
        return
    for one in listed.fields:
        if one.code in rows[place.row - 1]:
            yield f"{listed.name} {one.name}", value_words(one, rows[place.row - 1][one.code], masked=False)


def records_told(context: Context, connection: sqlite3.Connection, ids: Sequence[int], *, clear: bool) -> Told:
    """Records in words: number, what it is, state, first and last day, what they say besides of people."""
    definitions = in_force(context)
    keys = ("number", "mechanism", "state", "opened_on", "ended_on", "said")
    told, shown = [], _shown(context, connection, ids, clear=clear)
    for row in records.by_ids(connection, ids):
        definition = definitions.get(row.definition)
        name = str(definition.name) if definition is not None else row.definition
        state = state_words(definition, row) if definition is not None else row.state
        said = _words(_content(definition, json.loads(row.said)), shown(row))
        told.append((row.number, name, state, row.opened_on, row.ended_on or "", said))
    return Told(tuple(t(f"case_people.{key}") for key in keys), tuple(told))


def log_told(context: Context, connection: sqlite3.Connection, ids: Sequence[int], *, clear: bool) -> Told:
    """What happened to records: when, number, what, what was said, in which words."""
    shown = _shown(context, connection, ids, clear=clear)
    told = [
        (
            f"{one.at:%Y-%m-%d %H:%M}",
            one.row.number,
            one.what,
            _words(one.said, shown(one.row)),
            shown(one.row)(one.reason),
        )
        for one in happenings(context, connection, ids)
    ]
    return Told(log_columns(), tuple(told))


def log_columns() -> tuple[str, ...]:
    """The columns under which it is told what happened to records."""
    return tuple(t(f"case_people.{key}") for key in ("at", "number", "step", "said", "reason"))


def happenings(context: Context, connection: sqlite3.Connection, ids: Sequence[int]) -> Iterator[Happening]:
    """Everything that happened to these records, by the centre's clock."""
    definitions = in_force(context)
    for row in records.by_ids(connection, ids):
        definition = definitions.get(row.definition)
        for entry in records.log_of(connection, row.id):
            step = definition.transition(entry.step) if definition is not None else None
            what = str(step.name) if step is not None else t(f"cases.event.{entry.kind}")
            linked = entry.kind in ("linked", "unlinked")
            said = [] if linked else _content(definition, json.loads(entry.said))
            yield Happening(context.local(entry.at), row, what, said, entry.reason)


def _content(definition: Definition | None, values: dict[str, Any]) -> list[tuple[FieldDefinition, Value]]:
    fields = definition.fields if definition is not None else ()
    return [(one, values[one.code]) for one in fields if values.get(one.code) not in (None, GIVEN)]


def _words(said: Iterable[tuple[FieldDefinition, Value]], shown: Callable[[str], str]) -> str:
    return "; ".join(f"{one.name}: {shown(value_words(one, value))}" for one, value in said)


def _shown(
    context: Context, connection: sqlite3.Connection, ids: Sequence[int], *, clear: bool
) -> Callable[[CaseRow], Callable[[str], str]]:
    """How the free words of each of these records are told: all whom it names are masked unless `clear`."""
    if clear:
        return lambda _: lambda words: words
    masks = people_of_records(context, connection, ids)
    return lambda row: masks.get(row.id, Masks()).put_on
