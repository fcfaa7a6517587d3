"""Leave and absence of staff, and the hand-over that goes with it (mechanisms J09)."""

from __future__ import annotations

import sqlite3
from typing import Literal

from db.record import Record

LeaveKind = Literal["annual", "sick", "official", "training", "other"]
LeaveState = Literal["asked", "approved", "reported", "returned", "refused", "withdrawn"]
IN_FORCE = ("approved", "reported")
"""States in which somebody counts as away."""


class Leave(Record):
    """Days on which somebody is away; minutes after midnight bound the first and the last of them."""

    id: int
    staff_no: str
    first_day: str
    last_day: str
    from_minute: int | None = None
    until_minute: int | None = None
    kind: LeaveKind
    reason: str = ""
    planned: bool
    state: LeaveState
    asked_at: int
    decided_by: str | None = None
    decided_at: int | None = None
    returned_at: int | None = None


def get(connection: sqlite3.Connection, leave_id: int) -> Leave | None:
    """The leave with this number; None if there is none."""
    row = connection.execute("SELECT * FROM leave WHERE id = ?", (leave_id,)).fetchone()
    return Leave.from_row(row) if row else None


def between(connection: sqlite3.Connection, first_day: str, last_day: str) -> list[Leave]:
    """Every leave in force that touches these local days, by first day and person."""
    rows = connection.execute(
        "SELECT * FROM leave WHERE last_day >= ? AND first_day <= ? AND state IN ('approved', 'reported') "
        "ORDER BY first_day, staff_no, id",
        (first_day, last_day),
    )
    return [Leave.from_row(row) for row in rows]


def away(connection: sqlite3.Connection, day: str) -> dict[str, str]:
    """Who is away on a local day, with the reason, by staff number."""
    return {leave.staff_no: leave.reason for leave in between(connection, day, day)}


def add(
    connection: sqlite3.Connection,
    staff_no: str,
    first_day: str,
    last_day: str,
    *,
    at: int,
    kind: LeaveKind = "other",
    reason: str = "",
    planned: bool = False,
    state: LeaveState = "reported",
    from_minute: int | None = None,
    until_minute: int | None = None,
) -> int:
    """Write a leave down; returns its number."""
    cursor = connection.execute(
        "INSERT INTO leave (staff_no, first_day, last_day, from_minute, until_minute, kind, reason, planned, state, "
        "asked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (staff_no, first_day, last_day, from_minute, until_minute, kind, reason, planned, state, at),
    )
    return int(cursor.lastrowid or 0)


def set_returned(connection: sqlite3.Connection, leave_id: int, at: int) -> None:
    """End a leave: the person is back."""
    connection.execute("UPDATE leave SET state = 'returned', returned_at = ? WHERE id = ?", (at, leave_id))


def taken_between(connection: sqlite3.Connection, first_day: str, last_day: str) -> list[Leave]:
    """Every leave that counts as taken on these local days: in force, or ended by a return."""
    rows = connection.execute(
        "SELECT * FROM leave WHERE last_day >= ? AND first_day <= ? AND state IN ('approved', 'reported', 'returned') "
        "ORDER BY first_day, staff_no, id",
        (first_day, last_day),
    )
    return [Leave.from_row(row) for row in rows]
