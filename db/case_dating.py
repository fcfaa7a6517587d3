"""How far it has come to reckon anew by when cases are due."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from db.cases import CaseRow


class Dating(NamedTuple):
    """By which calendar, setting and definitions it is reckoned, in short; the last record that was, and whether that
    was all of them.
    """

    stamp: str
    after_id: int
    is_done: bool


def dating(connection: sqlite3.Connection) -> Dating | None:
    """How far it has come; None before the first."""
    row = connection.execute("SELECT stamp, after_id, is_done FROM case_dating").fetchone()
    return Dating(row[0], row[1], bool(row[2])) if row else None


def set_dating(connection: sqlite3.Connection, now: Dating) -> None:
    """Keep how far it has come."""
    connection.execute(
        "INSERT INTO case_dating (one, stamp, after_id, is_done) VALUES (1, ?, ?, ?) ON CONFLICT (one) DO UPDATE SET "
        "stamp = excluded.stamp, after_id = excluded.after_id, is_done = excluded.is_done",
        now,
    )


def has_open(connection: sqlite3.Connection) -> bool:
    """Whether any record has not ended."""
    return connection.execute("SELECT 1 FROM case_record WHERE ended_on IS NULL LIMIT 1").fetchone() is not None


def open_after(connection: sqlite3.Connection, after_id: int, limit: int) -> list[CaseRow]:
    """At most `limit` records that have not ended, by id, behind one."""
    rows = connection.execute(
        "SELECT * FROM case_record WHERE id > ? AND ended_on IS NULL ORDER BY id LIMIT ?", (after_id, limit)
    )
    return [CaseRow.from_row(row) for row in rows]
