"""What is to be planned: shifts, people with their rules, wishes and the demand of every day and shift.

General enough for the published shift scheduling instances (Curtois & Qu 2014) and for a centre. Days are counted
from 0, the first day of the horizon; minutes are minutes of work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

SATURDAY = 5
"""The number of Saturday in a week that begins with Monday = 0."""

Roster: TypeAlias = tuple[tuple[int | None, ...], ...]
"""For each person and day the position of the shift in `Problem.shifts`, or None for a day off."""


@dataclass(frozen=True)
class Shift:
    """A shift of so many minutes of work; `forbidden_next` are the shifts that may not follow it on the next day."""

    id: str
    minutes: int
    forbidden_next: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Window:
    """The minutes of work from day `first` to day `last`, both included, lie between `minimum` and `maximum`."""

    first: int
    last: int
    minimum: int
    maximum: int


@dataclass(frozen=True)
class History:
    """What came before the horizon: `run` days of work in a row up to its eve, or `days_off` days off in a row.

    One of the two is 0. `last_shift` is the shift of the eve when it was worked. `settled` says that the stretch is
    never too short: the run may end, or work begin after the days off, whatever their length.
    """

    run: int = 0
    last_shift: str | None = None
    days_off: int = 0
    settled: bool = False

    def __post_init__(self) -> None:
        """ValueError unless exactly one of the two lengths is above 0."""
        if self.run < 0 or self.days_off < 0 or (self.run > 0) == (self.days_off > 0):
            raise ValueError("before the horizon lie either days of work or days off")


@dataclass(frozen=True)
class Following:
    """What comes after the horizon, when that is settled already: days of work or days off in a row from its morrow.

    One of the two is 0. `first_shift` is the shift of the morrow when it is worked; `settled` as in `History`.
    """

    run: int = 0
    first_shift: str | None = None
    days_off: int = 0
    settled: bool = False

    def __post_init__(self) -> None:
        """ValueError unless exactly one of the two lengths is above 0."""
        if self.run < 0 or self.days_off < 0 or (self.run > 0) == (self.days_off > 0):
            raise ValueError("after the horizon lie either days of work or days off")


@dataclass(frozen=True)
class Person:
    """A person's rules.

    `max_shifts` bounds how often each shift is worked (a shift not named has no bound); `windows` the minutes of work;
    runs of work last `min_run` to `max_run` days, gaps at least `min_days_off` days; at most `max_weekends` weekends
    with work on their Saturday or Sunday; `days_off` are days without work and `barred` (day, shift) pairs that are
    impossible. `history` is what lies before the horizon and `following` what lies after it. Without them runs and gaps
    that touch the first or the last day may be shorter than the minimum, as in the published instances, and none of the
    maximum run is used up.
    """

    id: str
    max_run: int
    min_run: int = 1
    min_days_off: int = 1
    max_shifts: Mapping[str, int] = field(default_factory=dict)
    windows: tuple[Window, ...] = ()
    max_weekends: int | None = None
    days_off: frozenset[int] = frozenset()
    barred: frozenset[tuple[int, str]] = frozenset()
    history: History | None = None
    following: Following | None = None


@dataclass(frozen=True)
class Request:
    """A wish to work the shift on the day (`wanted`) or not to; `weight` is what it costs to refuse it."""

    person: str
    day: int
    shift: str
    weight: int
    wanted: bool


@dataclass(frozen=True)
class Cover:
    """`need` people on the shift of the day; each one too few costs `under`, each one too many costs `over`."""

    day: int
    shift: str
    need: int
    under: int
    over: int


@dataclass(frozen=True)
class Problem:
    """A horizon of `days` days whose first is a `first_weekday` (Monday = 0), and everything to be planned in it."""

    days: int
    shifts: tuple[Shift, ...]
    people: tuple[Person, ...]
    requests: tuple[Request, ...] = ()
    covers: tuple[Cover, ...] = ()
    first_weekday: int = 0

    @cached_property
    def shift_index(self) -> dict[str, int]:
        """The position of each shift by its id."""
        return {shift.id: index for index, shift in enumerate(self.shifts)}

    @cached_property
    def person_index(self) -> dict[str, int]:
        """The position of each person by id."""
        return {person.id: index for index, person in enumerate(self.people)}

    @cached_property
    def weekends(self) -> tuple[tuple[int, ...], ...]:
        """The days of each weekend in the horizon; the first or last may have one day only."""
        weekends: list[tuple[int, ...]] = []
        saturday = SATURDAY - self.first_weekday % 7
        for day in range(saturday if saturday >= 0 else -1, self.days, 7):
            weekends.append(tuple(each for each in (day, day + 1) if 0 <= each < self.days))
        return tuple(weekends)

    def possible(self, person: Person) -> tuple[tuple[bool, ...], ...]:
        """For each day and shift whether the person could ever work it: leave, bars, limits, neighbours' shifts."""
        after_eve: frozenset[str] = frozenset()
        if person.history is not None and person.history.last_shift is not None:
            after_eve = self.shifts[self.shift_index[person.history.last_shift]].forbidden_next
        morrow = person.following.first_shift if person.following is not None else None
        return tuple(
            tuple(
                day not in person.days_off
                and (day, shift.id) not in person.barred
                and person.max_shifts.get(shift.id, self.days) > 0
                and not (day == 0 and shift.id in after_eve)
                and not (day == self.days - 1 and morrow in shift.forbidden_next)
                for shift in self.shifts
            )
            for day in range(self.days)
        )

    def cost(self, roster: Sequence[Sequence[int | None]]) -> int:
        """What a roster costs: refused wishes, too few and too many people. Hard rules are not looked at."""
        total = 0
        for request in self.requests:
            worked = roster[self.person_index[request.person]][request.day] == self.shift_index[request.shift]
            total += request.weight if worked != request.wanted else 0
        present = [Counter(day) for day in zip(*roster, strict=True)] or [Counter()] * self.days
        for cover in self.covers:
            there = present[cover.day][self.shift_index[cover.shift]]
            total += cover.under * max(0, cover.need - there) + cover.over * max(0, there - cover.need)
        return total
