"""Rooms and bookings: what may be typed, when a room is free, how much of it is used. Pure; a time of day is in minutes
after local midnight, an end past 1440 is on the next day.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from db.rooms import BookingState

DAY_MINUTES: Final = 1440
LONGEST_BOOKING: Final = 16 * 60
LONGEST_AROUND: Final = 8 * 60
"""Nobody sets up or clears longer than this."""
LARGEST_NUMBER: Final = 10_000
MOST_WEEKS: Final = 53
LONGEST: Final = {"room": 50, "name": 50, "zone": 30, "purpose": 60, "booked_by": 50, "note": 200, "reason": 100}

PURPOSES: Final = {
    "culture": "文化艺术交流",
    "affairs": "公共事务商议",
    "discussion": "事宜讨论",
    "vision": "愿景共商",
    "neighbours": "邻里关系协调",
    "legal": "法律服务对接",
}
"""What an open space is for (mechanisms X15), as it is kept; anything else may be said too."""

SESSION_PURPOSE: Final = "session"
"""What a session counts as among the purposes of a room."""

CHANGEABLE: tuple[BookingState, ...] = ("held", "confirmed")
"""The states of a booking of which nothing has come yet."""

_CLOCK = r"([0-9]{1,2})(?:[:.时点]([0-9]{2})?分?|([0-9]{2}))?"
_SPAN = re.compile(_CLOCK + r"\s*(?:[-~‐‑‒–—―−〜\s]+|至|到)\s*(次日|翌日|\+)?\s*" + _CLOCK)


@dataclass(frozen=True)
class RoomFields:
    """What a person says of a room."""

    name: str
    capacity: int = 0
    zone: str = ""
    opens: int = 510
    closes: int = 1260
    setup_minutes: int = 0
    clearing_minutes: int = 0
    bookable: bool = True
    note: str = ""


@dataclass(frozen=True)
class BookingFields:
    """What a person says of a booking. None for the minutes of setting up and clearing: as the room usually takes;
    `phone` None: as it is kept, "" for none.
    """

    room: str
    day: date
    starts: int
    ends: int
    purpose: str
    booked_by: str = ""
    phone: str | None = None
    head_count: int = 0
    setup_minutes: int | None = None
    clearing_minutes: int | None = None
    note: str = ""


class Stretch(NamedTuple):
    """A stretch of time in minutes after local midnight, half-open."""

    starts: int
    ends: int


class Use(NamedTuple):
    """One use of a room on a day: when it begins and ends, what for, how many person-times."""

    starts: int
    ends: int
    purpose: str
    person_times: int


@dataclass
class RoomUse:
    """How much a room was used on some days, in minutes.

    `used` adds up the uses; `within` is how much of the opening hours had something on, which is never more than
    `open`. `by_purpose` holds minutes and how often, sessions under "session".
    """

    room: str
    open: int
    used: int = 0
    within: int = 0
    uses: int = 0
    person_times: int = 0
    no_shows: int = 0
    by_purpose: dict[str, Stretch] = field(default_factory=dict)

    @property
    def permille(self) -> int:
        """Of a thousand minutes of opening hours so many had something on, rounded down."""
        return 1000 * self.within // self.open if self.open else 0


def read_span(text: str) -> tuple[int, int]:
    """Beginning and end as they are typed: 14-1530, 9:00-11:30, 900 1130, 22:00-次日1:00, 22-25.

    An end before the beginning is on the next day. Raises ValueError for anything else, and for more than 16 hours.
    """
    match = _SPAN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        raise ValueError(f"not a span of time: {text!r}")
    starts = _minutes(match[1], match[2] or match[3], latest=23)
    ends = _minutes(match[5], match[6] or match[7], latest=39)
    if ends < DAY_MINUTES and (match[4] or ends < starts):
        ends += DAY_MINUTES
    if not starts < ends <= starts + LONGEST_BOOKING:
        raise ValueError(f"no span of time: {text!r}")
    return starts, ends


def read_clock(text: str) -> int:
    """A time of day until 24:00: 8, 830, 8:30. Raises ValueError for anything else."""
    match = re.fullmatch(_CLOCK, unicodedata.normalize("NFKC", text).strip())
    if match is None:
        raise ValueError(f"not a time: {text!r}")
    minute = _minutes(match[1], match[2] or match[3], latest=24)
    if minute > DAY_MINUTES:
        raise ValueError(f"not a time: {text!r}")
    return minute


def _minutes(hours: str, minutes: str | None, *, latest: int) -> int:
    hour, minute = int(hours), int(minutes or 0)
    if hour > latest or minute > 59:
        raise ValueError(f"no time of day: {hours}:{minutes}")
    return hour * 60 + minute


def clock_words(minute: int) -> str:
    """A minute of the day as a form takes it back: 09:00, 25:30 past midnight."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def span_words(starts: int, ends: int) -> str:
    """Times as a form takes them back: 09:00-11:30, 22:00-25:00 past midnight."""
    return f"{clock_words(starts)}-{clock_words(ends)}"


