"""The travelling report: enrolment with the district, outbox, sealed bytes and the district's receipts.

Triggers hold what must never happen whatever the program does: nothing in the outbox is deleted, bytes that
were sealed never change, and a delivered report stays delivered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

STATEMENTS = (
    """
    CREATE TABLE enrolment (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        centre TEXT NOT NULL, url TEXT NOT NULL, code TEXT NOT NULL,
        district_key BLOB NOT NULL CHECK (length(district_key) = 32), district_key_id TEXT NOT NULL,
        centre_key_id TEXT NOT NULL, enrolled_at INTEGER NOT NULL,
        registered_at INTEGER, confirmation BLOB,
        CHECK ((registered_at IS NULL) = (confirmation IS NULL))
    ) STRICT
    """,
    """
    CREATE TABLE outbox (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        report_id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, period TEXT NOT NULL,
        revision INTEGER NOT NULL CHECK (revision > 0),
        body BLOB NOT NULL, body_hash TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'unsent' CHECK (state IN ('unsent', 'sent', 'refused')),
        submitted_at INTEGER NOT NULL, state_at INTEGER NOT NULL,
        refusal TEXT NOT NULL DEFAULT '',
        UNIQUE (kind, period, revision)
    ) STRICT
    """,
    "CREATE INDEX outbox_waiting ON outbox (position) WHERE state = 'unsent'",
    """
    CREATE TABLE sealed_report (
        report_id TEXT PRIMARY KEY REFERENCES outbox (report_id),
        content_hash TEXT NOT NULL UNIQUE, recipient TEXT NOT NULL,
        sealed BLOB NOT NULL, sealed_at INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE receipt (
        report_id TEXT PRIMARY KEY REFERENCES sealed_report (report_id),
        receipt BLOB NOT NULL, received_at INTEGER NOT NULL, stored_at INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TRIGGER outbox_never_deleted BEFORE DELETE ON outbox
    BEGIN SELECT RAISE(ABORT, 'a report in the outbox is never deleted'); END
    """,
    """
    CREATE TRIGGER outbox_keeps_its_report
    BEFORE UPDATE OF position, report_id, kind, period, revision, body, body_hash, submitted_at ON outbox
    BEGIN SELECT RAISE(ABORT, 'a submitted report never changes'); END
    """,
    """
    CREATE TRIGGER outbox_sent_stays_sent BEFORE UPDATE OF state ON outbox WHEN OLD.state = 'sent'
    BEGIN SELECT RAISE(ABORT, 'a delivered report stays delivered'); END
    """,
    """
    CREATE TRIGGER outbox_sent_needs_receipt BEFORE UPDATE OF state ON outbox
    WHEN NEW.state = 'sent' AND NOT EXISTS (SELECT 1 FROM receipt WHERE report_id = NEW.report_id)
    BEGIN SELECT RAISE(ABORT, 'only a receipt marks a report as delivered'); END
    """,
    """
    CREATE TRIGGER sealed_report_never_deleted BEFORE DELETE ON sealed_report
    BEGIN SELECT RAISE(ABORT, 'sealed bytes are never deleted'); END
    """,
    """
    CREATE TRIGGER sealed_report_never_changes BEFORE UPDATE ON sealed_report
    BEGIN SELECT RAISE(ABORT, 'sealed bytes never change'); END
    """,
    """
    CREATE TRIGGER receipt_never_deleted BEFORE DELETE ON receipt
    BEGIN SELECT RAISE(ABORT, 'a receipt is never deleted'); END
    """,
    """
    CREATE TRIGGER receipt_never_changes BEFORE UPDATE ON receipt
    BEGIN SELECT RAISE(ABORT, 'a receipt never changes'); END
    """,
)


def migrate(database: Database) -> None:
    """Create the tables and triggers of schema version 2."""
    for statement in STATEMENTS:
        database.execute(statement)
