"""What the calendar asks for again and again: so many meetings or records in a week, month, quarter, half year or
year. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from frontdesk.cases.definition.model import Duty
from frontdesk.common.periods import SUNDAY, Period, period_of
from frontdesk.locale import t

Pace = Literal["met", "ahead", "soon", "overdue", "missed"]
"""Done as often as asked; there is time; it runs out; the last day is today or there is none left; the period ended."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One period of a duty: how often it was done in it, and how it stands."""

    first: date
    last: date
    label: str
    done: int
    pace: Pace


def turn(duty: Duty, done_on: Iterable[date], day: date, today: date, week_ends: int = SUNDAY) -> Turn:
    """The period of a duty that a day lies in, seen today; `done_on` are the days of the records that count."""
    first, last, label = bounds(duty, day, week_ends)
    done = sum(first <= one <= last for one in done_on)
    return Turn(first, last, label, done, _pace(duty, done, last, today))


def turns(duty: Duty, done_on: Iterable[date], since: date, today: date, week_ends: int = SUNDAY) -> Sequence[Turn]:
    """Every period from the one of a first day on to the one of today, the latest first."""
    days = list(done_on)
    found = [turn(duty, days, today, today, week_ends)]
    while found[-1].first > since:
        before = date.fromordinal(found[-1].first.toordinal() - 1)
        found.append(turn(duty, days, before, today, week_ends))
    return found


def bounds(duty: Duty, day: date, week_ends: int = SUNDAY) -> tuple[date, date, str]:
    """First and last day of the period of a duty that a day lies in, and how it is called."""
    if duty.every != "half_year":
        period: Period = period_of(duty.every, day, week_ends)
        return period.first, period.last, period.label
    half = 1 if day.month <= 6 else 2
    first, last = ((1, 1), (6, 30)) if half == 1 else ((7, 1), (12, 31))
    label = t(f"common.period.half_year.{half}", year=day.year)
    return date(day.year, *first), date(day.year, *last), label


def _pace(duty: Duty, done: int, last: date, today: date) -> Pace:
    if done >= duty.least:
        return "met"
    left = (last - today).days
    if left < 0:
        return "missed"
    if left == 0:
        return "overdue"
    return "soon" if left <= duty.warns else "ahead"
