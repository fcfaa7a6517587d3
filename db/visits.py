"""Visits of volunteers, and the check-in log that they follow from."""

from __future__ import annotations

import sqlite3
from typing import Literal, NamedTuple

from db.record import Record
from db.volunteers import CardState, VolunteerState

Basis = Literal["measured", "inferred", "corrected"]
Review = Literal["", "pending", "accepted", "refused"]
ScanResult = Literal[
    "entered",
    "left",
    "left_only",
    "same_scan",
    "refused",
    "undone",
    "corrected",
    "added",
    "annulled",
    "closed",
    "reviewed",
    "credited",
]
"""What became of an attempt (the first five), or what was changed afterwards by a person or by closing the day."""


class Visit(NamedTuple):
    """One stay of a volunteer, under the local day on which it began and its number of that day.

    `left_at` is None while the volunteer is here or never signed out; `runs_until` is the end of the assignment that it
    is credited to. Instants are UTC milliseconds. A plain tuple, as `Holder` is: both are read inside every scan's
    transaction.
    """

    day: str
    number: int
    entered_at: int
    left_at: int | None
    basis: Basis = "measured"
    review: Review = ""
    annulled: int = 0
    entered_scan: int | None = None
    left_scan: int | None = None
    runs_until: int | None = None


class Holder(NamedTuple):
    """Who holds a card, and that card; `card_state` is None if this card was never issued here."""

    name: str
    state: VolunteerState
    birth_month: str
    consent_version: str
    guardian_consent_on: str
    card_state: CardState | None
    valid_from: str | None
    valid_until: str | None


class VisitRow(Record):
    """A visit as it is kept, whole; see the table `visit` for the meaning of each column."""

    volunteer_no: str
    day: str
    number: int
    entered_at: int
    left_at: int | None = None
    basis: Basis = "measured"
    review: Review = ""
    credit_seconds: int | None = None
    annulled: bool = False
    assignment_id: int | None = None
    session_code: str | None = None
    entered_scan: int | None = None
    left_scan: int | None = None


class VisitLine(VisitRow):
    """A visit with the names that belong to it, for lists.

    `credited_to` is the title of the assignment, else the name of the session, '' for general service.
    """

    name: str
    team: str
    credited_to: str = ""


class ScanRow(Record):
    """One row of the check-in log."""

    id: int
    at: int
    volunteer_no: str | None = None
    serial: int | None = None
    result: ScanResult
    reason: str = ""
    source: str
    operator_no: str | None = None
    nonce: str | None = None
    given_time: bool = False
    direction: str = ""
    force_wished: bool = False
    forced: bool = False
    words: str = ""
    visit_day: str | None = None
    visit_number: int | None = None
    entered_at: int | None = None
    left_at: int | None = None
    credit_seconds: int | None = None
    assignment_id: int | None = None
    session_code: str | None = None
    annuls: int | None = None
    code_length: int | None = None


_LINE = """
    SELECT v.*, p.name, p.team, coalesce(a.title, s.name, '') AS credited_to
    FROM visit v JOIN volunteer p ON p.no = v.volunteer_no
    LEFT JOIN assignment a ON a.id = v.assignment_id LEFT JOIN session s ON s.code = v.session_code
"""
_VISIT = (
    "v.day, v.number, v.entered_at, v.left_at, v.basis, v.review, v.annulled, v.entered_scan, v.left_scan, a.ends_at"
)


def standing(
    connection: sqlite3.Connection, volunteer_no: str, serial: int | None, day_before: str, day: str
) -> tuple[Holder | None, list[Visit]]:
    """Who has this number, with the card of this serial (None: no card), and that person's visits of two local days
    that follow each other, annulled ones included.

    None where nobody has the number. One statement, because every scan asks this while others wait to write.
    """
    rows = connection.execute(
        "SELECT p.name, p.state, p.birth_month, p.consent_version, p.guardian_consent_on, "
        f"c.state, c.valid_from, c.valid_until, {_VISIT} "
        "FROM volunteer p LEFT JOIN card c ON c.volunteer_no = p.no AND c.serial = ? "
        "LEFT JOIN visit v ON v.volunteer_no = p.no AND v.day BETWEEN ? AND ? "
        "LEFT JOIN assignment a ON a.id = v.assignment_id WHERE p.no = ?",
        (serial, day_before, day, volunteer_no),
    ).fetchall()
    holder = Holder(*rows[0][:8]) if rows else None
    return holder, [Visit(*row[8:]) for row in rows if row[8] is not None]


