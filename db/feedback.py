"""Five-level ratings.

A row holds a day and no time, no operator and no person (design: anonymous means anonymous). Who rated under a name
stands in a table of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from db.mixing import mix
from db.record import Record

SubjectKind = Literal["service", "session", "volunteer", "case"]
Channel = Literal["kiosk", "desk", "phone", "paper", "import"]


class Rating(Record):
    """One rating under a random key. `level` runs from 5, very satisfied, to 1, very dissatisfied; so do `efficiency`,
    `competence` and `attitude`, None where nothing was said of them.

    `day` is the local day on which it was given, `known_on` the one on which the centre came to know of it (a slip, a
    sheet). `staff_no` is who served, where the rater said so. `ended` tells whether the follow-up of a bad one has
    ended, `excluded` whether an appeal against it was upheld.
    """

    key: bytes
    day: str
    known_on: str
    subject_kind: SubjectKind
    subject: str
    level: int
    efficiency: int | None = None
    competence: int | None = None
    attitude: int | None = None
    comment: str = ""
    named: int = 0
    channel: Channel
    staff_no: str = ""
    ended: int = 0
    excluded: int = 0


class Rater(Record):
    """Who rated under his or her name; the phone is sealed. `resident_id` is whom of the register it is, if known."""

    key: bytes
    resident_id: int | None = None
    name: str = ""
    phone_cipher: bytes | None = None


_COLUMNS = tuple(Rating.model_fields)
_INSERT = f"INSERT INTO rating ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"


def put(connection: sqlite3.Connection, rating: Rating) -> None:
    """Insert a rating; a second one with the same key is a conflict."""
    connection.execute(_INSERT, tuple(getattr(rating, name) for name in _COLUMNS))


def get(connection: sqlite3.Connection, key: bytes) -> Rating | None:
    """The rating with this key; None if there is none."""
    row = connection.execute("SELECT * FROM rating WHERE key = ?", (key,)).fetchone()
    return Rating.from_row(row) if row else None


def change(connection: sqlite3.Connection, rating: Rating) -> None:
    """Have the stored rating of this key say what this one says."""
    said = ", ".join(f"{name} = ?" for name in _COLUMNS[1:])
    values = [getattr(rating, name) for name in _COLUMNS[1:]]
    connection.execute(f"UPDATE rating SET {said} WHERE key = ?", (*values, rating.key))


def mix_day(connection: sqlite3.Connection, day: str, fresh: Sequence[bytes] = ()) -> None:
    """Take the order of writing out of the ratings of a local day, of which those with the keys `fresh` were just
    written; inside a running transaction.

    Named ones go along: the audit log tells when they were written down, and what lies before or behind them in a page
    would be earlier or later than that.
    """
    # Until the rows are back a follow-up points at nothing.
    connection.execute("PRAGMA defer_foreign_keys = ON")
    mix(connection, "rating", "day = ?", (day,), parts=("rating_tag", "rating_rater"), fresh=fresh)


def is_followed(connection: sqlite3.Connection, key: bytes) -> bool:
    """Whether staff have begun to act on a rating."""
    return connection.execute("SELECT 1 FROM follow_up WHERE key = ?", (key,)).fetchone() is not None


def set_tags(connection: sqlite3.Connection, key: bytes, tags: Iterable[str]) -> None:
    """Have a rating carry these tags and no others."""
    connection.execute("DELETE FROM rating_tag WHERE key = ?", (key,))
    connection.executemany("INSERT INTO rating_tag (key, tag) VALUES (?, ?)", [(key, tag) for tag in sorted(set(tags))])


def tags(connection: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, tuple[str, ...]]:
    """The tags of these ratings, in the order of the words; ratings without any are left out."""
    found: dict[bytes, tuple[str, ...]] = {}
    for key in keys:
        rows = connection.execute("SELECT tag FROM rating_tag WHERE key = ? ORDER BY tag", (key,)).fetchall()
        if rows:
            found[key] = tuple(row[0] for row in rows)
    return found


def set_rater(connection: sqlite3.Connection, rater: Rater) -> None:
    """Note who gave a rating."""
    columns = tuple(Rater.model_fields)
    connection.execute(
        f"INSERT OR REPLACE INTO rating_rater ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
        tuple(getattr(rater, name) for name in columns),
    )


def rater(connection: sqlite3.Connection, key: bytes) -> Rater | None:
    """Who gave a rating; None where nobody said so."""
    row = connection.execute("SELECT * FROM rating_rater WHERE key = ?", (key,)).fetchone()
    return Rater.from_row(row) if row else None


def set_level(connection: sqlite3.Connection, key: bytes, level: int) -> bool:
    """Change the level of a rating; False if there is none with this key."""
    return connection.execute("UPDATE rating SET level = ? WHERE key = ?", (level, key)).rowcount == 1


def remove(connection: sqlite3.Connection, key: bytes) -> bool:
    """Take back a rating; False if there is none with this key."""
    return connection.execute("DELETE FROM rating WHERE key = ?", (key,)).rowcount == 1


def has(connection: sqlite3.Connection, key: bytes) -> bool:
    """Whether a rating with this key is stored."""
    return connection.execute("SELECT 1 FROM rating WHERE key = ?", (key,)).fetchone() is not None


def between(connection: sqlite3.Connection, first: str, last: str) -> list[Rating]:
    """The ratings of a span of local days, by day; within a day in the order of their random keys."""
    rows = connection.execute("SELECT * FROM rating WHERE day BETWEEN ? AND ? ORDER BY day, key", (first, last))
    return [Rating.from_row(row) for row in rows]


class Said(NamedTuple):
    """What a rating says, and on which local day about what."""

    day: str
    subject_kind: SubjectKind
    subject: str
    level: int
    comment: str


def said_between(connection: sqlite3.Connection, first: str, last: str) -> list[Said]:
    """What the ratings of a span of local days say that no appeal took out, by day."""
    rows = connection.execute(
        "SELECT day, subject_kind, subject, level, comment FROM rating WHERE day BETWEEN ? AND ? AND NOT excluded "
        "ORDER BY day, key",
        (first, last),
    )
    return [Said._make(row) for row in rows]


def any_between(connection: sqlite3.Connection, first: str, last: str) -> bool:
    """Whether a span of local days holds a rating."""
    row = connection.execute("SELECT EXISTS (SELECT 1 FROM rating WHERE day BETWEEN ? AND ?)", (first, last)).fetchone()
    return bool(row[0])


def levels(connection: sqlite3.Connection, first: str, last: str) -> dict[int, int]:
    """How many ratings of each level a span of local days holds; levels nobody gave are left out."""
    rows = connection.execute(
        "SELECT level, count(*) AS n FROM rating WHERE day BETWEEN ? AND ? GROUP BY level", (first, last)
    )
    return {row["level"]: row["n"] for row in rows}
