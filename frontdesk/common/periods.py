"""Report periods and their keys: days, weeks, half months, months, quarters, years (`mechanisms.md` §5.5, §11.7).

A week is Monday to Sunday, or the seven days that end on another weekday: it then has the key of the ISO week in which
it ends, so that 2026-W47 of an office that cuts on Thursday is 13 to 19 November 2026.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from frontdesk.common.dates import FIRST_YEAR, LAST_YEAR
from frontdesk.locale import t

PeriodKind = Literal["day", "week", "half_month", "month", "quarter", "year"]
WeekStyle = Literal["number", "of_month", "days"]
"""How a week is called: by its number, by its place in the month, by its days."""

SUNDAY = 7
_HALF = 15
"""The last day of the first half of a month."""
_KEY = re.compile(r"([0-9]{4})(?:-(?:W([0-9]{2})|Q([1-4])|([0-9]{2})))?")
_FINER_KEY = re.compile(r"([0-9]{4})-([0-9]{2})-(?:H([12])|([0-9]{2}))")


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of whole local days, `first` and `last` both included, named by its period key."""

    key: str
    first: date
    last: date
    kind: PeriodKind

    style: WeekStyle = field(default="number", compare=False)

    @property
    def year(self) -> int:
        """The year in the key; a week's is its ISO year, so 2027-01-01 lies in a week of 2026."""
        return int(self.key[:4])

    @property
    def number(self) -> int:
        """The week, half, month or quarter in the key, of a day that of the month; 1 for a year."""
        return int(self.key[4:].rpartition("-")[2].lstrip("WQH") or 1)

    @property
    def week_ends(self) -> int:
        """The ISO weekday on which weeks end, as far as this period tells: 7 (Sunday) for all but weeks."""
        return self.last.isoweekday() if self.kind == "week" else SUNDAY

    @property
    def label(self) -> str:
        """What people call it, in the language in force: 2026年第46周, Week 46 of 2026."""
        if self.kind == "week" and self.style != "number":
            return self._by_month if self.style == "of_month" else self.dates
        if self.kind == "half_month":
            return t(f"common.period.half_month.{self.number}", year=self.year, month=self.first.month)
        return t(f"common.period.{self.kind}", year=self.year, month=self.first.month, number=self.number)

    @property
    def _by_month(self) -> str:
        """Its place in the month in which most of its days lie, which is that of the day in its middle."""
        middle = self.first + timedelta(days=3)
        number = (middle.day + 6) // 7
        return t("common.period.week_of_month", year=middle.year, month=middle.month, number=number)

    @property
    def dates(self) -> str:
        """Its first and last day as people write them: 2026年11月16日至22日, 2026-11-16 to 22."""
        first, last = self.first, self.last
        values = {"year": first.year, "month": first.month, "day": first.day, "last_day": last.day}
        if first.year != last.year:
            return t("common.period.dates.years", last_year=last.year, last_month=last.month, **values)
        if first.month != last.month:
            return t("common.period.dates.months", last_month=last.month, **values)
        return t("common.period.dates.days", **values)

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
        return self._like(self.first - timedelta(days=1))

    def following(self) -> Period:
        """The period of the same kind that begins the day after this one ends."""
        return self._like(self.last + timedelta(days=1))

    def year_before(self) -> Period:
        """The same period a year ago; for a week 53 or a 29 February that has none the one before."""
        year = self.year - 1
        if self.kind == "week":
            number = min(self.number, date(year, 12, 28).isocalendar().week)
            return self._like(date.fromisocalendar(year, number, self.week_ends))
        day = min(self.first.day, monthrange(year, self.first.month)[1])
        return self._like(date(year, self.first.month, day))

    def _like(self, day: date) -> Period:
        return period_of(self.kind, day, self.week_ends, self.style)


def parse_period(key: str, *, week_ends: int = SUNDAY, style: WeekStyle = "number", finer: bool = False) -> Period:
    """The period named by `2026-W46`, `2026-11`, `2026-Q4` or `2026`, exactly so spelt; else ValueError.

    `finer` takes days (`2026-11-22`) and half months (`2026-11-H1`) too. `week_ends` is the ISO weekday on which weeks
    end.
    """
    finest = _FINER_KEY.fullmatch(key) if finer else None
    match = _KEY.fullmatch(key)
    if match is None and finest is None:
        raise ValueError(f"not a period key: {key!r}")
    year = int(key[:4])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"not a year of ours: {key!r}")
    if finest is not None:
        half = int(finest[3] or 0)
        day = date(year, int(finest[2]), (1, 1, _HALF + 1)[half] if half else int(finest[4]))
        return period_of("half_month" if half else "day", day)
    assert match is not None
    if match[2]:
        return week_of(date.fromisocalendar(year, int(match[2]), week_ends), week_ends, style)
    if match[3]:
        return quarter_of(date(year, int(match[3]) * 3, 1))
    if match[4]:
        return month_of(date(year, int(match[4]), 1))
    return year_of(date(year, 1, 1))


def day_of(day: date) -> Period:
    """One local day as a period."""
    return Period(day.isoformat(), day, day, "day")


def half_month_of(day: date) -> Period:
    """The first fifteen days of a month, or the rest of it, that `day` lies in."""
    first = day.replace(day=1 if day.day <= _HALF else _HALF + 1)
    last = day.replace(day=_HALF) if first.day == 1 else _last_of_month(day)
    return Period(f"{first:%Y-%m}-H{1 if first.day == 1 else 2}", first, last, "half_month")


def week_of(day: date, week_ends: int = SUNDAY, style: WeekStyle = "number") -> Period:
    """The week that `day` lies in: Monday to Sunday, or the seven days that end on the ISO weekday `week_ends`."""
    last = day + timedelta(days=(week_ends - day.isoweekday()) % 7)
    year, week, _ = last.isocalendar()
    return Period(f"{year}-W{week:02}", last - timedelta(days=6), last, "week", style)


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


def period_of(kind: PeriodKind, day: date, week_ends: int = SUNDAY, style: WeekStyle = "number") -> Period:
    """The period of that kind that `day` lies in; `week_ends` and `style` say what weeks are."""
    if kind == "week":
        return week_of(day, week_ends, style)
    makers = {"day": day_of, "half_month": half_month_of, "month": month_of, "quarter": quarter_of, "year": year_of}
    return makers[kind](day)


def _last_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
