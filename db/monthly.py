"""The monthly list of sessions: its state, what it said when it was published, and every change since."""

from __future__ import annotations

import sqlite3
from typing import Literal

from db.record import Record

ListState = Literal["draft", "approved", "published", "closed"]
ChangeKind = Literal["added", "changed", "moved", "cancelled", "restored"]


class MonthlyList(Record):
    """The list of one month ('2026-11')."""

    month: str
    state: ListState
    note: str = ""
    approved_at: int | None = None
    approved_by: str | None = None
    published_at: int | None = None
    published_by: str | None = None
    closed_at: int | None = None
    closed_by: str | None = None
    revision: int = 0


class ListChange(Record):
    """One change to a published list: what the session said before and after, as JSON."""

    id: int
    month: str
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
    """Add a change line to a published list."""
    connection.execute(
        "INSERT INTO monthly_list_change (month, session_code, kind, before, after, reason, at, operator_no) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (month, session_code, kind, before, after, reason, at, operator_no),
    )


def changes(connection: sqlite3.Connection, month: str) -> list[ListChange]:
    """Every change of a published list, oldest first."""
    rows = connection.execute("SELECT * FROM monthly_list_change WHERE month = ? ORDER BY id", (month,))
    return [ListChange.from_row(row) for row in rows]
