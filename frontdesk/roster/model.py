"""What the roster's rules are given: the slots of a window, the people, and who stands where. Pure values.

Minutes count from local midnight of the slot's day. People are staff numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from db.leave import Leave

RoleInSlot = Literal["acting", "standby"]
ROLES: tuple[RoleInSlot, ...] = ("acting", "standby")

REST_MINUTES = 11 * 60
"""Between two shifts of one person."""
MAX_RUN = 6
"""Days in a row with duty, at most: one whole day of rest in seven."""

RANK_A, RANK_B, RANK_QUALIFIED = 0, 1, 2
"""How near a person is to a post: its A, its B, or somebody with competency level 2 or 3."""


@dataclass(frozen=True, order=True)
class SlotKey:
    """One post in one shift of one local day: the place that must never be empty."""

    day: date
    post: str
    shift: str


class NamesSlot(Protocol):
    """Whatever is stored about one slot and names it: the slot itself, an entry of the log, a swap."""

    @property
    def day(self) -> str:
        """The local day."""

    @property
    def post(self) -> str:
        """The post's name."""

    @property
    def shift(self) -> str:
        """The shift's code."""


def key_of(stored: NamesSlot) -> SlotKey:
    """The slot that a stored row is about."""
    return SlotKey(date.fromisoformat(stored.day), stored.post, stored.shift)


@dataclass(frozen=True)
class Shift:
    """A window of the day; `ends` may pass 1440."""

    code: str
    name: str
    starts: int
    ends: int
    break_minutes: int = 0

    @property
    def minutes(self) -> int:
        """Paid minutes: the span less the break."""
        return self.ends - self.starts - self.break_minutes


@dataclass(frozen=True)
class Post:
    """A post: whether its standby may act elsewhere in the same window (兼岗, mechanisms §8.2)."""

    name: str
    shared_cover: bool = True
    requirements: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Wish:
    """A wish for (or against) duty on a day, in one shift or in any, with a weight of 1 to 5."""

    day: date
    shift: str | None
    wanted: bool
    weight: int


@dataclass(frozen=True)
class Away:
    """An absence: whole days, bounded on the first day from a minute and on the last until one."""

    first: date
    last: date
    from_minute: int | None = None
    until_minute: int | None = None

    def touches(self, day: date, starts: int, ends: int) -> bool:
        """Whether somebody so away misses any of a window of this day, which may run into the next one."""
        gone = (self.first - day).days * 1440 + (self.from_minute or 0)
        back = (self.last - day).days * 1440 + (1440 if self.until_minute is None else self.until_minute)
        return starts < back and ends > gone


def away_of(leave: Leave) -> Away:
    """A leave as the rules see it."""
    first, last = date.fromisoformat(leave.first_day), date.fromisoformat(leave.last_day)
    return Away(first, last, leave.from_minute, leave.until_minute)


@dataclass(frozen=True)
class Member:
    """One person of the roster, with contract, absences, wishes and what this person may do where."""

    no: str
    name: str
    weekly_minutes: int
    monthly_minutes: int | None = None
    weekdays: frozenset[int] = frozenset(range(7))
    earliest: int | None = None
    latest: int | None = None
    max_run: int = MAX_RUN
    min_run: int = 1
    min_days_off: int = 1
    max_weekends: int | None = None
    away: tuple[Away, ...] = ()
    wishes: tuple[Wish, ...] = ()
    ranks: Mapping[str, int] = field(default_factory=dict)
    """Post -> RANK_A, RANK_B or RANK_QUALIFIED; a post that is not here, this person cannot stand at."""
    lapses: Mapping[str, date] = field(default_factory=dict)
    """Post -> last day on which every certificate that it requires is valid; missing: no end."""

    def may_stand_at(self, post: str, day: date) -> bool:
        """Whether this person is qualified for a post on a day."""
        return post in self.ranks and (post not in self.lapses or day <= self.lapses[post])

    def is_away(self, day: date, shift: Shift) -> bool:
        """Whether any absence takes this person out of a shift of this day."""
        return any(away.touches(day, shift.starts, shift.ends) for away in self.away)


@dataclass(frozen=True)
class Assignment:
    """Who acts and who stands by in a slot; None is an empty role."""

    acting: str | None = None
    standby: str | None = None
    locked: bool = False

    def holder(self, role: RoleInSlot) -> str | None:
        """Who has this role."""
        return self.acting if role == "acting" else self.standby


@dataclass(frozen=True)
class Situation:
    """All that decides whether a roster is legal over `first`..`last`.

    `slots` are those of the window in order; `before` is what was worked in the days before it (at least fourteen, back
    to the Monday and the first of the month), which rest, runs and hours look back on, and `after` what is published
    behind it. `shifts` holds every shift by code; a slot whose shift's times were changed since keeps the old ones in
    `times`.
    """

    first: date
    last: date
    posts: Mapping[str, Post]
    shifts: Mapping[str, Shift]
    members: Mapping[str, Member]
    slots: tuple[SlotKey, ...]
    before: Mapping[SlotKey, Assignment] = field(default_factory=dict)
    after: Mapping[SlotKey, Assignment] = field(default_factory=dict)
    times: Mapping[SlotKey, Shift] = field(default_factory=dict)
    forbidden_sequences: frozenset[tuple[str, str]] = frozenset()
    holidays: frozenset[date] = frozenset()
    stepped_in: frozenset[SlotKey] = frozenset()
    """Slots in which somebody acts who was not planned there: at a post with shared cover whoever has stepped in may
    act at a second post in the same window (mechanisms §8.2: B does both jobs). Nobody is planned so."""

    def shift_of(self, slot: SlotKey) -> Shift:
        """The window of a slot, as it was when the slot was made."""
        return self.times.get(slot) or self.shifts[slot.shift]


Roster = Mapping[SlotKey, Assignment]
"""Who stands where: every slot of a situation has an entry, an empty role is None."""


@dataclass(frozen=True, order=True)
class Violation:
    """A rule that an assignment breaks, in a form that a screen puts into words.

    `code` names the sentence `violation.<code>` of the catalogue; `values` fills it.
    """

    slot: SlotKey
    role: str
    staff_no: str
    code: str
    values: tuple[tuple[str, str], ...] = ()
    hard: bool = True
