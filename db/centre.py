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
    """Every setting that was changed from its default, by key."""
    return {row["key"]: json.loads(row["value"]) for row in connection.execute("SELECT key, value FROM setting")}


def set_setting(connection: sqlite3.Connection, key: str, value: object) -> None:
    """Store one setting; `value` is anything JSON holds."""
    connection.execute(
        "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, json.dumps(value, ensure_ascii=False)),
    )
