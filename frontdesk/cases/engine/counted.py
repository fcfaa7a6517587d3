"""A calendar whose working days are counted once, so that no limit counts them one by one again. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate, compress
from typing import NamedTuple, Protocol

from frontdesk.cases.engine.deadlines import WorkingDays

WEEK = 7


class DayByDay(WorkingDays, Protocol):
    """What is asked of a calendar to count its days (`frontdesk.calendar.service.Calendar` has it)."""

    @property
    def first(self) -> date: ...
    @property
    def last(self) -> date: ...
    @property
    def overrides(self) -> Iterable[date]: ...
    def is_working_day(self, day: date) -> bool: ...


class _Count(NamedTuple):
    """By day, from the first one on, how many working days there were up to it; and the working days in order."""

    up_to: array[int]
    worked: array[int]


class CountedDays:
    """The working days of a calendar: what it says itself, sooner. Days before its first and after its last are counted
    one by one. `ordinary` is a calendar that knows no holidays, by which most weeks are counted.
    """

    def __init__(self, calendar: DayByDay, ordinary: DayByDay) -> None:
        self.calendar = calendar
        self._ordinary = ordinary
        self._begins = calendar.first.toordinal()

    @cached_property
    def _count(self) -> _Count:
        calendar, begins = self.calendar, self._begins
        days = calendar.last.toordinal() - begins + 1
        week = [self._ordinary.is_working_day(calendar.first + timedelta(days=after)) for after in range(WEEK)]
        flags = (week * (days // WEEK + 1))[:days]
        for one in calendar.overrides:
            if calendar.first <= one <= calendar.last:
                flags[one.toordinal() - begins] = calendar.is_working_day(one)
        return _Count(array("i", accumulate(flags)), array("i", compress(range(begins, begins + days), flags)))

    def add_working_days(self, day: date, count: int) -> date:
        """The working day that lies `count` working days after a day."""
        at = day.toordinal() - self._begins
        up_to, worked = self._count
        if count > 0 and 0 <= at < len(up_to):
            place = up_to[at] + count - 1
            if place < len(worked):
                return date.fromordinal(worked[place])
        return self.calendar.add_working_days(day, count)

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days `last` lies after `first`."""
        before, after = first.toordinal() - self._begins, last.toordinal() - self._begins
        up_to = self._count.up_to
        if 0 <= before <= after < len(up_to):
            return up_to[after] - up_to[before]
        return self.calendar.working_days_between(first, last)
