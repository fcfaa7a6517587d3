"""Who may, and who agreed: what wrong PINs the whole desk owes time for, and a second person's approvals."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

TABLES: tuple[str, ...] = (
    """
    CREATE TABLE sign_in_debt (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        owed_ms INTEGER NOT NULL CHECK (owed_ms >= 0),
        wall_ms INTEGER NOT NULL,
        uptime_ms INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE approval_request (
        id INTEGER PRIMARY KEY,
        action TEXT NOT NULL,
        subject TEXT NOT NULL,
        asked_by TEXT NOT NULL,
        asked_at INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE approval_decision (
        request INTEGER PRIMARY KEY REFERENCES approval_request (id),
        granted INTEGER NOT NULL CHECK (granted IN (0, 1)),
        decided_by TEXT NOT NULL,
        decided_at INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE approval_use (
        request INTEGER PRIMARY KEY REFERENCES approval_request (id),
        used_at INTEGER NOT NULL
    ) STRICT
    """,
    *(
        f"CREATE TRIGGER {table}_no_{operation} BEFORE {operation.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in ("approval_request", "approval_decision", "approval_use")
        for operation in ("update", "delete")
    ),
)


def migrate(database: Database) -> None:
    """Make them."""
    for statement in TABLES:
        database.execute(statement)
