"""Sign-ups for sessions and the parties behind them; what became of every one is in `db.registration_log`."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Literal

from db.attendance import AttendanceStatus
from db.record import Record

RegistrationState = Literal[
    "applied", "confirmed", "waitlisted", "offered", "dropped", "cancelled_by_resident", "cancelled_by_centre"
]
"""Of a sign-up (mechanisms §6.2); what became of the people is their attendance."""

LIVE: tuple[RegistrationState, ...] = ("applied", "confirmed", "waitlisted", "offered")
"""The states of a sign-up that holds a seat or waits for one."""

Channel = Literal["desk", "phone", "hotline", "online", "import"]
"""How a sign-up reached the centre."""

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
    channel: Channel = "desk"
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


class Applicant(Record):
    """What conditions ask of a person, and whom a refusal names."""

    id: int
    name: str = ""
    birth: str
    area: str
    tags: frozenset[str] = frozenset()


class Holding(Record):
    """A sign-up that a person is part of, with when and where it is."""

    registration_id: int
    state: RegistrationState
    session_code: str
    session_state: str
    name: str
    day: str
    starts_at: int
    ends_at: int
    series_id: int | None


class ToTell(Record):
    """Somebody who has to be told something about a session, and what."""

    registration_id: int
    resident_id: int
    name: str
    seq_no: int
    state: RegistrationState
    seats: int
    tell: Tell
    offer_until: int | None
    session_code: str
    session_name: str
    day: str
    starts_at: int
    ends_at: int
    room: str
    cancel_reason: str
    elsewhere: str | None = None
    """The name of another session at the same time in which the person has a seat, or one on offer."""


class Contact(Record):
    """The name of somebody, and the phones sealed: the person's own and the guardian's."""

    name: str
    phone_cipher: bytes | None
    guardian_phone_cipher: bytes | None


class OfferEnd(Record):
    """An offer of seats and when it runs out, UTC milliseconds."""

    seq_no: int
    offer_until: int
    session_code: str
    session_name: str


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


_LINES = (
    "SELECT r.*, p.name, a.status, a.seats AS came FROM registration r JOIN resident p ON p.id = r.resident_id "
    "LEFT JOIN attendance a ON a.registration_id = r.id "
)


def registrations(connection: sqlite3.Connection, session_code: str) -> list[RegistrationLine]:
    """Everybody who signed up for a session, by sign-up number, with what became of them."""
    rows = connection.execute(_LINES + "WHERE r.session_code = ? ORDER BY r.seq_no", (session_code,))
    return [RegistrationLine.from_row(row) for row in rows]


def registration_line(connection: sqlite3.Connection, session_code: str, seq_no: int) -> RegistrationLine | None:
    """The sign-up of a session with a number, with what became of it; None where there is none."""
    row = connection.execute(_LINES + "WHERE r.session_code = ? AND r.seq_no = ?", (session_code, seq_no)).fetchone()
    return RegistrationLine.from_row(row) if row else None


def of_session(connection: sqlite3.Connection, session_code: str) -> list[Registration]:
    """Every sign-up for a session, by its number, as it is stored."""
    rows = connection.execute("SELECT * FROM registration WHERE session_code = ? ORDER BY seq_no", (session_code,))
    return [Registration.from_row(row) for row in rows]


def sessions_with_due_offers(connection: sqlite3.Connection, now: int, hold_minutes: int) -> list[str]:
    """The sessions that hold an offer which has run out by `now`, or which holds longer than one made now would; the
    one that runs out first first. `hold_minutes` is how long offers hold where the session does not say so.
    """
    # Sorted by time alone: grouped, the whole table would be read by session instead.
    rows = connection.execute(
        "SELECT session_code FROM registration WHERE state = 'offered' AND offer_until > 0 "
        "AND (offer_until <= ? OR offer_until > ? + 60000 * (SELECT nullif(coalesce("
        "json_extract(terms, '$.offer_minutes'), ?), 0) FROM session WHERE code = session_code)) "
        "ORDER BY offer_until, id",
        (now, now, hold_minutes),
    )
    return list(dict.fromkeys(row[0] for row in rows))


def offers_until(connection: sqlite3.Connection, end: int) -> list[OfferEnd]:
    """The offers that run out before an instant, the first to run out first."""
    rows = connection.execute(
        "SELECT r.seq_no, r.offer_until, r.session_code, s.name AS session_name FROM registration r "
        "JOIN session s ON s.code = r.session_code WHERE r.state = 'offered' AND r.offer_until < ? "
        "ORDER BY r.offer_until, r.session_code, r.seq_no",
        (end,),
    )
    return [OfferEnd.from_row(row) for row in rows]


def contact(connection: sqlite3.Connection, registration_id: int) -> Contact | None:
    """How to reach whoever made a sign-up; None for an unknown one."""
    row = connection.execute(
        "SELECT p.name, p.phone_cipher, p.guardian_phone_cipher FROM registration r "
        "JOIN resident p ON p.id = r.resident_id WHERE r.id = ?",
        (registration_id,),
    ).fetchone()
    return Contact.from_row(row) if row else None


def find_registrations(
    connection: sqlite3.Connection, session_code: str, name: str, phone_tail_key: bytes
) -> list[Registration]:
    """The sign-ups for a session of people with this name and phone tail; more than one is ambiguous."""
    rows = connection.execute(
        "SELECT r.* FROM resident p CROSS JOIN registration r ON r.resident_id = p.id AND r.session_code = ? "
        "WHERE p.name = ? AND p.phone_tail_key = ? ORDER BY r.seq_no",
        (session_code, name, phone_tail_key),
    )
    return [Registration.from_row(row) for row in rows]


def add(
    connection: sqlite3.Connection,
    session_code: str,
    resident: int,
    party_size: int,
    applied_at: int,
    *,
    least_seats: int | None = None,
    channel: Channel = "desk",
) -> Registration:
    """Add a sign-up with the next number of the session; nothing has been decided about it yet."""
    cursor = connection.execute(
        "INSERT INTO registration (session_code, resident_id, party_size, least_seats, applied_at, queue_at, seq_no, "
        "state, channel) VALUES (?, ?, ?, ?, ?, ?, "
        "(SELECT coalesce(max(seq_no), 0) + 1 FROM registration WHERE session_code = ?), 'applied', ?)",
        (
            *(session_code, resident, party_size, least_seats or party_size, applied_at, applied_at),
            *(session_code, channel),
        ),
    )
    assert cursor.lastrowid is not None
    found = registration(connection, cursor.lastrowid)
    assert found is not None
    return found


_SAVED = tuple(Registration.model_fields)[1:]
_SAVE = f"UPDATE registration SET {', '.join(f'{name} = ?' for name in _SAVED)} WHERE id = ?"


def save(connection: sqlite3.Connection, party: Registration) -> None:
    """Overwrite a sign-up with what it says now."""
    values = [getattr(party, name) for name in _SAVED]
    connection.execute(_SAVE, [int(value) if isinstance(value, bool) else value for value in values] + [party.id])


def applicants(connection: sqlite3.Connection, residents: Sequence[int]) -> list[Applicant]:
    """What conditions ask of some residents, in their order; unknown ones and those merged into others are left out."""
    marks = ", ".join("?" * len(residents))
    rows = connection.execute(
        f"SELECT id, name, birth, area FROM resident WHERE id IN ({marks}) AND merged_into IS NULL", list(residents)
    ).fetchall()
    tags: dict[int, set[str]] = {row["id"]: set() for row in rows}
    for row in connection.execute(
        f"SELECT resident_id, tag FROM resident_tag WHERE resident_id IN ({marks})", list(residents)
    ):
        tags[row["resident_id"]].add(row["tag"])
    known = {row["id"]: Applicant(**row, tags=frozenset(tags[row["id"]])) for row in rows}
    return [known[one] for one in residents if one in known]


# With session and state, out of the index alone: whoever has come for ten years is read as quickly.
_PARTIES_OF_PERSON = """
    SELECT id AS registration_id, session_code, state FROM registration WHERE resident_id IN ({marks})
    UNION SELECT r.id, r.session_code, r.state FROM registration_member m
    JOIN registration r ON r.id = m.registration_id WHERE m.resident_id IN ({marks})
