"""Use cases of the calendar: which days are worked, and where that comes from.

Every year that the package knows is written into the centre's own table when a centre is set up, and in a centre made
earlier with the first write to its calendar; until then the package stands in. So a read never has to write, no start
waits for it, and what was written once stays, whatever a later version of the package says.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from db import calendar as records
from db.calendar import CalendarYear, OverrideKind, OverrideSource, WorkdayOverride
from frontdesk.calendar.rules import Calendar, DayKind, SpecialDay, is_pointless
from frontdesk.common.names import clean_line
from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.permission import allowed

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.sheets.outcome import ImportOutcome

__all__ = [
    "Calendar",
    "CalendarError",
    "CalendarYear",
    "DayKind",
    "OverrideKind",
    "SpecialDay",
    "calendar_for",
    "export_calendar",
    "import_calendar",
    "known_years",
    "seed_years",
    "set_day",
    "settable_days",
    "unknown_years",
]

FIRST_SETTABLE_YEAR = 2000
YEARS_AHEAD = 5
"""The notice of a year comes out in the year before; later years are typing errors."""

LONGEST_NAME = 50


class CalendarError(DeskError):
    """A refusal about the calendar."""

    area = "calendar"


def settable_days(today: date) -> tuple[date, date]:
    """The first and the last day of which a list or a manager may say something."""
    return date(FIRST_SETTABLE_YEAR, 1, 1), date(today.year + YEARS_AHEAD, 12, 31)


def calendar_for(context: Context, first: date, last: date) -> Calendar:
    """The calendar for the days from `first` to `last`, read at one moment; never fails over an unknown year.

    It holds all days that are stored, so that counting past `last` is right too as far as the years are known.
    """
    with context.database.reading() as connection:
        stored = records.plain_days(connection)
        years = records.year_numbers(connection)
    days = dict(_special_days(stored))
    if not years.issuperset(range(first.year, last.year + 1)):
        from frontdesk.calendar.package import package_days, package_years

        days = {day: special for day, special in package_days().items() if day.year not in years} | days
        years |= package_years()
    return Calendar.of(first, last, years, days)


@lru_cache(maxsize=4)
def _special_days(
    stored: tuple[tuple[str, OverrideKind, str, OverrideSource], ...],
) -> Mapping[date, SpecialDay]:
    """The days of a table as it stands; mostly it stands as it did at the last reading."""
    return {date.fromisoformat(day): SpecialDay(kind, name, source) for day, kind, name, source in stored}


def unknown_years(context: Context, first: date, last: date) -> tuple[int, ...]:
    """The years from `first` to `last` whose holidays are unknown: Monday to Friday until then, and to be said."""
    known = {one.year for one in records.years(context.database.connection)}
    wanted = range(first.year, last.year + 1)
    if known.issuperset(wanted):
        return ()
    from frontdesk.calendar.package import package_years

    return tuple(year for year in wanted if year not in known | package_years())


def known_years(context: Context) -> list[CalendarYear]:
    """The years that stand in the centre's own table, with their source and when they were taken in."""
    return records.years(context.database.connection)


def seed_years(context: Context, connection: sqlite3.Connection) -> tuple[int, ...]:
    """Write the years that the package knows and the table lacks, in a running write transaction; returns them.

    What somebody put in stays. The years are part of the program and nobody's decision: the audit entry of the
    transaction stands for them.
    """
    from frontdesk.calendar.package import package_days, package_years

    years = tuple(sorted(package_years() - {known.year for known in records.years(connection)}))
    if not years:
        return ()
    missing = set(years)
    records.add_missing(
        connection,
        (
            WorkdayOverride(day=day.isoformat(), kind=special.kind, name=special.name, source="package")
            for day, special in package_days().items()
            if day.year in missing
        ),
    )
    for year in years:
        records.put_year(connection, CalendarYear(year=year, source="package", loaded_at=context.now_ms()))
    return years


@allowed("manager")
def set_day(context: Context, day: date, kind: OverrideKind | None, name: str = "") -> None:
    """Make one day a holiday or a make-up workday, or with None an ordinary day again; only a manager may.

    It makes no year known: one day is not its year's list. Where no name is given the one that is stored stays.
    Raises `manager_required`, and CalendarError `day_out_of_range`, `makeup_on_weekday` or `bad_name`.
    """
    context.require_manager()
    first, last = settable_days(context.today())
    if not first <= day <= last:
        raise CalendarError("day_out_of_range", day=day.isoformat(), minimum=first, maximum=last)
    if kind is not None and is_pointless(day, kind):
        raise CalendarError("makeup_on_weekday", day=day.isoformat())
    called = _checked_name(name)
    with context.change("calendar.set_day", day.isoformat(), kind=kind or "clear") as connection:
        # By the role that is stored now.
        context.require_manager()
        seed_years(context, connection)
        if kind is None:
            records.remove(connection, day.isoformat())
            return
        before = records.get(connection, day.isoformat())
        kept = called or (before.name if before else "")
        records.put(connection, WorkdayOverride(day=day.isoformat(), kind=kind, name=kept, source="manual"))


def _checked_name(name: str) -> str:
    """A name as it is kept. Raises CalendarError `bad_name`."""
    try:
        kept = clean_line(name)
    except ValueError as wrong:
        raise CalendarError("bad_name", limit=LONGEST_NAME) from wrong
    if len(kept) > LONGEST_NAME:
        raise CalendarError("bad_name", limit=LONGEST_NAME)
    return kept


def import_calendar(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take a year's list in; see `frontdesk.calendar.importing`."""
    from frontdesk.calendar.importing import import_calendar as run

    return run(context, path, dry_run=dry_run)


def export_calendar(context: Context, first: date, last: date, out: Path) -> int:
    """Write the list of the days from `first` to `last`; see `frontdesk.calendar.exporting`. Returns how many."""
    from frontdesk.calendar.exporting import export_calendar as run

    return run(context, first, last, out)
