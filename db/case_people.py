"""What records of cases say of people, across all of them: for checks, for a person's rights, for keeping no longer."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from db.cases import CaseRow, plain, select

_PLACE = re.compile(r"([1-9][0-9]{0,15})-([a-z][a-z0-9_]{0,39})(?:-([1-9][0-9]{0,4}))?")


class Place(NamedTuple):
    """Where somebody stands: the record, the field of the name (or the first beside which nobody is named), and in a
    list which row, from 1; 0 where it is no list.
    """

    case_id: int
    field: str
    row: int = 0

    def __str__(self) -> str:
        return f"{self.case_id}-{self.field}" + (f"-{self.row}" if self.row else "")


def place_of(ref: str) -> Place | None:
    """The place that is written like this; None where it is none."""
    found = _PLACE.fullmatch(ref)
    return Place(int(found[1]), found[2], int(found[3] or 0)) if found else None


def rows_of(connection: sqlite3.Connection, definition: str) -> list[CaseRow]:
    """Every record of a definition, by id."""
    return select(connection, "WHERE definition = ? ORDER BY id", (definition,))


def in_turn(connection: sqlite3.Connection, definition: str, at_once: int = 500) -> Iterator[CaseRow]:
    """Every record of a definition, by id, read some at a time: they may be changed meanwhile."""
    after = 0
    while rows := select(
        connection, "WHERE id > ? AND definition = ? ORDER BY id LIMIT ?", (after, definition, at_once)
    ):
        yield from rows
        after = rows[-1].id


def of_each(connection: sqlite3.Connection) -> dict[str, int]:
    """How many records there are of each definition."""
    rows = connection.execute("SELECT definition, count(*) FROM case_record GROUP BY definition ORDER BY definition")
    return {row[0]: row[1] for row in rows}


def with_people(connection: sqlite3.Connection) -> Iterator[tuple[CaseRow, dict[str, bytes]]]:
    """Every record that says something of people, by id, and what its fields say, sealed."""
    rows = connection.execute(
        "SELECT r.*, p.field, p.phone_cipher FROM case_person p JOIN case_record r ON r.id = p.case_id "
        "ORDER BY p.case_id, p.field"
    )
    yield from _by_record(rows)


class SealedField(NamedTuple):
    """What a field of a record says of people, sealed, and of which definition the record is."""

    case_id: int
    definition: str
    field: str
    cipher: bytes


def sealed_fields(connection: sqlite3.Connection) -> list[SealedField]:
    """Every field of a record that says something of people."""
    rows = plain(
        connection,
        "SELECT p.case_id, r.definition, p.field, p.phone_cipher FROM case_person p JOIN case_record r "
        "ON r.id = p.case_id ORDER BY p.case_id, p.field",
    )
    return list(map(SealedField._make, rows))


def _by_record(rows: Iterable[sqlite3.Row]) -> Iterator[tuple[CaseRow, dict[str, bytes]]]:
    for _, of_one in groupby(rows, itemgetter("id")):
        fields = list(of_one)
        yield CaseRow.from_row(fields[0]), {row["field"]: row["phone_cipher"] for row in fields}


def sealed_of(connection: sqlite3.Connection, ids: Iterable[int]) -> list[tuple[CaseRow, dict[str, bytes]]]:
    """Of these records those that say something of people, and what their fields say, sealed."""
    rows = connection.execute(
        "SELECT r.*, p.field, p.phone_cipher FROM case_person p JOIN case_record r ON r.id = p.case_id "
        "WHERE r.id IN (SELECT value FROM json_each(?)) ORDER BY p.case_id, p.field",
        (json.dumps(list(ids)),),
    )
    return list(_by_record(rows))


def fields_of_residents(connection: sqlite3.Connection, ids: Iterable[int]) -> list[tuple[int, str]]:
    """The records and their fields that name one of these residents."""
    rows = connection.execute(
        "SELECT case_id, field FROM case_person WHERE resident_id IN (SELECT value FROM json_each(?)) ORDER BY 1, 2",
        (json.dumps(list(ids)),),
    )
    return [(row[0], row[1]) for row in rows]


class RowPerson(NamedTuple):
    """Who of the register stands in a row (from 1) of a list, in which column of it."""

    field: str
    position: int
    column: str
    resident_id: int


def row_people(connection: sqlite3.Connection, case_id: int, field: str = "") -> list[RowPerson]:
    """Who of the register stands in the rows of a list of a record, of all of its lists where none is named."""
    rows = plain(
        connection,
        'SELECT field, position, "column", resident_id FROM case_row_person WHERE case_id = ?1 '
        "AND (?2 = '' OR field = ?2) ORDER BY field, position, 3",
        (case_id, field),
    )
    return list(map(RowPerson._make, rows))


def set_row_people(
    connection: sqlite3.Connection, case_id: int, field: str, people: Iterable[tuple[int, str, int]]
) -> None:
    """Have these stand in the rows of a list, each by row, column and who of the register that is, and nobody else."""
    connection.execute("DELETE FROM case_row_person WHERE case_id = ? AND field = ?", (case_id, field))
    connection.executemany(
        'INSERT INTO case_row_person (case_id, field, position, "column", resident_id) VALUES (?, ?, ?, ?, ?)',
        ((case_id, field, *one) for one in people),
    )


def drop_row_person(connection: sqlite3.Connection, case_id: int, field: str, position: int) -> None:
    """Whoever stands in a row of a list is nobody of the register any more."""
    connection.execute(
        "DELETE FROM case_row_person WHERE case_id = ? AND field = ? AND position = ?", (case_id, field, position)
    )


def rows_of_residents(connection: sqlite3.Connection, ids: Iterable[int]) -> list[Place]:
    """The rows of lists in records in which one of these residents stands."""
    rows = connection.execute(
        "SELECT DISTINCT case_id, field, position FROM case_row_person "
        "WHERE resident_id IN (SELECT value FROM json_each(?)) ORDER BY 1, 2, 3",
        (json.dumps(list(ids)),),
    )
    return [Place(*row) for row in rows]


def reseal(connection: sqlite3.Connection, case_id: int, field: str, cipher: bytes) -> None:
    """Put something else in the place of what a field says of people, which is nobody of the register any more."""
    connection.execute(
        "UPDATE case_person SET phone_cipher = ?, resident_id = NULL WHERE case_id = ? AND field = ?",
        (cipher, case_id, field),
    )


def change_words(connection: sqlite3.Connection, case_id: int, field: str, cipher: bytes) -> None:
    """Put other words in the place of what a field says of people, who stay the same."""
    connection.execute(
        "UPDATE case_person SET phone_cipher = ? WHERE case_id = ? AND field = ?", (cipher, case_id, field)
    )


class Draft(NamedTuple):
    """A form that somebody began, by its place, sealed."""

    operator_no: str
    definition: str
    case_id: int
    step: str
    cipher: bytes


def drafts(connection: sqlite3.Connection) -> list[Draft]:
    """Every form that was begun."""
    rows = connection.execute("SELECT operator_no, definition, case_id, step, phone_cipher FROM case_draft")
    return [Draft(*row) for row in rows]


def change_draft(connection: sqlite3.Connection, one: Draft) -> None:
    """Put other words in the place of a form that was begun; when it was kept stays."""
    connection.execute(
        "UPDATE case_draft SET phone_cipher = ? WHERE operator_no = ? AND definition = ? AND case_id = ? AND step = ?",
        (one.cipher, one.operator_no, one.definition, one.case_id, one.step),
    )


def drop_drafts_before(connection: sqlite3.Connection, at: int) -> int:
    """Forget the forms that were kept last before an instant (UTC milliseconds); how many they were."""
    return connection.execute("DELETE FROM case_draft WHERE saved_at < ?", (at,)).rowcount


def ended_before(connection: sqlite3.Connection, definition: str, day: str) -> list[tuple[int, str, str]]:
    """The records of a definition that ended before a local day and still tell of people: id, number, day of the end,
    the oldest first.
    """
    rows = connection.execute(
        "SELECT id, number, ended_on FROM case_record WHERE definition = ? AND ended_on IS NOT NULL "
        "AND emptied_on IS NULL AND ended_on < ? ORDER BY ended_on, id",
        (definition, day),
    )
    return [(row[0], row[1], row[2]) for row in rows]


def count_ended_before(connection: sqlite3.Connection, definition: str, day: str) -> int:
    """How many they are."""
    found = connection.execute(
        "SELECT count(*) FROM case_record WHERE definition = ? AND ended_on IS NOT NULL AND emptied_on IS NULL "
        "AND ended_on < ?",
        (definition, day),
    ).fetchone()
    return int(found[0])


def empty_log(connection: sqlite3.Connection, entry_id: int, said: str, reason: str) -> None:
    """Put other words in the place of what an entry of the log says, with the guard of the log lifted."""
    connection.execute("UPDATE case_log SET said = ?, reason = ? WHERE id = ?", (said, reason, entry_id))


def drop_people(connection: sqlite3.Connection, case_id: int) -> None:
    """Forget what a record says of people."""
    connection.execute("DELETE FROM case_row_person WHERE case_id = ?", (case_id,))
    connection.execute("DELETE FROM case_person WHERE case_id = ?", (case_id,))
