"""Report periods and their period keys: weeks, months, quarters, years (`mechanisms.md` §5.5, §11.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from frontdesk.common.dates import FIRST_YEAR, LAST_YEAR
from frontdesk.locale import t

PeriodKind = Literal["week", "month", "quarter", "year"]

_KEY = re.compile(r"([0-9]{4})(?:-(?:W([0-9]{2})|Q([1-4])|([0-9]{2})))?")


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of whole local days, `first` and `last` both included, named by its period key."""

    key: str
    first: date
    last: date
    kind: PeriodKind

    @property
    def year(self) -> int:
        """The year in the key; a week's is its ISO year, so 2027-01-01 lies in a week of 2026."""
        return int(self.key[:4])

    @property
    def number(self) -> int:
        """The week, month or quarter in the key; 1 for a year."""
        return int(self.key[5:].lstrip("WQ") or 1)

    @property
    def label(self) -> str:
        """What people call it, in the language in force: 2026年第46周, Week 46 of 2026."""
        return t(f"common.period.{self.kind}", year=self.year, number=self.number)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def contains(self, day: date) -> bool:
        """Whether `day` lies in it."""
        return self.first <= day <= self.last

    def has_ended(self, today: date) -> bool:
        """Whether its last day is behind us."""
        return self.last < today

    def previous(self) -> Period:
        """The period of the same kind that ends the day before this one begins."""
        return period_of(self.kind, self.first - timedelta(days=1))

    def following(self) -> Period:
        """The period of the same kind that begins the day after this one ends."""
        return period_of(self.kind, self.last + timedelta(days=1))


def parse_period(key: str) -> Period:
    """The period named by `2026-W46`, `2026-11`, `2026-Q4` or `2026`, exactly so spelt; else ValueError."""
    match = _KEY.fullmatch(key)
    if match is None:
        raise ValueError(f"not a period key: {key!r}")
    year = int(match[1])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"not a year of ours: {key!r}")
    if match[2]:
        return week_of(date.fromisocalendar(year, int(match[2]), 1))
    if match[3]:
        return quarter_of(date(year, int(match[3]) * 3, 1))
    if match[4]:
        return month_of(date(year, int(match[4]), 1))
    return year_of(date(year, 1, 1))


def week_of(day: date) -> Period:
    """The ISO week, Monday to Sunday, that `day` lies in."""
    year, week, weekday = day.isocalendar()
    first = day - timedelta(days=weekday - 1)
    return Period(f"{year}-W{week:02}", first, first + timedelta(days=6), "week")


def month_of(day: date) -> Period:
    """The calendar month that `day` lies in."""
    first = day.replace(day=1)
    return Period(f"{first:%Y-%m}", first, _last_of_month(first), "month")


def quarter_of(day: date) -> Period:
    """The calendar quarter that `day` lies in."""
    quarter = (day.month + 2) // 3
    first = date(day.year, quarter * 3 - 2, 1)
    return Period(f"{day.year}-Q{quarter}", first, _last_of_month(date(day.year, quarter * 3, 1)), "quarter")


def year_of(day: date) -> Period:
    """The calendar year that `day` lies in."""
    return Period(f"{day.year}", date(day.year, 1, 1), date(day.year, 12, 31), "year")


def period_of(kind: PeriodKind, day: date) -> Period:
    """The period of that kind that `day` lies in."""
    return {"week": week_of, "month": month_of, "quarter": quarter_of, "year": year_of}[kind](day)


def _last_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
