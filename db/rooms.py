"""The centre's rooms, what is booked in them, and what is on in them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Literal

from db.activities import SessionState
from db.record import Record

BookingState = Literal["held", "confirmed", "used", "no_show", "cancelled"]
"""Of a booking (mechanisms X15): held until it is confirmed; afterwards used, or nobody came."""

LIVE: tuple[BookingState, ...] = ("held", "confirmed", "used")
"""The states of a booking that takes its room."""


class Room(Record):
    """A place that can be used; the minutes are those that it takes to set it up and to clear it, unless a session or a
    booking says otherwise.
    """

    name: str
    position: int
    capacity: int = 0
    zone: str = ""
    opens: str = "08:30"
    closes: str = "21:00"
    setup_minutes: int = 0
    clearing_minutes: int = 0
    bookable: bool = True
    note: str = ""


class Booking(Record):
    """One use of a room that is no session; instants in UTC milliseconds, `day` is the local date."""

    id: int
    room: str
    day: str
    starts_at: int
    ends_at: int
    setup_minutes: int = 0
    clearing_minutes: int = 0
    purpose: str
    booked_by: str = ""
    phone_cipher: bytes | None = None
    head_count: int = 0
    state: BookingState = "held"
    reason: str = ""
    note: str = ""
    operator_no: str
    at: int
    revision: int = 0
    changed_at: int


class RoomSession(Record):
    """What a session says of its room: when it is there, how many came, and what a calendar has to know."""

    code: str
    day: str
    starts_at: int
    ends_at: int
    name: str
    room: str
    lead: str
    state: SessionState
    cancel_reason: str
    revision: int
    changed_at: int
    person_times: int


class Occupation(Record):
    """A stretch of time in which a room is taken by a session or a booking, set-up and clearing included.

    `ref` is the session's code or the booking's number, `words` its name or purpose; `starts_at` and `ends_at` are
    those of the event itself.
    """

    kind: Literal["session", "booking"]
    ref: str
    room: str
    day: str
    words: str
    taken_from: int
    taken_until: int
    starts_at: int
    ends_at: int


_OCCUPATIONS = """
    SELECT 'session' AS kind, code AS ref, room, day, name AS words, starts_at - setup_minutes * 60000 AS taken_from,
        ends_at + clearing_minutes * 60000 AS taken_until, starts_at, ends_at
    FROM session WHERE day BETWEEN :first AND :last AND room <> '' AND state <> 'cancelled'
        AND (:room = '' OR room = :room)
    UNION ALL
    SELECT 'booking', CAST(id AS TEXT), room, day, purpose, starts_at - setup_minutes * 60000,
        ends_at + clearing_minutes * 60000, starts_at, ends_at
    FROM booking WHERE day BETWEEN :first AND :last AND state IN ('held', 'confirmed', 'used')
        AND (:room = '' OR room = :room)
    ORDER BY taken_from, kind, ref
