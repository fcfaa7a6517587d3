"""The centre's rooms, what is booked in them, and what is on in them."""

from __future__ import annotations

import sqlite3
from typing import Literal

from db.record import Record

BookingState = Literal["held", "confirmed", "used", "no_show", "cancelled"]
"""Of a booking (mechanisms X15): held until it is confirmed; afterwards used, or nobody came."""


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
