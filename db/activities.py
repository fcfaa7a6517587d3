"""Sessions, the residents who sign up for them, and who came."""

from __future__ import annotations

import sqlite3
from typing import Literal

from db.record import Record

RegistrationState = Literal["confirmed", "waitlisted", "cancelled_by_resident"]
AttendanceStatus = Literal["attended", "absent_notified", "no_show", "walk_in"]


class Session(Record):
    """One dated occurrence of an activity; instants in UTC milliseconds, `day` is the local date."""

    code: str
    day: str
    starts_at: int
    ends_at: int
    name: str
    category: str
    activity_type: str = ""
    room: str = ""
    capacity: int
    min_enrol: int = 0
    lead: str = ""
    state: Literal["published", "cancelled"] = "published"
    cancel_reason: str = ""
    note: str = ""


class SessionLine(Session):
    """A session with its counts: seats confirmed and attended, walk-ins included, parties waiting, no-show
    seats.
    """

    seats_confirmed: int
    parties_waitlisted: int
    person_times: int
    no_show_seats: int
    attendance_rows: int


class Registration(Record):
    """One party's sign-up for one session."""

    id: int
    session_code: str
    resident_id: int
    party_size: int
    applied_at: int
    seq_no: int
    state: RegistrationState


class RegistrationLine(Registration):
    """A sign-up with the resident's name, and what became of it."""

    name: str
    status: AttendanceStatus | None = None
    seats: int | None = None


_LINE = """
    SELECT s.*,
        coalesce((SELECT sum(party_size) FROM registration r
                  WHERE r.session_code = s.code AND r.state = 'confirmed'), 0) AS seats_confirmed,
        (SELECT count(*) FROM registration r
         WHERE r.session_code = s.code AND r.state = 'waitlisted') AS parties_waitlisted,
        coalesce((SELECT sum(seats) FROM attendance a
                  WHERE a.session_code = s.code AND a.status IN ('attended', 'walk_in')), 0) AS person_times,
        coalesce((SELECT sum(seats) FROM attendance a
                  WHERE a.session_code = s.code AND a.status = 'no_show'), 0) AS no_show_seats,
        (SELECT count(*) FROM attendance a WHERE a.session_code = s.code) AS attendance_rows
    FROM session s
"""


def get(connection: sqlite3.Connection, code: str) -> Session | None:
    """The session with this code; None if there is none."""
    row = connection.execute("SELECT * FROM session WHERE code = ?", (code,)).fetchone()
    return Session.from_row(row) if row else None


def lines(connection: sqlite3.Connection, first: str, last: str) -> list[SessionLine]:
    """The sessions of a span of local days with their counts, in the order in which they begin."""
    rows = connection.execute(_LINE + " WHERE s.day BETWEEN ? AND ? ORDER BY s.starts_at, s.code", (first, last))
    return [SessionLine.from_row(row) for row in rows]


def any_between(connection: sqlite3.Connection, first: str, last: str) -> bool:
    """Whether a span of local days holds a session, held or cancelled."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM session WHERE day BETWEEN ? AND ?)", (first, last)
    ).fetchone()
    return bool(row[0])


def line(connection: sqlite3.Connection, code: str) -> SessionLine | None:
    """One session with its counts; None if there is none with this code."""
    row = connection.execute(_LINE + " WHERE s.code = ?", (code,)).fetchone()
    return SessionLine.from_row(row) if row else None


def put(connection: sqlite3.Connection, session: Session) -> None:
    """Insert or overwrite a session."""
    connection.execute(
        "INSERT INTO session (code, day, starts_at, ends_at, name, category, activity_type, room, "
        "capacity, min_enrol, "
        "lead, state, cancel_reason, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (code) DO UPDATE SET day = excluded.day, starts_at = excluded.starts_at, "
        "ends_at = excluded.ends_at, name = excluded.name, category = excluded.category, "
        "activity_type = excluded.activity_type, room = excluded.room, capacity = excluded.capacity, "
        "min_enrol = excluded.min_enrol, lead = excluded.lead, state = excluded.state, "
        "cancel_reason = excluded.cancel_reason, note = excluded.note",
        (
            session.code,
            session.day,
            session.starts_at,
            session.ends_at,
            session.name,
            session.category,
            session.activity_type,
            session.room,
            session.capacity,
            session.min_enrol,
            session.lead,
            session.state,
            session.cancel_reason,
            session.note,
        ),
    )


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


def registration_of(connection: sqlite3.Connection, session_code: str, resident: int) -> Registration | None:
    """A resident's sign-up for a session, cancelled or not; None if there is none."""
    row = connection.execute(
        "SELECT * FROM registration WHERE session_code = ? AND resident_id = ?", (session_code, resident)
    ).fetchone()
    return Registration.from_row(row) if row else None