"""


def rooms(connection: sqlite3.Connection) -> list[Room]:
    """Every room in its order."""
    return [Room.from_row(row) for row in connection.execute("SELECT * FROM room ORDER BY position, name")]


def room(connection: sqlite3.Connection, name: str) -> Room | None:
    """The room of this name; None if there is none."""
    row = connection.execute("SELECT * FROM room WHERE name = ?", (name,)).fetchone()
    return Room.from_row(row) if row else None


def occupations(connection: sqlite3.Connection, first: str, last: str, room: str = "") -> list[Occupation]:
    """What takes the rooms, or one of them, on the local days from `first` to `last`, by when it begins to."""
    rows = connection.execute(_OCCUPATIONS, {"first": first, "last": last, "room": room})
    return [Occupation.from_row(row) for row in rows]


def led_by(
    connection: sqlite3.Connection, lead: str, day: str, starts_at: int, ends_at: int, except_code: str = ""
) -> list[tuple[str, str]]:
    """Code and name of the sessions that somebody leads on a local day within a time, by their beginning."""
    rows = connection.execute(
        "SELECT code, name FROM session WHERE lead = ? AND day = ? AND code <> ? AND state <> 'cancelled' "
        "AND starts_at < ? AND ends_at > ? ORDER BY starts_at, code",
        (lead, day, except_code, ends_at, starts_at),
    )
    return [(row[0], row[1]) for row in rows]


_ROOM = tuple(Room.model_fields)
_BOOKING = tuple(name for name in Booking.model_fields if name != "id")


def put_room(connection: sqlite3.Connection, kept: Room) -> None:
    """Add a room, or overwrite the one with its name."""
    connection.execute(
        f"INSERT INTO room ({', '.join(_ROOM)}) VALUES ({', '.join('?' * len(_ROOM))}) "
        f"ON CONFLICT (name) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _ROOM[1:])}",
        [getattr(kept, name) for name in _ROOM],
    )


def next_position(connection: sqlite3.Connection) -> int:
    """The place behind the last room."""
    return int(connection.execute("SELECT coalesce(max(position), 0) + 1 FROM room").fetchone()[0])


def order_rooms(connection: sqlite3.Connection, names: Sequence[str]) -> None:
    """Give the rooms their places in this order."""
    connection.executemany("UPDATE room SET position = ? WHERE name = ?", list(enumerate(names, 1)))


def rename_room(connection: sqlite3.Connection, old: str, new: str, now: int) -> None:
    """Call a room something else wherever it is named: bookings, sessions, series. Foreign keys are checked at the
    commit.
    """
    connection.execute("PRAGMA defer_foreign_keys = ON")
    connection.execute("UPDATE room SET name = ? WHERE name = ?", (new, old))
    connection.execute(
        "UPDATE booking SET room = ?, revision = revision + 1, changed_at = ? WHERE room = ?", (new, now, old)
    )
    connection.execute(
        "UPDATE session SET room = ?, revision = revision + 1, changed_at = ? WHERE room = ?", (new, now, old)
    )
    connection.execute(
        "UPDATE series SET room = ?, revision = revision + 1, changed_at = ? WHERE room = ?", (new, now, old)
    )


def has_history(connection: sqlite3.Connection, name: str) -> bool:
    """Whether a session, a series or a booking names the room."""
    found = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM session WHERE room = :room AND room <> '') "
        "OR EXISTS (SELECT 1 FROM booking WHERE room = :room) OR EXISTS (SELECT 1 FROM series WHERE room = :room)",
        {"room": name},
    ).fetchone()
    return bool(found[0])


def delete_room(connection: sqlite3.Connection, name: str) -> None:
    """Take a room that nothing names off the list."""
    connection.execute("DELETE FROM room WHERE name = ?", (name,))


def booking(connection: sqlite3.Connection, booking_id: int) -> Booking | None:
    """One booking; None if there is none with this number."""
    row = connection.execute("SELECT * FROM booking WHERE id = ?", (booking_id,)).fetchone()
    return Booking.from_row(row) if row else None


def add_booking(connection: sqlite3.Connection, new: Booking) -> int:
    """Add a booking; returns its number, whatever the record says."""
    cursor = connection.execute(
        f"INSERT INTO booking ({', '.join(_BOOKING)}) VALUES ({', '.join('?' * len(_BOOKING))})",
        [getattr(new, name) for name in _BOOKING],
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def save_booking(connection: sqlite3.Connection, kept: Booking) -> None:
    """Overwrite a booking with what the record says."""
    connection.execute(
        f"UPDATE booking SET {', '.join(f'{name} = ?' for name in _BOOKING)} WHERE id = ?",
        [*(getattr(kept, name) for name in _BOOKING), kept.id],
    )


def bookings(connection: sqlite3.Connection, first: str, last: str, room: str = "") -> list[Booking]:
    """The bookings of a span of local days, of every room or one, cancelled ones included, by beginning."""
    where = "room = :room AND day BETWEEN :first AND :last" if room else "day BETWEEN :first AND :last"
    rows = connection.execute(
        f"SELECT * FROM booking WHERE {where} ORDER BY starts_at, id", {"first": first, "last": last, "room": room}
    )
    return [Booking.from_row(row) for row in rows]


def same_booking(connection: sqlite3.Connection, room: str, day: str, starts_at: int) -> Booking | None:
    """The booking that takes a room from just this moment; None where none does."""
    row = connection.execute(
        "SELECT * FROM booking WHERE room = ? AND day = ? AND starts_at = ? AND state IN ('held', 'confirmed', 'used') "
        "ORDER BY id LIMIT 1",
        (room, day, starts_at),
    ).fetchone()
    return Booking.from_row(row) if row else None


def room_sessions(connection: sqlite3.Connection, first: str, last: str, room: str = "") -> list[RoomSession]:
    """The sessions of a span of local days that are in a room, or in this one, cancelled ones included and those that
    are only planned left out, by beginning; with how many came, walk-ins included.
    """
    where = "s.room = :room" if room else "s.room <> ''"
    rows = connection.execute(
        "SELECT s.code, s.day, s.starts_at, s.ends_at, s.name, s.room, s.lead, s.state, s.cancel_reason, s.revision, "
        "s.changed_at, coalesce((SELECT sum(seats) FROM attendance a WHERE a.session_code = s.code "
        "AND a.status IN ('attended', 'walk_in')), 0) AS person_times FROM session s "
        f"WHERE s.day BETWEEN :first AND :last AND {where} AND s.state IN ('published', 'closed', 'cancelled') "
        "ORDER BY s.starts_at, s.code",
        {"first": first, "last": last, "room": room},
    )
    return [RoomSession.from_row(row) for row in rows]
