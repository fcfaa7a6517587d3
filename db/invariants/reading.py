"""What the checks read of people and of days, a row at a time, so that no table is held whole. Reads only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

DAYS = {
    "session": "SELECT code, day, starts_at FROM session ORDER BY day, code",
    "assignment": "SELECT id, day, starts_at FROM assignment ORDER BY day, id",
    "booking": "SELECT id, day, starts_at FROM booking ORDER BY day, id",
}


class Person(NamedTuple):
    """Somebody as the register has the person: `ref` is the number or the id, keys are keyed hashes."""

    ref: str
    name: str
    phone_cipher: bytes | None
    phone_key: bytes | None
    tail_key: bytes | None
    guardian_cipher: bytes | None
    merged_into: int | None
    is_indexed: int
    is_erased: int


_PEOPLE = {
    "resident": "SELECT CAST(id AS TEXT), name, phone_cipher, phone_key, phone_tail_key, guardian_phone_cipher, "
    "merged_into, indexed, "
    "EXISTS (SELECT 1 FROM tombstone WHERE kind = 'resident' AND ref = CAST(resident.id AS TEXT)) "
    "FROM resident ORDER BY id",
    "volunteer": "SELECT no, name, phone_cipher, phone_key, NULL, guardian_phone_cipher, NULL, 1, "
    "EXISTS (SELECT 1 FROM tombstone WHERE kind = 'volunteer' AND ref = volunteer.no) FROM volunteer ORDER BY no",
}

_SEALED = {
    "staff": "SELECT no, phone_cipher FROM staff WHERE phone_cipher IS NOT NULL ORDER BY no",
    "booking": "SELECT id, phone_cipher FROM booking WHERE phone_cipher IS NOT NULL ORDER BY id",
    # The key of a rating tells nothing: the day is enough to look for it.
    "rating_rater": "SELECT r.day, n.phone_cipher FROM rating_rater n JOIN rating r USING (key) "
    "WHERE n.phone_cipher IS NOT NULL ORDER BY r.day",
    "case_draft": "SELECT operator_no, phone_cipher FROM case_draft ORDER BY operator_no",
}


def days(connection: sqlite3.Connection, table: str) -> Iterator[tuple[Any, str, int]]:
    """Which row, its local day as it is stored, and when it begins (UTC ms)."""
    for row in connection.execute(DAYS[table]):
        yield row[0], row[1], row[2]


def people(connection: sqlite3.Connection, kind: str) -> Iterator[Person]:
    """Everybody of a register, `resident` or `volunteer`, in order."""
    for row in connection.execute(_PEOPLE[kind]):
        yield Person(*row)


def merged(connection: sqlite3.Connection) -> dict[str, list[Person]]:
    """The entries that were merged, by the entry that is left."""
    found: dict[str, list[Person]] = {}
    for one in people(connection, "resident"):
        if one.merged_into is not None:
            found.setdefault(str(one.merged_into), []).append(one)
    return found


def sealed(connection: sqlite3.Connection, table: str) -> Iterator[tuple[Any, bytes]]:
    """The sealed phones of a table that has no keyed hash of them, with what tells the row."""
    for row in connection.execute(_SEALED[table]):
        yield row[0], row[1]


def terms(connection: sqlite3.Connection, kind: str) -> dict[str, frozenset[str]]:
    """What finds each person of a kind, by number or id."""
    rows = connection.execute("SELECT ref, term FROM search_term WHERE kind = ? ORDER BY ref", (kind,))
    return {ref: frozenset(row[1] for row in of_one) for ref, of_one in groupby(rows, itemgetter(0))}
