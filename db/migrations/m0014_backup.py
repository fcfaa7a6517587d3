"""Backups, the recovery key they are made for, restorations, and cards that only a lost file knew."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

TABLES: tuple[str, ...] = (
    # The public halves: the secret one stands on paper only.
    """
    CREATE TABLE recovery_key (
        id INTEGER PRIMARY KEY, key_id TEXT NOT NULL UNIQUE, public_key BLOB NOT NULL CHECK (length(public_key) = 32),
        made_at INTEGER NOT NULL, made_by TEXT, confirmed_at INTEGER, confirmed_by TEXT
    ) STRICT
    """,
    # Every attempt that came to an end: `good` was read back and compared, `failed` says why in `problem`.
    """
    CREATE TABLE backup (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('daily', 'manual', 'usb', 'before_upgrade', 'before_restore')),
        state TEXT NOT NULL CHECK (state IN ('good', 'failed')), problem TEXT NOT NULL DEFAULT '',
        made_at INTEGER NOT NULL, day TEXT NOT NULL, folder TEXT NOT NULL DEFAULT '', name TEXT NOT NULL DEFAULT '',
        size INTEGER NOT NULL DEFAULT 0, digest BLOB, key_id TEXT NOT NULL DEFAULT '', schema INTEGER NOT NULL DEFAULT 0,
        seconds REAL NOT NULL DEFAULT 0, operator_no TEXT, removed_at INTEGER,
        -- The hash that ended the audit log of the moment that was copied, where this file's own log goes on from it.
        audit_head BLOB CHECK (audit_head IS NULL OR length(audit_head) = 32),
        CHECK ((state = 'good') = (problem = '')), CHECK (state = 'failed' OR (name <> '' AND digest IS NOT NULL))
    ) STRICT
    """,
    "CREATE INDEX backup_good ON backup (kind, day) WHERE state = 'good'",
    """
    CREATE TRIGGER backup_never_deleted BEFORE DELETE ON backup
    BEGIN SELECT RAISE(ABORT, 'the record of backups is never deleted'); END
    """,
    # What was given out between the backup and the restoration is known to nobody: numbers go on after a gap.
    """
    CREATE TABLE restoration (
        id INTEGER PRIMARY KEY, backup_name TEXT NOT NULL, backup_made_at INTEGER NOT NULL,
        restored_at INTEGER NOT NULL, restored_by TEXT, schema INTEGER NOT NULL, replaced INTEGER NOT NULL,
        gaps TEXT NOT NULL DEFAULT '{}'
    ) STRICT
    """,
    """
    CREATE TRIGGER restoration_never_changes BEFORE UPDATE ON restoration
    BEGIN SELECT RAISE(ABORT, 'restorations never change'); END
    """,
    """
    CREATE TRIGGER restoration_never_deleted BEFORE DELETE ON restoration
    BEGIN SELECT RAISE(ABORT, 'restorations are never deleted'); END
    """,
    # The highest number of a kind (of a year, 0 where numbers know no year) that may have been given out.
    """
    CREATE TABLE number_floor (
        kind TEXT NOT NULL, year INTEGER NOT NULL, highest INTEGER NOT NULL, PRIMARY KEY (kind, year)
    ) STRICT, WITHOUT ROWID
    """,
    # Cards whose code is genuine, and that the restored file does not know.
    """
    CREATE TABLE parked_card (
        volunteer_no TEXT NOT NULL CHECK (length(volunteer_no) = 7), serial INTEGER NOT NULL,
        first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, times INTEGER NOT NULL DEFAULT 1,
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'adopted', 'rejected')),
        decided_at INTEGER, decided_by TEXT,
        PRIMARY KEY (volunteer_no, serial)
    ) STRICT, WITHOUT ROWID
    """,
)


def migrate(database: Database) -> None:
    """Make them."""
    for statement in TABLES:
        database.execute(statement)
