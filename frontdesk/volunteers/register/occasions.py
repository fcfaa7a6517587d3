"""Birthdays and hours passed: what a centre says thank you for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from db import hours
from db import volunteers as records
from db.volunteers import Volunteer
from frontdesk.context import Context


@dataclass(frozen=True)
class Birthday:
    """A birthday in a span of days; `day` is None where only the month is known."""

    volunteer_no: str
    name: str
    team: str
    month: int
    day: date | None


@dataclass(frozen=True)
class Milestone:
    """Somebody whose hours in total, of both kinds, have passed `hours`, the highest of those passed in the span;
    `total_seconds` is the total now.
    """

    volunteer_no: str
    name: str
    team: str
    hours: int
    total_seconds: int


def birthdays(context: Context, first: date, last: date) -> list[Birthday]:
    """Who of those serving has a birthday between two local days, both included, by day; of whom only the month is
    known come first, once a month. Who was born on 29 February has it on the 28th of other years.
    """
    found: list[Birthday] = []
    for month in _months(first, last):
        for volunteer in records.born_in(context.database.connection, f"{month.month:02d}"):
            day = _birthday_of(volunteer, month.year)
            if day is None or first <= day <= last:
                found.append(Birthday(volunteer.no, volunteer.name, volunteer.team, month.month, day))
    return sorted(found, key=lambda one: (one.day is not None, one.day or first, one.month, one.volunteer_no))


def _months(first: date, last: date) -> list[date]:
    """The first days of the months that a span touches, twelve at most."""
    months: list[date] = []
    month = first.replace(day=1)
    while month <= last and len(months) < 12:
        months.append(month)
        month = (month + timedelta(days=31)).replace(day=1)
    return months


def _birthday_of(volunteer: Volunteer, year: int) -> date | None:
    if not volunteer.birth_day:
        return None
    month, day = int(volunteer.birth_month[5:7]), int(volunteer.birth_day)
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, day - 1)


def milestones(context: Context, since: date) -> list[Milestone]:
    """Who has passed one of the hours of the setting `hour_milestones` by service on the days from `since` on, the
    most hours first. Only those who served since then are added up, each over one range of the visits.
    """
    marks = context.settings.hour_milestones
    passed: list[Milestone] = []
    if not marks:
        return passed
    for no, name, team, before, total in hours.totals_since(
        context.database.connection, since.isoformat(), marks[0] * 3600
    ):
        crossed = [mark for mark in marks if before < mark * 3600 <= total]
        if crossed:
            passed.append(Milestone(no, name, team, crossed[-1], total))
    return sorted(passed, key=lambda one: (-one.hours, one.volunteer_no))
