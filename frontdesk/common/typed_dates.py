"""Dates and times of day as a desk operator types them, relative to today (`mechanisms.md` §11.7)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from frontdesk.common.dates import read_date

_WORDS = {"前天": -2, "昨天": -1, "今天": 0, "明天": 1, "后天": 2, "大后天": 3}
_ENGLISH_WORDS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_ENGLISH_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAYS = "一二三四五六日"
_WEEKS = {"上": -1, "本": 0, "这": 0, "": 0, "下": 1}
_WEEKDAY = re.compile(r"(上|本|这|下|)(?:周|星期|礼拜)([一二三四五六日天])")
_OFFSET = re.compile(r"([+-])([0-9]{1,3})")
_CLOCK = re.compile(r"([0-9]{1,2})(?:[:点时.]([0-9]{2})?分?|([0-9]{2}))?")
_DAY_OF_YEAR = re.compile(r"([0-9]{1,2})(?:[-/.]([0-9]{1,2})|月([0-9]{1,2})[日号]?)")
_HALF_A_YEAR = 6


def read_typed_date(text: str, today: date) -> date:
    """The date meant by 今天, 明天, 周三, 下周三, tomorrow, Wed, +3, 7-1, 7月1日 or any full date.

    周三 is of this week, Monday first. A month and day without a year are of the year of `today`. Raises
    ValueError for anything else.
    """
    typed = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    if typed in _WORDS:
        return today + timedelta(days=_WORDS[typed])
    lower = typed.lower()
    if lower in _ENGLISH_WORDS:
        return today + timedelta(days=_ENGLISH_WORDS[lower])
    if lower[:3] in _ENGLISH_DAYS and lower.isalpha():
        return today + timedelta(days=_ENGLISH_DAYS.index(lower[:3]) - today.weekday())
    if match := _OFFSET.fullmatch(typed):
        days = int(match[2])
        return today + timedelta(days=days if match[1] == "+" else -days)
    if match := _WEEKDAY.fullmatch(typed):
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=_WEEKS[match[1]])
        return monday + timedelta(days=_DAYS.index(match[2].replace("天", "日")))
    if match := _DAY_OF_YEAR.fullmatch(typed):
        return date(today.year, int(match[1]), int(match[2] or match[3]))
    return read_date(text)


def read_coming_date(text: str, today: date) -> date:
    """The date meant where something is planned: as `read_typed_date`, but a weekday alone (周六, Sat) that has passed
    this week is that of the next; 这周六 and 上周六 stay what they say. A month that is more
    than half a year past is that of the next year: in November January is to come. Raises ValueError for anything else.
    """
    typed = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()
    if match := _DAY_OF_YEAR.fullmatch(typed):
        month, number = int(match[1]), int(match[2] or match[3])
        return date(today.year + (today.month - month > _HALF_A_YEAR), month, number)
    day = read_typed_date(text, today)
    weekday = _WEEKDAY.fullmatch(typed)
    is_bare = not weekday[1] if weekday else typed.isalpha() and typed[:3] in _ENGLISH_DAYS
    return day + timedelta(weeks=1) if is_bare and day < today else day


def minute_of(text: str) -> int | None:
    """The minute of a typed time of day (8, 830, 8:30, 8点30分); None for nothing. Raises ValueError for anything
    else.
    """
    typed = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    if not typed:
        return None
    found = _CLOCK.fullmatch(typed)
    minute = int(found[2] or found[3] or 0) if found else 60
    if found is None or int(found[1]) > 24 or minute > 59:
        raise ValueError(f"not a time: {text!r}")
    return int(found[1]) * 60 + minute
