"""The dates of a series: what its pattern and the calendar make of them, and the session of each."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime, time, timedelta

from db.activities import Session
from db.series import Pattern, Series
from frontdesk.activities.series.errors import SeriesError
from frontdesk.activities.series.outcome import Coming
from frontdesk.activities.series.rules import MOST_DATES, PlannedDay, pattern_dates, planned_days
from frontdesk.activities.sessions.rules import SHARED
from frontdesk.calendar.service import calendar_for
from frontdesk.context import Context, to_ms

LONGEST_DAYS = 732
"""Two years: a later last day is a slip of the year."""


def with_dates_of(wanted: Series) -> Series:
    """A series of given dates from the first to the last of them; any other as it is."""
    days = wanted.pattern.dates
    if wanted.pattern.kind != "dates" or not days:
        return wanted
    return wanted.model_copy(update={"first_day": days[0].isoformat(), "last_day": days[-1].isoformat()})


def last_of_count(pattern: Pattern, first: date, count: int) -> date:
    """The date on which a pattern has come to pass `count` times, holidays not looked at. Raises SeriesError
    `no_dates`.
    """
    dates = pattern_dates(pattern, first, first + timedelta(days=LONGEST_DAYS))
    kept = [day for day in dates if day not in pattern.without]
    if not 0 < count <= len(kept):
        raise SeriesError("no_dates", field="last_day")
    return kept[count - 1]


def planned_of(context: Context, wanted: Series) -> tuple[list[PlannedDay], tuple[int, ...]]:
    """What becomes of every date of a series, and the years whose holidays nobody knows.

    Raises SeriesError `bad_span`, `no_dates`, `too_many_dates`.
    """
    first, last = date.fromisoformat(wanted.first_day), date.fromisoformat(wanted.last_day)
    if last < first:
        raise SeriesError("bad_span", field="last_day")
    if (last - first).days > LONGEST_DAYS:
        raise SeriesError("too_many_dates", field="last_day", most=MOST_DATES)
    calendar = calendar_for(context, first, last)
    planned = planned_days(wanted.pattern, first, last, wanted.on_holiday, wanted.on_makeup, calendar)
    if not planned:
        raise SeriesError("no_dates", field="pattern")
    if len(planned) > MOST_DATES:
        raise SeriesError("too_many_dates", field="last_day", most=MOST_DATES)
    return planned, calendar.unknown_between(planned[0].series_day, planned[-1].series_day)


def session_of(context: Context, series: Series, planned: PlannedDay, base: Session | None, code: str = "") -> Session:
    """The session of a date as its series says; `base` is the one that takes it."""
    assert planned.day is not None
    starts, ends = (
        to_ms(datetime.combine(planned.day, time.fromisoformat(clock), context.zone))
        for clock in (series.starts, series.ends)
    )
    said: dict[str, object] = {name: getattr(series, name) for name in SHARED}
    said |= {"day": planned.day.isoformat(), "starts_at": starts, "ends_at": ends}
    said |= {"series_id": series.id, "series_day": planned.series_day.isoformat()}
    return base.model_copy(update=said) if base else Session.model_validate({"code": code} | said)


def says_the_same(before: Session, after: Session) -> bool:
    """Whether nothing but the date that the series gives it is another."""
    return after.model_copy(update={"series_id": before.series_id, "series_day": before.series_day}) == before


def coming_of(
    context: Context,
    connection: sqlite3.Connection,
    wanted: Series,
    planned: PlannedDay,
    own: set[str] | tuple[()],
    code: str = "",
) -> Coming:
    """A date with what takes its room and where its lead is; `own` are sessions that will move with it."""
    if planned.day is None:
        return Coming(planned, code)
    from frontdesk.activities.rooms.occupancy import lead_elsewhere, session_clashes

    meant = session_of(context, wanted, planned, None, code or "?")
    clashes = tuple(one for one in session_clashes(connection, meant) if one.kind != "session" or one.ref not in own)
    leads = tuple(name for other, name in lead_elsewhere(connection, meant) if other not in own)
    return Coming(planned, code, clashes, leads)
