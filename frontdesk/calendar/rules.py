"""Which days are worked (工作日): Monday to Friday without statutory holidays (休), and make-up workdays (班). Pure.

Source: mechanisms §4 ("make-up days count as work"), §11.1 and §11.7.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from db.calendar import OverrideKind, OverrideSource

DayKind = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday", "makeup"]
"""How a day counts for opening hours: a holiday and a make-up workday are kinds of their own, whatever weekday."""

WEEKDAYS: tuple[DayKind, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

FIXED_HOLIDAYS = ((1, 1), (10, 1))
"""元旦 and 国庆节: months and days that are holidays in every year, whatever the notice of the year moves around."""

LAW_HOLIDAYS = {
    (1, 1): "元旦",
    **dict.fromkeys(((5, 1), (5, 2)), "劳动节"),
    **dict.fromkeys(((10, 1), (10, 2), (10, 3)), "国庆节"),
}
"""Months and days that are holidays by law whatever the year's notice arranges around them, and what they are called.

Source: 全国年节及纪念日放假办法, article 2, as changed by State Council decree 795 (in force since 2025-01-01), which
added 2 May. 春节, 清明, 端午 and 中秋 are holidays by law too, but on days of the lunar calendar or of its terms.
"""

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class SpecialDay:
    """A day that is no ordinary one: what it is, what it is called, who said so."""

    kind: OverrideKind
    name: str = ""
    source: OverrideSource = "manual"


Overrides = Mapping[date, SpecialDay]


def day_kind(day: date, overrides: Overrides) -> DayKind:
    """The weekday, or `holiday` or `makeup` where the day is one."""
    special = overrides.get(day)
    return special.kind if special else WEEKDAYS[day.weekday()]


def is_working_day(day: date, overrides: Overrides) -> bool:
    """Whether offices work: a make-up workday, or Monday to Friday without a holiday."""
    return day_kind(day, overrides) not in ("sat", "sun", "holiday")


def add_working_days(day: date, count: int, overrides: Overrides) -> date:
    """The working day that lies `count` working days after `day`, or before it where `count` is negative.

    `day` itself never counts, so that one working day after Friday, Saturday and Sunday is Monday; with 0 it comes
    back as it is. Raises OverflowError beyond what a date can hold.
    """
    step = _ONE_DAY if count > 0 else -_ONE_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day, overrides)
    return day


def working_days_between(first: date, last: date, overrides: Overrides) -> int:
    """How many working days `last` lies after `first`: those after `first` up to and including `last`.

    Negative where `last` lies before `first`, then those from `last` on that lie before `first`. So it undoes
    `add_working_days`.
    """
    sign, step = (1, _ONE_DAY) if first <= last else (-1, -_ONE_DAY)
    count, day = 0, first
    while day != last:
        day += step
        count += is_working_day(day, overrides)
    return sign * count


def complete_years(kinds: Mapping[date, OverrideKind]) -> set[int]:
    """The years of which a list is a whole one: it has the holidays that every year has at its beginning and its end.

    A list may have single days of a neighbouring year, because a holiday may reach across New Year; that does not
    make the other year known.
    """
    found: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)
    for day, kind in kinds.items():
        if kind == "holiday":
            found[day.year].add((day.month, day.day))
    return {year for year, days in found.items() if days.issuperset(FIXED_HOLIDAYS)}


def is_pointless(day: date, kind: OverrideKind) -> bool:
    """Whether the day is worked anyway: a make-up workday that falls on Monday to Friday is a mistyped date."""
    return kind == "makeup" and day.weekday() < 5


@dataclass(frozen=True)
class Calendar:
    """The calendar as it stood at one moment. Days outside `first` to `last` may be asked for too; `known` tells."""

    first: date
    last: date
    overrides: Overrides = field(repr=False, hash=False)
    years: frozenset[int]
    """The years whose list is known; all others are Monday to Friday and single days that were put in by hand."""

    @classmethod
    def of(
        cls, first: date, last: date, years: Iterable[int] = (), overrides: Mapping[date, SpecialDay] | None = None
    ) -> Calendar:
        """A calendar of these days and years; without any, one of a program that knows nothing."""
        return cls(first, last, dict(overrides or {}), frozenset(years))

    @property
    def unknown_years(self) -> tuple[int, ...]:
        """The years from `first` to `last` of which a screen has to say that their holidays are not known."""
        return self.unknown_between(self.first, self.last)

    def unknown_between(self, first: date, last: date) -> tuple[int, ...]:
        """The unknown years that the days from `first` to `last` lie in, in order."""
        return tuple(year for year in range(first.year, last.year + 1) if year not in self.years)

    def known(self, day: date) -> bool:
        """Whether the list of the day's year is known."""
        return day.year in self.years

    def day_kind(self, day: date) -> DayKind:
        """See `day_kind`."""
        return day_kind(day, self.overrides)

    def is_working_day(self, day: date) -> bool:
        """See `is_working_day`."""
        return is_working_day(day, self.overrides)

    def with_law_holidays(self) -> Calendar:
        """The same calendar with the fixed holidays of the law (`LAW_HOLIDAYS`) in the years whose list is not known,
        up to the year after `last`; what was put in by hand stands before them, and the years stay unknown.

        For planning what takes place long before the year's notice: nobody holds a class on New Year's Day. Deadlines
        do not count with it: they would jump once more when the list comes, see `is_working_day`.
        """
        of_law = {
            date(year, *day): SpecialDay("holiday", name)
            for year in range(self.first.year, self.last.year + 2)
            if year not in self.years
            for day, name in LAW_HOLIDAYS.items()
        }
        return Calendar(self.first, self.last, {**of_law, **self.overrides}, self.years)

    def name(self, day: date) -> str:
        """What the holiday is called that the day belongs to or makes up for; "" for an ordinary day."""
        special = self.overrides.get(day)
        return special.name if special else ""

    def special_days(self, first: date, last: date) -> list[tuple[date, SpecialDay]]:
        """The holidays and make-up workdays from `first` to `last`, both included, in order."""
        return sorted(
            ((day, special) for day, special in self.overrides.items() if first <= day <= last),
            key=lambda one: one[0],
        )

    def add_working_days(self, day: date, count: int) -> date:
        """See `add_working_days`."""
        return add_working_days(day, count, self.overrides)

    def working_days_between(self, first: date, last: date) -> int:
        """See `working_days_between`."""
        return working_days_between(first, last, self.overrides)
