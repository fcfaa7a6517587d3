"""The AB roster as the planner sees it: posts in windows on days, people with their rules. Neutral values, no database.

Days are counted from 0, the first day of the horizon; minutes from local midnight of the slot's day. The problem
travels between processes as JSON (`as_json`, `from_json`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Literal

RoleName = Literal["acting", "standby", "second"]

ROLES: tuple[RoleName, ...] = ("acting", "standby", "second")
"""Who is in charge, who takes over, and, where two absences are to be survived, who takes over from both."""

REST_MINUTES = 11 * 60
DAY_MINUTES = 1440

RANK_COST: Mapping[RoleName, tuple[int, int, int]] = {"acting": (0, 1, 3), "standby": (1, 0, 2), "second": (1, 0, 1)}
"""What a role costs by the rank of its holder: A, B, or another qualified person (mechanisms §8.2)."""

WISH_COST = 4
"""For one unit of a wish's weight that is not met."""

Measure = Literal["evenings", "weekends", "holidays", "acting", "standby"]
MEASURE_COST: Mapping[Measure, int] = {"evenings": 3, "weekends": 4, "holidays": 6, "acting": 1, "standby": 1}
"""For each evening, weekend day, holiday, acting or standby role above the ceiling or below the floor of a share."""

TERMS = ("vacant_acting", "vacant_standby", "vacant_second", "wishes", *MEASURE_COST, "rank")


@dataclass(frozen=True)
class AbWindow:
    """A window of the day: a shift with its times; `minutes` are paid, `ends` may pass 1440."""

    code: str
    starts: int
    ends: int
    minutes: int
    evening: bool = False


@dataclass(frozen=True)
class AbSlot:
    """A post in a window of a day, and who has its roles so far, by person id. Roles of a locked slot stay."""

    day: int
    post: str
    window: int
    holders: tuple[str | None, str | None, str | None] = (None, None, None)
    locked: bool = False


@dataclass(frozen=True)
class AbWish:
    """A wish for or against duty on a day, in the shift of a code or in any."""

    day: int
    code: str | None
    wanted: bool
    weight: int


@dataclass(frozen=True)
class AbPerson:
    """A person's rules.

    `away` and `closed` are (day, window) pairs that leave and the contract rule out; `outside` the windows that are
    worked on days outside the horizon (below 0: worked before; from `days` on: published behind it); `ranks` the posts
    where this person may stand (0 = A, 1 = B, 2 = qualified), `lapses` the last day of it.
    """

    id: str
    weekly_minutes: int
    monthly_minutes: int | None = None
    max_run: int = 6
    min_run: int = 1
    min_days_off: int = 1
    max_weekends: int | None = None
    away: frozenset[tuple[int, int]] = frozenset()
    closed: frozenset[tuple[int, int]] = frozenset()
    outside: Mapping[int, int] = field(default_factory=dict)
    wishes: tuple[AbWish, ...] = ()
    ranks: Mapping[str, int] = field(default_factory=dict)
    lapses: Mapping[str, int] = field(default_factory=dict)

    def qualified(self, post: str, day: int) -> bool:
        """Whether this person may stand at the post on the day."""
        return post in self.ranks and day <= self.lapses.get(post, day)

    def free(self, day: int, window: int) -> bool:
        """Whether neither leave nor the contract rules the window out."""
        return (day, window) not in self.away and (day, window) not in self.closed


