"""Words of people in the audit log: kept beside the log, so that a name in them can be taken out again.

The log's own detail, which the chain covers, has in their place "#" and a keyed hash under a salt of their own. As long
as the salt is there, words that were changed show; with a name that is taken out of the words the salt goes, and the
hash tells nobody any more what stood there.
"""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from db.audit import WORDS
from db.changes import SALT_BYTES, hidden

GONE = "已删除"
"""What stands in words in the place of what was taken out of them."""

_HASH = re.compile("#[0-9a-f]{32}")


class Words(NamedTuple):
    """What somebody typed, under the name that it has in the detail of its entry."""

    name: str
    words: str
    salt: bytes | None
    """None where something was taken out of them."""


def apart(detail: Mapping[str, object], key: bytes) -> tuple[dict[str, object], list[Words]]:
    """The detail of an entry with hashes in the place of words, and the words. `key` is that of the hashes."""
    said, kept = dict(detail), list[Words]()
    for name in sorted(WORDS & said.keys()):
        words = said[name]
        if isinstance(words, str) and words:
            salt = secrets.token_bytes(SALT_BYTES)
            said[name] = hidden(words, key, salt)
            kept.append(Words(name, words, salt))
    return said, kept


def keep(connection: sqlite3.Connection, entry: int, words: Sequence[Words]) -> None:
    """Write the words of one entry."""
    connection.executemany(
        "INSERT INTO audit_words (entry, name, words, salt) VALUES (?, ?, ?, ?)", ((entry, *one) for one in words)
    )


def told(connection: sqlite3.Connection, entry: int, detail: str, gone: str) -> str:
    """The detail of an entry with the words where their hashes stand, `gone` for those that are not there any more."""
    if '"#' not in detail:
        return detail
    kept = {one.name: one for one in of_entry(connection, entry)}
    return json.dumps(
        {
            name: (kept[name].words if name in kept else gone) if is_hash(name, value) else value
            for name, value in json.loads(detail).items()
        },
        ensure_ascii=False,
        sort_keys=True,
    )


def of_entry(connection: sqlite3.Connection, entry: int) -> list[Words]:
    """The words of one entry."""
    rows = connection.execute("SELECT name, words, salt FROM audit_words WHERE entry = ? ORDER BY name", (entry,))
    return [Words(*row) for row in rows]


def by_entry(connection: sqlite3.Connection) -> Iterator[tuple[int, Words]]:
    """All words with the id of their entry, in order."""
    rows = connection.execute("SELECT entry, name, words, salt FROM audit_words ORDER BY entry, name")
    return ((row[0], Words(*row[1:])) for row in map(tuple, rows))


def is_hash(name: str, value: object) -> bool:
    """Whether this stands for words in a detail. In an older entry somebody may have typed as much."""
    return name in WORDS and isinstance(value, str) and _HASH.fullmatch(value) is not None


def agree(detail: str, words: Sequence[Words], key: bytes | None, *, old: bool) -> bool:
    """Whether these are the words that an entry was made with, or what was left of them when a name was taken out.

    Without the `key` it is only looked whether they are there. An `old` entry, of a file before schema 13, has its
    words itself.
    """
    if not words and (old or '"#' not in detail):
        return True
    try:
        said = json.loads(detail)
    except ValueError:
        return False
    if not isinstance(said, dict) or {name for name in said if is_hash(name, said[name])} != {
        one.name for one in words
    }:
        return False
    return all(
        GONE in one.words if one.salt is None else key is None or hidden(one.words, key, one.salt) == said[one.name]
        for one in words
    )
