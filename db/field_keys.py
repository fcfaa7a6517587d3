"""Which field key the sealed fields of the centre's file are under."""

from __future__ import annotations

import sqlite3


def current(connection: sqlite3.Connection) -> str | None:
    """The id of the field key that counts; None where it was never changed, and there is but one."""
    row = connection.execute("SELECT key_id FROM field_key").fetchone()
    return str(row[0]) if row else None


def since(connection: sqlite3.Connection) -> int | None:
    """Since when (UTC ms) it counts; None where it was never changed."""
    row = connection.execute("SELECT since FROM field_key").fetchone()
    return int(row[0]) if row else None


def set_current(connection: sqlite3.Connection, key_id: str, at: int) -> None:
    """Let another field key count from the end of this transaction on."""
    connection.execute(
        "INSERT INTO field_key (one, key_id, since) VALUES (1, ?, ?) "
        "ON CONFLICT (one) DO UPDATE SET key_id = excluded.key_id, since = excluded.since",
        (key_id, at),
    )
