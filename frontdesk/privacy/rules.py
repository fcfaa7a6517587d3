"""Purposes and kinds of people, how long what is kept. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple, get_args

from db.privacy import PersonKind
from frontdesk.common.dates import kept_since as kept_since

Purpose = Literal["register", "activities", "contact", "follow_up", "statistics", "photos"]
PURPOSES: Final[tuple[Purpose, ...]] = get_args(Purpose)
"""What data may be for (个人信息保护法 §14): the register, sign-ups, calling, follow-ups, totals, pictures."""

ASKED_PURPOSES: Final[tuple[Purpose, ...]] = ("register", "activities", "contact", "follow_up", "statistics")
"""What a consent is for where nobody says more: pictures are always asked for apart."""

KINDS: Final[tuple[PersonKind, ...]] = get_args(PersonKind)

RetentionKind = Literal["resident", "volunteer", "rater", "booking", "signup", "case", "export"]
RETENTION_KINDS: Final[tuple[RetentionKind, ...]] = get_args(RetentionKind)

SETTING_OF: Final[dict[RetentionKind, str]] = {
    kind: f"retention_{kind}_months" for kind in RETENTION_KINDS if kind != "case"
}
"""The settings that say how long; of a case its definition does."""

SHORTEST_NAME = 2
"""A name of fewer characters is not looked for in words: it would be found in half of them."""


class Subject(NamedTuple):
    """A person as the file knows one: the id of a resident, the number of a volunteer or of somebody of the staff, the
    key of a named rating in hexadecimal, the number of a booking, the place in a record (`12-visitor`, `12-parties-2`).
    """

    kind: PersonKind
    ref: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.ref}"


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
