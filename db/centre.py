"""The centre itself and its settings."""

from __future__ import annotations

import json
import sqlite3

from db.record import Record


class Centre(Record):
    """The one row that says whose file this is."""

    code: str
    name: str
    street: str
    district: str
    zone: str
    created_at: int


def load(connection: sqlite3.Connection) -> Centre | None:
    """The centre; None in a file that has none yet."""
    row = connection.execute("SELECT * FROM centre").fetchone()
    return Centre.from_row(row) if row else None


def insert(connection: sqlite3.Connection, centre: Centre) -> None:
    """Write the centre's row; a second one is a conflict."""
    connection.execute(
        "INSERT INTO centre (id, code, name, street, district, zone, created_at) VALUES (1, ?, ?, ?, ?, ?, ?)",
        (centre.code, centre.name, centre.street, centre.district, centre.zone, centre.created_at),
    )


def settings(connection: sqlite3.Connection) -> dict[str, object]:
    """Every setting that was changed from its default, by key; what is no JSON comes as the text that it is."""
    return {row["key"]: _value(row["value"]) for row in connection.execute("SELECT key, value FROM setting")}


def _value(stored: str) -> object:
    try:
        value: object = json.loads(stored)
    except (ValueError, RecursionError):
        return stored
    return value


def set_setting(connection: sqlite3.Connection, key: str, value: object) -> None:
    """Change a setting; None brings the default back."""
    if value is None:
        connection.execute("DELETE FROM setting WHERE key = ?", (key,))
        return
    connection.execute(
        "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, json.dumps(value, ensure_ascii=False)),
    )
