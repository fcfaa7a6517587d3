"""Purposes, kinds of people, and from which day on something is kept too long. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, Literal, NamedTuple, get_args

from db.privacy import PersonKind

Purpose = Literal["register", "activities", "contact", "follow_up", "statistics", "photos"]
PURPOSES: Final[tuple[Purpose, ...]] = get_args(Purpose)
"""What data may be for (个人信息保护法 §14): the register, sign-ups, calling, follow-ups, totals, pictures."""

ASKED_PURPOSES: Final[tuple[Purpose, ...]] = ("register", "activities", "contact", "follow_up", "statistics")
"""What a consent is for where nobody says more: pictures are always asked for apart."""

KINDS: Final[tuple[PersonKind, ...]] = get_args(PersonKind)

RetentionKind = Literal["resident", "volunteer", "rater", "booking", "signup", "export"]
RETENTION_KINDS: Final[tuple[RetentionKind, ...]] = get_args(RetentionKind)

SETTING_OF: Final[dict[RetentionKind, str]] = {kind: f"retention_{kind}_months" for kind in RETENTION_KINDS}

SHORTEST_NAME = 2
"""A name of fewer characters is not looked for in words: it would be found in half of them."""


class Subject(NamedTuple):
    """A person as the file knows one: the id of a resident, the number of a volunteer or of somebody of the staff, the
    key of a named rating in hexadecimal, the number of a booking.
    """

    kind: PersonKind
    ref: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.ref}"


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


def looked_for(names: Iterable[str], phones: Iterable[str]) -> tuple[str, ...]:
    """What is looked for in words that may speak of a person: the names, the numbers as people write them. Longest
    first, so that a name that contains another goes whole.
    """
    words = {name for name in names if len(name) >= SHORTEST_NAME}
    for phone in phones:
        if len(phone) >= 7:
            words.add(phone)
        if len(phone) == 11 and phone.isdigit():
            words |= {f"{phone[:3]}{mark}{phone[3:7]}{mark}{phone[7:]}" for mark in " -"}
    return tuple(sorted(words, key=lambda one: (-len(one), one)))
