"""Which field key the sealed fields of the centre's file are under."""

from __future__ import annotations

import sqlite3


def current(connection: sqlite3.Connection) -> str | None:
    """The id of the field key that counts; None where it was never changed, and there is but one."""
    row = connection.execute("SELECT key_id FROM field_key WHERE one = 1").fetchone()
    return str(row[0]) if row else None


def since(connection: sqlite3.Connection) -> int | None:
    """Since when (UTC ms) it counts; None where it was never changed."""
    row = connection.execute("SELECT since FROM field_key WHERE one = 1").fetchone()
    return int(row[0]) if row else None


def set_current(connection: sqlite3.Connection, key_id: str, at: int) -> None:
    """Let another field key count from the end of this transaction on."""
    connection.execute(
        "INSERT INTO field_key (one, key_id, since) VALUES (1, ?, ?) "
        "ON CONFLICT (one) DO UPDATE SET key_id = excluded.key_id, since = excluded.since",
        (key_id, at),
    )


def relied_on(connection: sqlite3.Connection) -> frozenset[str]:
    """The keys of hashes that the file was written with, by name: `audit`, `lookup`. One of these that is gone is lost;
    a centre that is older than they are has them made when they are first used.

    Both came with the log that says from which window an entry is: a centre whose first entry says so was set up with
    both.
    """
    found = set()
    first = connection.execute("SELECT place FROM audit ORDER BY id LIMIT 1").fetchone()
    if current(connection) is not None or (first is not None and first[0]):
        found.add("lookup")
    hashed = "SELECT EXISTS (SELECT 1 FROM audit_change) OR EXISTS (SELECT 1 FROM audit_words)"
    if connection.execute(hashed).fetchone()[0]:
        found.add("audit")
    return frozenset(found)
