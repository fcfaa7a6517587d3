"""Public notices of hours: the list of a period as it was published, what was objected, and what became of that."""

from __future__ import annotations

import sqlite3
from typing import Literal

from db.record import Record

Outcome = Literal["", "upheld", "rejected"]


class Notice(Record):
    """A list of hours that was published on a local day and stays up until another, both included."""

    id: int = 0
    first: str
    last: str
    published_on: str
    until: str
    operator_no: str
    at: int
    withdrawn_at: int | None = None
    withdrawn_by: str | None = None
    withdraw_reason: str = ""
    lines: int = 0
    objections: int = 0
    undecided: int = 0


class NoticeLine(Record):
    """What a notice says of one volunteer, exact, as it was when the notice was published."""

    volunteer_no: str
    measured_seconds: int
    supplemented_seconds: int


class Objection(Record):
    """What somebody said against a notice, and what was decided."""

    id: int = 0
    notice_id: int
    volunteer_no: str
    words: str
    at: int
    operator_no: str
    outcome: Outcome = ""
    outcome_words: str = ""
    decided_at: int | None = None
    decided_by: str | None = None


_NOTICE = """
    SELECT n.*, (SELECT count(*) FROM hours_notice_line l WHERE l.notice_id = n.id) AS lines,
        (SELECT count(*) FROM hours_objection o WHERE o.notice_id = n.id) AS objections,
        (SELECT count(*) FROM hours_objection o WHERE o.notice_id = n.id AND o.outcome = '') AS undecided
    FROM hours_notice n
"""


def add(connection: sqlite3.Connection, new: Notice, lines: list[NoticeLine]) -> int:
    """Write a notice with its lines; returns its id."""
    cursor = connection.execute(
        "INSERT INTO hours_notice (first, last, published_on, until, operator_no, at) VALUES (?, ?, ?, ?, ?, ?)",
        (new.first, new.last, new.published_on, new.until, new.operator_no, new.at),
    )
    assert cursor.lastrowid is not None
    notice_id = cursor.lastrowid
    connection.executemany(
        "INSERT INTO hours_notice_line (notice_id, volunteer_no, measured_seconds, supplemented_seconds) "
        "VALUES (?, ?, ?, ?)",
        [(notice_id, line.volunteer_no, line.measured_seconds, line.supplemented_seconds) for line in lines],
    )
    return notice_id


def get(connection: sqlite3.Connection, notice_id: int) -> Notice | None:
    """One notice; None if there is none with this id."""
    row = connection.execute(_NOTICE + " WHERE n.id = ?", (notice_id,)).fetchone()
    return Notice.from_row(row) if row else None


def every(connection: sqlite3.Connection) -> list[Notice]:
    """All notices, the latest first."""
    return [Notice.from_row(row) for row in connection.execute(_NOTICE + " ORDER BY n.id DESC")]


def of_days(connection: sqlite3.Connection, first: str, last: str) -> list[Notice]:
    """The notices that share a day with a span of local days and were not withdrawn, the first published first."""
    rows = connection.execute(
        _NOTICE + " WHERE n.first <= ? AND n.last >= ? AND n.withdrawn_at IS NULL ORDER BY n.until, n.id", (last, first)
    )
    return [Notice.from_row(row) for row in rows]


def standing(connection: sqlite3.Connection, first: str, last: str, today: str) -> list[Notice]:
    """The notices that are up today and share a day with a span of local days."""
    rows = connection.execute(
        _NOTICE + " WHERE n.first <= ? AND n.last >= ? AND n.published_on <= ? AND n.until >= ? "
        "AND n.withdrawn_at IS NULL ORDER BY n.id",
        (last, first, today, today),
    )
    return [Notice.from_row(row) for row in rows]


def lines(connection: sqlite3.Connection, notice_id: int) -> list[NoticeLine]:
    """What a notice says, by number."""
    rows = connection.execute("SELECT * FROM hours_notice_line WHERE notice_id = ? ORDER BY volunteer_no", (notice_id,))
    return [NoticeLine.from_row(row) for row in rows]


def withdraw(connection: sqlite3.Connection, notice_id: int, at: int, by: str, reason: str) -> None:
    """Take a notice down; it stays, marked with who, when and why."""
    connection.execute(
        "UPDATE hours_notice SET withdrawn_at = ?, withdrawn_by = ?, withdraw_reason = ? WHERE id = ?",
        (at, by, reason, notice_id),
    )


def add_objection(connection: sqlite3.Connection, new: Objection) -> int:
    """Write an objection; returns its id."""
    cursor = connection.execute(
        "INSERT INTO hours_objection (notice_id, volunteer_no, words, at, operator_no) VALUES (?, ?, ?, ?, ?)",
        (new.notice_id, new.volunteer_no, new.words, new.at, new.operator_no),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def objection(connection: sqlite3.Connection, objection_id: int) -> Objection | None:
    """One objection; None if there is none with this id."""
    row = connection.execute("SELECT * FROM hours_objection WHERE id = ?", (objection_id,)).fetchone()
    return Objection.from_row(row) if row else None


def objections(connection: sqlite3.Connection, notice_id: int) -> list[Objection]:
    """What was said against a notice, in its order."""
    rows = connection.execute("SELECT * FROM hours_objection WHERE notice_id = ? ORDER BY id", (notice_id,))
    return [Objection.from_row(row) for row in rows]


def decide(connection: sqlite3.Connection, objection_id: int, outcome: Outcome, words: str, at: int, by: str) -> None:
    """Write what was decided about an objection."""
    connection.execute(
        "UPDATE hours_objection SET outcome = ?, outcome_words = ?, decided_at = ?, decided_by = ? WHERE id = ?",
        (outcome, words, at, by, objection_id),
    )
