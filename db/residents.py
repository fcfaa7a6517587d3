"""Residents who sign up or are served: who they are, how to reach them, which household they belong to."""

from __future__ import annotations

import sqlite3


def resident_id(
    connection: sqlite3.Connection, *, name: str, phone_cipher: bytes, phone_key: bytes, phone_tail_key: bytes
) -> int:
    """The resident with this phone and name, added if new. Phones are matched by their keyed hash."""
    row = connection.execute("SELECT id FROM resident WHERE phone_key = ? AND name = ?", (phone_key, name)).fetchone()
    if row:
        return int(row["id"])
    cursor = connection.execute(
        "INSERT INTO resident (name, phone_cipher, phone_key, phone_tail_key) VALUES (?, ?, ?, ?)",
        (name, phone_cipher, phone_key, phone_tail_key),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid
