"""Hours of volunteers: measured by two scans, or supplemented by a person or a rule; always kept apart.

Every total takes the visits of a span of local days by one rule: a visit counts as measured if both its ends were
scanned; what a person corrected, and what an accepted or credited inference gives, counts as supplemented, and so do
supplements. Annulled visits and supplements count nothing.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from db.record import Record


class Seconds(NamedTuple):
    """Seconds of service in both kinds."""

    measured: int
    supplemented: int


class Supplement(Record):
    """Time of service that a person added, with the reason; `seconds` count for the local `day`."""

    id: int = 0
    volunteer_no: str
    day: str
    seconds: int
    assignment_id: int | None = None
    session_code: str | None = None
    reason: str
    operator_no: str
    at: int
    annulled_at: int | None = None
    annulled_by: str | None = None
    annul_reason: str = ""


class HoursLine(Record):
    """What one volunteer served in a span of days: finished visits, seconds in both kinds, and visits without an exit
    that was scanned or set by a person (`left_open`).
    """

    volunteer_no: str
    name: str
    team: str
    visits: int
    seconds: int
    supplemented: int
    left_open: int


_MEASURED = "CASE WHEN v.basis = 'measured' AND v.left_at IS NOT NULL THEN (v.left_at - v.entered_at) / 1000 ELSE 0 END"
_SUPPLEMENTED = (
    "CASE v.basis WHEN 'corrected' THEN coalesce((v.left_at - v.entered_at) / 1000, 0) "
    "WHEN 'inferred' THEN coalesce(v.credit_seconds, 0) ELSE 0 END"
)
_OPEN = "CASE WHEN v.left_at IS NULL OR (v.basis = 'inferred' AND v.review <> 'accepted') THEN 1 ELSE 0 END"

_PARTS = f"""
    SELECT v.volunteer_no, v.day, 1 - ({_OPEN}) AS visits, {_MEASURED} AS measured, {_SUPPLEMENTED} AS supplemented,
        {_OPEN} AS left_open, v.assignment_id, v.session_code
    FROM visit v WHERE v.day BETWEEN :first AND :last AND NOT v.annulled
    UNION ALL
    SELECT u.volunteer_no, u.day, 0, 0, u.seconds, 0, u.assignment_id, u.session_code
    FROM supplement u WHERE u.day BETWEEN :first AND :last AND u.annulled_at IS NULL
"""


def lines(connection: sqlite3.Connection, first: str, last: str) -> list[HoursLine]:
    """What every volunteer served between two local days, both included, by number."""
    rows = connection.execute(
        "SELECT t.volunteer_no, p.name, p.team, sum(t.visits) AS visits, sum(t.measured) AS seconds, "
        "sum(t.supplemented) AS supplemented, sum(t.left_open) AS left_open "
        f"FROM ({_PARTS}) t JOIN volunteer p ON p.no = t.volunteer_no GROUP BY t.volunteer_no ORDER BY t.volunteer_no",
        {"first": first, "last": last},
    )
    return [HoursLine.from_row(row) for row in rows]


def of_volunteer(connection: sqlite3.Connection, volunteer_no: str, first: str, last: str) -> Seconds:
    """The seconds of one volunteer between two local days, both included."""
    row = connection.execute(
        f"SELECT coalesce(sum({_MEASURED}), 0), coalesce(sum({_SUPPLEMENTED}), 0) FROM visit v "
        "WHERE v.volunteer_no = ? AND v.day BETWEEN ? AND ? AND NOT v.annulled",
        (volunteer_no, first, last),
    ).fetchone()
    added = connection.execute(
        "SELECT coalesce(sum(seconds), 0) FROM supplement WHERE volunteer_no = ? AND day BETWEEN ? AND ? "
        "AND annulled_at IS NULL",
        (volunteer_no, first, last),
    ).fetchone()
    return Seconds(int(row[0]), int(row[1]) + int(added[0]))


def of_credit(
    connection: sqlite3.Connection, volunteer_no: str, day: str, assignment_id: int | None, session_code: str | None
) -> Seconds:
    """The seconds of one volunteer on a local day that are credited to an assignment or session, or to neither."""
    same = "IS ? AND {0}.session_code IS ?"
    row = connection.execute(
        f"SELECT coalesce(sum({_MEASURED}), 0), coalesce(sum({_SUPPLEMENTED}), 0) FROM visit v "
        "WHERE v.volunteer_no = ? AND v.day = ? AND NOT v.annulled AND v.assignment_id " + same.format("v"),
        (volunteer_no, day, assignment_id, session_code),
    ).fetchone()
    added = connection.execute(
        "SELECT coalesce(sum(u.seconds), 0) FROM supplement u WHERE u.volunteer_no = ? AND u.day = ? "
        "AND u.annulled_at IS NULL AND u.assignment_id " + same.format("u"),
        (volunteer_no, day, assignment_id, session_code),
    ).fetchone()
    return Seconds(int(row[0]), int(row[1]) + int(added[0]))


def supplements(connection: sqlite3.Connection, volunteer_no: str, first: str, last: str) -> list[Supplement]:
    """The supplements of one volunteer between two local days, annulled ones included, by day."""
    rows = connection.execute(
        "SELECT * FROM supplement WHERE volunteer_no = ? AND day BETWEEN ? AND ? ORDER BY day, id",
        (volunteer_no, first, last),
    )
    return [Supplement.from_row(row) for row in rows]


def supplement(connection: sqlite3.Connection, supplement_id: int) -> Supplement | None:
    """One supplement; None if there is none with this id."""
    row = connection.execute("SELECT * FROM supplement WHERE id = ?", (supplement_id,)).fetchone()
    return Supplement.from_row(row) if row else None


def add_supplement(connection: sqlite3.Connection, new: Supplement) -> int:
    """Add a supplement; returns its id."""
    cursor = connection.execute(
        "INSERT INTO supplement (volunteer_no, day, seconds, assignment_id, session_code, reason, operator_no, at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            new.volunteer_no,
            new.day,
            new.seconds,
            new.assignment_id,
            new.session_code,
            new.reason,
            new.operator_no,
            new.at,
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def annul_supplement(connection: sqlite3.Connection, supplement_id: int, at: int, by: str, reason: str) -> None:
    """Take a supplement back; it stays, marked with who, when and why."""
    connection.execute(
        "UPDATE supplement SET annulled_at = ?, annulled_by = ?, annul_reason = ? WHERE id = ?",
        (at, by, reason, supplement_id),
    )
