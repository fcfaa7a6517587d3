"""The audit chain: who changed what, each entry hashed together with the one before it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import NamedTuple

GENESIS = bytes(32)
"""What stands in for the hash before the first entry."""


class Entry(NamedTuple):
    """What an entry tells; `detail` is JSON."""

    operator_no: str | None
    action: str
    subject: str
    detail: str


def _link(
    previous: bytes, at: int, operator_no: str | None, source: str, action: str, subject: str, detail: str
) -> bytes:
    text = f"{at}\x1f{operator_no or ''}\x1f{source}\x1f{action}\x1f{subject}\x1f{detail}"
    return blake2b(previous + text.encode(), digest_size=32).digest()


def append(
    connection: sqlite3.Connection,
    at: int,
    operator_no: str | None,
    source: str,
    action: str,
    subject: str,
    detail: str,
) -> int | None:
    """Append one entry inside the transaction of the change that it tells of. Returns when (UTC ms) the entry before it
    was made; None where it is the first.

    `detail` is JSON without personal data.
    """
    entry = (at, operator_no, source, action, subject, detail)
    last = connection.execute("SELECT hash, at FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    connection.execute(
        "INSERT INTO audit (at, operator_no, source, action, subject, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*entry, _link(last[0] if last else GENESIS, *entry)),
    )
    return last[1] if last else None


def has(connection: sqlite3.Connection, action: str, subject: str) -> bool:
    """Whether something was done to a subject before."""
    row = connection.execute(
        "SELECT 1 FROM audit WHERE action = ? AND subject = ? LIMIT 1", (action, subject)
    ).fetchone()
    return row is not None


def entries_of(connection: sqlite3.Connection, actions: Sequence[str]) -> Iterator[Entry]:
    """The entries of some actions in their order. It reads the whole log: for checks only."""
    rows = connection.execute(
        f"SELECT {', '.join(Entry._fields)} FROM audit WHERE action IN ({', '.join('?' * len(actions))}) ORDER BY id",
        tuple(actions),
    )
    return (Entry(*row) for row in rows)


def head(connection: sqlite3.Connection) -> str | None:
    """The hash of the last entry, in hex, which covers all before it; None without an entry."""
    row = connection.execute("SELECT hash FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    return bytes(row[0]).hex() if row else None


def count(connection: sqlite3.Connection) -> int:
    """How many entries there are."""
    return int(connection.execute("SELECT count(*) FROM audit").fetchone()[0])


def first_broken(connection: sqlite3.Connection) -> int | None:
    """The id of the first entry whose hash does not follow from the entries before it; None where the
    chain holds.
    """
    previous = GENESIS
    for row in connection.execute("SELECT * FROM audit ORDER BY id"):
        link = _link(
            previous,
            row["at"],
            row["operator_no"],
            row["source"],
            row["action"],
            row["subject"],
            row["detail"],
        )
        if link != row["hash"]:
            return int(row["id"])
        previous = link
    return None
