"""Who of the register of residents stands in which field of a record, and in which row of a list in it."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from db import case_people, residents
from db import cases as records
from frontdesk.cases.errors import CaseError
from frontdesk.cases.recording import opened

if TYPE_CHECKING:
    from db.case_people import RowPerson
    from frontdesk.cases.definition.model import Definition, FieldDefinition, Opening
    from frontdesk.cases.engine.values import Value
    from frontdesk.context import Context

Rows = Mapping[tuple[int, str], int | None]
"""By the number of a row (from 1) and its column who stands there; None where it was said that it is nobody."""


class Residents(NamedTuple):
    """By field of a person who of the register stands in it, and by field of a list who in its rows."""

    fields: Mapping[str, int] = {}
    rows: Mapping[str, Rows] = {}


def residents_typed(connection: sqlite3.Connection, definition: Definition, typed: Mapping[str, object]) -> Residents:
    """Who of the register was typed into fields of a person, and into such columns of lists: `{"name": ...,
    "resident": id}`. A name alone is nobody of the register any more; in a list it is who it was before (`keep_rows`),
    unless `resident` is said to be None. Raises CaseError `not_there` where there is no such resident.
    """
    fields, rows = dict[str, int](), dict[str, Rows]()
    for code, value in typed.items():
        field = definition.field(code)
        if field is not None and field.kind == "person":
            number = _number(connection, field, code, value)
            fields |= {code: number} if number is not None else {}
        elif field is not None and field.kind == "list":
            rows[code] = dict(_in_rows(connection, field, value))
    return Residents(fields, {code: found for code, found in rows.items() if found})


def _in_rows(
    connection: sqlite3.Connection, field: FieldDefinition, typed: object
) -> Iterator[tuple[tuple[int, str], int | None]]:
    """Rows without anything in them are not kept and not counted."""
    people = [one for one in field.fields if one.kind == "person"]
    listed = typed if people and isinstance(typed, Sequence) and not isinstance(typed, str) else ()
    said = (row for row in listed if isinstance(row, Mapping) and any(map(_words, row.values())))
    for place, row in enumerate(said, 1):
        for one in people:
            value = row.get(one.code)
            if isinstance(value, Mapping) and "resident" in value:
                yield (place, one.code), _number(connection, one, field.code, value)


def _words(value: object) -> str:
    return str(name_of(value) if name_of(value) is not None else "").strip()


def name_of(value: object) -> object:
    """What was typed into a field or column; of somebody of the register the name."""
    return value.get("name") if isinstance(value, Mapping) else value


def names_of(field: FieldDefinition, typed: object) -> object:
    """What is read as the value of a field: of people of the register their names, in lists too."""
    if field.kind == "person":
        return name_of(typed)
    people = {one.code for one in field.fields if one.kind == "person"}
    if not people or not isinstance(typed, Sequence) or isinstance(typed, str):
        return typed
    return [
        {code: name_of(value) if code in people else value for code, value in row.items()}
        if isinstance(row, Mapping)
        else row
        for row in typed
    ]


def _number(connection: sqlite3.Connection, field: FieldDefinition, key: str, value: object) -> int | None:
    number = value.get("resident") if isinstance(value, Mapping) else None
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int) or residents.get(connection, number) is None:
        raise CaseError("not_there", field=str(field.name), key=key)
    return number


def keep_rows(
    context: Context,
    connection: sqlite3.Connection,
    case_id: int,
    field: FieldDefinition,
    value: Value | None,
    typed: Rows,
) -> None:
    """Keep who of the register stands in the rows of a list, before what it says is kept anew, inside a running
    transaction. Of whom nothing was said stays who it was: the one who stood under just this name before.
    """
    before = case_people.row_people(connection, case_id, field.code)
    if not before and not typed:
        return
    rows = value if value is not None and not isinstance(value, str | int) else ()
    known = _by_name(opened(context, records.people_of(connection, case_id)).get(field.code), before)
    found = list[tuple[int, str, int]]()
    for place, row in enumerate(rows, 1):
        for one in field.fields:
            if one.kind != "person" or one.code not in row:
                continue
            same = known[(one.code, row[one.code])]
            was = same.pop(0) if same else None
            number = typed.get((place, one.code), was)
            if number is not None:
                found.append((place, one.code, number))
    case_people.set_row_people(connection, case_id, field.code, found)


def _by_name(rows: Any, before: Sequence[RowPerson]) -> defaultdict[tuple[str, object], list[int]]:
    """By column and name who of the register stood under it, in the order of the rows."""
    known = defaultdict[tuple[str, object], list[int]](list)
    for one in before:
        if isinstance(rows, list) and one.position <= len(rows):
            known[(one.column, rows[one.position - 1].get(one.column))].append(one.resident_id)
    return known


def carried_along(
    connection: sqlite3.Connection,
    case_id: int,
    target: Definition,
    opening: Opening,
    place: int,
    row: Mapping[str, Any],
) -> Residents:
    """Who goes along into a record that a step opens for a row of a list (from 1; 0 for none): by field of a person of
    what is opened who of the register it names, and whoever stands in a list that is carried whole.
    """
    fields, rows = dict[str, int](), dict[str, Rows]()
    people = records.people_and_residents(connection, case_id)
    own = {code: resident for code, _, resident in people if resident is not None}
    for theirs, ours in opening.fields.items():
        into = target.field(theirs)
        if into is not None and into.kind == "person":
            in_row = case_people.row_people(connection, case_id, opening.each or "")
            standing = {(one.position, one.column): one.resident_id for one in in_row}
            who = standing.get((place, ours)) if row.get(ours) is not None else own.get(ours)
            fields |= {theirs: who} if who is not None else {}
        elif into is not None and into.kind == "list":
            listed = case_people.row_people(connection, case_id, ours)
            rows[theirs] = {(one.position, one.column): one.resident_id for one in listed}
    return Residents(fields, {code: found for code, found in rows.items() if found})
