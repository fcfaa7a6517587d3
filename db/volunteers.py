"""Volunteers, their cards, scans and visits."""

from __future__ import annotations

import sqlite3
from typing import Literal, NamedTuple

from db.record import Record

VolunteerState = Literal["active", "suspended", "left"]
CardState = Literal["issued", "replaced", "revoked"]


class Volunteer(Record):
    """A person registered for service hours.

    `no` has seven digits, `birth_month` is YYYY-MM, dates are ISO.
    """

    no: str
    name: str
    gender: str = ""
    birth_month: str = ""
    phone_cipher: bytes | None = None
    phone_key: bytes | None = None
    team: str = ""
    skill: str = ""
    registered_on: str = ""
    state: VolunteerState = "active"


class Card(Record):
    """One card of a volunteer.

    `valid_from` and `valid_until` are local dates, both included; '' is no end.
    """

    volunteer_no: str
    serial: int
    state: CardState
    valid_from: str
    valid_until: str = ""
    issued_at: int = 0


class Visit(NamedTuple):
    """One stay of a volunteer on one local day; `left_at` is None while the volunteer is here or never signed out.

    A plain tuple, as `Holder` is: both are read inside every scan's transaction.
    """

    day: str
    id: int
    entered_at: int
    left_at: int | None


class Holder(NamedTuple):
    """Who holds a card, and that card; `card_state` is None if this card was never issued here."""

    name: str
    state: VolunteerState
    card_state: CardState | None
    valid_from: str | None
    valid_until: str | None


class VisitLine(Record):
    """A visit with the name that belongs to it, for lists."""

    volunteer_no: str
    name: str
    team: str
    entered_at: int
    left_at: int | None = None


class HoursLine(Record):
    """What one volunteer served in a span of days: finished visits, their seconds, and visits left open."""

    volunteer_no: str
    name: str
    team: str
    visits: int
    seconds: int
    left_open: int


def get(connection: sqlite3.Connection, no: str) -> Volunteer | None:
    """The volunteer with this number; None if there is none."""
    row = connection.execute("SELECT * FROM volunteer WHERE no = ?", (no,)).fetchone()
    return Volunteer.from_row(row) if row else None


def page(connection: sqlite3.Connection, *, after: str = "", limit: int = 100) -> list[Volunteer]:
    """At most `limit` volunteers by number, those that follow the number `after`."""
    rows = connection.execute("SELECT * FROM volunteer WHERE no > ? ORDER BY no LIMIT ?", (after, limit))
    return [Volunteer.from_row(row) for row in rows]


def active_numbers(connection: sqlite3.Connection) -> list[str]:
    """The numbers of all who serve, in order."""
    return [row["no"] for row in connection.execute("SELECT no FROM volunteer WHERE state = 'active' ORDER BY no")]


def count(connection: sqlite3.Connection) -> int:
    """How many volunteers there are."""
    return int(connection.execute("SELECT count(*) FROM volunteer").fetchone()[0])


def put(connection: sqlite3.Connection, volunteer: Volunteer) -> None:
    """Insert or overwrite a volunteer; the state of one who is known stays as it is."""
    connection.execute(
        "INSERT INTO volunteer (no, name, gender, birth_month, phone_cipher, phone_key, team, skill, "
        "registered_on, state) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (no) DO UPDATE SET name = excluded.name, "
        "gender = excluded.gender, birth_month = excluded.birth_month, phone_cipher = excluded.phone_cipher, "
        "phone_key = excluded.phone_key, team = excluded.team, skill = excluded.skill, "
        "registered_on = excluded.registered_on",
        (
            volunteer.no,
            volunteer.name,
            volunteer.gender,
            volunteer.birth_month,
            volunteer.phone_cipher,
            volunteer.phone_key,
            volunteer.team,
            volunteer.skill,
            volunteer.registered_on,
            volunteer.state,
        ),
    )


def set_state(connection: sqlite3.Connection, no: str, state: VolunteerState) -> None:
    """Suspend, reinstate or let go a volunteer."""
    connection.execute("UPDATE volunteer SET state = ? WHERE no = ?", (state, no))


def cards(connection: sqlite3.Connection, volunteer_no: str) -> list[Card]:
    """Every card ever issued to a volunteer, by serial."""
    rows = connection.execute("SELECT * FROM card WHERE volunteer_no = ? ORDER BY serial", (volunteer_no,))
    return [Card.from_row(row) for row in rows]


def standing(
    connection: sqlite3.Connection, volunteer_no: str, serial: int | None, day: str
) -> tuple[Holder | None, list[Visit]]:
    """Who has this number, with the card of this serial (None: no card), and that person's visits on a local day.

    None where nobody has the number. One statement, because every scan asks this while others wait to write.
    """
    rows = connection.execute(
        "SELECT p.name, p.state, c.state, c.valid_from, c.valid_until, v.id, v.entered_at, v.left_at "
        "FROM volunteer p LEFT JOIN card c ON c.volunteer_no = p.no AND c.serial = ? "
        "LEFT JOIN visit v ON v.day = ? AND v.volunteer_no = p.no WHERE p.no = ?",
        (serial, day, volunteer_no),
    ).fetchall()
    holder = Holder(*rows[0][:5]) if rows else None
    return holder, [Visit(day, *row[5:]) for row in rows if row[5] is not None]


