"""From a situation to the planner's problem and back. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from frontdesk.roster.fairness import EVENING
from frontdesk.roster.model import Assignment, Away, Member, Roster, Shift, Situation, SlotKey

if TYPE_CHECKING:
    from frontdesk.planning.abcost import Holders
    from frontdesk.planning.abproblem import AbPerson, AbProblem, AbWindow

Key = tuple[str, int, int, int]


@dataclass(frozen=True)
class Posed:
    """A problem with the slot that each of its slots stands for; slots that are facts are not among them."""

    problem: AbProblem
    slots: tuple[SlotKey, ...]
    situation: Situation
    roster: Roster

    def day(self, number: int) -> date:
        """The date of a day of the problem."""
        return self.problem.first + timedelta(days=number)

    def assigned(self, holders: Sequence[Holders]) -> dict[SlotKey, Assignment]:
        """The whole roster with these holders; facts and locked slots stay as they are."""
        roster = dict(self.roster)
        for slot, (acting, standby, _) in zip(self.slots, holders, strict=True):
            if not roster[slot].locked:
                roster[slot] = Assignment(acting, standby)
        return roster


def pose(
    situation: Situation,
    roster: Roster,
    *,
    facts: Collection[SlotKey] = (),
    away: Mapping[str, Sequence[Away]] | None = None,
    second: bool = False,
) -> Posed:
    """The problem of a situation, with its roster as the holders so far.

    `facts` are slots that nothing may change, because they have begun; `away` are absences beside those that are
    known; `second` asks for a second standby.
    """
    from frontdesk.planning.abproblem import AbProblem, AbSlot

    fixed = set(facts)
    given: dict[SlotKey, Assignment] = {**situation.before, **situation.after}
    given.update({slot: roster[slot] for slot in situation.slots if slot in fixed})
    windows = _Windows(situation)
    outside = _outside(situation, given, windows)
    open_slots = tuple(slot for slot in situation.slots if slot not in fixed)
    slots = tuple(
        AbSlot(
            (slot.day - situation.first).days,
            slot.post,
            windows.number(slot),
            (_known(situation, roster[slot].acting), _known(situation, roster[slot].standby), None),
            roster[slot].locked,
        )
        for slot in open_slots
    )
    keys = sorted({(slot.day, slot.window) for slot in slots})
    people = tuple(
        _person(situation, member, keys, windows.made, outside[no], (away or {}).get(no, ()))
        for no, member in sorted(situation.members.items())
    )
    problem = AbProblem(
        first=situation.first,
        days=(situation.last - situation.first).days + 1,
        posts={post.name: post.shared_cover for post in situation.posts.values()},
        windows=tuple(windows.made),
        slots=slots,
        people=people,
        forbidden=situation.forbidden_sequences,
        holidays=frozenset((day - situation.first).days for day in situation.holidays),
        second=second,
    )
    return Posed(problem, open_slots, situation, roster)


class _Windows:
    """The windows of a problem, each once, numbered as slots first ask for them."""

    def __init__(self, situation: Situation) -> None:
        self.made: list[AbWindow] = []
        self._situation = situation
        self._numbers: dict[Key, int] = {}

    def number(self, slot: SlotKey) -> int:
        """The number of the window of a slot."""
        from frontdesk.planning.abproblem import AbWindow

        shift = self._situation.shift_of(slot)
        key = (slot.shift, shift.starts, shift.ends, shift.minutes)
        if key not in self._numbers:
            self._numbers[key] = len(self.made)
            self.made.append(AbWindow(slot.shift, shift.starts, shift.ends, shift.minutes, shift.ends > EVENING))
        return self._numbers[key]


def _outside(situation: Situation, given: Mapping[SlotKey, Assignment], windows: _Windows) -> dict[str, dict[int, int]]:
    """By person, the window in which each day outside of what is planned is worked, by the number of the day."""
    outside: dict[str, dict[int, int]] = {no: {} for no in situation.members}
    for slot, assignment in given.items():
        for holder in (assignment.acting, assignment.standby):
            if holder in outside:
                outside[holder][(slot.day - situation.first).days] = windows.number(slot)
    return outside


def _known(situation: Situation, no: str | None) -> str | None:
    return no if no in situation.members else None


def _person(
    situation: Situation,
    member: Member,
    keys: Sequence[tuple[int, int]],
    windows: Sequence[AbWindow],
    outside: Mapping[int, int],
    more_away: Sequence[Away],
) -> AbPerson:
    from frontdesk.planning.abproblem import AbPerson, AbWish

    away, closed = set(), set()
    every = (*member.away, *more_away)
    for day, number in keys:
        window, on = windows[number], situation.first + timedelta(days=day)
        if any(one.touches(on, window.starts, window.ends) for one in every):
            away.add((day, number))
        if not _within_contract(member, on, window):
            closed.add((day, number))
    last = (situation.last - situation.first).days
    wishes = []
    for wish in member.wishes:
        day = (wish.day - situation.first).days
        if 0 <= day <= last:
            wishes.append(AbWish(day, wish.shift, wish.wanted, wish.weight))
    return AbPerson(
        id=member.no,
        weekly_minutes=member.weekly_minutes,
        monthly_minutes=member.monthly_minutes,
        max_run=member.max_run,
        min_run=member.min_run,
        min_days_off=member.min_days_off,
        max_weekends=member.max_weekends,
        away=frozenset(away),
        closed=frozenset(closed),
        outside=dict(outside),
        wishes=tuple(wishes),
        ranks=dict(member.ranks),
        lapses={post: (until - situation.first).days for post, until in member.lapses.items()},
    )


def _within_contract(member: Member, day: date, window: AbWindow) -> bool:
    return (
        day.weekday() in member.weekdays
        and (member.earliest is None or window.starts >= member.earliest)
        and (member.latest is None or window.ends <= member.latest)
    )


def begun(situation: Situation, today: date, minute: int) -> set[SlotKey]:
    """The slots that have begun at a minute of a day."""

    def starts(slot: SlotKey) -> int:
        shift: Shift = situation.shift_of(slot)
        return shift.starts

    return {slot for slot in situation.slots if slot.day < today or (slot.day == today and starts(slot) <= minute)}