"""


def holdings(connection: sqlite3.Connection, residents: Sequence[int], first: str, last: str) -> list[Holding]:
    """The sign-ups for sessions of a span of local days that somebody of `residents` made or is a member of, without
    those that are gone, by the beginning of the session.
    """
    marks = ", ".join("?" * len(residents))
    rows = connection.execute(
        "SELECT o.registration_id, o.state, s.code AS session_code, s.state AS session_state, s.name, s.day, "
        f"s.starts_at, s.ends_at, s.series_id FROM ({_PARTIES_OF_PERSON.format(marks=marks)}) o "
        "JOIN session s ON s.code = o.session_code "
        "WHERE s.day BETWEEN ? AND ? AND o.state IN ('applied', 'confirmed', 'waitlisted', 'offered') "
        "ORDER BY s.starts_at, o.registration_id",
        (*residents, *residents, first, last),
    )
    return [Holding.from_row(row) for row in rows]


def in_session(connection: sqlite3.Connection, session_code: str, residents: Sequence[int]) -> Registration | None:
    """A sign-up for the session that somebody of `residents` made or is a member of, and that is not gone."""
    marks = ", ".join("?" * len(residents))
    # By the people and not by the list, which may be long and is asked about everybody who comes to it.
    row = connection.execute(
        "SELECT r.* FROM registration r WHERE +r.session_code = ? "
        "AND r.state IN ('applied', 'confirmed', 'waitlisted', 'offered') AND r.id IN ("
        f"SELECT id FROM registration WHERE resident_id IN ({marks}) AND session_code = ? "
        f"UNION SELECT registration_id FROM registration_member WHERE resident_id IN ({marks})) "
        "ORDER BY r.seq_no LIMIT 1",
        (session_code, *residents, session_code, *residents),
    ).fetchone()
    return Registration.from_row(row) if row else None


def came_before(connection: sqlite3.Connection, resident: int, series_id: int | None, name: str, before: int) -> bool:
    """Whether a person came to an earlier session of the same series or of one that it went on from; without a series,
    to an earlier one of the same name. `before` is the beginning of this one.
    """
    row = connection.execute(
        f"""
        WITH RECURSIVE line (id) AS (
            SELECT ?1 UNION SELECT s.predecessor FROM series s JOIN line ON line.id = s.id
            WHERE s.predecessor IS NOT NULL
        )
        SELECT EXISTS (
            SELECT 1 FROM ({_PARTIES_OF_PERSON.format(marks="?2")}) o
            -- Which sessions these were first: of few of them it matters who came.
            CROSS JOIN session e ON e.code = o.session_code AND e.starts_at < ?3
            CROSS JOIN attendance a ON a.registration_id = o.registration_id AND a.status = 'attended'
            WHERE CASE WHEN ?1 IS NULL THEN e.name = ?4 ELSE e.series_id IN (SELECT id FROM line) END
        )
        """,
        (series_id, resident, before, name),
    ).fetchone()
    return bool(row[0])


def to_tell(connection: sqlite3.Connection, first: str, now: int) -> list[ToTell]:
    """Everybody who has to be told something about a session from the local day `first` on that is not over by `now`:
    first whoever has least time left, then by session and number.
    """
    rows = connection.execute(
        "SELECT r.id AS registration_id, r.resident_id, p.name, r.seq_no, r.state, r.seats, r.tell, r.offer_until, "
        "s.code AS session_code, s.name AS session_name, s.day, s.starts_at, s.ends_at, s.room, s.cancel_reason, "
        "(SELECT e.name FROM registration q JOIN session e ON e.code = q.session_code "
        "WHERE q.resident_id = r.resident_id AND q.id <> r.id AND q.seats > 0 AND e.state <> 'cancelled' "
        "AND e.starts_at < s.ends_at AND e.ends_at > s.starts_at ORDER BY e.starts_at LIMIT 1) AS elsewhere "
        "FROM session s CROSS JOIN registration r ON r.session_code = s.code JOIN resident p ON p.id = r.resident_id "
        "WHERE s.day >= ? AND s.ends_at > ? AND r.tell <> '' "
        "ORDER BY coalesce(r.offer_until, s.starts_at), s.starts_at, s.code, r.seq_no",
        (first, now),
    )
    return [ToTell.from_row(row) for row in rows]


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