def append(connection: sqlite3.Connection, values: dict[str, object]) -> int:
    """Add a row to the check-in log, its columns by name; returns its id.

    Of a foreign code only `code_length` and `code_hash` are kept, never the code as it was read.
    """
    names = ", ".join(values)
    marks = ", ".join("?" * len(values))
    cursor = connection.execute(f"INSERT INTO scan ({names}) VALUES ({marks})", tuple(values.values()))
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def scan_by_nonce(connection: sqlite3.Connection, nonce: str) -> ScanRow | None:
    """What was recorded for this attempt; None if nothing final was."""
    row = connection.execute("SELECT * FROM scan WHERE nonce = ? AND reason <> 'incomplete'", (nonce,)).fetchone()
    return ScanRow.from_row(row) if row else None


def scan(connection: sqlite3.Connection, scan_id: int) -> ScanRow | None:
    """One row of the log."""
    row = connection.execute("SELECT * FROM scan WHERE id = ?", (scan_id,)).fetchone()
    return ScanRow.from_row(row) if row else None


def log_of(connection: sqlite3.Connection, volunteer_no: str | None = None) -> list[ScanRow]:
    """The whole check-in log in its order, of everybody or of one volunteer. It reads every row: for checks only."""
    where, values = ("WHERE volunteer_no = ?", (volunteer_no,)) if volunteer_no is not None else ("", ())
    return [ScanRow.from_row(row) for row in connection.execute(f"SELECT * FROM scan {where} ORDER BY id", values)]


def last_scans(connection: sqlite3.Connection, since: int, limit: int, *, refused_only: bool) -> list[ScanRow]:
    """The latest attempts since an instant, the latest first, at most `limit`; refused ones alone if asked for."""
    rows = connection.execute("SELECT * FROM scan ORDER BY id DESC LIMIT ?", (limit * 50,))
    found: list[ScanRow] = []
    for row in rows:
        if row["at"] >= since and (row["result"] == "refused" or not refused_only):
            found.append(ScanRow.from_row(row))
            if len(found) == limit:
                break
    return found


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


def unmatched_exits(connection: sqlite3.Connection, since: int) -> list[ScanRow]:
    """The exits without an entry since an instant, which nobody has settled by a later row that names them."""
    rows = connection.execute(
        "SELECT * FROM scan s WHERE result = 'left_only' AND at >= ? "
        "AND NOT EXISTS (SELECT 1 FROM scan t WHERE t.id > s.id AND t.annuls = s.id) ORDER BY id",
        (since,),
    )
    return [ScanRow.from_row(row) for row in rows]


def get(connection: sqlite3.Connection, volunteer_no: str, day: str, number: int) -> VisitLine | None:
    """One visit; None if there is none under this key."""
    row = connection.execute(
        _LINE + " WHERE v.volunteer_no = ? AND v.day = ? AND v.number = ?", (volunteer_no, day, number)
    ).fetchone()
    return VisitLine.from_row(row) if row else None


def put(connection: sqlite3.Connection, visit: VisitRow) -> None:
    """Insert or overwrite a visit."""
    values = {**visit.model_dump(include=set(VisitRow.model_fields)), "annulled": int(visit.annulled)}
    connection.execute(
        f"INSERT OR REPLACE INTO visit ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
        tuple(values.values()),
    )


def enter(
    connection: sqlite3.Connection,
    volunteer_no: str,
    day: str,
    number: int,
    at: int,
    scan_id: int,
    assignment_id: int | None,
    session_code: str | None,
) -> None:
    """Open a visit."""
    connection.execute(
        "INSERT INTO visit (volunteer_no, day, number, entered_at, entered_scan, assignment_id, session_code) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (volunteer_no, day, number, at, scan_id, assignment_id, session_code),
    )


