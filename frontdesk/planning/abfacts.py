"""What is given before anything is planned: duty outside the slots, locked roles, and what both leave of the rules.

Duty outside the slots - worked before, running today, published behind - is a fact, legal or not: it takes the person's
day, uses up hours and runs, and bars windows too near to it; where a fact itself breaks a rule, that rule gives way by
as much. A locked role is a demand: when it breaks a rule there is no roster, and `abexplain` says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from frontdesk.planning.abproblem import DAY_MINUTES, REST_MINUTES, AbPerson, AbProblem, AbWindow
from frontdesk.planning.problem import History, Person

NEUTRAL = "outside"
"""The shift of a day that is taken by a fact."""

MOST_TAIL_DAYS = 13
"""Days behind the horizon that runs and gaps look at: a run of six and six days off."""


@dataclass(frozen=True)
class Lock:
    """A locked role: the position of its slot, its role, and the person who has it."""

    slot: int
    role: int
    person: str


@dataclass(frozen=True)
class Facts:
    """`tail` days follow the horizon in the flow; `taken` are each person's fact days in horizon and tail.

    `barred` are the (day, window) pairs too near to a fact.
    """

    tail: int
    taken: Mapping[str, frozenset[int]]
    barred: Mapping[str, frozenset[tuple[int, int]]]
    locks: tuple[Lock, ...] = ()
    locked: Mapping[str, Mapping[int, int]] = field(default_factory=dict)


def facts_of(problem: AbProblem) -> Facts:
    """What is given in a problem."""
    latest = max((day for person in problem.people for day in person.outside), default=-1)
    tail = max(0, min(MOST_TAIL_DAYS, latest - problem.days + 1))
    reach = range(problem.days + tail)
    locks = tuple(
        Lock(number, role, holder)
        for number, slot in enumerate(problem.slots)
        if slot.locked
        for role in range(len(problem.roles))
        if (holder := slot.holders[role]) is not None and holder in problem.person_index
    )
    locked: dict[str, dict[int, int]] = {}
    for lock in locks:
        locked.setdefault(lock.person, {})[problem.slots[lock.slot].day] = problem.slots[lock.slot].window
    return Facts(
        tail=tail,
        taken={person.id: frozenset(day for day in person.outside if day in reach) for person in problem.people},
        barred={person.id: frozenset(_too_near(problem, person)) for person in problem.people},
        locks=locks,
        locked=locked,
    )


def _too_near(problem: AbProblem, person: AbPerson) -> Iterable[tuple[int, int]]:
    """The windows that leave less than 11 h to a fact, or may not follow it or be followed by it."""
    for fact, number in person.outside.items():
        given = problem.windows[number]
        for day in range(max(0, fact - 2), min(problem.days, fact + 3)):
            for window, other in enumerate(problem.windows):
                early, late = (given, other) if fact < day else (other, given)
                near = day != fact and apart(early, late, abs(day - fact)) < REST_MINUTES
                if near or (abs(day - fact) == 1 and (early.code, late.code) in problem.forbidden):
                    yield day, window


def apart(early: AbWindow, late: AbWindow, days: int) -> int:
    """Minutes between two windows so many days apart."""
    return late.starts + days * DAY_MINUTES - early.ends


def history_of(problem: AbProblem, person: AbPerson) -> History | None:
    """What the flow must know of the days before; None where nothing is known."""
    before = {day for day in person.outside if day < 0}
    if not before:
        return None
    run = 0
    while -1 - run in before:
        run += 1
    return History(run=run) if run else History(days_off=-1 - max(before))


def flow_person(problem: AbProblem, facts: Facts, person: AbPerson, possible: Iterable[tuple[int, int]]) -> Person:
    """The person as the stretch flow takes it: `possible` are the (day, window) pairs that may be worked.

    Hours and weekends are rows of the AB model. Where facts and locks break the shortest run or gap, which are no more
    than good manners, both are dropped; so they are where facts break the longest run, which holds for all other days.
    """
    taken = facts.taken[person.id]
    open_days = set(possible)
    days = problem.days + facts.tail
    barred = {
        (day, str(window))
        for day in range(days)
        for window in range(len(problem.windows))
        if (day, window) not in open_days
    }
    barred |= {(day, NEUTRAL) for day in range(days) if day not in taken}
    history = history_of(problem, person)
    free = [day in taken or any((day, w) in open_days for w in range(len(problem.windows))) for day in range(days)]
    before = history.run if history is not None else 0
    longest = person.max_run
    must = taken | facts.locked.get(person.id, {}).keys()
    shortest, gap = person.min_run, person.min_days_off
    if shortest > 1 or gap > 1:
        broken = _longest(taken, before) > longest
        if broken or not _has_path(free, must, history, longest, shortest, gap):
            shortest, gap = 1, 1
    return Person(
        id=person.id,
        max_run=longest,
        min_run=shortest,
        min_days_off=gap,
        barred=frozenset(barred),
        history=history,
    )


def _longest(taken: frozenset[int], before: int) -> int:
    """The longest run of fact days, with the run before the horizon where it goes on."""
    longest = 0
    for day in taken:
        if day - 1 in taken:
            continue
        length = before if day == 0 else 0
        while day in taken:
            length, day = length + 1, day + 1
        longest = max(longest, length)
    return longest


def _has_path(
    free: list[bool], must: Iterable[int], history: History | None, longest: int, shortest: int, gap: int
) -> bool:
    """Whether some row of blocks covers the days that must be worked within the free ones."""
    days, wanted = len(free), sorted(must)
    rested = [False] * (days + gap + 1)
    before = history.run if history is not None else 0
    starts_before = before > 0
    if starts_before and before >= shortest:
        rested[gap] = not any(day < gap for day in wanted)
    elif history is not None and not starts_before:
        begin = max(0, gap - history.days_off)
        rested[begin] = not any(day < begin for day in wanted)
    elif history is None:
        rested[0] = True
    for day in range(days):
        if rested[day] and day not in wanted:
            rested[day + 1] = True
        if not rested[day] and not (day == 0 and starts_before):
            continue
        carried = before if day == 0 else 0
        least = 1 if day == 0 and history is None else max(1, shortest - carried)
        for end in range(day + 1, min(days, day + longest - carried) + 1):
            if not free[end - 1]:
                break
            until = min(end + gap, days)
            if (end - day >= least or end == days) and not any(end <= one < until for one in wanted):
                rested[until] = True
    return rested[days]
