"""The days that are no ordinary Monday to Sunday, and the years whose list of them is known."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Literal

from db.record import Record

OverrideKind = Literal["holiday", "makeup"]
OverrideSource = Literal["package", "import", "manual"]
YearSource = Literal["package", "import"]


class WorkdayOverride(Record):
    """A statutory holiday (休) or a make-up workday (班); `day` is a local date, `source` says who put it in."""

    day: str
    kind: OverrideKind
    name: str = ""
    source: OverrideSource = "manual"


class CalendarYear(Record):
    """A year of which the whole list was taken in, and when (UTC milliseconds)."""

    year: int
    source: YearSource
    loaded_at: int


def between(connection: sqlite3.Connection, first: str, last: str) -> list[WorkdayOverride]:
    """The overrides from `first` to `last`, both included, by day."""
    rows = connection.execute("SELECT * FROM workday_override WHERE day BETWEEN ? AND ? ORDER BY day", (first, last))
    return [WorkdayOverride.from_row(row) for row in rows]


def plain_days(connection: sqlite3.Connection) -> tuple[tuple[str, OverrideKind, str, OverrideSource], ...]:
    """Day, kind, name and source of all overrides by day, without a record for each.

    There are nearly a thousand, and every screen with dates reads them: the records took 7 ms a time, this takes less
    than 1. What the table lets in is checked by the table.
    """
    cursor = connection.cursor()
    cursor.row_factory = None
    return tuple(cursor.execute("SELECT day, kind, name, source FROM workday_override ORDER BY day").fetchall())


def get(connection: sqlite3.Connection, day: str) -> WorkdayOverride | None:
    """The override of a day; None for an ordinary one."""
    row = connection.execute("SELECT * FROM workday_override WHERE day = ?", (day,)).fetchone()
    return WorkdayOverride.from_row(row) if row else None


def put(connection: sqlite3.Connection, override: WorkdayOverride) -> None:
    """Write an override in place of what stood for its day."""
    connection.execute(
        "INSERT INTO workday_override (day, kind, name, source) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (day) DO UPDATE SET kind = excluded.kind, name = excluded.name, source = excluded.source",
        (override.day, override.kind, override.name, override.source),
    )


def add_missing(connection: sqlite3.Connection, overrides: Iterable[WorkdayOverride]) -> None:
    """Write the overrides of days that have none; what stands already stays."""
    connection.executemany(
        "INSERT INTO workday_override (day, kind, name, source) VALUES (?, ?, ?, ?) ON CONFLICT (day) DO NOTHING",
        ((one.day, one.kind, one.name, one.source) for one in overrides),
    )


def remove(connection: sqlite3.Connection, day: str) -> None:
    """Make a day ordinary again."""
    connection.execute("DELETE FROM workday_override WHERE day = ?", (day,))


def years(connection: sqlite3.Connection) -> list[CalendarYear]:
    """The known years in order."""
    return [CalendarYear.from_row(row) for row in connection.execute("SELECT * FROM calendar_year ORDER BY year")]


def year_numbers(connection: sqlite3.Connection) -> set[int]:
    """The known years, without a record for each: whatever reads the calendar asks for them."""
    return {row[0] for row in connection.execute("SELECT year FROM calendar_year")}


def put_year(connection: sqlite3.Connection, year: CalendarYear) -> None:
    """Note that the whole list of a year was taken in."""
    connection.execute(
        "INSERT INTO calendar_year (year, source, loaded_at) VALUES (?, ?, ?) "
        "ON CONFLICT (year) DO UPDATE SET source = excluded.source, loaded_at = excluded.loaded_at",
        (year.year, year.source, year.loaded_at),
    )