@dataclass(frozen=True)
class AbProblem:
    """What is to be planned. `posts` says of each post whether its standby may act elsewhere in the same window.

    `forbidden` are pairs of shift codes that may not follow each other from one day to the next; `second` asks for a
    second standby in every slot, so that two absences are survived.
    """

    first: date
    days: int
    posts: Mapping[str, bool]
    windows: tuple[AbWindow, ...]
    slots: tuple[AbSlot, ...]
    people: tuple[AbPerson, ...]
    forbidden: frozenset[tuple[str, str]] = frozenset()
    holidays: frozenset[int] = frozenset()
    second: bool = False

    @property
    def roles(self) -> tuple[RoleName, ...]:
        """The roles of every slot."""
        return ROLES if self.second else ROLES[:2]

    @cached_property
    def person_index(self) -> dict[str, int]:
        """The position of each person by id."""
        return {person.id: number for number, person in enumerate(self.people)}

    @cached_property
    def in_window(self) -> dict[tuple[int, int], tuple[int, ...]]:
        """The slots of each (day, window), by position."""
        found: dict[tuple[int, int], list[int]] = {}
        for number, slot in enumerate(self.slots):
            found.setdefault((slot.day, slot.window), []).append(number)
        return {key: tuple(numbers) for key, numbers in found.items()}

    @cached_property
    def followers_barred(self) -> tuple[frozenset[int], ...]:
        """For each window those that may not come on the next day: 11 h of rest, and forbidden sequences."""
        return tuple(
            frozenset(
                later
                for later, after in enumerate(self.windows)
                if after.starts + DAY_MINUTES - before.ends < REST_MINUTES
                or (before.code, after.code) in self.forbidden
            )
            for before in self.windows
        )

    @cached_property
    def second_day_barred(self) -> tuple[tuple[int, int], ...]:
        """Pairs of windows too near even with a day between: only a window that ends late on the following day."""
        return tuple(
            (first, later)
            for first, before in enumerate(self.windows)
            for later, after in enumerate(self.windows)
            if after.starts + 2 * DAY_MINUTES - before.ends < REST_MINUTES
        )

    def weekday(self, day: int) -> int:
        """Monday = 0."""
        return (self.first.weekday() + day) % 7

    def month(self, day: int) -> tuple[int, int]:
        """Year and month of a day, inside the horizon or not."""
        on = self.first + timedelta(days=day)
        return on.year, on.month

    def week(self, day: int) -> int:
        """The day number of the Monday of the day's week."""
        return day - self.weekday(day)

    @cached_property
    def weeks(self) -> tuple[tuple[int, int], ...]:
        """First and last day, as far as in the horizon, of each week from Monday to Sunday."""
        starts = sorted({self.week(day) for day in range(self.days)})
        return tuple((max(0, start), min(self.days - 1, start + 6)) for start in starts)

    @cached_property
    def calendar_months(self) -> tuple[tuple[int, int], ...]:
        """First and last day, as far as in the horizon, of each calendar month."""
        found: dict[tuple[int, int], list[int]] = {}
        for day in range(self.days):
            found.setdefault(self.month(day), []).append(day)
        return tuple((days[0], days[-1]) for days in found.values())

    def minutes_outside(self, person: AbPerson, group: Iterable[int]) -> int:
        """Paid minutes that a person works outside the horizon on the days of a group."""
        return sum(self.windows[person.outside[day]].minutes for day in group if day in person.outside)

    def week_days(self, day: int) -> range:
        """All seven days of a day's week, inside the horizon or not."""
        return range(self.week(day), self.week(day) + 7)

    def month_days(self, day: int) -> range:
        """All days of a day's month, inside the horizon or not."""
        on = self.first + timedelta(days=day)
        start = day - on.day + 1
        following = date(on.year + on.month // 12, on.month % 12 + 1, 1)
        return range(start, start + (following - on.replace(day=1)).days)

    def holder(self, number: int, role: int) -> str | None:
        """Who has a role of a slot so far."""
        return self.slots[number].holders[role]

    def with_holders(self, holders: Iterable[tuple[str | None, str | None, str | None]]) -> AbProblem:
        """The same problem with other people in the slots, in their order."""
        slots = tuple(replace(slot, holders=given) for slot, given in zip(self.slots, holders, strict=True))
        return replace(self, slots=slots)


def as_json(problem: AbProblem) -> dict[str, Any]:
    """The problem as JSON values."""
    return {
        "first": problem.first.isoformat(),
        "days": problem.days,
        "posts": dict(problem.posts),
        "windows": [[w.code, w.starts, w.ends, w.minutes, w.evening] for w in problem.windows],
        "slots": [[s.day, s.post, s.window, list(s.holders), s.locked] for s in problem.slots],
        "people": [_person_as_json(person) for person in problem.people],
        "forbidden": sorted(map(list, problem.forbidden)),
        "holidays": sorted(problem.holidays),
        "second": problem.second,
    }


def _person_as_json(person: AbPerson) -> dict[str, Any]:
    return {
        "id": person.id,
        "weekly_minutes": person.weekly_minutes,
        "monthly_minutes": person.monthly_minutes,
        "max_run": person.max_run,
        "min_run": person.min_run,
        "min_days_off": person.min_days_off,
        "max_weekends": person.max_weekends,
        "away": sorted(map(list, person.away)),
        "closed": sorted(map(list, person.closed)),
        "outside": sorted([day, window] for day, window in person.outside.items()),
        "wishes": [[w.day, w.code, w.wanted, w.weight] for w in person.wishes],
        "ranks": dict(person.ranks),
        "lapses": dict(person.lapses),
    }


def from_json(said: Mapping[str, Any]) -> AbProblem:
    """The problem of JSON values made by `as_json`."""
    return AbProblem(
        first=date.fromisoformat(said["first"]),
        days=said["days"],
        posts=said["posts"],
        windows=tuple(AbWindow(*one) for one in said["windows"]),
        slots=tuple(
            AbSlot(day, post, window, tuple(holders), locked) for day, post, window, holders, locked in said["slots"]
        ),
        people=tuple(_person_from_json(one) for one in said["people"]),
        forbidden=frozenset((before, after) for before, after in said["forbidden"]),
        holidays=frozenset(said["holidays"]),
        second=said["second"],
    )


def _person_from_json(said: Mapping[str, Any]) -> AbPerson:
    changed = {
        "away": frozenset((day, window) for day, window in said["away"]),
        "closed": frozenset((day, window) for day, window in said["closed"]),
        "outside": dict(said["outside"]),
        "wishes": tuple(AbWish(*one) for one in said["wishes"]),
    }
    return AbPerson(**{**said, **changed})
