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
    decision: str = ""
    returned_at: int | None = None


class Handover(Record):
    """What somebody hands over before (or, late, after) going away, and the briefing afterwards.

    `items` and `materials` are lines of text: one open matter or one thing each.
    """

    id: int = 0
    leave_id: int
    post: str
    to_staff: str
    items: str
    materials: str
    written_at: int
    late: bool
    acked_at: int | None = None
    return_summary: str = ""
    materials_back: bool = False
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


def same(connection: sqlite3.Connection, leave: Leave) -> Leave | None:
    """The leave in force of the same person with the very same days and minutes; None where there is none."""
    row = connection.execute(
        "SELECT * FROM leave WHERE staff_no = ? AND first_day = ? AND last_day = ? AND from_minute IS ? "
        "AND until_minute IS ? AND state IN ('approved', 'reported') ORDER BY id LIMIT 1",
        (leave.staff_no, leave.first_day, leave.last_day, leave.from_minute, leave.until_minute),
    ).fetchone()
    return Leave.from_row(row) if row else None


def of_person(connection: sqlite3.Connection, staff_no: str) -> list[Leave]:
    """Every leave of one person, the newest first."""
    rows = connection.execute("SELECT * FROM leave WHERE staff_no = ? ORDER BY first_day DESC, id DESC", (staff_no,))
    return [Leave.from_row(row) for row in rows]


def touching(connection: sqlite3.Connection, first_day: str, last_day: str) -> list[Leave]:
    """Every leave of these local days whatever became of it, by first day and person."""
    rows = connection.execute(
        "SELECT * FROM leave WHERE last_day >= ? AND first_day <= ? ORDER BY first_day, staff_no, id",
        (first_day, last_day),
    )
    return [Leave.from_row(row) for row in rows]


def asked(connection: sqlite3.Connection) -> list[Leave]:
    """The leaves that wait for a decision, by first day."""
    rows = connection.execute("SELECT * FROM leave WHERE state = 'asked' ORDER BY first_day, staff_no, id")
    return [Leave.from_row(row) for row in rows]


def set_state(
    connection: sqlite3.Connection,
    leave_id: int,
    state: LeaveState,
    *,
    by: str | None = None,
    at: int | None = None,
    decision: str | None = None,
) -> None:
    """Move a leave on; who decided, when and with which words stay as they are where they are not given."""
    connection.execute(
        "UPDATE leave SET state = ?, decided_by = coalesce(?, decided_by), decided_at = coalesce(?, decided_at), "
        "decision = coalesce(?, decision) WHERE id = ?",
        (state, by, at, decision, leave_id),
    )


def set_end(connection: sqlite3.Connection, leave_id: int, last_day: str, until_minute: int | None) -> None:
    """Let a leave end earlier than was written down."""
    connection.execute(
        "UPDATE leave SET last_day = ?, until_minute = ? WHERE id = ?", (last_day, until_minute, leave_id)
    )


def handover(connection: sqlite3.Connection, handover_id: int) -> Handover | None:
    """The hand-over with this number; None if there is none."""
    row = connection.execute("SELECT * FROM handover WHERE id = ?", (handover_id,)).fetchone()
    return Handover.from_row(row) if row else None


def handovers(connection: sqlite3.Connection, leave_id: int) -> list[Handover]:
    """The hand-overs of a leave, in the order in which they were written."""
    rows = connection.execute("SELECT * FROM handover WHERE leave_id = ? ORDER BY id", (leave_id,))
    return [Handover.from_row(row) for row in rows]


def put_handover(connection: sqlite3.Connection, one: Handover) -> int:
    """Write a hand-over, or write it anew to the same person, who then acknowledges it again; returns its number."""
    row = connection.execute(
        "INSERT INTO handover (leave_id, post, to_staff, items, materials, written_at, late) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (leave_id, post, to_staff) DO UPDATE SET items = excluded.items, "
        "materials = excluded.materials, written_at = excluded.written_at, late = excluded.late, acked_at = NULL "
        "RETURNING id",
        (one.leave_id, one.post, one.to_staff, one.items, one.materials, one.written_at, one.late),
    ).fetchone()
    return int(row["id"])


def acknowledge(connection: sqlite3.Connection, handover_id: int, at: int) -> None:
    """The person who takes over has read the hand-over."""
    connection.execute("UPDATE handover SET acked_at = ? WHERE id = ?", (at, handover_id))


def brief_back(connection: sqlite3.Connection, handover_id: int, summary: str, materials_back: bool, at: int) -> None:
    """The person who had taken over has said what was done meanwhile."""
    connection.execute(
        "UPDATE handover SET return_summary = ?, materials_back = ?, returned_at = ? WHERE id = ?",
        (summary, materials_back, at, handover_id),
    )
