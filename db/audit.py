"""The audit chain: who changed what, each entry hashed together with the one before it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from db.audit_words import Words
    from db.changes import Change

GENESIS = bytes(32)
"""What stands in for the hash before the first entry."""

WORDS = frozenset({"reason", "words", "note"})
"""What words of people are called in the detail of an entry, which has hashes in their place: see db/audit_words.py.
Codes and numbers have other names.
"""

PROGRESS_EVERY = 2000
"""After how many entries a walk along the chain says where it is."""


class Entry(NamedTuple):
    """What an entry tells; `detail` is JSON."""

    operator_no: str | None
    action: str
    subject: str
    detail: str


def _link(
    previous: bytes,
    at: int,
    operator_no: str | None,
    source: str,
    action: str,
    subject: str,
    detail: str,
    place: str = "",
    changed: str = "",
) -> bytes:
    text = f"{at}\x1f{operator_no or ''}\x1f{source}\x1f{action}\x1f{subject}\x1f{detail}"
    if place or changed:
        # The entries of files before schema 13 have neither and verify as they did.
        text = f"{text}\x1f{place}\x1f{changed}"
    return blake2b(previous + text.encode(), digest_size=32).digest()


def append(
    connection: sqlite3.Connection,
    at: int,
    operator_no: str | None,
    source: str,
    action: str,
    subject: str,
    detail: str,
    *,
    place: str = "",
    changed: Sequence[Change] = (),
    words: Sequence[Words] = (),
) -> int | None:
    """Append one entry inside the transaction of the change that it tells of. Returns when (UTC ms) the entry before it
    was made; None where it is the first.

    `detail` is JSON without personal data. `place` says at which window of the source it was, `changed` what became of
    which rows; the chain covers both. `words` are what people typed, for which hashes stand in `detail`.
    """
    covered = ""
    if changed:
        # Scans, which change nothing that is told, and the start of the program do without.
        from db import changes

        covered = changes.digest(changed)
    entry = (at, operator_no, source, action, subject, detail, place, covered)
    last = connection.execute("SELECT hash, at FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    made = connection.execute(
        "INSERT INTO audit (at, operator_no, source, action, subject, detail, place, changes, hash) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*entry, _link(last[0] if last else GENESIS, *entry)),
    )
    if covered and made.lastrowid is not None:
        changes.keep(connection, made.lastrowid, changed)
    if words and made.lastrowid is not None:
        from db import audit_words

        audit_words.keep(connection, made.lastrowid, words)
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


def missing(connection: sqlite3.Connection, heads: Collection[str]) -> set[str]:
    """Which of these hashes (hex) no entry has. It reads the whole log, once, and follows no chain."""
    wanted = set(heads)
    if wanted:
        wanted -= {bytes(row[0]).hex() for row in connection.execute("SELECT hash FROM audit")}
    return wanted


def count(connection: sqlite3.Connection) -> int:
    """How many entries there are."""
    return int(connection.execute("SELECT count(*) FROM audit").fetchone()[0])


def newest(connection: sqlite3.Connection) -> int:
    """The number of the last entry, which is how many there are as long as nobody removed any; 0 without one."""
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM audit").fetchone()[0])


class Walk(NamedTuple):
    """What following the chain from its beginning came to."""

    entries: int
    changes: int
    first_broken: int | None
    """The id of the first entry that does not follow from those before it, or whose changes are not those it tells."""
    heads: frozenset[bytes]
    """Which of the hashes asked for an entry of the chain has."""


def walk(
    connection: sqlite3.Connection,
    heads: Collection[bytes] = (),
    progress: Callable[[int], None] | None = None,
    key: bytes | None = None,
) -> Walk:
    """Follow the whole chain, with what each entry says was changed; it stops at the first entry that is broken.

    With the `key` of the log's hashes it also compares the words of people with them, as long as they are there.
    `progress` is told how many entries are done, now and then, and ends the walk by raising.
    """
    # Entries and changes are read side by side: both as they stood at one moment.
    alone = not connection.in_transaction
    if alone:
        connection.execute("BEGIN")
    try:
        return _walk(connection, heads, progress, key)
    finally:
        if alone and connection.in_transaction:
            connection.execute("ROLLBACK")


def _walk(
    connection: sqlite3.Connection,
    heads: Collection[bytes],
    progress: Callable[[int], None] | None,
    key: bytes | None,
) -> Walk:
    from db import audit_words, changes

    previous, done, rows, found = GENESIS, 0, 0, set[bytes]()
    wanted, told = set(heads), changes.by_entry(connection)
    ahead = next(told, None)
    typed: dict[int, list[Words]] = {}
    for number, one in audit_words.by_entry(connection):
        typed.setdefault(number, []).append(one)
    for row in connection.execute("SELECT * FROM audit ORDER BY id"):
        entry = int(row["id"])
        own: list[Change] = []
        while ahead is not None and ahead[0] == entry:
            own.append(ahead[1])
            ahead = next(told, None)
        plain = (row["at"], row["operator_no"], row["source"], row["action"], row["subject"], row["detail"])
        link = _link(previous, *plain, row["place"], row["changes"])
        # Changes of an entry that is not there come before those of the next one that is.
        astray = ahead is not None and ahead[0] < entry
        sound = link == row["hash"] and changes.digest(own) == row["changes"]
        if astray or not sound or not audit_words.agree(row["detail"], typed.pop(entry, ()), key, old=not row["place"]):
            return Walk(done, rows, entry, frozenset(found))
        previous, done, rows = link, done + 1, rows + len(own)
        if link in wanted:
            found.add(link)
        if progress is not None and not done % PROGRESS_EVERY:
            progress(done)
    strays = ([ahead[0]] if ahead is not None else []) + list(typed)
    return Walk(done, rows, min(strays, default=None), frozenset(found))


def first_broken(connection: sqlite3.Connection) -> int | None:
    """The id of the first entry whose hash does not follow from the entries before it, or whose changes are not those
    that it was made with; None where the chain holds.
    """
    return walk(connection).first_broken


def tail_broken(connection: sqlite3.Connection, entries: int) -> int | None:
    """The same of the last so many entries alone, whatever stands before them; the rows of their changes are not read.
    A look at a start, which must not read the whole log.
    """
    newest = "SELECT * FROM (SELECT * FROM audit ORDER BY id DESC LIMIT ?) ORDER BY id"
    previous = GENESIS if count_at_most(connection, entries) <= entries else None
    for row in connection.execute(newest, (entries + 1,)):
        plain = (row["at"], row["operator_no"], row["source"], row["action"], row["subject"], row["detail"])
        if previous is not None and _link(previous, *plain, row["place"], row["changes"]) != row["hash"]:
            return int(row["id"])
        previous = row["hash"]
    return None


def count_at_most(connection: sqlite3.Connection, most: int) -> int:
    """How many entries there are, counted no further than to one more than `most`."""
    found = connection.execute("SELECT count(*) FROM (SELECT 1 FROM audit LIMIT ?)", (most + 1,))
    return int(found.fetchone()[0])


def entry_cut_off(connection: sqlite3.Connection) -> int | None:
    """An entry that is gone from the end of the log while what it changed still stands there; None where none is."""
    row = connection.execute(
        "SELECT entry FROM audit_change WHERE entry > (SELECT coalesce(max(id), 0) FROM audit) ORDER BY entry LIMIT 1"
    ).fetchone()
    return None if row is None else int(row[0])
