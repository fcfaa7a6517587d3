"""What became of sign-ups, and how many people came without one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Literal, NamedTuple

from db.record import Record

AttendanceStatus = Literal["attended", "absent_notified", "no_show", "walk_in"]
AttendanceWay = Literal["", "scan", "list", "import"]


class Strike(Record):
    """Something that counts against whoever signed up: a no-show, or (`cancelled_at` is set) a late cancellation."""

    resident_id: int
    registration_id: int
    session_code: str
    day: str
    session_name: str
    cancelled_at: int | None = None


class Waiver(Record):
    """What counted against a resident up to and with the local day `through` counts no longer, until this is annulled;
    times are instants.
    """

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
    *,
    at: int | None = None,
    operator_no: str | None = None,
    way: AttendanceWay = "",
) -> None:
    """Record what became of a sign-up, or without one the head count of walk-ins; a second call overwrites
    the first. `at` is when it was recorded, by whom and in which way.
    """
    conflict = "(session_code) WHERE registration_id IS NULL" if registration_id is None else "(registration_id)"
    connection.execute(
        "INSERT INTO attendance (session_code, registration_id, status, seats, at, operator_no, way) "
        f"VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT {conflict} DO UPDATE SET status = excluded.status, "
        "seats = excluded.seats, at = excluded.at, operator_no = excluded.operator_no, way = excluded.way",
        (session_code, registration_id, status, seats, at, operator_no, way),
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
    query = "SELECT status, seats FROM attendance WHERE session_code = ? AND registration_id "
    if registration_id is None:
        # In so many words, or the index of the walk-ins is not used and those of all years are read.
        row = connection.execute(query + "IS NULL", (session_code,)).fetchone()
    else:
        row = connection.execute(query + "= ?", (session_code, registration_id)).fetchone()
    return (row["status"], row["seats"]) if row else None


def marked_registrations(connection: sqlite3.Connection, session_code: str) -> set[int]:
    """The sign-ups of a session of which something is recorded."""
    rows = connection.execute(
        "SELECT registration_id FROM attendance WHERE session_code = ? AND registration_id IS NOT NULL", (session_code,)
    )
    return {row[0] for row in rows}


def named_persons(connection: sqlite3.Connection, first: str, last: str) -> int:
    """How many distinct phones came to the sessions of a span of local days that were not cancelled."""
    row = connection.execute(
        "SELECT count(DISTINCT p.phone_key) FROM attendance a JOIN session s ON s.code = a.session_code "
        "JOIN registration r ON r.id = a.registration_id JOIN resident p ON p.id = r.resident_id "
        "WHERE s.day BETWEEN ? AND ? AND s.state IN ('published', 'closed') AND a.status = 'attended'",
        (first, last),
    ).fetchone()
    return int(row[0])


# Whoever was entered twice is one person: a session on whose list both stood keeps a row under either entry.
_ITS_IDS = "SELECT id FROM resident WHERE id = :id UNION ALL SELECT id FROM resident WHERE merged_into = :id"

_STRIKES = (
    "SELECT (SELECT coalesce(merged_into, id) FROM resident WHERE id = r.resident_id) AS resident_id, "
    "r.id AS registration_id, s.code AS session_code, s.day, s.name AS session_name, "
    "iif(a.status IS NULL, r.cancelled_at, NULL) AS cancelled_at "
    "FROM registration r JOIN session s ON s.code = r.session_code LEFT JOIN attendance a ON a.registration_id = r.id "
    "WHERE {where} AND s.state <> 'cancelled' AND ((a.status = 'no_show' AND r.seats > 0) "
    "OR (:late AND a.status IS NULL AND r.state = 'cancelled_by_resident' AND r.cancelled_late = 1 "
    "AND r.cancelled_at IS NOT NULL)) ORDER BY 1, s.starts_at, s.code, cancelled_at IS NOT NULL, cancelled_at, r.id"
)


# What may count of a resident, out of indexes alone: whoever has come for ten years is read as quickly.
_MAY_COUNT = (
    "r.id IN (SELECT o.id FROM registration o CROSS JOIN attendance n INDEXED BY attendance_no_show "
    f"ON n.registration_id = o.id AND n.status = 'no_show' WHERE o.resident_id IN ({_ITS_IDS}) "
    f"UNION SELECT id FROM registration WHERE resident_id IN ({_ITS_IDS}) AND state = 'cancelled_by_resident')"
)


def strikes(connection: sqlite3.Connection, resident_id: int, *, late_cancels: bool) -> list[Strike]:
    """What counts against a resident, by the time of the session, under every entry that was merged into this one; of
    a session a no-show, or else the first late cancellation.
    """
    query = _STRIKES.format(where=_MAY_COUNT)
    return _one_a_session(connection.execute(query, {"id": resident_id, "late": late_cancels}))


def _one_a_session(rows: Iterable[sqlite3.Row]) -> list[Strike]:
    found: dict[tuple[int, str], Strike] = {}
    for row in rows:
        found.setdefault((row["resident_id"], row["session_code"]), Strike.from_row(row))
    return list(found.values())


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


def strikes_between(connection: sqlite3.Connection, first: str, last: str, *, late_cancels: bool) -> list[Strike]:
    """What counts against anybody at the sessions of a span of local days, by resident and the time of the session."""
    query = _STRIKES.format(where="s.day BETWEEN :first AND :last")
    return _one_a_session(connection.execute(query, {"first": first, "last": last, "late": late_cancels}))


def waivers(connection: sqlite3.Connection, resident_id: int) -> list[Waiver]:
    """What was waived for a resident, annulled or not, the latest first."""
    rows = connection.execute(
        "SELECT * FROM penalty_waiver WHERE resident_id = ? OR resident_id IN "
        "(SELECT id FROM resident WHERE merged_into = ?) ORDER BY id DESC",
        (resident_id, resident_id),
    )
    return [Waiver.from_row(row) for row in rows]


def waiver(connection: sqlite3.Connection, waiver_id: int) -> Waiver | None:
    """One waiver by its number."""
    row = connection.execute("SELECT * FROM penalty_waiver WHERE id = ?", (waiver_id,)).fetchone()
    return Waiver.from_row(row) if row else None


def add_waiver(
    connection: sqlite3.Connection, resident_id: int, through: str, reason: str, operator_no: str, at: int
) -> int:
    """Waive what counts against a resident up to and with a local day; returns the number of the waiver."""
    cursor = connection.execute(
        "INSERT INTO penalty_waiver (resident_id, through, reason, operator_no, at) VALUES (?, ?, ?, ?, ?)",
        (resident_id, through, reason, operator_no, at),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def annul_waiver(connection: sqlite3.Connection, waiver_id: int, operator_no: str, at: int) -> None:
    """Take a waiver back; it stays on record."""
    connection.execute(
        "UPDATE penalty_waiver SET annulled_at = ?, annulled_by = ? WHERE id = ?", (at, operator_no, waiver_id)
    )


class PastSession(Record):
    """One sign-up of a resident that came to an end, and what became of it."""

    registration_id: int
    session_code: str
    day: str
    session_name: str
    state: str
    status: AttendanceStatus | None
    seats: int


def past_sessions(connection: sqlite3.Connection, resident_id: int, until: str, limit: int) -> list[PastSession]:
    """The latest sessions up to and with a local day that a resident signed up for, the latest first, under every entry
    that was merged into this one.
    """
    rows = connection.execute(
        "SELECT r.id AS registration_id, s.code AS session_code, s.day, s.name AS session_name, r.state, a.status, "
        "coalesce(a.seats, r.seats) AS seats FROM registration r JOIN session s ON s.code = r.session_code "
        "LEFT JOIN attendance a ON a.registration_id = r.id "
        f"WHERE r.resident_id IN ({_ITS_IDS}) AND s.day <= :until ORDER BY s.starts_at DESC, r.id DESC LIMIT :limit",
        {"id": resident_id, "until": until, "limit": limit},
    )
    return [PastSession.from_row(row) for row in rows]


def resident_name(connection: sqlite3.Connection, resident_id: int) -> str | None:
    """The name of a resident; None if there is none with this id."""
    row = connection.execute("SELECT name FROM resident WHERE id = ?", (resident_id,)).fetchone()
    return str(row[0]) if row else None


def numbered(connection: sqlite3.Connection, session_code: str, seq_no: int) -> int | None:
    """The id of the sign-up of a session with a number; None where there is none."""
    row = connection.execute(
        "SELECT id FROM registration WHERE session_code = ? AND seq_no = ?", (session_code, seq_no)
    ).fetchone()
    return int(row[0]) if row else None


class SheetParty(Record):
    """A party as a sign-in sheet needs it; the phone is sealed."""

    id: int
    seq_no: int
    seats: int
    name: str
    phone_cipher: bytes | None
    area: str


def sheet_parties(connection: sqlite3.Connection, session_code: str) -> list[SheetParty]:
    """Whoever holds a seat of a session, by sign-up number."""
    rows = connection.execute(
        "SELECT r.id, r.seq_no, r.seats, p.name, p.phone_cipher, p.area FROM registration r "
        "JOIN resident p ON p.id = r.resident_id WHERE r.session_code = ? AND r.seats > 0 ORDER BY r.seq_no",
        (session_code,),
    )
    return [SheetParty.from_row(row) for row in rows]


class FigureRow(Record):
    """Attendance of the sessions of a span that have one value in common: three numbers that are never one.

    `person_times` (人次) counts everybody each time, walk-ins too; `persons` (人数) counts each phone of those known by
    name once; `sessions` (场次) those that were not cancelled.
    """

    value: str
    sessions: int
    person_times: int
    persons: int


_FIGURE_VALUES = {
    "": "''",
    "category": "s.category",
    "type": "s.activity_type",
    "room": "s.room",
    "lead": "s.lead",
    "month": "substr(s.day, 1, 7)",
}


def figure_rows(connection: sqlite3.Connection, first: str, last: str, by: str) -> list[FigureRow]:
    """The three numbers for each value of `by` (category, type, room, lead, month; "" all in one) in a span of local
    days, by value. Cancelled sessions and those that are only planned are left out.
    """
    value = _FIGURE_VALUES[by]
    rows = connection.execute(
        f"SELECT {value} AS value, count(DISTINCT s.code) AS sessions, "
        "coalesce(sum(iif(a.status IN ('attended', 'walk_in'), a.seats, 0)), 0) AS person_times, "
        "count(DISTINCT iif(a.status = 'attended', p.phone_key, NULL)) AS persons "
        "FROM session s LEFT JOIN attendance a ON a.session_code = s.code "
        "LEFT JOIN registration r ON r.id = a.registration_id LEFT JOIN resident p ON p.id = r.resident_id "
        "WHERE s.day BETWEEN ? AND ? AND s.state IN ('published', 'closed') GROUP BY 1 ORDER BY 1",
        (first, last),
    )
    return [FigureRow.from_row(row) for row in rows]


class AttendanceLine(NamedTuple):
    """What became of one sign-up, or the head count of those who came without one (`number` None, `name` "")."""

    day: str
    starts_at: int
    ends_at: int
    session_code: str
    session_name: str
    number: int | None
    name: str
    status: AttendanceStatus
    way: AttendanceWay
    seats: int


def lines(connection: sqlite3.Connection, first: str, last: str) -> list[AttendanceLine]:
    """All attendance of the sessions of a span of local days: by day, session and sign-up number, those without a
    sign-up last.
    """
    rows = connection.cursor()
    rows.row_factory = None
    rows.execute(
        "SELECT s.day, s.starts_at, s.ends_at, s.code, s.name, r.seq_no, coalesce(p.name, ''), a.status, a.way, "
        "a.seats FROM session s CROSS JOIN attendance a ON a.session_code = s.code "
        "LEFT JOIN registration r ON r.id = a.registration_id LEFT JOIN resident p ON p.id = r.resident_id "
        "WHERE s.day BETWEEN ? AND ? ORDER BY s.day, s.starts_at, s.code, r.seq_no IS NULL, r.seq_no",
        (first, last),
    )
    return list(map(AttendanceLine._make, rows))
