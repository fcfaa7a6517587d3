"""When a volunteer can serve, as people write it: 周六上午、周日, sat morning, weekdays evening. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from db.volunteer_records import Part, Slot
from frontdesk.locale import current_language, t

PARTS: tuple[Part, ...] = ("morning", "afternoon", "evening")

_PART_WORDS: dict[str, tuple[Part, ...]] = {
    "上午": ("morning",),
    "早上": ("morning",),
    "下午": ("afternoon",),
    "晚上": ("evening",),
    "晚间": ("evening",),
    "全天": PARTS,
    "白天": ("morning", "afternoon"),
    "morning": ("morning",),
    "mornings": ("morning",),
    "afternoon": ("afternoon",),
    "afternoons": ("afternoon",),
    "evening": ("evening",),
    "evenings": ("evening",),
    "allday": PARTS,
}
_SPANS = {
    "每天": (1, 7),
    "天天": (1, 7),
    "工作日": (1, 5),
    "平时": (1, 5),
    "周末": (6, 7),
    "双休日": (6, 7),
    "daily": (1, 7),
    "everyday": (1, 7),
    "weekdays": (1, 5),
    "weekday": (1, 5),
    "weekends": (6, 7),
    "weekend": (6, 7),
}
_HAN_DAYS = "一二三四五六日"
_LATIN_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = (
    rf"(?:(?:周|星期|礼拜)([{_HAN_DAYS}天])|(mon|tue|wed|thu|fri|sat|sun)[a-z]*?(?=$|[^a-z]|morning|afternoon|evening))"
)
_LEADING_DAY = re.compile(rf"(?:周|星期|礼拜)([{_HAN_DAYS}天])|({'|'.join(_LATIN_DAYS)})(?:(?:s|nes|rs|ur)?days?)?")
_TO = re.compile(r"(?:至|到|-|~)")
_BETWEEN = re.compile(r"[、,;/]|(?<=[a-z])\s+(?=(?:mon|tue|wed|thu|fri|sat|sun|weekend|weekday|daily))")


def read_slots(text: str) -> frozenset[Slot]:
    """The parts of weekdays that are meant; none for an empty text. A day without a part means the whole of it.

    Raises ValueError for what is no such text.
    """
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    slots: set[Slot] = set()
    days: list[int] = []
    for piece in filter(None, (one.strip() for one in _BETWEEN.split(folded))):
        found, rest = _days(re.sub(r"\s+", "", piece))
        parts = _parts(rest)
        if not found and (not days or not rest):
            raise ValueError(f"no day: {piece!r}")
        # 周六上午、下午: the second part is of the day before it.
        days = found or days
        slots.update(Slot(day, part) for day in days for part in parts)
    return frozenset(slots)


def _days(text: str) -> tuple[list[int], str]:
    """The days that a text begins with, and what follows them."""
    for word in sorted(_SPANS, key=len, reverse=True):
        if text.startswith(word):
            first, last = _SPANS[word]
            return list(range(first, last + 1)), text[len(word) :]
    days: list[int] = []
    while match := _LEADING_DAY.match(text):
        day, text = _number(match), text[match.end() :]
        to = _TO.match(text)
        until = _LEADING_DAY.match(text[to.end() :]) if to else None
        if to and until:
            last = _number(until)
            if last < day:
                raise ValueError("the span of days runs backwards")
            days += range(day, last + 1)
            text = text[to.end() + until.end() :]
        else:
            days.append(day)
    return days, text


def _number(match: re.Match[str]) -> int:
    if match[1]:
        return _HAN_DAYS.index(match[1].replace("天", "日")) + 1
    return _LATIN_DAYS.index(match[2]) + 1


def _parts(text: str) -> tuple[Part, ...]:
    if not text:
        return PARTS
    parts: list[Part] = []
    while text:
        word = next((one for one in sorted(_PART_WORDS, key=len, reverse=True) if text.startswith(one)), None)
        if word is None:
            raise ValueError(f"no part of a day: {text!r}")
        parts += _PART_WORDS[word]
        text = text[len(word) :].lstrip("和与及&+")
    return tuple(parts)


def slot_words(slots: Iterable[Slot]) -> str:
    """The slots in words that `read_slots` reads again: 周六上午、周日; days that have the same are named together."""
    by_day: dict[int, list[Part]] = {}
    for slot in sorted(slots, key=lambda one: (one.weekday, PARTS.index(one.part))):
        by_day.setdefault(slot.weekday, []).append(slot.part)
    runs: list[tuple[int, int, list[Part]]] = []
    for day, parts in by_day.items():
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == parts:
            runs[-1] = (runs[-1][0], day, parts)
        else:
            runs.append((day, day, parts))
    gap = " " if current_language() == "en" else ""
    said = []
    for first, last, parts in runs:
        days = t(f"common.weekday.{first}")
        if last > first:
            days += t("register.to") + t(f"common.weekday.{last}")
        words = [] if len(parts) == len(PARTS) else [t(f"register.part.{part}") for part in parts]
        said.append(gap.join([days, *words]))
    return t("register.list_mark").join(said)
