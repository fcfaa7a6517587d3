"""A pattern as people write it, in Chinese and in English. Pure but for the words, which are those in force.

每周二、四 · 隔周三 · 每月第二个周二 · 每月最后一个周五 · 11-3 11-17; weekly Tue Thu · every 2 weeks Wed ·
monthly 2nd Tue · monthly last Fri. Digits do too, where an input method swallows letters: 2 4 is weekly on Tuesday
and Thursday. A day of the month (每月31日) is no pattern: it may be a Sunday or not exist, and its dates can be listed.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from db.series import Pattern
from frontdesk.common.typed_dates import read_coming_date
from frontdesk.locale import t

_CHINESE_DAYS = "一二三四五六日"
_CHINESE_NUMBERS = "一二三四五"
_ENGLISH_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = r"(?:周|星期|礼拜)?[一二三四五六日天1-7]"
_CHINESE_DAYS_OF = re.compile(rf"(?:{_DAY}|[、,和及])+")
_WEEKLY = re.compile(r"(每周|每星期|每礼拜|隔周|每两周|每2周|每隔一周)的?(.+)")
_MONTHLY = re.compile(r"每月的?(?:第([一二三四五1-5])|(最后)一?)(?:个|(?=周|星期|礼拜))(.+)")
_ENGLISH_WEEKLY = re.compile(r"(weekly|every week|every other week|every 2 weeks|biweekly)(?: on)?[ ,:]+(.+)")
_ENGLISH_MONTHLY = re.compile(r"monthly(?: on)?(?: the)? (1st|2nd|3rd|4th|5th|last|first|second|third|fourth) (.+)")
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_MOST_WRITTEN = 4


def read_pattern(text: str, today: date) -> Pattern:
    """The pattern that is meant. Raises ValueError where the text is none."""
    typed = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    together = typed.replace(" ", "")
    # Digits that stand together are no weekdays: 31 and 15 are days of a month to whoever types them.
    if re.fullmatch(r"[1-7](?:(?: |[ ]?[,、][ ]?)[1-7])*", typed):
        return Pattern(kind="weekly", weekdays=_numbers(typed))
    if match := _MONTHLY.fullmatch(together):
        return Pattern(kind="monthly", weekdays=_chinese_days(match[3]), nth=-1 if match[2] else _number(match[1]))
    if match := _WEEKLY.fullmatch(together):
        every = 1 if match[1] in ("每周", "每星期", "每礼拜") else 2
        return Pattern(kind="weekly", weekdays=_chinese_days(match[2]), every=every)
    if match := _ENGLISH_MONTHLY.fullmatch(typed):
        nth = _ORDINALS.get(match[1]) or int(match[1][0])
        return Pattern(kind="monthly", weekdays=_english_days(match[2]), nth=nth)
    if match := _ENGLISH_WEEKLY.fullmatch(typed):
        every = 1 if match[1] in ("weekly", "every week") else 2
        return Pattern(kind="weekly", weekdays=_english_days(match[2]), every=every)
    parts = [part for part in re.split(r"[\s,、;]+", typed) if part]
    if not parts:
        raise ValueError("no pattern")
    return Pattern(kind="dates", dates=tuple(sorted({read_coming_date(part, today) for part in parts})))


def pattern_words(pattern: Pattern) -> str:
    """A pattern in the language in force, as `read_pattern` takes it again."""
    if pattern.kind == "dates":
        return " ".join(day.isoformat() for day in pattern.dates)
    days = t("series.pattern.join").join(t(f"common.weekday.{day}") for day in pattern.weekdays)
    if pattern.kind == "monthly":
        return t(f"series.pattern.monthly.{'last' if pattern.nth < 0 else pattern.nth}", days=days)
    return t("series.pattern.weekly" if pattern.every == 1 else "series.pattern.other_week", days=days)


def short_words(pattern: Pattern) -> str:
    """The same for a column: of many dates the first ones and how many there are."""
    if pattern.kind != "dates" or len(pattern.dates) <= _MOST_WRITTEN:
        return pattern_words(pattern)
    shown = " ".join(f"{day:%m-%d}" for day in pattern.dates[:2])
    return t("series.pattern.dates", dates=shown, count=len(pattern.dates))


def _number(text: str) -> int:
    return _CHINESE_NUMBERS.index(text) + 1 if text in _CHINESE_NUMBERS else int(text)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(sorted({int(one) for one in text if one.isdigit()}))


def _chinese_days(text: str) -> tuple[int, ...]:
    """周二、四, 二四, 周二周四, 一至五. Raises ValueError."""
    if match := re.fullmatch(rf"({_DAY})(?:至|到|-)({_DAY})", text):
        return _range(_chinese_day(match[1][-1]), _chinese_day(match[2][-1]))
    if not _CHINESE_DAYS_OF.fullmatch(text):
        raise ValueError(f"no weekdays: {text!r}")
    plain = re.sub("周|星期|礼拜|[、,和及]", "", text)
    return tuple(sorted({_chinese_day(one) for one in plain}))


def _chinese_day(text: str) -> int:
    return int(text) if text.isdigit() else _CHINESE_DAYS.index(text.replace("天", "日")) + 1


def _english_days(text: str) -> tuple[int, ...]:
    if match := re.fullmatch(r"([a-z]+) ?(?:-|to) ?([a-z]+)", text):
        return _range(_english_day(match[1]), _english_day(match[2]))
    return tuple(sorted({_english_day(one) for one in re.split(r"[\s,]+|\band\b", text) if one}))


def _english_day(text: str) -> int:
    if len(text) < 3 or not text.isalpha():
        raise ValueError(f"no weekday: {text!r}")
    return _ENGLISH_DAYS.index(text[:3]) + 1


def _range(first: int, last: int) -> tuple[int, ...]:
    if first > last:
        raise ValueError("no range of weekdays")
    return tuple(range(first, last + 1))
