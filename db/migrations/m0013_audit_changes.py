"""What each change was before and after, the salts of its keyed hashes, and the words of people in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

TABLES: tuple[str, ...] = (
    # Where an entry was made, beside its source: the window. And the hash over its rows in audit_change; both are empty
    # in the entries of older files, whose own hash covers neither.
    "ALTER TABLE audit ADD COLUMN place TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE audit ADD COLUMN changes TEXT NOT NULL DEFAULT ''",
    """
    CREATE TABLE audit_change (
        entry INTEGER NOT NULL REFERENCES audit (id), position INTEGER NOT NULL, tab TEXT NOT NULL,
        row_key TEXT NOT NULL, operation TEXT NOT NULL CHECK (operation IN ('insert', 'update', 'delete')),
        -- By column what was there before and after, see db/changes.py for how a value is written.
        detail TEXT NOT NULL, PRIMARY KEY (entry, position)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX audit_change_row ON audit_change (tab, row_key, entry)",
    """
    CREATE TRIGGER audit_change_never_changes BEFORE UPDATE ON audit_change
    BEGIN SELECT RAISE(ABORT, 'what was changed is only added to'); END
    """,
    """
    CREATE TRIGGER audit_change_never_deleted BEFORE DELETE ON audit_change
    BEGIN SELECT RAISE(ABORT, 'what was changed is only added to'); END
    """,
    # Without the salt of a row nobody can find out by trying what a hash in its changes stands for.
    """
    CREATE TABLE audit_salt (
        tab TEXT NOT NULL, row_key TEXT NOT NULL, salt BLOB NOT NULL CHECK (length(salt) = 16),
        PRIMARY KEY (tab, row_key)
    ) STRICT, WITHOUT ROWID
    """,
    # What somebody typed, as a reason, stands beside the log and only as a hash in it: the chain covers the hash, and a
    # name can be taken out of the words; then the salt goes too.
    """
    CREATE TABLE audit_words (
        entry INTEGER NOT NULL REFERENCES audit (id), name TEXT NOT NULL, words TEXT NOT NULL,
        salt BLOB CHECK (salt IS NULL OR length(salt) = 16), PRIMARY KEY (entry, name)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TRIGGER audit_words_never_change BEFORE UPDATE ON audit_words
    BEGIN SELECT RAISE(ABORT, 'the words of an entry are only added to'); END
    """,
    """
    CREATE TRIGGER audit_words_never_deleted BEFORE DELETE ON audit_words
    BEGIN SELECT RAISE(ABORT, 'the words of an entry are only added to'); END
    """,
    # The field key that the sealed fields and keyed lookups are under; no row where it was never changed.
    """
    CREATE TABLE field_key (
        one INTEGER PRIMARY KEY CHECK (one = 1), key_id TEXT NOT NULL, since INTEGER NOT NULL
    ) STRICT
    """,
)


def migrate(database: Database) -> None:
    """Make them."""
    for statement in TABLES:
        database.execute(statement)
