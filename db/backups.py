"""The record of backups, the recovery keys they were made for, restorations, and the numbers kept free after one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Literal

from db.personal import columns_of
from db.record import Record

Kind = Literal["daily", "manual", "usb", "before_upgrade", "before_restore"]
State = Literal["good", "failed"]
Numbered = Literal["volunteer", "certificate", "receipt", "resident", "follow_up", "session", "case"]


class RecoveryKeyRow(Record):
    """The public half of a recovery key; `confirmed_at` is when somebody typed back what stands on the paper."""

    id: int
    key_id: str
    public_key: bytes
    made_at: int
    made_by: str | None = None
    confirmed_at: int | None = None
    confirmed_by: str | None = None


class BackupRow(Record):
    """An attempt that came to its end: a `good` file that was read back and compared, or why it `failed`.

    `folder` and `name` say where the file was put; `digest` is the SHA-256 that it ends in; `day` the local one.
    `removed_at` is when rotation took it away. `audit_head` is the hash that ended the audit log in it; None where
    the log of this file does not go on from there.
    """

    id: int = 0
    kind: Kind
    state: State
    problem: str = ""
    made_at: int
    day: str
    folder: str = ""
    name: str = ""
    size: int = 0
    digest: bytes | None = None
    key_id: str = ""
    schema_version: int = 0
    seconds: float = 0.0
    operator_no: str | None = None
    removed_at: int | None = None
    audit_head: bytes | None = None


class Restoration(Record):
    """That this file was restored from a backup: which, when, by whom, and the numbers kept free by kind and year."""

    id: int = 0
    backup_name: str
    backup_made_at: int
    restored_at: int
    restored_by: str | None
    schema_version: int
    replaced: bool
    gaps: dict[str, int]


_BACKUP = (
    "id, kind, state, problem, made_at, day, folder, name, size, digest, key_id, schema AS schema_version, seconds, "
    "operator_no, removed_at, audit_head"
)


def recovery_keys(connection: sqlite3.Connection) -> list[RecoveryKeyRow]:
    """Every recovery key that was ever made, the latest first."""
    rows = connection.execute("SELECT * FROM recovery_key ORDER BY id DESC")
    return [RecoveryKeyRow.from_row(row) for row in rows]


def key_in_force(connection: sqlite3.Connection) -> RecoveryKeyRow | None:
    """The key that backups are sealed for: the latest of which the paper was proved, else the latest; None without one.

    A new key takes the place of a proved one only once its own paper is proved.
    """
    row = connection.execute("SELECT * FROM recovery_key ORDER BY confirmed_at IS NULL, id DESC LIMIT 1").fetchone()
    return RecoveryKeyRow.from_row(row) if row else None


def add_key(connection: sqlite3.Connection, key_id: str, public_key: bytes, at: int, by: str | None) -> None:
    """Keep the public half of a new key."""
    connection.execute(
        "INSERT INTO recovery_key (key_id, public_key, made_at, made_by) VALUES (?, ?, ?, ?)",
        (key_id, public_key, at, by),
    )


def confirm_key(connection: sqlite3.Connection, key_id: str, at: int, by: str | None) -> bool:
    """Note that the paper of a key exists; whether there is such a key. The first time counts."""
    connection.execute(
        "UPDATE recovery_key SET confirmed_at = ?, confirmed_by = ? WHERE key_id = ? AND confirmed_at IS NULL",
        (at, by, key_id),
    )
    return connection.execute("SELECT 1 FROM recovery_key WHERE key_id = ?", (key_id,)).fetchone() is not None


def add(connection: sqlite3.Connection, new: BackupRow) -> int:
    """Append an attempt; its id."""
    cursor = connection.execute(
        "INSERT INTO backup (kind, state, problem, made_at, day, folder, name, size, digest, key_id, schema, seconds, "
        "operator_no, audit_head) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            new.kind,
            new.state,
            new.problem,
            new.made_at,
            new.day,
            new.folder,
            new.name,
            new.size,
            new.digest,
            new.key_id,
            new.schema_version,
            new.seconds,
            new.operator_no,
            new.audit_head,
        ),
    )
    return int(cursor.lastrowid or 0)


def mark_removed(connection: sqlite3.Connection, backup_id: int, at: int) -> None:
    """Note that rotation took a file away."""
    connection.execute("UPDATE backup SET removed_at = ? WHERE id = ?", (at, backup_id))


def good(connection: sqlite3.Connection) -> list[BackupRow]:
    """Every good backup that rotation has left, the latest made first: by the order of making, whatever the clock."""
    rows = connection.execute(
        f"SELECT {_BACKUP} FROM backup WHERE state = 'good' AND removed_at IS NULL ORDER BY id DESC"
    )
    return [BackupRow.from_row(row) for row in rows]


def last(connection: sqlite3.Connection, state: State | None = None) -> BackupRow | None:
    """The latest attempt, or the latest that became so; None without one."""
    where = "" if state is None else "WHERE state = :state"
    row = connection.execute(f"SELECT {_BACKUP} FROM backup {where} ORDER BY id DESC LIMIT 1", {"state": state})
    found = row.fetchone()
    return BackupRow.from_row(found) if found else None


def has_daily(connection: sqlite3.Connection, day: str) -> bool:
    """Whether a good daily backup was made on a local day."""
    query = "SELECT 1 FROM backup WHERE state = 'good' AND kind = 'daily' AND day = ? LIMIT 1"
    return connection.execute(query, (day,)).fetchone() is not None


def add_restoration(connection: sqlite3.Connection, new: Restoration) -> None:
    """Note that this file was restored."""
    connection.execute(
        "INSERT INTO restoration (backup_name, backup_made_at, restored_at, restored_by, schema, replaced, gaps) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            new.backup_name,
            new.backup_made_at,
            new.restored_at,
            new.restored_by,
            new.schema_version,
            int(new.replaced),
            json.dumps(new.gaps, sort_keys=True),
        ),
    )


def year_of(begins: str) -> int:
    """The year of the numbers that begin like this (SW2026-, SW202611-); 0 where they know no year."""
    digits = "".join(one for one in begins if one.isdigit())[:4]
    return int(digits) if digits else 0


def case_floor(connection: sqlite3.Connection, begins: str) -> int:
    """The highest running number behind such a beginning that a lost file may have given out; 0 where none was."""
    found = connection.execute(
        "SELECT max(highest) FROM number_floor WHERE (kind = ? AND year = 0) OR (kind = 'case' AND year = ?)",
        (f"case {begins}", year_of(begins)),
    ).fetchone()[0]
    return int(found or 0)


def floor(connection: sqlite3.Connection, kind: Numbered, year: int = 0) -> int:
    """The highest number of a kind that may have been given out by a file that was lost; 0 where none was."""
    row = connection.execute("SELECT highest FROM number_floor WHERE kind = ? AND year = ?", (kind, year)).fetchone()
    return int(row[0]) if row else 0


def raise_floors(connection: sqlite3.Connection, floors: Mapping[tuple[str, int], int]) -> None:
    """Keep numbers free up to these, by kind and year; none that is kept free already becomes used."""
    connection.executemany(
        "INSERT INTO number_floor (kind, year, highest) VALUES (?, ?, ?) "
        "ON CONFLICT (kind, year) DO UPDATE SET highest = max(highest, excluded.highest)",
        [(kind, year, highest) for (kind, year), highest in floors.items()],
    )


def sealed_samples(connection: sqlite3.Connection) -> list[bytes]:
    """One sealed field of each column that has any, to see whether the field key beside the file is the right one."""
    found = []
    for table, column in columns_of("phone_cipher"):
        row = connection.execute(f'SELECT "{column}" FROM "{table}" WHERE length("{column}") > 0 LIMIT 1').fetchone()
        if row is not None:
            found.append(bytes(row[0]))
    return found


def whose_and_when(connection: sqlite3.Connection) -> tuple[tuple[str, str], int | None]:
    """Name and code of the centre of any file of ours, and when its last audit entry was made (UTC ms)."""
    centre = connection.execute("SELECT name, code FROM centre").fetchone()
    last = connection.execute("SELECT at FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    return ((centre[0], centre[1]) if centre else ("", "")), (int(last[0]) if last else None)


def are_kept(connection: sqlite3.Connection) -> bool:
    """Whether a file has a record of backups: one of an earlier schema has none."""
    return connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'backup'").fetchone() is not None


def take_over(connection: sqlite3.Connection, keys: Sequence[RecoveryKeyRow], made: Sequence[BackupRow]) -> list[str]:
    """Add to a restored file what the replaced one knew of recovery keys and good backups and this one does not; the
    names of these backups, which an entry of the restored log has to tell.
    """
    for key in reversed(keys):
        connection.execute(
            "INSERT INTO recovery_key (key_id, public_key, made_at, made_by, confirmed_at, confirmed_by) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key_id) DO UPDATE SET "
            "confirmed_at = coalesce(confirmed_at, excluded.confirmed_at), "
            "confirmed_by = coalesce(confirmed_by, excluded.confirmed_by)",
            (key.key_id, key.public_key, key.made_at, key.made_by, key.confirmed_at, key.confirmed_by),
        )
    known = {(row.folder, row.name) for row in good(connection)}
    taken = [row for row in reversed(made) if (row.folder, row.name) not in known]
    for row in taken:
        # Those made since have the head of a log that is not this one.
        own = connection.execute("SELECT 1 FROM audit WHERE hash = ?", (row.audit_head,)).fetchone() is not None
        add(connection, row if own else row.model_copy(update={"audit_head": None}))
    return [row.name for row in taken]
