"""The log of sign-ups: what people did and what the rules gave them, each a row that is never changed."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from db.record import Record


class LogEntry(Record):
    """One row of the history of a session's seats, in the order of `id`."""

    id: int
    at: int
    session_code: str
    registration_id: int | None
    event: str
    rule: str = ""
    reason: str = ""
    detail: str = "{}"
    operator_no: str | None = None

    def said(self) -> dict[str, Any]:
        """The detail as values."""
        said: dict[str, Any] = json.loads(self.detail)
        return said


def sessions_signed_up_for(connection: sqlite3.Connection) -> list[str]:
    """Every session that has sign-ups, or a log of some."""
    rows = connection.execute(
        "SELECT session_code FROM registration UNION "
        "SELECT session_code FROM registration_log WHERE registration_id IS NOT NULL ORDER BY session_code"
    )
    return [row[0] for row in rows]


def append(
    connection: sqlite3.Connection,
    at: int,
    session_code: str,
    registration_id: int | None,
    event: str,
    *,
    rule: str = "",
    reason: str = "",
    detail: str = "{}",
    operator_no: str | None = None,
) -> None:
    """Add a row to the history of a session's seats; `detail` is JSON of numbers and codes, never names or phones."""
    connection.execute(
        "INSERT INTO registration_log (at, session_code, registration_id, event, rule, reason, detail, operator_no) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (at, session_code, registration_id, event, rule, reason, detail, operator_no),
    )


def entries(connection: sqlite3.Connection, session_code: str) -> list[LogEntry]:
    """The whole history of a session's seats, oldest first."""
    rows = connection.execute("SELECT * FROM registration_log WHERE session_code = ? ORDER BY id", (session_code,))
    return [LogEntry.from_row(row) for row in rows]


def last_of_session(connection: sqlite3.Connection, session_code: str) -> LogEntry | None:
    """The last row of a session's history that is about the session itself and not about a party."""
    row = connection.execute(
        "SELECT * FROM registration_log WHERE session_code = ? AND registration_id IS NULL ORDER BY id DESC LIMIT 1",
        (session_code,),
    ).fetchone()
    return LogEntry.from_row(row) if row else None