def put_card(connection: sqlite3.Connection, new: Card) -> None:
    """Insert a card, or change the state and the end of one that exists."""
    connection.execute(
        "INSERT INTO card (volunteer_no, serial, state, valid_from, valid_until, issued_at) VALUES "
        "(?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (volunteer_no, serial) DO UPDATE SET state = excluded.state, valid_until = "
        "excluded.valid_until",
        (new.volunteer_no, new.serial, new.state, new.valid_from, new.valid_until, new.issued_at),
    )


def scan_by_nonce(connection: sqlite3.Connection, nonce: str) -> sqlite3.Row | None:
    """The scan that was recorded for this attempt, if it has been recorded."""
    row: sqlite3.Row | None = connection.execute("SELECT * FROM scan WHERE nonce = ?", (nonce,)).fetchone()
    return row


def last_accepted(
    connection: sqlite3.Connection, volunteer_no: str, before_id: int, since: int, until: int
) -> int | None:
    """The instant of the last scan of a volunteer that was accepted before another was recorded, of those between
    two instants, the second excluded (UTC milliseconds); None if there is none.
    """
    row = connection.execute(
        "SELECT max(at) FROM scan WHERE id < ? AND volunteer_no = ? AND result IN ('entered', 'left') "
        "AND at >= ? AND at < ?",
        (before_id, volunteer_no, since, until),
    ).fetchone()
    return None if row[0] is None else int(row[0])


def visits_on(connection: sqlite3.Connection, volunteer_no: str, day: str) -> list[Visit]:
    """The visits of a volunteer on a local day, in no order."""
    rows = connection.execute(
        "SELECT id, entered_at, left_at FROM visit WHERE day = ? AND volunteer_no = ?", (day, volunteer_no)
    )
    return [Visit(day, *row) for row in rows]


def last_visit(connection: sqlite3.Connection, volunteer_no: str, day: str) -> Visit | None:
    """The latest visit of a volunteer on a local day; None if there is none."""
    return max(visits_on(connection, volunteer_no, day), key=lambda visit: visit.entered_at, default=None)


def insert_scan(
    connection: sqlite3.Connection,
    *,
    at: int,
    volunteer_no: str | None,
    serial: int | None,
    result: str,
    reason: str,
    source: str,
    operator_no: str | None,
    nonce: str | None,
    given_time: bool,
    code_length: int | None = None,
    code_hash: bytes | None = None,
) -> None:
    """Keep one attempt. A foreign code is kept as its length and keyed hash only, never as it was read."""
    connection.execute(
        "INSERT INTO scan (at, volunteer_no, serial, result, reason, source, operator_no, nonce, given_time, "
        "code_length, code_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            at,
            volunteer_no,
            serial,
            result,
            reason,
            source,
            operator_no,
            nonce,
            int(given_time),
            code_length,
            code_hash,
        ),
    )


def enter(connection: sqlite3.Connection, volunteer_no: str, day: str, at: int) -> None:
    """Open a visit."""
    connection.execute("INSERT INTO visit (volunteer_no, day, entered_at) VALUES (?, ?, ?)", (volunteer_no, day, at))


def leave(connection: sqlite3.Connection, visit_id: int, at: int) -> None:
    """Close a visit."""
    connection.execute("UPDATE visit SET left_at = ? WHERE id = ?", (at, visit_id))


def here(connection: sqlite3.Connection, day: str) -> list[VisitLine]:
    """The visits of a local day that are still open, the latest first."""
    rows = connection.execute(
        "SELECT v.volunteer_no, p.name, p.team, v.entered_at, v.left_at FROM visit v "
        "JOIN volunteer p ON p.no = v.volunteer_no WHERE v.day = ? AND v.left_at IS NULL ORDER "
        "BY v.entered_at DESC",
        (day,),
    )
    return [VisitLine.from_row(row) for row in rows]


def hours(connection: sqlite3.Connection, first: str, last: str) -> list[HoursLine]:
    """What every volunteer who came between two local days served, by number."""
    rows = connection.execute(
        "SELECT v.volunteer_no, p.name, p.team, count(v.left_at) AS visits, "
        "coalesce(sum((v.left_at - v.entered_at) / 1000), 0) AS seconds, "
        "count(*) - count(v.left_at) AS left_open FROM visit v JOIN volunteer p ON p.no = v.volunteer_no "
        "WHERE v.day BETWEEN ? AND ? GROUP BY v.volunteer_no ORDER BY v.volunteer_no",
        (first, last),
    )
    return [HoursLine.from_row(row) for row in rows]


def any_between(connection: sqlite3.Connection, first: str, last: str) -> bool:
    """Whether a span of local days holds a visit."""
    row = connection.execute("SELECT EXISTS (SELECT 1 FROM visit WHERE day BETWEEN ? AND ?)", (first, last)).fetchone()
    return bool(row[0])


def seconds_of(connection: sqlite3.Connection, volunteer_no: str, first: str, last: str) -> int:
    """The measured seconds of one volunteer between two local days, both included."""
    row = connection.execute(
        "SELECT coalesce(sum((left_at - entered_at) / 1000), 0) FROM visit "
        "WHERE volunteer_no = ? AND day BETWEEN ? AND ? AND left_at IS NOT NULL",
        (volunteer_no, first, last),
    ).fetchone()
    return int(row[0])
