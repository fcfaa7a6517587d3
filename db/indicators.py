"""Running the SQL of the indicators: reading only, whatever a definition says."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

Parameters = Mapping[str, str | int]
"""The documented parameters by name; a statement uses those that it needs."""

Cell = str | int | float | bytes | None


@contextmanager
def reading_only(connection: sqlite3.Connection) -> Iterator[None]:
    """Have SQLite refuse every write on this connection while the block runs (PRAGMA query_only)."""
    connection.execute("PRAGMA query_only = ON")
    try:
        yield
    finally:
        connection.execute("PRAGMA query_only = OFF")


def numbers(connection: sqlite3.Connection, sql: str, parameters: Parameters) -> tuple[int | None, ...]:
    """The one row of a statement that counts; None where it says that there is no number."""
    with reading_only(connection):
        row = connection.execute(sql, parameters).fetchone()
    return tuple(None if one is None else int(one) for one in row)


def split(connection: sqlite3.Connection, sql: str, parameters: Parameters) -> dict[str, int]:
    """The rows of a statement that counts by a key, as it orders them."""
    with reading_only(connection):
        return {str(key): int(count) for key, count in connection.execute(sql, parameters)}


def listed(
    connection: sqlite3.Connection, sql: str, parameters: Parameters, limit: int, offset: int
) -> list[tuple[Cell, ...]]:
    """The rows of a statement from a place on, at most `limit`; -1 for all."""
    paged = f"{sql} LIMIT :limit OFFSET :offset"
    with reading_only(connection):
        found = connection.execute(paged, {**parameters, "limit": limit, "offset": offset})
        return [tuple(row) for row in found]


def many(connection: sqlite3.Connection, sql: str, parameters: Parameters) -> int:
    """How many rows a statement lists."""
    with reading_only(connection):
        return int(connection.execute(f"SELECT count(*) FROM ({sql})", parameters).fetchone()[0])


def plan(connection: sqlite3.Connection, sql: str, parameters: Parameters) -> list[str]:
    """How SQLite goes about a statement, a line for each table it reads."""
    return [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)]
