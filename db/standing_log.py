"""Changes of the standing order that were asked for and decided, and its filings."""

from __future__ import annotations

import sqlite3
from typing import Literal

from db.record import Record

ChangeState = Literal["pending", "approved", "rejected"]


class StandingChange(Record):
    """A change as it was asked for; `payload` is JSON. `reason` says why it was rejected."""

    id: int = 0
    asked_at: int
    asked_by: str
    kind: str
    payload: str
    state: ChangeState
    decided_at: int | None = None
    decided_by: str | None = None
    reason: str = ""


class StandingFiling(Record):
    """The whole standing order as it was filed: canonical JSON and its SHA-256 in hexadecimal; never changed."""

    id: int = 0
    filed_at: int
    filed_by: str
    effective_from: str
    document: str
    digest: str


def add_change(connection: sqlite3.Connection, change: StandingChange) -> int:
    """Write a change down; returns its number."""
    cursor = connection.execute(
        "INSERT INTO standing_change (asked_at, asked_by, kind, payload, state, decided_at, decided_by, reason) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            change.asked_at,
            change.asked_by,
            change.kind,
            change.payload,
            change.state,
            change.decided_at,
            change.decided_by,
            change.reason,
        ),
    )
    return int(cursor.lastrowid or 0)


def change(connection: sqlite3.Connection, change_id: int) -> StandingChange | None:
    """The change with this number; None if there is none."""
    row = connection.execute("SELECT * FROM standing_change WHERE id = ?", (change_id,)).fetchone()
    return StandingChange.from_row(row) if row else None


def pending(connection: sqlite3.Connection) -> list[StandingChange]:
    """The changes that wait for a decision, oldest first."""
    rows = connection.execute("SELECT * FROM standing_change WHERE state = 'pending' ORDER BY id")
    return [StandingChange.from_row(row) for row in rows]


def pending_count(connection: sqlite3.Connection) -> int:
    """How many changes wait for a decision."""
    return int(connection.execute("SELECT count(*) FROM standing_change WHERE state = 'pending'").fetchone()[0])


def changes(connection: sqlite3.Connection, limit: int) -> list[StandingChange]:
    """The newest changes, newest first."""
    rows = connection.execute("SELECT * FROM standing_change ORDER BY id DESC LIMIT ?", (limit,))
    return [StandingChange.from_row(row) for row in rows]


def decide(
    connection: sqlite3.Connection, change_id: int, state: ChangeState, at: int, by: str, reason: str = ""
) -> None:
    """Write down what was decided about a change."""
    connection.execute(
        "UPDATE standing_change SET state = ?, decided_at = ?, decided_by = ?, reason = ? WHERE id = ?",
        (state, at, by, reason, change_id),
    )


def add_filing(connection: sqlite3.Connection, filing: StandingFiling) -> int:
    """File a document; returns its number."""
    cursor = connection.execute(
        "INSERT INTO standing_filing (filed_at, filed_by, effective_from, document, digest) VALUES (?, ?, ?, ?, ?)",
        (filing.filed_at, filing.filed_by, filing.effective_from, filing.document, filing.digest),
    )
    return int(cursor.lastrowid or 0)


def filing(connection: sqlite3.Connection, filing_id: int) -> StandingFiling | None:
    """The filing with this number; None if there is none."""
    row = connection.execute("SELECT * FROM standing_filing WHERE id = ?", (filing_id,)).fetchone()
    return StandingFiling.from_row(row) if row else None


def last_effective(connection: sqlite3.Connection) -> str | None:
    """The latest local day from which any filing is in effect; None before the first."""
    row = connection.execute("SELECT max(effective_from) AS day FROM standing_filing").fetchone()
    return str(row["day"]) if row["day"] else None


def filings(connection: sqlite3.Connection) -> list[StandingFiling]:
    """All filings, newest first."""
    return [
        StandingFiling.from_row(row) for row in connection.execute("SELECT * FROM standing_filing ORDER BY id DESC")
    ]
