"""Hours of service, in both kinds, for whoever shows or reports them."""

from __future__ import annotations

import sqlite3
from datetime import date

from db import hours as records
from db import visits
from db.hours import HoursLine
from db.visits import VisitLine
from frontdesk.context import Context
from frontdesk.volunteers.checkin.answering import ScanOutcome
from frontdesk.volunteers.checkin.groups import visits_going_on


def here_now(context: Context) -> list[VisitLine]:
    """Who has come and not left, the latest first; since yesterday where an assignment runs over midnight,
    until the minutes are over in which an exit may still be of it (setting `late_minutes`).
    """
    return visits_going_on(context, context.database.connection)


def hours(context: Context, first: date, last: date) -> list[HoursLine]:
    """What every volunteer served between two local days, both included."""
    return records.lines(context.database.connection, first.isoformat(), last.isoformat())


def any_between(context: Context, first: date, last: date) -> bool:
    """Whether a volunteer came in a span of local days."""
    return visits.any_between(context.database.connection, first.isoformat(), last.isoformat())


def hours_to_show(context: Context, outcome: ScanOutcome) -> tuple[int, int]:
    """The seconds of today and of the year to show beside a decision; zeros where they cannot be read.

    The decision is committed: whatever happens to the hours, it is confirmed.
    """
    if outcome.volunteer_no is None:
        return 0, 0
    try:
        began = date.fromisoformat(outcome.day) if outcome.day else None
        return seconds_today_and_this_year(context, outcome.volunteer_no, began)
    except sqlite3.Error:
        return 0, 0


def with_credit(context: Context, outcome: ScanOutcome) -> ScanOutcome:
    """A decision to be shown, that of an exit too with what its visit is credited to; as it is where that cannot be
    read.
    """
    if outcome.result != "left" or outcome.credited_to or outcome.volunteer_no is None:
        return outcome
    try:
        visit = visits.get(context.database.connection, outcome.volunteer_no, outcome.day, outcome.number)
    except sqlite3.Error:
        return outcome
    return outcome if visit is None else outcome._replace(credited_to=visit.credited_to)


def seconds_today_and_this_year(context: Context, volunteer_no: str, began: date | None = None) -> tuple[int, int]:
    """A volunteer's seconds of both kinds together, today and in the year so far.

    `began` is the day of the visit that has just ended: one that ran over midnight belongs to its day and year.
    """
    today = context.today()
    first = min(began or today, today)
    connection = context.database.connection
    return (
        sum(records.of_volunteer(connection, volunteer_no, first.isoformat(), today.isoformat())),
        sum(records.of_volunteer(connection, volunteer_no, date(first.year, 1, 1).isoformat(), today.isoformat())),
    )
