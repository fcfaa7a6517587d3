"""The dates of a series in one month that have no session yet, for whoever plans that month."""

from __future__ import annotations

import sqlite3
from datetime import date

from db import activities as sessions
from db import series as records
from db.series import Series
from frontdesk.activities.series.changing import plan_change
from frontdesk.activities.series.dates import coming_of, planned_of
from frontdesk.activities.series.making import make_sessions
from frontdesk.activities.series.outcome import Coming, SeriesOutcome
from frontdesk.activities.series.rules import PlannedDay
from frontdesk.context import Context


def series_of(connection: sqlite3.Connection, first: date, last: date) -> list[Series]:
    """The series that go on and have dates between two local days, by name."""
    return [
        one
        for one in records.lines(connection, first.isoformat(), ended=False)
        if one.state == "active" and one.first_day <= last.isoformat() and one.last_day >= first.isoformat()
    ]


def missing_dates(
    context: Context, connection: sqlite3.Connection, stored: Series, first: date, last: date
) -> tuple[list[Coming], tuple[int, ...]]:
    """The dates of a series between two local days that have no session, with what stands in the way of each, and the
    years among all its dates whose holidays nobody knows. A date that is not held is among them, with its reason.

    A day before today gets no session any more. Errors: those of `series.service.preview`.
    """
    planned, unknown = planned_of(context, stored)
    made = sessions.of_series(connection, stored.id)
    taken = {one.series_day for one in made}
    free = {one.series_day for one in plan_change(made, planned, context.now_ms(), context.today()).created}
    found = [
        coming_of(context, connection, stored, one, ())
        for one in planned
        if first <= (one.day or one.series_day) <= last
        and (one.series_day in free or (one.day is None and one.series_day.isoformat() not in taken))
    ]
    return found, tuple(year for year in unknown if first.year <= year <= last.year)


def make_dates(
    context: Context, connection: sqlite3.Connection, stored: Series, planned: list[PlannedDay], reason: str = ""
) -> SeriesOutcome:
    """Make the sessions of these dates inside a running transaction, as drafts where their month is being planned.

    Raises ActivityError `room_taken`, unless a reason is given to put up with it.
    """
    outcome = SeriesOutcome(stored.id)
    make_sessions(context, connection, stored, planned, outcome, reason, as_drafts=True, force_room=bool(reason))
    return outcome