def registration(connection: sqlite3.Connection, registration_id: int) -> Registration | None:
    """One sign-up by its id."""
    row = connection.execute("SELECT * FROM registration WHERE id = ?", (registration_id,)).fetchone()
    return Registration.from_row(row) if row else None


def registrations(connection: sqlite3.Connection, session_code: str) -> list[RegistrationLine]:
    """Everybody who signed up for a session, by sign-up number, with what became of them."""
    rows = connection.execute(
        "SELECT r.*, p.name, a.status, a.seats FROM registration r JOIN resident p ON p.id = r.resident_id "
        "LEFT JOIN attendance a ON a.registration_id = r.id WHERE r.session_code = ? ORDER BY r.seq_no",
        (session_code,),
    )
    return [RegistrationLine.from_row(row) for row in rows]


def contact(connection: sqlite3.Connection, registration_id: int) -> tuple[str, bytes] | None:
    """The name and the sealed phone of whoever made a sign-up; None for an unknown one."""
    row = connection.execute(
        "SELECT p.name, p.phone_cipher FROM registration r JOIN resident p ON p.id = r.resident_id WHERE r.id = ?",
        (registration_id,),
    ).fetchone()
    return (row["name"], row["phone_cipher"]) if row else None


def find_registrations(
    connection: sqlite3.Connection, session_code: str, name: str, phone_tail_key: bytes
) -> list[Registration]:
    """The sign-ups for a session of people with this name and phone tail; more than one is ambiguous."""
    rows = connection.execute(
        "SELECT r.* FROM registration r JOIN resident p ON p.id = r.resident_id "
        "WHERE r.session_code = ? AND p.name = ? AND p.phone_tail_key = ? ORDER BY r.seq_no",
        (session_code, name, phone_tail_key),
    )
    return [Registration.from_row(row) for row in rows]


def add_registration(
    connection: sqlite3.Connection, session_code: str, resident: int, party_size: int, applied_at: int
) -> int:
    """Add a sign-up at the end of the list, waiting for a seat; returns its id."""
    cursor = connection.execute(
        "INSERT INTO registration (session_code, resident_id, party_size, applied_at, seq_no, state) "
        "VALUES (?, ?, ?, ?, "
        "(SELECT coalesce(max(seq_no), 0) + 1 FROM registration WHERE session_code = ?), 'waitlisted')",
        (session_code, resident, party_size, applied_at, session_code),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def update_registration(connection: sqlite3.Connection, registration_id: int, party_size: int, applied_at: int) -> None:
    """Correct the size of a party and the time of its sign-up."""
    connection.execute(
        "UPDATE registration SET party_size = ?, applied_at = ? WHERE id = ?",
        (party_size, applied_at, registration_id),
    )


def set_registration_state(connection: sqlite3.Connection, registration_id: int, state: RegistrationState) -> None:
    """Move a sign-up to another state."""
    connection.execute("UPDATE registration SET state = ? WHERE id = ?", (state, registration_id))


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
