"""The monthly list of sessions: its state, what it said when it was published, and every change since."""

from __future__ import annotations

import sqlite3
from typing import Literal

from db.record import Record

ListState = Literal["draft", "approved", "published", "closed"]
ChangeKind = Literal["added", "changed", "moved", "cancelled", "restored"]


class MonthlyList(Record):
    """The list of one month ('2026-11'). `edition` counts how often it was published; `carried_out` is what came of it
    when it was closed, as JSON.
    """

    month: str
    state: ListState
    note: str = ""
    approved_at: int | None = None
    approved_by: str | None = None
    published_at: int | None = None
    published_by: str | None = None
    closed_at: int | None = None
    closed_by: str | None = None
    edition: int = 0
    carried_out: str = "{}"
    revision: int = 0


class ListChange(Record):
    """One change to a published list: what the session said before and after, as JSON."""

    id: int
    month: str
    edition: int
    session_code: str
    kind: ChangeKind
    before: str
    after: str
    reason: str
    at: int
    operator_no: str


def get(connection: sqlite3.Connection, month: str) -> MonthlyList | None:
    """The list of a month; None while nobody keeps one."""
    row = connection.execute("SELECT * FROM monthly_list WHERE month = ?", (month,)).fetchone()
    return MonthlyList.from_row(row) if row else None


def out(connection: sqlite3.Connection) -> list[MonthlyList]:
    """The lists that are published, closed since or not, by month."""
    rows = connection.execute("SELECT * FROM monthly_list WHERE state IN ('published', 'closed') ORDER BY month")
    return [MonthlyList.from_row(row) for row in rows]


def put(connection: sqlite3.Connection, kept: MonthlyList) -> None:
    """Insert or overwrite the list of a month."""
    names = tuple(MonthlyList.model_fields)
    connection.execute(
        f"INSERT INTO monthly_list ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "
        f"ON CONFLICT (month) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in names[1:])}",
        [getattr(kept, name) for name in names],
    )


def add_line(connection: sqlite3.Connection, month: str, edition: int, session_code: str, content: str) -> None:
    """Keep what an edition of a list says of a session, as JSON; it is never changed."""
    connection.execute(
        "INSERT INTO monthly_list_line (month, edition, session_code, content) VALUES (?, ?, ?, ?)",
        (month, edition, session_code, content),
    )


def lines(connection: sqlite3.Connection, month: str, edition: int) -> dict[str, str]:
    """What an edition of a list said of every session on it, as JSON by the session's code."""
    rows = connection.execute(
        "SELECT session_code, content FROM monthly_list_line WHERE month = ? AND edition = ? ORDER BY session_code",
        (month, edition),
    )
    return {row[0]: row[1] for row in rows}


def signed_up(connection: sqlite3.Connection, first: str, last: str) -> int:
    """How many sign-ups and attendance records the sessions of a span of local days have, given up or not."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM session s JOIN registration r ON r.session_code = s.code "
        "WHERE s.day BETWEEN :first AND :last) + (SELECT count(*) FROM session s JOIN attendance a "
        "ON a.session_code = s.code WHERE s.day BETWEEN :first AND :last)",
        {"first": first, "last": last},
    ).fetchone()
    return int(row[0])


def were_in(connection: sqlite3.Connection, field: str, value: str, first: str, last: str) -> list[str]:
    """The codes of the sessions that once had this room or lead (`field`) in a published list of the months between
    two local days.
    """
    rows = connection.execute(
        "SELECT session_code FROM monthly_list_line WHERE month BETWEEN :first AND :last "
        "AND json_extract(content, :path) = :value "
        "UNION SELECT session_code FROM monthly_list_change WHERE month BETWEEN :first AND :last "
        "AND (json_extract(before, :path) = :value OR json_extract(after, :path) = :value) ORDER BY 1",
        {"path": f"$.{field}", "value": value, "first": first[:7], "last": last[:7]},
    )
    return [row[0] for row in rows]


def add_change(
    connection: sqlite3.Connection,
    month: str,
    session_code: str,
    kind: ChangeKind,
    before: str,
    after: str,
    reason: str,
    at: int,
    operator_no: str,
) -> None:
    """Add a change line to the edition of a list that is published; it is never changed."""
    connection.execute(
        "INSERT INTO monthly_list_change (month, edition, session_code, kind, before, after, reason, at, operator_no) "
        "VALUES (?, (SELECT edition FROM monthly_list WHERE month = ?), ?, ?, ?, ?, ?, ?, ?)",
        (month, month, session_code, kind, before, after, reason, at, operator_no),
    )


def changes(connection: sqlite3.Connection, month: str, edition: int | None = None) -> list[ListChange]:
    """Every change of a published list, oldest first; those of all its editions or of one."""
    rows = connection.execute(
        "SELECT * FROM monthly_list_change WHERE month = ? AND (? IS NULL OR edition = ?) ORDER BY id",
        (month, edition, edition),
    )
    return [ListChange.from_row(row) for row in rows]
