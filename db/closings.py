"""Closed periods: their figures, edition by edition, as they were frozen."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from db.record import Record


class Closing(Record):
    """One edition of a closed period. `figures`, `indicators` (the values of all that leave the centre, by their codes;
    empty where they were not kept yet), `waived` (what the check list still held) and `changes` (against the edition
    before) are JSON.

    `scheme` says what the `digest` is made of: 1, the figures alone; 2, the whole edition but for when and by whom.
    The instant is in UTC milliseconds, the days are local ones.
    """

    period: str
    edition: int
    first_day: str
    last_day: str
    figures: str
    indicators: str = "{}"
    digest: bytes
    scheme: int = 1
    waived: str = "[]"
    changes: str = "[]"
    reason: str = ""
    closed_at: int
    closed_by: str


_NEWEST = "edition = (SELECT max(n.edition) FROM period_closing n WHERE n.period = c.period)"


def newest(connection: sqlite3.Connection, period: str) -> Closing | None:
    """The edition that stands for a period; None while it is not closed."""
    row = connection.execute(
        "SELECT * FROM period_closing WHERE period = ? ORDER BY edition DESC LIMIT 1", (period,)
    ).fetchone()
    return Closing.from_row(row) if row else None


def editions(connection: sqlite3.Connection, period: str) -> list[Closing]:
    """All editions of a period, the first one first."""
    rows = connection.execute("SELECT * FROM period_closing WHERE period = ? ORDER BY edition", (period,))
    return [Closing.from_row(row) for row in rows]


def add(connection: sqlite3.Connection, new: Closing) -> None:
    """Keep one more edition, inside a running transaction."""
    names = tuple(Closing.model_fields)
    connection.execute(
        f"INSERT INTO period_closing ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
        [getattr(new, name) for name in names],
    )


def latest_at(connection: sqlite3.Connection) -> int:
    """When the last edition of all was kept (UTC ms); 0 where there is none."""
    return int(connection.execute("SELECT coalesce(max(closed_at), 0) FROM period_closing").fetchone()[0])


def standing(connection: sqlite3.Connection, since: str) -> Iterator[Closing]:
    """The edition that stands for each closed period that ended on the local day `since` or later, the last first."""
    rows = connection.execute(
        f"SELECT * FROM period_closing c INDEXED BY period_closing_days WHERE last_day >= ? AND {_NEWEST} "
        "ORDER BY last_day DESC, first_day DESC",
        (since,),
    )
    return (Closing.from_row(row) for row in rows)


def closed_among(connection: sqlite3.Connection, periods: list[str]) -> set[str]:
    """Which of these periods are closed."""
    rows = connection.execute(
        f"SELECT period FROM period_closing WHERE edition = 1 AND period IN ({', '.join('?' * len(periods))})", periods
    )
    return {row[0] for row in rows}


def any_closed(connection: sqlite3.Connection) -> bool:
    """Whether any period is closed."""
    return bool(connection.execute("SELECT EXISTS (SELECT 1 FROM period_closing)").fetchone()[0])


def first_closings_before(connection: sqlite3.Connection, day: str) -> Iterator[tuple[str, int]]:
    """The closed periods of any kind that ended before a local day, the last first: key, and when each was closed."""
    rows = connection.execute(
        "SELECT period, closed_at FROM period_closing INDEXED BY period_closing_days "
        "WHERE last_day < ? AND edition = 1 ORDER BY last_day DESC",
        (day,),
    )
    return ((row[0], row[1]) for row in rows)


def amended_between(connection: sqlite3.Connection, after: int, until: int) -> list[Closing]:
    """The amendments made after one instant and until another (UTC ms), in the order in which they were made."""
    rows = connection.execute(
        "SELECT * FROM period_closing WHERE closed_at > ? AND closed_at <= ? AND edition > 1 "
        "ORDER BY closed_at, period, edition",
        (after, until),
    )
    return [Closing.from_row(row) for row in rows]


def all_editions(connection: sqlite3.Connection) -> Iterator[Closing]:
    """Every edition of every period. It reads the whole table: for checks only."""
    return (
        Closing.from_row(row)
        for row in connection.execute("SELECT * FROM period_closing ORDER BY first_day, period, edition")
    )


# A body that is no JSON has no days: that is for the check of the whole file to tell.
_SUBMITTED = """
SELECT period, revision, json_extract(said, '$.from') AS first_day, json_extract(said, '$.to') AS last_day FROM (
    SELECT period, revision, CASE WHEN json_valid(CAST(body AS TEXT)) THEN CAST(body AS TEXT) END AS said
    FROM outbox WHERE kind = 'weekly'
)
"""


def days_submitted(connection: sqlite3.Connection, week: str) -> tuple[str, str] | None:
    """The first and the last local day with which the report of a week was submitted last; None where it never was."""
    row = connection.execute(
        f"SELECT first_day, last_day FROM ({_SUBMITTED}) WHERE period = ? ORDER BY revision DESC LIMIT 1", (week,)
    ).fetchone()
    return (str(row[0]), str(row[1])) if row else None


def revisions_submitted(connection: sqlite3.Connection, period: str) -> int:
    """How many revisions of the report of a period were submitted."""
    return int(connection.execute("SELECT count(*) FROM outbox WHERE period = ?", (period,)).fetchone()[0])


def is_day_taken(connection: sqlite3.Connection, weeks: tuple[str, str, str], first: str, last: str) -> bool:
    """Whether one of these weeks was closed or submitted with days that are not these, and shares one with them."""
    shares = "first_day <= :last AND last_day >= :first AND last_day <> :last"
    row = connection.execute(
        f"SELECT EXISTS (SELECT 1 FROM period_closing WHERE period IN (:a, :b, :c) AND edition = 1 AND {shares}) "
        f"OR EXISTS (SELECT 1 FROM (SELECT first_day, last_day, max(revision) FROM ({_SUBMITTED}) "
        f"WHERE period IN (:a, :b, :c) GROUP BY period) WHERE {shares})",
        {**dict(zip("abc", weeks, strict=True)), "first": first, "last": last},
    ).fetchone()
    return bool(row[0])


def last_day_of_weeks(connection: sqlite3.Connection) -> str | None:
    """The last local day of all weeks that were closed or submitted; None where none was."""
    closed = connection.execute(
        "SELECT date(last_day) FROM period_closing INDEXED BY period_closing_days "
        "WHERE period GLOB '[0-9][0-9][0-9][0-9]-W[0-9][0-9]' ORDER BY last_day DESC LIMIT 1"
    ).fetchone()
    submitted = connection.execute(
        f"SELECT date(last_day) FROM ({_SUBMITTED}) ORDER BY period DESC, revision DESC LIMIT 1"
    ).fetchone()
    return max((row[0] for row in (closed, submitted) if row and row[0]), default=None)
