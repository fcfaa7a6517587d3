"""Whether SQLite finds the file whole, and what its header and its log of changes say of themselves. Reads only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple


class Header(NamedTuple):
    """What the first page says: whose file it is, its schema's version, and how large it is, in bytes."""

    application_id: int
    version: int
    size: int
    unused: int


def header(connection: sqlite3.Connection) -> Header:
    """The header as this connection sees it, with what stands in the WAL."""
    names = ("application_id", "user_version", "page_count", "page_size", "freelist_count")
    values = [int(connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in names]
    return Header(values[0], values[1], values[2] * values[3], values[4] * values[3])


def page_faults(connection: sqlite3.Connection) -> list[str]:
    """What SQLite finds wrong with the pages, at most a hundred lines of its own words; empty where nothing is."""
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
    return [] if found == ["ok"] else found


def broken_references(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """The tables of rows that refer to a row that is not there, and to which table, a pair for each such row."""
    return [(row[0], row[2]) for row in connection.execute("PRAGMA foreign_key_check")]


def applied(connection: sqlite3.Connection) -> list[str]:
    """The names of the migrations that were applied, in order; none in a file without that record."""
    there = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_sqlite_migrations'"
    if connection.execute(there).fetchone() is None:
        return []
    rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = 'frontdesk' ORDER BY id")
    return [row[0] for row in rows]


class Step(NamedTuple):
    """From one entry of the audit log to the next: the later one's number, and both times (UTC ms)."""

    entry: int
    before: int
    at: int


def steps(connection: sqlite3.Connection, last: int | None = None) -> Iterator[Step]:
    """The steps of the audit log, or those to its `last` entries, in order."""
    where = "" if last is None else "WHERE id > (SELECT max(id) FROM audit) - ? "
    rows = connection.execute(f"SELECT id, at FROM audit {where}ORDER BY id", () if last is None else (last,))
    before: int | None = None
    for entry, at in rows:
        if before is not None:
            yield Step(entry, before, at)
        before = at
