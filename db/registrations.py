"""Sign-ups for sessions, the parties behind them, and the log of what became of every one."""

from __future__ import annotations

import sqlite3
from typing import Literal

from db.attendance import AttendanceStatus
from db.record import Record

RegistrationState = Literal[
    "applied", "confirmed", "waitlisted", "offered", "dropped", "cancelled_by_resident", "cancelled_by_centre"
]
"""Of a sign-up (mechanisms §6.2); what became of the people is their attendance."""

LIVE: tuple[RegistrationState, ...] = ("applied", "confirmed", "waitlisted", "offered")
"""The states of a sign-up that holds a seat or waits for one."""

GONE: tuple[RegistrationState, ...] = ("dropped", "cancelled_by_resident", "cancelled_by_centre")
"""The states of a sign-up that holds no seat and waits for none."""

Tell = Literal["", "seat", "offer", "withdrawn", "cancelled", "restored", "moved", "removed"]
"""What a party has yet to be told: of a seat or an offer from the queue, of an offer taken back because the seats
became fewer, of the session, or that the centre took it off the list.
"""


class Registration(Record):
    """One party's sign-up for one session: seats wished, the least that it takes, and those it holds."""

    id: int
    session_code: str
    resident_id: int
    party_size: int
    least_seats: int
    seats: int
    applied_at: int
    queue_at: int
    seq_no: int
    is_returning: bool = False
    drawn_place: int | None = None
    state: RegistrationState
    offer_until: int | None = None
    offers_expired: int = 0
    turn: Literal[-1, 0, 1] = 0
    rule: str = ""
    channel: Literal["desk", "phone", "hotline", "online", "import"] = "desk"
    cancelled_at: int | None = None
    cancelled_late: bool = False
    reason: str = ""
    note: str = ""
    tell: Tell = ""
    told_at: int | None = None
    revision: int = 0


class RegistrationLine(Registration):
    """A sign-up with the resident's name, what became of it and how many of the party came."""

    name: str
    status: AttendanceStatus | None = None
    came: int | None = None


class LogEntry(Record):
    """One row of the history of a session's seats, in the order of `id`."""

    id: int
    at: int
    session_code: str
    registration_id: int | None
    event: str
    rule: str = ""
    reason: str = ""
    detail: str = "{}"
    operator_no: str | None = None


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
        "SELECT r.*, p.name, a.status, a.seats AS came FROM registration r JOIN resident p ON p.id = r.resident_id "
        "LEFT JOIN attendance a ON a.registration_id = r.id WHERE r.session_code = ? ORDER BY r.seq_no",
        (session_code,),
    )
    return [RegistrationLine.from_row(row) for row in rows]


def of_session(connection: sqlite3.Connection, session_code: str) -> list[Registration]:
    """Every sign-up for a session, by its number, as it is stored."""
    rows = connection.execute("SELECT * FROM registration WHERE session_code = ? ORDER BY seq_no", (session_code,))
    return [Registration.from_row(row) for row in rows]


def sessions_with_due_offers(connection: sqlite3.Connection, now: int) -> list[str]:
    """The sessions that hold an offer which has run out by `now`, the one that ran out first first."""
    rows = connection.execute(
        "SELECT session_code FROM registration WHERE state = 'offered' AND offer_until <= ? "
        "GROUP BY session_code ORDER BY min(offer_until), session_code",
        (now,),
    )
    return [row[0] for row in rows]


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
    connection: sqlite3.Connection,
    session_code: str,
    resident: int,
    party_size: int,
    applied_at: int,
    *,
    least_seats: int | None = None,
) -> int:
    """Add a sign-up at the end of the list, waiting for a seat; returns its id."""
    cursor = connection.execute(
        "INSERT INTO registration (session_code, resident_id, party_size, least_seats, applied_at, queue_at, seq_no, "
        "state) VALUES (?, ?, ?, ?, ?, ?, "
        "(SELECT coalesce(max(seq_no), 0) + 1 FROM registration WHERE session_code = ?), 'waitlisted')",
        (session_code, resident, party_size, least_seats or party_size, applied_at, applied_at, session_code),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


_SAVED = tuple(Registration.model_fields)[1:]
_SAVE = f"UPDATE registration SET {', '.join(f'{name} = ?' for name in _SAVED)} WHERE id = ?"


def save(connection: sqlite3.Connection, party: Registration) -> None:
    """Overwrite a sign-up with what it says now."""
    values = [getattr(party, name) for name in _SAVED]
    connection.execute(_SAVE, [int(value) if isinstance(value, bool) else value for value in values] + [party.id])


def append(
    connection: sqlite3.Connection,
    at: int,
    session_code: str,
    registration_id: int | None,
    event: str,
    *,
    rule: str = "",
    reason: str = "",
    detail: str = "{}",
    operator_no: str | None = None,
) -> None:
    """Add a row to the history of a session's seats; `detail` is JSON of numbers and codes, never names or phones."""
    connection.execute(
        "INSERT INTO registration_log (at, session_code, registration_id, event, rule, reason, detail, operator_no) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (at, session_code, registration_id, event, rule, reason, detail, operator_no),
    )


def log(connection: sqlite3.Connection, session_code: str) -> list[LogEntry]:
    """The whole history of a session's seats, oldest first."""
    rows = connection.execute("SELECT * FROM registration_log WHERE session_code = ? ORDER BY id", (session_code,))
    return [LogEntry.from_row(row) for row in rows]


def last_of_session(connection: sqlite3.Connection, session_code: str) -> LogEntry | None:
    """The last row of a session's history that is about the session itself and not about a party."""
    row = connection.execute(
        "SELECT * FROM registration_log WHERE session_code = ? AND registration_id IS NULL ORDER BY id DESC LIMIT 1",
        (session_code,),
    ).fetchone()
    return LogEntry.from_row(row) if row else None


def members(connection: sqlite3.Connection, registration_id: int) -> list[int]:
    """The residents of a party who are known by name, without whoever signed it up."""
    rows = connection.execute(
        "SELECT resident_id FROM registration_member WHERE registration_id = ? ORDER BY resident_id", (registration_id,)
    )
    return [row[0] for row in rows]


def set_members(connection: sqlite3.Connection, registration_id: int, residents: list[int]) -> None:
    """Make `residents` the whole of a party's members, whoever signed it up not counted."""
    connection.execute("DELETE FROM registration_member WHERE registration_id = ?", (registration_id,))
    connection.executemany(
        "INSERT INTO registration_member (registration_id, resident_id) VALUES (?, ?)",
        ((registration_id, resident) for resident in residents),
    )


def update_registration(connection: sqlite3.Connection, registration_id: int, party_size: int, applied_at: int) -> None:
    """Correct the size of a party and the time of its sign-up; a party that has its seats has them all."""
    connection.execute(
        "UPDATE registration SET party_size = ?, least_seats = ?, seats = iif(seats > 0, ?, 0), applied_at = ?, "
        "queue_at = ? WHERE id = ?",
        (party_size, party_size, party_size, applied_at, applied_at, registration_id),
    )


def set_registration_state(connection: sqlite3.Connection, registration_id: int, state: RegistrationState) -> None:
    """Move a sign-up to another state; one that is confirmed has all its seats."""
    connection.execute(
        "UPDATE registration SET state = ?, seats = iif(? = 'confirmed', party_size, 0), offer_until = NULL "
        "WHERE id = ?",
        (state, state, registration_id),
    )
