"""What became of sign-ups, and how many people came without one."""

from __future__ import annotations

import sqlite3
from typing import Literal

AttendanceStatus = Literal["attended", "absent_notified", "no_show", "walk_in"]
AttendanceWay = Literal["", "scan", "list", "import"]


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
