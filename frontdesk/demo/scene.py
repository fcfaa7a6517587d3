"""What every part of the demo is drawn from: the day that it is opened on, the centre's clock, the seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from frontdesk.context import to_ms

if TYPE_CHECKING:
    from db.staff import Staff
    from db.volunteers import Volunteer

WEEKS_BACK = 52
DAYS_AHEAD = 14
ROSTER_WEEKS_BACK = 2
ROSTER_WEEKS = 5
"""The weeks of the roster: two behind this one, this one, two ahead."""
SATURDAY = 6


@dataclass(frozen=True)
class Scene:
    """The moment at which the made-up centre stands, a year of days behind it and two weeks ahead.

    Days and times are local. Whatever lies after `today` and `at` is planned and has not happened.
    """

    today: date
    at: time
    seed: int
    zone: ZoneInfo

    @property
    def first(self) -> date:
        """The first day of the history: the Monday 52 weeks before this week's."""
        return self.today - timedelta(days=self.today.weekday(), weeks=WEEKS_BACK)

    @property
    def roster_first(self) -> date:
        """The first day of the published roster: a Monday."""
        return self.today - timedelta(days=self.today.weekday(), weeks=ROSTER_WEEKS_BACK)

    @property
    def roster_made(self) -> date:
        """The day on which it was made: the Friday before its first week. What was planned by then it knows."""
        return self.roster_first - timedelta(days=3)

    @property
    def notice_day(self) -> date:
        """The day on which the hours of the month before it were published: a few days ago, and it is still up."""
        return self.today - timedelta(days=3)

    @property
    def last(self) -> date:
        """The last day for which anything is planned."""
        return self.today + timedelta(days=DAYS_AHEAD)

    @cached_property
    def now(self) -> int:
        """The moment in UTC milliseconds."""
        return to_ms(datetime.combine(self.today, self.at, self.zone))

    def rng(self, part: str) -> Random:
        """A stream of its own for each part, so that drawing more in one leaves the others as they are."""
        return Random(f"{self.seed}/{self.today.isoformat()}/{part}")

    def instant(self, day: date, seconds: float) -> int:
        """A second of a local day, counted from midnight, in UTC milliseconds."""
        midnight = datetime.combine(day, time(), self.zone)
        return to_ms(midnight + timedelta(seconds=round(seconds)))

    def days_behind(self) -> Iterator[date]:
        """The days of the history in order, today the last."""
        for number in range((self.today - self.first).days + 1):
            yield self.first + timedelta(days=number)

    def all_days(self) -> Iterator[date]:
        """The days of the history and those ahead."""
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)


@dataclass(frozen=True)
class People:
    """Who fills the centre: its staff, its volunteers, and the ids of the residents who sign up."""

    staff: list[Staff]
    volunteers: list[Volunteer]
    residents: list[int]


def is_weekend(day: date) -> bool:
    """Whether the day is a Saturday or a Sunday."""
    return day.isoweekday() >= SATURDAY
