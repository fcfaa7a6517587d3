"""Giving every sealed field and keyed lookup of the file the value it has under another key."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from db.personal import columns_of

SEARCH_KEYED = "#"
"""How a search term begins that is a keyed hash, in hex, and no part of a name."""

DERIVED: Mapping[tuple[str, str], tuple[str, str]] = {
    ("resident", "phone_key"): ("phone", "phone_cipher"),
    ("resident", "phone_tail_key"): ("tail", "phone_cipher"),
    ("volunteer", "phone_key"): ("phone", "phone_cipher"),
}
"""For every keyed lookup what of which sealed field it is a hash of."""


class Sealed(NamedTuple):
    """The sealed fields of one row, and the keyed lookups beside them."""

    table: str
    key: tuple[str | int | bytes, ...]
    fields: dict[str, bytes]
    """By column; what is empty is left out."""
    lookups: dict[str, bytes]


def tables() -> list[str]:
    """Every table with sealed fields."""
    return sorted({table for table, _ in columns_of("phone_cipher")})


def texts_in(table: str, text: str) -> list[str]:
    """The texts of which the search may know keyed hashes in what a sealed field of a table says: a phone as it is, and
    whatever stands in the JSON of a record's people.
    """
    try:
        return list(_texts(json.loads(text))) if table == "case_person" else [text]
    except ValueError:
        return [text]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value if isinstance(value, list) else value.values():
            yield from _texts(one)


def count(connection: sqlite3.Connection) -> int:
    """How many rows have a sealed field."""
    return sum(
        int(connection.execute(f"SELECT count(*) FROM {table} WHERE {_any_of(_sealed(table))}").fetchone()[0])
        for table in tables()
    )


def sealed_rows(connection: sqlite3.Connection) -> Iterator[Sealed]:
    """Every row with a sealed field or a keyed lookup, table after table; a table is read before its rows come."""
    for table in tables():
        keys, fields = _key_columns(connection, table), _sealed(table)
        lookups = [column for found, column in columns_of("phone_key") if found == table]
        rows = connection.execute(
            f"SELECT {', '.join((*keys, *fields, *lookups))} FROM {table} WHERE {_any_of([*fields, *lookups])}"
        ).fetchall()
        for row in rows:
            yield Sealed(
                table,
                tuple(row[: len(keys)]),
                {column: bytes(row[column]) for column in fields if row[column] is not None},
                {column: bytes(row[column]) for column in lookups if row[column] is not None},
            )


def write(connection: sqlite3.Connection, row: Sealed) -> None:
    """Store the fields and lookups of a row as they are in it."""
    values = row.fields | row.lookups
    if not values:
        return
    keys = _key_columns(connection, row.table)
    connection.execute(
        f"UPDATE {row.table} SET {', '.join(f'{column} = ?' for column in values)} "
        f"WHERE {' AND '.join(f'{key} = ?' for key in keys)}",
        (*values.values(), *row.key),
    )


def change_terms(connection: sqlite3.Connection, changed: Callable[[bytes], bytes | None]) -> tuple[int, int]:
    """Give every search term that is a keyed hash its value under the new key; how many had one, and how many of which
    nobody knows what they are a hash of. Those are taken away: they find nobody any more.
    """
    terms = connection.execute(
        "SELECT DISTINCT term FROM search_term WHERE term >= ? AND term < ?", (SEARCH_KEYED, chr(ord(SEARCH_KEYED) + 1))
    ).fetchall()
    known = {row[0]: changed(bytes.fromhex(row[0].removeprefix(SEARCH_KEYED))) for row in terms}
    rows = connection.execute(
        "SELECT kind, term, ref FROM search_term WHERE term >= ? AND term < ?",
        (SEARCH_KEYED, chr(ord(SEARCH_KEYED) + 1)),
    ).fetchall()
    connection.execute(
        "DELETE FROM search_term WHERE term >= ? AND term < ?", (SEARCH_KEYED, chr(ord(SEARCH_KEYED) + 1))
    )
    made = [(row[0], SEARCH_KEYED + new.hex(), row[2]) for row in rows if (new := known[row[1]]) is not None]
    connection.executemany("INSERT OR IGNORE INTO search_term (kind, term, ref) VALUES (?, ?, ?)", made)
    return len(made), len(rows) - len(made)


def _sealed(table: str) -> list[str]:
    return [column for found, column in columns_of("phone_cipher") if found == table]


def _any_of(columns: list[str]) -> str:
    return " OR ".join(f"{column} IS NOT NULL" for column in columns)


def _key_columns(connection: sqlite3.Connection, table: str) -> list[str]:
    rows = connection.execute(f"SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk")
    return [row[0] for row in rows]
