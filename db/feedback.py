"""Five-level ratings.

A row holds a day and no time, no operator and no person (design: anonymous means anonymous).
"""

from __future__ import annotations

import sqlite3
from typing import Literal

from db.record import Record


class Rating(Record):
    """One rating under a random key. `level` runs from 5, very satisfied, to 1, very dissatisfied."""

    key: bytes
    day: str
    subject_kind: Literal["service", "session"]
    subject: str
    level: int
    comment: str = ""
    named: int = 0
    channel: Literal["kiosk", "desk", "import"]


def put(connection: sqlite3.Connection, rating: Rating) -> None:
    """Insert a rating; a second one with the same key is a conflict."""
    connection.execute(
        "INSERT INTO rating (key, day, subject_kind, subject, level, comment, named, channel) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            rating.key,
            rating.day,
            rating.subject_kind,
            rating.subject,
            rating.level,
            rating.comment,
            rating.named,
            rating.channel,
        ),
    )


def set_level(connection: sqlite3.Connection, key: bytes, level: int) -> bool:
    """Change the level of a rating; False if there is none with this key."""
    return connection.execute("UPDATE rating SET level = ? WHERE key = ?", (level, key)).rowcount == 1


def remove(connection: sqlite3.Connection, key: bytes) -> bool:
    """Take back a rating; False if there is none with this key."""
    return connection.execute("DELETE FROM rating WHERE key = ?", (key,)).rowcount == 1


def has(connection: sqlite3.Connection, key: bytes) -> bool:
    """Whether a rating with this key is stored."""
    return connection.execute("SELECT 1 FROM rating WHERE key = ?", (key,)).fetchone() is not None


def between(connection: sqlite3.Connection, first: str, last: str) -> list[Rating]:
    """The ratings of a span of local days, by day; within a day in the order of their random keys."""
    rows = connection.execute("SELECT * FROM rating WHERE day BETWEEN ? AND ? ORDER BY day, key", (first, last))
    return [Rating.from_row(row) for row in rows]


def any_between(connection: sqlite3.Connection, first: str, last: str) -> bool:
    """Whether a span of local days holds a rating."""
    row = connection.execute("SELECT EXISTS (SELECT 1 FROM rating WHERE day BETWEEN ? AND ?)", (first, last)).fetchone()
    return bool(row[0])


def levels(connection: sqlite3.Connection, first: str, last: str) -> dict[int, int]:
    """How many ratings of each level a span of local days holds; levels nobody gave are left out."""
    rows = connection.execute(
        "SELECT level, count(*) AS n FROM rating WHERE day BETWEEN ? AND ? GROUP BY level", (first, last)
    )
    return {row["level"]: row["n"] for row in rows}
