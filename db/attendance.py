"""What became of sign-ups, and how many people came without one."""

from __future__ import annotations

import sqlite3
from typing import Literal

from db.record import Record

AttendanceStatus = Literal["attended", "absent_notified", "no_show", "walk_in"]
AttendanceWay = Literal["", "scan", "list", "import"]


class Strike(Record):
    """Something that counts against whoever signed up: a no-show, or (`cancelled_at` is set) a late cancellation."""

    registration_id: int
    session_code: str
    day: str
    session_name: str
    cancelled_at: int | None = None


class Waiver(Record):
    """What counted against a resident up to and with the day `through` counts no longer, until this is annulled."""

    id: int
    resident_id: int
    through: str
    reason: str
    operator_no: str
    at: int
    annulled_at: int | None = None
    annulled_by: str | None = None


def put_attendance(
    connection: sqlite3.Connection,
    session_code: str,
    registration_id: int | None,
    status: AttendanceStatus,
    seats: int,
) -> None:
    """Record what became of a sign-up, or without one the head count of walk-ins; a second call overwrites
    the first.
    """
    if registration_id is None:
        connection.execute(
            "INSERT INTO attendance (session_code, registration_id, status, seats) VALUES (?, NULL, ?, ?) "
            "ON CONFLICT (session_code) WHERE registration_id IS NULL DO UPDATE SET seats = excluded.seats",
            (session_code, status, seats),
        )
        return
    connection.execute(
        "INSERT INTO attendance (session_code, registration_id, status, seats) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (registration_id) DO UPDATE SET status = excluded.status, seats = excluded.seats",
        (session_code, registration_id, status, seats),
    )


def clear_attendance(connection: sqlite3.Connection, session_code: str, registration_id: int | None) -> None:
    """Take back what was recorded for a sign-up, or without one for the walk-ins."""
    if registration_id is None:
        connection.execute("DELETE FROM attendance WHERE session_code = ? AND registration_id IS NULL", (session_code,))
    else:
        connection.execute("DELETE FROM attendance WHERE registration_id = ?", (registration_id,))


def attendance_of(
    connection: sqlite3.Connection, session_code: str, registration_id: int | None
) -> tuple[AttendanceStatus, int] | None:
    """The status and seats recorded for a sign-up, or without one for the walk-ins; None if nothing was."""
    row = connection.execute(
        "SELECT status, seats FROM attendance WHERE session_code = ? AND registration_id IS ?",
        (session_code, registration_id),
    ).fetchone()
    return (row["status"], row["seats"]) if row else None


def named_persons(connection: sqlite3.Connection, first: str, last: str) -> int:
    """How many distinct phones came to the sessions of a span of local days."""
    row = connection.execute(
        "SELECT count(DISTINCT p.phone_key) FROM attendance a JOIN session s ON s.code = a.session_code "
        "JOIN registration r ON r.id = a.registration_id JOIN resident p ON p.id = r.resident_id "
        "WHERE s.day BETWEEN ? AND ? AND a.status = 'attended'",
        (first, last),
    ).fetchone()
    return int(row[0])


_STRIKES = (
    "SELECT r.resident_id, r.id AS registration_id, s.code AS session_code, s.day, s.name AS session_name, "
    "iif(a.status IS NULL, r.cancelled_at, NULL) AS cancelled_at "
    "FROM registration r JOIN session s ON s.code = r.session_code LEFT JOIN attendance a ON a.registration_id = r.id "
    "WHERE {where} AND s.state <> 'cancelled' AND (a.status = 'no_show' "
    "OR (? AND a.status IS NULL AND r.state = 'cancelled_by_resident' AND r.cancelled_late = 1 "
    "AND r.cancelled_at IS NOT NULL))"
)


def strikes(connection: sqlite3.Connection, resident_id: int, *, late_cancels: bool) -> list[Strike]:
    """What counts against a resident, by the time of the session."""
    query = _STRIKES.format(where="r.resident_id = ?") + " ORDER BY s.starts_at, r.id"
    return [Strike.from_row(row) for row in connection.execute(query, (resident_id, late_cancels))]


def waived_through(connection: sqlite3.Connection, resident_id: int) -> str | None:
    """The last local day up to which nothing counts against a resident; None without a waiver in force. What was waived
    for somebody who turned out to be the same person holds too.
    """
    row = connection.execute(
        "SELECT max(through) FROM penalty_waiver WHERE annulled_at IS NULL AND "
        "(resident_id = ? OR resident_id IN (SELECT id FROM resident WHERE merged_into = ?))",
        (resident_id, resident_id),
    ).fetchone()
    return row[0] if row else None