def leave(connection: sqlite3.Connection, volunteer_no: str, day: str, number: int, at: int, scan_id: int) -> None:
    """Close a visit; an exit that had been inferred gives way to the real one."""
    connection.execute(
        "UPDATE visit SET left_at = ?, left_scan = ?, basis = 'measured', review = '', credit_seconds = NULL "
        "WHERE volunteer_no = ? AND day = ? AND number = ?",
        (at, scan_id, volunteer_no, day, number),
    )


def of_volunteer(connection: sqlite3.Connection, volunteer_no: str, first: str, last: str) -> list[VisitLine]:
    """The visits of one volunteer between two local days, annulled ones included, in their order."""
    rows = connection.execute(
        _LINE + " WHERE v.volunteer_no = ? AND v.day BETWEEN ? AND ? ORDER BY v.day, v.entered_at",
        (volunteer_no, first, last),
    )
    return [VisitLine.from_row(row) for row in rows]


def of_day(connection: sqlite3.Connection, day: str) -> list[VisitLine]:
    """The visits of a local day, annulled ones included, the latest first."""
    rows = connection.execute(_LINE + " WHERE v.day = ? ORDER BY v.entered_at DESC, v.volunteer_no", (day,))
    return [VisitLine.from_row(row) for row in rows]


def here(connection: sqlite3.Connection, day_before: str, day: str, now: int) -> list[VisitLine]:
    """The visits that are going on: those of the local day without an exit, and of the day before those whose
    assignment has not ended, the latest first.
    """
    rows = connection.execute(
        _LINE + " WHERE v.day IN (?, ?) AND v.left_at IS NULL AND NOT v.annulled "
        "AND (v.day = ? OR a.ends_at >= ?) ORDER BY v.entered_at DESC",
        (day_before, day, day, now),
    )
    return [VisitLine.from_row(row) for row in rows]


def left_open(connection: sqlite3.Connection, first: str, last: str) -> list[VisitLine]:
    """The visits of a span of local days that have no exit, by day and instant."""
    rows = connection.execute(
        _LINE + " WHERE v.day BETWEEN ? AND ? AND v.left_at IS NULL AND NOT v.annulled ORDER BY v.day, v.entered_at",
        (first, last),
    )
    return [VisitLine.from_row(row) for row in rows]


def pending(connection: sqlite3.Connection) -> list[VisitLine]:
    """The visits whose exit was inferred and which nobody has reviewed, by day."""
    rows = connection.execute(_LINE + " WHERE v.review = 'pending' AND NOT v.annulled ORDER BY v.day, v.entered_at")
    return [VisitLine.from_row(row) for row in rows]


def pending_count(connection: sqlite3.Connection) -> int:
    """How many visits wait for review."""
    row = connection.execute("SELECT count(*) FROM visit WHERE review = 'pending' AND NOT annulled").fetchone()
    return int(row[0])


def any_between(connection: sqlite3.Connection, first: str, last: str) -> bool:
    """Whether a span of local days holds a visit."""
    row = connection.execute("SELECT EXISTS (SELECT 1 FROM visit WHERE day BETWEEN ? AND ?)", (first, last)).fetchone()
    return bool(row[0])


def last_closed(connection: sqlite3.Connection) -> str:
    """The latest local day that was closed; '' if none was."""
    row = connection.execute("SELECT max(day) FROM day_closing").fetchone()
    return row[0] or ""


def put_closing(connection: sqlite3.Connection, day: str, at: int, operator_no: str | None, closed: int) -> None:
    """Note that a day was closed, and how many exits were inferred for it in all."""
    connection.execute(
        "INSERT INTO day_closing (day, at, operator_no, closed) VALUES (?, ?, ?, ?) ON CONFLICT (day) DO UPDATE SET "
        "at = excluded.at, operator_no = excluded.operator_no, closed = closed + excluded.closed",
        (day, at, operator_no, closed),
    )
