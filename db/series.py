"""Series: what recurs, by which pattern, and what it says of its sessions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import date
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict

from db.activities import SignUpTerms
from db.record import Record

PatternKind = Literal["weekly", "monthly", "dates"]
OnHoliday = Literal["skip", "move", "keep"]
OnMakeup = Literal["keep", "skip"]
SeriesState = Literal["active", "ended"]


class Pattern(BaseModel):
    """When a series recurs.

    `weekly`: on `weekdays` (ISO, Monday is 1) in every `every`-th week, counted from the week of the first date.
    `monthly`: on the `nth` of each of these weekdays in the month, -1 for the last. `dates`: on `dates`.
    `without` are dates that the pattern gives and somebody has taken out.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: PatternKind
    weekdays: tuple[int, ...] = ()
    every: int = 1
    nth: int = 1
    dates: tuple[date, ...] = ()
    without: tuple[date, ...] = ()


class Series(Record):
    """One course with what its sessions say unless they were changed by themselves; id 0 until it is stored.

    `starts` and `ends` are times of the centre's wall clock ('09:00'), `first_day` and `last_day` local dates.
    """

    id: int = 0
    name: str
    category: str
    activity_type: str = ""
    room: str = ""
    lead: str = ""
    capacity: int
    min_enrol: int = 0
    note: str = ""
    starts: str
    ends: str
    setup_minutes: int = 0
    clearing_minutes: int = 0
    pattern: Pattern
    first_day: str
    last_day: str
    on_holiday: OnHoliday = "skip"
    on_makeup: OnMakeup = "keep"
    terms: SignUpTerms = SignUpTerms()
    fee_fen: int = 0
    predecessor: int | None = None
    state: SeriesState = "active"
    revision: int = 0
    changed_at: int = 0

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> Self:
        """The record for one row; pattern and terms are kept as JSON."""
        values = dict(zip(row.keys(), row, strict=True))
        values["pattern"] = Pattern.model_validate_json(values["pattern"])
        values["terms"] = SignUpTerms.model_validate_json(values["terms"])
        return cls.model_validate(values)


class SeriesLine(Series):
    """A series with how many of its sessions are still to come, how many those are in all, and how many are drafts."""

    sessions: int
    coming: int
    drafts: int


_COLUMNS = tuple(Series.model_fields)[1:]


def get(connection: sqlite3.Connection, series_id: int) -> Series | None:
    """The series with this id; None if there is none."""
    row = connection.execute("SELECT * FROM series WHERE id = ?", (series_id,)).fetchone()
    return Series.from_row(row) if row else None


def lines(connection: sqlite3.Connection, today: str, *, ended: bool = False) -> list[SeriesLine]:
    """The series that go on, with `ended` those too that are over, by name and beginning."""
    rows = connection.execute(
        "SELECT series.*, (SELECT count(*) FROM session s WHERE s.series_id = series.id) AS sessions, "
        "(SELECT count(*) FROM session s WHERE s.series_id = series.id AND s.day >= :today "
        "AND s.state <> 'cancelled') AS coming, "
        "(SELECT count(*) FROM session s WHERE s.series_id = series.id AND s.state IN ('draft', 'approved')) AS drafts "
        "FROM series WHERE :ended OR (state = 'active' AND last_day >= :today) OR EXISTS "
        "(SELECT 1 FROM session s WHERE s.series_id = series.id AND s.day >= :today AND s.state <> 'cancelled') "
        "ORDER BY name, first_day, id",
        {"today": today, "ended": ended},
    )
    return [SeriesLine.from_row(row) for row in rows]


def coming_days(connection: sqlite3.Connection, today: str) -> list[tuple[int, str, str]]:
    """Of the series that go on the sessions from a local day on that are not cancelled: the series, the day, and the
    date that the series gave it.
    """
    rows = connection.execute(
        "SELECT s.series_id, s.day, s.series_day FROM session s JOIN series ON series.id = s.series_id "
        "WHERE s.day >= ? AND s.state IN ('draft', 'approved', 'published') AND series.state = 'active'",
        (today,),
    )
    return [(row[0], row[1], row[2]) for row in rows]


def line_of(connection: sqlite3.Connection, series_id: int) -> frozenset[int]:
    """A series with those that it went on from and those that went on from it, by id: to people they are one."""
    rows = connection.execute(
        "WITH RECURSIVE line (id) AS (SELECT ? "
        "UNION SELECT s.predecessor FROM series s JOIN line ON s.id = line.id WHERE s.predecessor IS NOT NULL "
        "UNION SELECT s.id FROM series s JOIN line ON s.predecessor = line.id) SELECT id FROM line",
        (series_id,),
    )
    return frozenset(row[0] for row in rows)


def add(connection: sqlite3.Connection, series: Series) -> int:
    """Insert a series; returns its id."""
    cursor = connection.execute(
        f"INSERT INTO series ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})", _values(series)
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def put(connection: sqlite3.Connection, series: Series) -> None:
    """Overwrite a series."""
    connection.execute(
        f"UPDATE series SET {', '.join(f'{name} = ?' for name in _COLUMNS)} WHERE id = ?", [*_values(series), series.id]
    )


def release(connection: sqlite3.Connection, codes: Iterable[str]) -> None:
    """Take the dates of their series from sessions that get new ones in the same transaction: no two may have the
    same at any moment.
    """
    connection.executemany("UPDATE session SET series_id = NULL WHERE code = ?", ((code,) for code in codes))


def place(connection: sqlite3.Connection, code: str, series_id: int, series_day: str) -> None:
    """Say to which date of which series a session belongs; nothing else of it changes."""
    connection.execute("UPDATE session SET series_id = ?, series_day = ? WHERE code = ?", (series_id, series_day, code))


def delete(connection: sqlite3.Connection, series_id: int) -> None:
    """Delete a series that has no sessions, and to which no demand and no other series refers."""
    connection.execute("DELETE FROM series WHERE id = ?", (series_id,))


def has_successor(connection: sqlite3.Connection, series_id: int) -> bool:
    """Whether a later series goes on from this one."""
    row = connection.execute("SELECT EXISTS (SELECT 1 FROM series WHERE predecessor = ?)", (series_id,)).fetchone()
    return bool(row[0])


def is_used(connection: sqlite3.Connection, series_id: int) -> bool:
    """Whether a session, a demand or a later series refers to it."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM session WHERE series_id = :id) OR EXISTS (SELECT 1 FROM demand "
        "WHERE series_id = :id) OR EXISTS (SELECT 1 FROM series WHERE predecessor = :id)",
        {"id": series_id},
    ).fetchone()
    return bool(row[0])


def lists_are_kept(connection: sqlite3.Connection) -> bool:
    """Whether the centre has a monthly list of any month."""
    return bool(connection.execute("SELECT EXISTS (SELECT 1 FROM monthly_list)").fetchone()[0])


def _values(series: Series) -> list[Any]:
    return [_stored(getattr(series, name)) for name in _COLUMNS]


def _stored(value: Any) -> Any:
    return value.model_dump_json(exclude_defaults=True) if isinstance(value, BaseModel) else value
