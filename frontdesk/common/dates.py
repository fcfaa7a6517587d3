"""Dates, months, times of day and instants, read from whatever an office writes in a cell.

Accepted spellings: `mechanisms.md` §11.7. Everything here refuses with ValueError rather than guess: a year
of two digits is never completed, and years outside 1900-2199 are typing errors.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta, tzinfo

from frontdesk.errors import DeskError
from frontdesk.locale import t

FIRST_YEAR = 1900
LAST_YEAR = 2199

FIRST_RECORDED_DAY = date(2000, 1, 1)
"""Nothing that is written down here happened earlier: no centre kept such records."""
DAYS_AHEAD = 366
"""A clock that is wrong, or records replayed on an earlier day, are not a century off; a slip of the year is."""

# Excel counts days from here once its imaginary 29 February 1900 is past.
_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a cell has no zone
# Below this (1910-01-01) a bare number is far likelier a year (2026) or a count than the serial of a date.
_FIRST_SERIAL = 3654
_LAST_SERIAL = 99999

_DATE = re.compile(
    r"(?P<year>[0-9]{4})\s*"
    r"(?:年\s*(?P<month>[0-9]{1,2})\s*月\s*(?P<day>[0-9]{1,2})\s*[日号]?"
    r"|(?P<mark>[-/.])\s*(?P<month2>[0-9]{1,2})\s*(?P=mark)\s*(?P<day2>[0-9]{1,2})"
    r"|(?P<month3>[0-9]{2})(?P<day3>[0-9]{2}))"
)
_WEEKDAY = re.compile(r"\s*\(?(?:周|星期|礼拜)[一二三四五六日天]\)?")
_CLOCK = re.compile(
    r"[T\s]\s*(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,6})[0-9]*)?)?"
    r"\s*(?P<offset>Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_MONTH = re.compile(
    r"(?P<year>[0-9]{4})\s*(?:年\s*(?P<month>[0-9]{1,2})\s*月?|[-/.]\s*(?P<month2>[0-9]{1,2})|(?P<month3>[0-9]{2}))"
)
_SPAN_MARK = r"\s*(?:[-~‐‑‒–—―−〜]+|至|到)\s*"
_TIME_OF_DAY = r"([0-9]{1,2})\s*(?::\s*([0-9]{2})(?::00)?|[时点]\s*(?:([0-9]{1,2})\s*分?|(半))?)"
_SPAN = re.compile(_TIME_OF_DAY + _SPAN_MARK + _TIME_OF_DAY)


def recordable_days(today: date) -> tuple[date, date]:
    """The first and the last day on which something that is written down may have happened.

    Raises DeskError `clock_wrong` where the computer's clock is in a year that is none of ours.
    """
    if not FIRST_RECORDED_DAY.year <= today.year <= LAST_YEAR:
        raise DeskError("clock_wrong", day=today.isoformat())
    return FIRST_RECORDED_DAY, today + timedelta(days=DAYS_AHEAD)


def read_date(value: object) -> date:
    """The calendar date a cell means.

    Takes date and datetime cells, Excel serials (numbers, or five digits as text), 2026-7-1, 2026/7/1,
    2026.7.1, 20260701 and 2026年7月1日, in full-width digits too, with spaces, with a weekday or a time of
    day behind it (which is left out). Raises ValueError for anything else.
    """
    if isinstance(value, datetime):
        return _within(value.date())
    if isinstance(value, date):
        return _within(value)
    if isinstance(value, (int, float)):
        return _date_of_number(value)
    text = _folded(value)
    if re.fullmatch(r"[0-9]{5}", text):
        return _date_of_number(int(text))
    found, rest = _leading_date(text)
    if rest and not _CLOCK.fullmatch(rest):
        raise ValueError(f"not a date: {text!r}")
    return found


def read_month(value: object) -> str:
    """The month a cell means, as 'YYYY-MM'.

    Takes 1987年3月, 1960.10, 1980-04, 1980/4, 198004, and everything `read_date` takes. The number 1960.1 is
    refused: Excel makes it of 1960.10 as well as of 1960.1. Raises ValueError for anything else.
    """
    if isinstance(value, float) and FIRST_YEAR <= value <= LAST_YEAR + 1 and not value.is_integer():
        value = f"{value:.2f}".rstrip("0")
        if value.endswith(".1"):
            raise ValueError(f"January or October: {value}")
    if isinstance(value, int) and not isinstance(value, bool) and value > _LAST_SERIAL:
        value = str(value)
    if isinstance(value, str):
        text = _folded(value)
        match = _MONTH.fullmatch(text)
        if match:
            month = match["month"] or match["month2"] or match["month3"]
            return f"{_within(date(int(match['year']), int(month), 1)):%Y-%m}"
    return f"{read_date(value):%Y-%m}"


def read_time_span(value: object) -> tuple[time, time]:
    """Start and end of a span within one day.

    Takes 09:00-10:00, 9：00～10：30, 9:00—10:00, 9:00 至 10:00, 9时至10时30分, 9点到10点半. Raises
    ValueError where the text is no such span or does not end after it starts.
    """
    text = _folded(value)
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError(f"not a time span: {text!r}")
    parts = match.groups()
    start, end = _time_of_day(*parts[:4]), _time_of_day(*parts[4:])
    if end <= start:
        raise ValueError(f"ends before it starts: {text!r}")
    return start, end


def read_instant(value: object, zone: tzinfo) -> datetime:
    """The moment a cell means, as an aware datetime in `zone`.

    Takes a datetime cell, an Excel serial with a time, or one of `read_date`'s written dates with a time of
    day behind it. An offset in the text (Z, +08:00) is honoured, otherwise the wall clock of `zone` is
    meant. Raises ValueError for anything else, also for a date without a time.
    """
    if isinstance(value, datetime):
        _within(value.date())
        return value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)
    if isinstance(value, float):
        return _datetime_of_serial(value).replace(tzinfo=zone)
    if isinstance(value, (int, date)):
        raise ValueError(f"no time of day: {value!r}")
    text = _folded(value)
    day, rest = _leading_date(text)
    match = _CLOCK.fullmatch(rest)
    if match is None:
        raise ValueError(f"not a moment: {text!r}")
    fraction = (match["fraction"] or "").ljust(6, "0")
    clock = time(int(match["hour"]), int(match["minute"]), int(match["second"] or 0), int(fraction))
    naive = datetime.combine(day, clock)
    if match["offset"] is None:
        return naive.replace(tzinfo=zone)
    offset = datetime.strptime(match["offset"], "%z").tzinfo
    try:
        return naive.replace(tzinfo=offset).astimezone(zone)
    except OverflowError as error:
        raise ValueError(f"not a moment: {text!r}") from error


def screen_date(day: date) -> str:
    """The date as a screen shows it, with the weekday in the language in force: 2026-07-01 (周三)."""
    return f"{day.isoformat()} ({t(f'common.weekday.{day.isoweekday()}')})"


def _folded(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"not text: {value!r}")
    return unicodedata.normalize("NFKC", value).strip()


def _within(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"not a year of ours: {day.year}")
    return day


def _leading_date(text: str) -> tuple[date, str]:
    """The date that `text` begins with, and what follows it without a weekday."""
    match = _DATE.match(text)
    if match is None:
        raise ValueError(f"not a date: {text!r}")
    month = match["month"] or match["month2"] or match["month3"]
    day = match["day"] or match["day2"] or match["day3"]
    rest = text[match.end() :]
    weekday = _WEEKDAY.match(rest)
    if weekday:
        rest = rest[weekday.end() :]
    return _within(date(int(match["year"]), int(month), int(day))), rest


def _date_of_number(number: float) -> date:
    if isinstance(number, bool):
        raise ValueError("a truth value is no date")
    if 19000101 <= number <= 21991231 and number == int(number):
        return read_date(str(int(number)))
    return _datetime_of_serial(number).date()


def _datetime_of_serial(serial: float) -> datetime:
    if not _FIRST_SERIAL <= serial < _LAST_SERIAL + 1:
        raise ValueError(f"not the number of a date: {serial!r}")
    # A fraction of a day is a binary fraction: whole seconds are what was typed.
    return _EXCEL_EPOCH + timedelta(seconds=round(serial * 86400))


def _time_of_day(hour: str, minute: str | None, minute2: str | None, half: str | None) -> time:
    return time(int(hour), 30 if half else int(minute or minute2 or 0))


def kept_since(today: date, months: int) -> date | None:
    """The first day of what is kept: what was last used before it is kept too long. None where all is kept (0).

    The same day of an earlier month; the last day of a month that is too short.
    """
    if months <= 0:
        return None
    place = today.year * 12 + today.month - 1 - months
    year, month = divmod(place, 12)
    if year < 1:
        return date.min
    for day in range(today.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, min(today.day, 27))
