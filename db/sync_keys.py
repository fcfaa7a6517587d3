"""The district's keys that this centre trusts, and changes of the centre's own."""

from __future__ import annotations

import sqlite3

from db.record import Record


class PinnedKey(Record):
    """A key of the district. The one that nothing has replaced is the present one; the others stay good for what they
    signed.
    """

    key_id: str
    verify_key: bytes
    pinned_at: int
    replaced_by: str | None = None


class KeyRotation(Record):
    """A change of the centre's key. The bytes of the request are the same on every try.

    `left_at` is when it first was on its way to the district, which may know the new key from then on.
    """

    old_key_id: str
    new_key_id: str
    request: bytes
    made_at: int
    left_at: int | None = None
    confirmed_at: int | None = None
    confirmation: bytes | None = None


def pinned(connection: sqlite3.Connection) -> list[PinnedKey]:
    """The district's keys, the present one first."""
    rows = connection.execute("SELECT * FROM pinned_key ORDER BY replaced_by IS NOT NULL, pinned_at DESC, key_id")
    return [PinnedKey.from_row(row) for row in rows]


def pin_first(connection: sqlite3.Connection, key_id: str, verify_key: bytes, at: int) -> None:
    """Trust the key of a district, in place of whatever was trusted before."""
    connection.execute("UPDATE pinned_key SET replaced_by = NULL")
    connection.execute("DELETE FROM pinned_key WHERE key_id <> ?", (key_id,))
    connection.execute(
        "INSERT INTO pinned_key (key_id, verify_key, pinned_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (key_id, verify_key, at),
    )


def pin_successor(connection: sqlite3.Connection, old_key_id: str, new: PinnedKey) -> None:
    """Trust the key that takes the place of `old_key_id`."""
    connection.execute(
        "INSERT INTO pinned_key (key_id, verify_key, pinned_at) VALUES (?, ?, ?)",
        (new.key_id, new.verify_key, new.pinned_at),
    )
    connection.execute("UPDATE pinned_key SET replaced_by = ? WHERE key_id = ?", (new.key_id, old_key_id))


def pending_rotation(connection: sqlite3.Connection) -> KeyRotation | None:
    """The change of the centre's present key that the district has not confirmed; None without one."""
    row = connection.execute(
        "SELECT * FROM key_rotation WHERE confirmed_at IS NULL"
        " AND old_key_id = (SELECT centre_key_id FROM enrolment) ORDER BY id DESC"
    ).fetchone()
    return KeyRotation.from_row(row) if row else None


def add_rotation(connection: sqlite3.Connection, new: KeyRotation) -> None:
    """Keep a change that is asked for from now on."""
    connection.execute(
        "INSERT INTO key_rotation (old_key_id, new_key_id, request, made_at) VALUES (?, ?, ?, ?)",
        (new.old_key_id, new.new_key_id, new.request, new.made_at),
    )


def mark_left(connection: sqlite3.Connection, new_key_id: str, at: int) -> None:
    """Keep that the request is on its way, from the first time on."""
    connection.execute("UPDATE key_rotation SET left_at = ? WHERE new_key_id = ? AND left_at IS NULL", (at, new_key_id))


def mark_stayed(connection: sqlite3.Connection, new_key_id: str) -> None:
    """Keep that the request surely did not arrive."""
    connection.execute("UPDATE key_rotation SET left_at = NULL WHERE new_key_id = ?", (new_key_id,))


def mark_confirmed(connection: sqlite3.Connection, new_key_id: str, at: int, confirmation: bytes) -> None:
    """Keep the district's confirmation of the new key."""
    connection.execute(
        "UPDATE key_rotation SET confirmed_at = ?, confirmation = ? WHERE new_key_id = ?",
        (at, confirmation, new_key_id),
    )


def withdraw_rotation(connection: sqlite3.Connection, new_key_id: str) -> None:
    """Give up a change that the district refused; its key file stays."""
    connection.execute("DELETE FROM key_rotation WHERE new_key_id = ? AND confirmed_at IS NULL", (new_key_id,))
