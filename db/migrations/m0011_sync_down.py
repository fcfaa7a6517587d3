"""What comes down from the district, what travelled without an answer yet, and keys that are changed in good order.

Only a receipt says that a report arrived; that it was sent at all, over the network or on a stick, is told by its
attempts. A document of the district stays as it was signed; that somebody here has read it stands beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

ATTEMPTS = (
    """
    CREATE TABLE outbox_attempt (
        id INTEGER PRIMARY KEY, report_id TEXT NOT NULL REFERENCES outbox (report_id), at INTEGER NOT NULL,
        channel TEXT NOT NULL CHECK (channel IN ('network', 'usb')),
        -- The code of what became of it; empty while nothing is known.
        outcome TEXT NOT NULL DEFAULT '',
        -- The file on a stick that it left in, or whose answer told what became of it.
        bundle_id TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE INDEX outbox_attempt_report ON outbox_attempt (report_id, id)",
    """
    CREATE TRIGGER outbox_attempt_never_changes BEFORE UPDATE ON outbox_attempt
    BEGIN SELECT RAISE(ABORT, 'an attempt to send stays as it was'); END
    """,
    """
    CREATE TRIGGER outbox_attempt_never_deleted BEFORE DELETE ON outbox_attempt
    BEGIN SELECT RAISE(ABORT, 'an attempt to send stays as it was'); END
    """,
)

DOCUMENTS = (
    # The district counts its documents in one row of numbers: the highest one here is what is asked from.
    """
    CREATE TABLE district_document (
        document_id TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE CHECK (number > 0), kind TEXT NOT NULL,
        title TEXT NOT NULL, signed BLOB NOT NULL, issued_at INTEGER NOT NULL, received_at INTEGER NOT NULL,
        channel TEXT NOT NULL CHECK (channel IN ('network', 'usb'))
    ) STRICT
    """,
    """
    CREATE TRIGGER district_document_never_changes BEFORE UPDATE ON district_document
    BEGIN SELECT RAISE(ABORT, 'what the district signed stays as it was'); END
    """,
    """
    CREATE TRIGGER district_document_never_deleted BEFORE DELETE ON district_document
    BEGIN SELECT RAISE(ABORT, 'what the district signed stays as it was'); END
    """,
    # What did not verify, or could not be read, and is asked for again: it stands in nobody's way meanwhile.
    """
    CREATE TABLE skipped_document (
        number INTEGER PRIMARY KEY CHECK (number > 0), skipped_at INTEGER NOT NULL, tried_at INTEGER NOT NULL,
        tries INTEGER NOT NULL
    ) STRICT
    """,
    # told_at: when the district confirmed that it knows of the reading.
    """
    CREATE TABLE document_reading (
        document_id TEXT PRIMARY KEY REFERENCES district_document (document_id), read_at INTEGER NOT NULL,
        read_by TEXT NOT NULL, told_at INTEGER
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TRIGGER document_reading_never_deleted BEFORE DELETE ON document_reading
    BEGIN SELECT RAISE(ABORT, 'that a document was read stays'); END
    """,
)

KEYS = (
    # The district's keys that this centre trusts. The one without a successor is the present one.
    """
    CREATE TABLE pinned_key (
        key_id TEXT PRIMARY KEY, verify_key BLOB NOT NULL CHECK (length(verify_key) = 32), pinned_at INTEGER NOT NULL,
        replaced_by TEXT REFERENCES pinned_key (key_id)
    ) STRICT, WITHOUT ROWID
    """,
    """
    INSERT INTO pinned_key (key_id, verify_key, pinned_at)
    SELECT district_key_id, district_key, enrolled_at FROM enrolment
    """,
    # A new key of the centre's own, asked for with the old one's signature; the bytes of the request are kept until
    # the district's confirmation is here, and are the same on every try. Once it has left (left_at) the district may
    # know the new key: nothing is sealed with the old one from then on.
    """
    CREATE TABLE key_rotation (
        id INTEGER PRIMARY KEY, old_key_id TEXT NOT NULL, new_key_id TEXT NOT NULL UNIQUE, request BLOB NOT NULL,
        made_at INTEGER NOT NULL, left_at INTEGER, confirmed_at INTEGER, confirmation BLOB,
        CHECK ((confirmed_at IS NULL) = (confirmation IS NULL))
    ) STRICT
    """,
)


def migrate(database: Database) -> None:
    """Make the tables of schema version 11."""
    for statement in (*ATTEMPTS, *DOCUMENTS, *KEYS):
        database.execute(statement)
