"""The days that hours are counted over: a period by its key, two typed days, this or last week, month, year. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from frontdesk.common.periods import Period, PeriodKind, parse_period, period_of
from frontdesk.common.typed_dates import read_typed_date
from frontdesk.volunteers.hours.errors import HoursError

SpanName = Literal["this_week", "last_week", "this_month", "last_month", "this_quarter", "this_year", "last_year"]
SPAN_NAMES: tuple[SpanName, ...] = (
    "this_week",
    "last_week",
    "this_month",
    "last_month",
    "this_quarter",
    "this_year",
    "last_year",
)

# A hyphen belongs to the dates themselves.
_BETWEEN = re.compile(r"\s*(?:~|至|到|\bto\b|\.\.)\s*|\s+")
_LONGEST = 200 * 366


@dataclass(frozen=True)
class Span:
    """Whole local days, `first` and `last` included; `period` where they are a week, month, quarter or year."""

    first: date
    last: date
    period: Period | None = None

    @classmethod
    def of(cls, period: Period) -> Span:
        """The days of a period."""
        return cls(period.first, period.last, period)

    @property
    def label(self) -> str:
        """What people call it, in the language in force."""
        return self.period.label if self.period else self.dates

    @property
    def dates(self) -> str:
        """Its first and last day: 2026-11-01 - 2026-11-30."""
        return f"{self.first.isoformat()} - {self.last.isoformat()}"

    @property
    def key(self) -> str:
        """A name for files: the period key, else both days."""
        return self.period.key if self.period else f"{self.first:%Y%m%d}-{self.last:%Y%m%d}"

    def moved(self, steps: int) -> Span:
        """The span as long as this one that lies before (-1) or behind it (1)."""
        if self.period is not None:
            return Span.of(self.period.following() if steps > 0 else self.period.previous())
        days = timedelta(days=(self.last - self.first).days + 1) * steps
        return Span(self.first + days, self.last + days)


def named_span(name: SpanName, today: date) -> Span:
    """This or last week, month, quarter or year."""
    which, _, kind = name.partition("_")
    kinds: dict[str, PeriodKind] = {"week": "week", "month": "month", "quarter": "quarter", "year": "year"}
    period = period_of(kinds[kind], today)
    return Span.of(period.previous() if which == "last" else period)


def read_span(text: str, today: date) -> Span:
    """The days that were typed: 2026-11, 2026-W46, 2026-Q4, 2026, one day, or two days with a space, ~ or 至 between.

    Raises HoursError `bad_period`.
    """
    typed = unicodedata.normalize("NFKC", text).strip()
    try:
        return Span.of(parse_period(typed.upper()))
    except ValueError:
        pass
    parts = [part for part in _BETWEEN.split(typed) if part]
    try:
        days = [read_typed_date(part, today) for part in parts]
    except (ValueError, OverflowError) as wrong:
        raise HoursError("bad_period", value=text) from wrong
    if not 1 <= len(days) <= 2 or days[-1] < days[0] or (days[-1] - days[0]).days > _LONGEST:
        raise HoursError("bad_period", value=text)
    return Span(days[0], days[-1])


def read_day(text: str, today: date) -> date:
    """The day that was typed. Raises HoursError `bad_day`."""
    try:
        return read_typed_date(text, today)
    except (ValueError, OverflowError) as wrong:
        raise HoursError("bad_day", value=text) from wrong


def read_length(text: str) -> int:
    """The minutes that were typed: 90, 1:30, 1.5h or 1.5小时. Raises HoursError `bad_length`, `no_length`."""
    typed = unicodedata.normalize("NFKC", text).strip().lower()
    if not typed:
        raise HoursError("no_length")
    if match := re.fullmatch(r"([0-9]{1,3}):([0-5][0-9])", typed):
        minutes = int(match[1]) * 60 + int(match[2])
    elif match := re.fullmatch(r"([0-9]{1,4})\s*(?:分钟?|m|min)?", typed):
        minutes = int(match[1])
    elif match := re.fullmatch(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?\s*(?:小时|时|h)", typed):
        hundredths = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
        minutes = (hundredths * 60 + 50) // 100
    else:
        raise HoursError("bad_length", value=text)
    if minutes == 0:
        raise HoursError("bad_length", value=text)
    return minutes