def minute_of(clock: str) -> int:
    """The minute of a kept time of day, 08:30."""
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def overlap(first: int, last: int, other_first: int, other_last: int) -> bool:
    """Whether two half-open times have a moment in common: what ends when another begins does not."""
    return first < other_last and other_first < last


def free_times(
    opens: int, closes: int, taken: Iterable[Stretch], minutes: int, setup_minutes: int = 0, clearing_minutes: int = 0
) -> list[Stretch]:
    """The stretches within the opening hours in which an event of `minutes` may be put at any moment, by beginning.

    `taken` includes setting up and clearing; those of the new event must fall into no taken time either, but may lie
    outside the opening hours.
    """
    starts = opens
    found: list[Stretch] = []
    latest = closes - minutes
    # An event may begin at a moment unless that lies strictly between the two ends of one of these.
    blocked = sorted((one.starts - minutes - clearing_minutes, one.ends + setup_minutes) for one in taken)
    for first, last in blocked:
        if starts > latest:
            break
        if first >= starts:
            found.append(Stretch(starts, min(first, latest) + minutes))
        if last > starts:
            starts = last
    if starts <= latest:
        found.append(Stretch(starts, latest + minutes))
    return found


def next_free(free: Iterable[Stretch], starts: int, minutes: int) -> Stretch | None:
    """The first free stretch that has room for an event of `minutes` from `starts` on, else the last before it, each
    whole; None where there is none.
    """
    before: Stretch | None = None
    for one in free:
        if max(one.starts, starts) + minutes <= one.ends:
            return one
        before = one
    return before


def add_day(use: RoomUse, opens: int, closes: int, uses: Iterable[Use]) -> None:
    """Add one day's uses of a room to what is known of it; `open` must have the day's hours already."""
    within: list[Stretch] = []
    for one in uses:
        length = one.ends - one.starts
        minutes, times = use.by_purpose.get(one.purpose, Stretch(0, 0))
        use.by_purpose[one.purpose] = Stretch(minutes + length, times + 1)
        use.used += length
        use.uses += 1
        use.person_times += one.person_times
        within.append(Stretch(max(opens, one.starts), min(closes, one.ends)))
    reached = opens
    for first, last in sorted(within):
        # What two have at once (overridden) was used once.
        use.within += max(0, last - max(first, reached))
        reached = max(reached, last)


def purpose_meant(text: str, words: dict[str, str]) -> str:
    """A purpose as it is kept: one of the usual by its digit, its code or its word in any language, else the text.

    `words` are those of the language in force, by code.
    """
    typed = unicodedata.normalize("NFKC", text).strip()
    codes = list(PURPOSES)
    if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(codes):
        return PURPOSES[codes[int(typed) - 1]]
    for code, kept in PURPOSES.items():
        if typed.casefold() in (code, kept, words.get(code, kept).casefold()):
            return kept
    return text


def weekly(first: date, until: date) -> list[date]:
    """The same weekday from `first` until `until`, both included. Raises ValueError beyond 53 dates."""
    from datetime import timedelta

    count = (until - first).days // 7 + 1
    if not 1 <= count <= MOST_WEEKS:
        raise ValueError("not a time of weeks")
    return [first + timedelta(weeks=week) for week in range(count)]
