"""On which days a series takes place. Pure: a pattern, a calendar, and what is done about holidays.

Source: mechanisms H01, §6.1 and §10 no. 11; statutory holidays (休) and make-up workdays (班) §11.7.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from db.series import OnHoliday, OnMakeup, Pattern
from frontdesk.calendar.service import Calendar

Why = Literal[
    "ordinary",
    "holiday_kept",
    "makeup_kept",
    "moved",
    "holiday_skipped",
    "makeup_skipped",
    "nowhere_to_move",
    "deselected",
]
"""Why a date of the pattern is held, held on another day, or not at all."""

LONGEST_MOVE = 31
"""Days after which a session that a holiday displaced is given up: it would be another month's."""

MOST_DATES = 400
"""A daily course for a year; more is a slip of the year."""

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PlannedDay:
    """A date that the pattern gives, and the day on which it is held; None where it is not.

    `name` is the holiday that is in the way or made up for; `known` whether the calendar knows the date's year.
    """

    series_day: date
    day: date | None
    why: Why
    name: str = ""
    known: bool = True


def pattern_dates(pattern: Pattern, first: date, last: date) -> list[date]:
    """Every date from `first` to `last`, both included, that the pattern gives, in order and each once.

    Every other week counts from the week of the first of them. `without` is not heeded here.
    """
    if pattern.kind == "dates":
        return sorted({day for day in pattern.dates if first <= day <= last})
    if pattern.kind == "monthly":
        return [day for day in _nth_weekdays(pattern, first, last) if first <= day <= last]
    days = [day for day in _days(first, last) if day.isoweekday() in pattern.weekdays]
    if not days:
        return []
    begins = _monday(days[0])
    return [day for day in days if (_monday(day) - begins).days // 7 % pattern.every == 0]


def planned_days(
    pattern: Pattern,
    first: date,
    last: date,
    on_holiday: OnHoliday,
    on_makeup: OnMakeup,
    calendar: Calendar,
) -> list[PlannedDay]:
    """What becomes of every date of the pattern, in the order of the dates.

    A date that falls on a holiday is skipped, held all the same, or moved to the next working day that the series has
    not taken already; make-up workdays are working days, unless the series keeps off them. In a year that the calendar
    does not know the holidays are those that the law fixes to a date (`Calendar.with_law_holidays`) and what was put in
    by hand: a class announced for New Year's Day would have to be taken back.
    """
    calendar = calendar.with_law_holidays()
    dates = pattern_dates(pattern, first, last)
    without = set(pattern.without)
    outcome = {day: _stays(day, on_holiday, on_makeup, calendar) for day in dates}
    used = {day for day, why in outcome.items() if why in _HELD and day not in without}
    planned = []
    for day in dates:
        why, held = outcome[day], day if outcome[day] in _HELD else None
        if day in without:
            why, held = "deselected", None
        elif why == "moved":
            held = _next_free(day, used, on_makeup, calendar)
            why = "nowhere_to_move" if held is None else why
            used |= {held} if held else set()
        planned.append(PlannedDay(day, held, why, calendar.name(day), calendar.known(day)))
    return planned


_HELD = ("ordinary", "holiday_kept", "makeup_kept")


def _stays(day: date, on_holiday: OnHoliday, on_makeup: OnMakeup, calendar: Calendar) -> Why:
    kind = calendar.day_kind(day)
    if kind == "holiday":
        return {"skip": "holiday_skipped", "move": "moved", "keep": "holiday_kept"}[on_holiday]  # type: ignore[return-value]
    if kind == "makeup":
        return "makeup_kept" if on_makeup == "keep" else "makeup_skipped"
    return "ordinary"


def _next_free(day: date, used: Collection[date], on_makeup: OnMakeup, calendar: Calendar) -> date | None:
    for ahead in range(1, LONGEST_MOVE + 1):
        found = day + timedelta(days=ahead)
        kept_off = on_makeup == "skip" and calendar.day_kind(found) == "makeup"
        if calendar.is_working_day(found) and found not in used and not kept_off:
            return found
    return None


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += _ONE_DAY


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _nth_weekdays(pattern: Pattern, first: date, last: date) -> list[date]:
    found = []
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        found += [day for weekday in pattern.weekdays if (day := nth_weekday(year, month, weekday, pattern.nth))]
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return sorted(set(found))


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date | None:
    """The `nth` ISO weekday of a month, -1 for the last; None where the month has no fifth one."""
    begins = date(year, month, 1)
    ends = date(year + month // 12, month % 12 + 1, 1) - _ONE_DAY
    if nth < 0:
        return ends - timedelta(days=(ends.isoweekday() - weekday) % 7)
    day = begins + timedelta(days=(weekday - begins.isoweekday()) % 7 + 7 * (nth - 1))
    return day if day <= ends else None
