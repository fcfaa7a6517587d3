"""What the district sent down: its signed documents, and who here has read them."""

from __future__ import annotations

import sqlite3

from db.outbox import Channel
from db.record import Record


class StoredDocument(Record):
    """A document of the district as it was signed. `number` counts all of its documents in one row.

    `read_at` and `read_by` (a staff number) tell who read it here, `told_at` since when the district knows of that.
    """

    document_id: str
    number: int
    kind: str
    title: str
    signed: bytes
    issued_at: int
    received_at: int
    channel: Channel
    read_at: int | None = None
    read_by: str | None = None
    told_at: int | None = None


class Reading(Record):
    """That somebody here has read a document."""

    document_id: str
    read_at: int
    read_by: str
    told_at: int | None = None


class SkippedDocument(Record):
    """A document of the district that did not verify, or could not be read: only its number is kept. `skipped_at` is
    when it first came, `tried_at` when it last did, `tries` how often since the keys that are trusted last changed.
    """

    number: int
    skipped_at: int
    tried_at: int
    tries: int


_SELECT = "SELECT d.*, r.read_at, r.read_by, r.told_at FROM district_document d LEFT JOIN document_reading r"
_SELECT += " USING (document_id)"


def documents(connection: sqlite3.Connection, kind: str | None = None) -> list[StoredDocument]:
    """The documents, all or those of a kind, the newest first."""
    rows = connection.execute(f"{_SELECT} WHERE ?1 IS NULL OR kind = ?1 ORDER BY number DESC", (kind,))
    return [StoredDocument.from_row(row) for row in rows]


def document(connection: sqlite3.Connection, document_id: str) -> StoredDocument | None:
    """The document with this identity."""
    row = connection.execute(f"{_SELECT} WHERE d.document_id = ?", (document_id,)).fetchone()
    return StoredDocument.from_row(row) if row else None


def numbered(connection: sqlite3.Connection, number: int) -> StoredDocument | None:
    """The document with this number in the district's row."""
    row = connection.execute(f"{_SELECT} WHERE d.number = ?", (number,)).fetchone()
    return StoredDocument.from_row(row) if row else None


def highest_number(connection: sqlite3.Connection) -> int:
    """The number of the newest document here; 0 without one."""
    return int(connection.execute("SELECT coalesce(max(number), 0) FROM district_document").fetchone()[0])


def numbers(connection: sqlite3.Connection) -> set[int]:
    """The numbers of all documents here."""
    return {row[0] for row in connection.execute("SELECT number FROM district_document")}


def add_document(connection: sqlite3.Connection, new: StoredDocument) -> None:
    """Keep a document, which is skipped no more; a second one with its identity or number is a conflict."""
    connection.execute(
        "INSERT INTO district_document (document_id, number, kind, title, signed, issued_at, received_at, channel)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            new.document_id,
            new.number,
            new.kind,
            new.title,
            new.signed,
            new.issued_at,
            new.received_at,
            new.channel,
        ),
    )
    connection.execute("DELETE FROM skipped_document WHERE number = ?", (new.number,))


def skipped(connection: sqlite3.Connection) -> list[SkippedDocument]:
    """The documents that were skipped and have not been kept since, by their numbers."""
    return [
        SkippedDocument.from_row(row) for row in connection.execute("SELECT * FROM skipped_document ORDER BY number")
    ]


def skip(connection: sqlite3.Connection, number: int, at: int) -> None:
    """Keep that a document came and was skipped, once more."""
    connection.execute(
        "INSERT INTO skipped_document (number, skipped_at, tried_at, tries) VALUES (?1, ?2, ?2, 1)"
        " ON CONFLICT (number) DO UPDATE SET tried_at = excluded.tried_at, tries = tries + 1",
        (number, at),
    )


def try_skipped_anew(connection: sqlite3.Connection) -> None:
    """Count the tries of what was skipped from the beginning: another key is trusted now."""
    connection.execute("UPDATE skipped_document SET tries = 0")


def unread_count(connection: sqlite3.Connection, kind: str) -> int:
    """How many documents of a kind nobody here has read."""
    row = connection.execute(
        "SELECT count(*) FROM district_document WHERE kind = ?"
        " AND document_id NOT IN (SELECT document_id FROM document_reading)",
        (kind,),
    ).fetchone()
    return int(row[0])


def add_reading(connection: sqlite3.Connection, new: Reading) -> None:
    """Keep who read a document; a second time is a conflict."""
    connection.execute(
        "INSERT INTO document_reading (document_id, read_at, read_by) VALUES (?, ?, ?)",
        (new.document_id, new.read_at, new.read_by),
    )


def untold(connection: sqlite3.Connection) -> list[Reading]:
    """The readings of which the district does not know yet, by document."""
    rows = connection.execute("SELECT * FROM document_reading WHERE told_at IS NULL ORDER BY document_id")
    return [Reading.from_row(row) for row in rows]


def mark_told(connection: sqlite3.Connection, document_id: str, at: int) -> bool:
    """Keep that the district knows of a reading; whether that is new."""
    done = connection.execute(
        "UPDATE document_reading SET told_at = ? WHERE document_id = ? AND told_at IS NULL", (at, document_id)
    )
    return done.rowcount > 0
