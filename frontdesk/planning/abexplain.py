"""Why a roster cannot be filled: a minimal set of demands of which every proper subset can be met.

The demands are named - a role of a slot, somebody's leave, hours, days in a row, a lock, who is qualified for a post -
and the set is found with QuickXplain (Junker 2004): each question "can these be met together?" is one small solve over
the days around the vacant role. A conflict of these days alone is a conflict of the whole roster.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from time import monotonic
from typing import Literal

from frontdesk.planning import highs
from frontdesk.planning.abfacts import apart
from frontdesk.planning.abmodel import AbModel
from frontdesk.planning.abproblem import REST_MINUTES, AbProblem
from frontdesk.planning.abreplan import relaxed

Kind = Literal["demand", "lock", "away", "closed", "hours", "run", "weekends", "rest", "sequence", "qualified"]

PART_DAYS = (0, 1, 3, 6, 13)
"""Days before and behind the vacant role that are tried in turn, before all."""

CHECK_SECONDS = 2.0
"""For one question; one that takes longer counts as "can be met", so that a conflict is never claimed wrongly."""


@dataclass(frozen=True, order=True)
class Demand:
    """One named demand: a role of a slot (by position), a person's rule, or a post's qualification."""

    kind: Kind
    slot: int = -1
    role: int = -1
    person: str = ""
    post: str = ""


@dataclass(frozen=True)
class Conflict:
    """Demands that cannot be met together; `minimal`: any one of them less, and the others can be.

    `days` are the first and last day that they are about.
    """

    demands: tuple[Demand, ...]
    minimal: bool
    days: tuple[int, int]


def explain(
    problem: AbProblem,
    slot: int | None = None,
    role: int = 0,
    *,
    seconds: float = 8.0,
    should_stop: Callable[[], bool] | None = None,
) -> Conflict | None:
    """Why a role must stay vacant, or, without a slot, why the locked roles contradict each other or a rule.

    None where there is no conflict, or none was proven in the time.
    """
    until = monotonic() + seconds
    direct = _direct_lock(problem)
    if direct is not None and (slot is None or slot == direct.demands[0].slot):
        return direct
    if not highs.available():
        return None
    stop = should_stop or (lambda: False)
    for begin, end in _parts(problem, slot):
        part, back = _part(problem, begin, end)
        asked = _Question(part, lambda: stop() or monotonic() > until)
        demands = _demands(part, None if slot is None else back.index(slot), role)
        if asked.can(demands):
            if stop() or monotonic() > until:
                return None
            continue
        first = [one for one in demands if slot is not None and one.kind == "demand" and back[one.slot] == slot]
        core = _quickxplain(asked, first, [one for one in demands if one not in first], len(first) > 0)
        found = sorted([*first, *core])
        named = tuple(replace(one, slot=back[one.slot]) if one.slot >= 0 else one for one in found)
        return Conflict(named, not asked.cut_short, (begin, end))
    return None


def _parts(problem: AbProblem, slot: int | None) -> list[tuple[int, int]]:
    """The spans of days to ask about: around the slot, growing; without one around each locked day, then all."""
    last = problem.days - 1
    if slot is None:
        locked = sorted({each.day for each in problem.slots if each.locked})
        near = [(day, day) for day in locked] + list(pairwise(locked)) + [(d, min(last, d + 7)) for d in locked]
        return [*near, (0, last)]
    day = problem.slots[slot].day
    spans = [(max(0, day - margin), min(last, day + margin)) for margin in PART_DAYS]
    return list(dict.fromkeys([*spans, (0, last)]))


def _part(problem: AbProblem, begin: int, end: int) -> tuple[AbProblem, list[int]]:
    """A part of the roster apart from all other days, and the position of each of its slots in the whole."""
    back = [number for number, slot in enumerate(problem.slots) if begin <= slot.day <= end]
    return relaxed(problem, begin, end), back


def _direct_lock(problem: AbProblem) -> Conflict | None:
    """A locked role that contradicts one rule, or another lock, by itself."""
    where: dict[tuple[str, int], tuple[Demand, int]] = {}
    for number, slot in enumerate(problem.slots):
        for role in range(min(2, len(problem.roles))):
            holder = slot.holders[role]
            if not slot.locked or holder is None or holder not in problem.person_index:
                continue
            lock = Demand("lock", slot=number, role=role, person=holder)
            person = problem.people[problem.person_index[holder]]
            rule: Demand | None = None
            if not person.qualified(slot.post, slot.day):
                rule = Demand("qualified", post=slot.post)
            elif (slot.day, slot.window) in person.away:
                rule = Demand("away", person=holder)
            elif (slot.day, slot.window) in person.closed:
                rule = Demand("closed", person=holder)
            if rule is not None:
                return Conflict((lock, rule), True, (slot.day, slot.day))
            for day in (slot.day - 1, slot.day, slot.day + 1):
                other = where.get((holder, day))
                if other is not None and _clash(problem, other, slot.day, slot.window, number):
                    kinds: list[Demand] = [other[0], lock]
                    if day != slot.day:
                        kinds.append(Demand("rest", person=holder))
                    return Conflict(tuple(kinds), True, (min(day, slot.day), max(day, slot.day)))
            where[holder, slot.day] = (lock, slot.window)
    return None


def _clash(problem: AbProblem, other: tuple[Demand, int], day: int, window: int, number: int) -> bool:
    """Whether two locked roles of one person stand in each other's way: two windows of a day, or too little rest."""
    demand, there = other
    before = problem.slots[demand.slot].day
    if before == day:
        return there != window or demand.slot == number
    early, late = (there, window) if before < day else (window, there)
    return apart(problem.windows[early], problem.windows[late], abs(day - before)) < REST_MINUTES


def _demands(part: AbProblem, slot: int | None, role: int) -> list[Demand]:
    """All that may be asked of a part, the broad rules first, so that the conflict names few and telling ones."""
    found = [Demand("qualified", post=post) for post in sorted({slot.post for slot in part.slots})]
    found += [Demand("rest"), Demand("sequence")]
    for person in part.people:
        if person.away:
            found.append(Demand("away", person=person.id))
        if person.closed:
            found.append(Demand("closed", person=person.id))
        found += [Demand("hours", person=person.id), Demand("run", person=person.id)]
        if person.max_weekends is not None:
            found.append(Demand("weekends", person=person.id))
    for number, each in enumerate(part.slots):
        for place in range(len(part.roles)):
            if each.locked:
                if each.holders[place] is not None:
                    found.append(Demand("lock", slot=number, role=place, person=each.holders[place] or ""))
            elif slot is not None:
                found.append(Demand("demand", slot=number, role=place))
    wanted = [one for one in found if one.kind == "demand" and one.slot == slot and one.role == role]
    return [*(one for one in found if one not in wanted), *wanted]


class _Question:
    """Answers whether demands can be met together, in one small solve each."""

    def __init__(self, part: AbProblem, over: Callable[[], bool]) -> None:
        self.part, self.over, self.cut_short = part, over, False

    def can(self, demands: Sequence[Demand]) -> bool:
        """Whether they can be met together; an answer that was not found in time is yes."""
        if self.over():
            self.cut_short = True
            return True
        kept = set(demands)
        whole = AbModel(self._with(kept), fair=False)
        if whole.impossible_locks:
            return False
        for one in kept:
            if one.kind == "demand":
                whole.model.upper[whole.vacant[one.role][one.slot]] = 0.0
        solution = highs.solve(whole.costed([]), seconds=CHECK_SECONDS, should_stop=self.over)
        if solution.status == "unknown":
            self.cut_short = True
        return solution.status != "infeasible"

    def _with(self, kept: set[Demand]) -> AbProblem:
        """The part with only these demands: all other rules are lifted."""
        part = self.part
        names = {(one.kind, one.person) for one in kept}
        posts = {one.post for one in kept if one.kind == "qualified"}
        locks = {(one.slot, one.role) for one in kept if one.kind == "lock"}
        open_posts = {post: 2 for post in part.posts if post not in posts}
        people = tuple(
            replace(
                person,
                away=person.away if ("away", person.id) in names else frozenset(),
                closed=person.closed if ("closed", person.id) in names else frozenset(),
                weekly_minutes=person.weekly_minutes if ("hours", person.id) in names else 7 * 1440,
                monthly_minutes=person.monthly_minutes if ("hours", person.id) in names else None,
                max_run=person.max_run if ("run", person.id) in names else part.days + 31,
                max_weekends=person.max_weekends if ("weekends", person.id) in names else None,
                ranks={**open_posts, **person.ranks},
                lapses={post: day for post, day in person.lapses.items() if post in posts},
            )
            for person in part.people
        )
        slots = tuple(
            replace(
                slot,
                locked=any((number, role) in locks for role in range(len(part.roles))),
                holders=tuple(slot.holders[role] if (number, role) in locks else None for role in range(3)),  # type: ignore[arg-type]
            )
            for number, slot in enumerate(part.slots)
        )
        rested = replace(part, people=people, slots=slots)
        if ("sequence", "") not in names:
            rested = replace(rested, forbidden=frozenset())
        if ("rest", "") not in names:
            rested = _Restless(**{name: getattr(rested, name) for name in rested.__dataclass_fields__})
        return rested


class _Restless(AbProblem):
    """A problem without the rule of 11 hours; forbidden sequences hold."""

    @property
    def followers_barred(self) -> tuple[frozenset[int], ...]:
        """Only what the forbidden sequences bar."""
        return tuple(
            frozenset(later for later, after in enumerate(self.windows) if (before.code, after.code) in self.forbidden)
            for before in self.windows
        )

    @property
    def second_day_barred(self) -> tuple[tuple[int, int], ...]:
        """Nothing."""
        return ()


def _quickxplain(
    asked: _Question, background: list[Demand], demands: list[Demand], background_changed: bool
) -> list[Demand]:
    """A minimal part of the demands that conflicts with the background (Junker 2004, algorithm 1)."""
    if background_changed and not asked.can(background):
        return []
    if len(demands) == 1:
        return demands
    half = len(demands) // 2
    left, right = demands[:half], demands[half:]
    of_right = _quickxplain(asked, [*background, *left], right, bool(left))
    of_left = _quickxplain(asked, [*background, *of_right], left, bool(of_right))
    return [*of_left, *of_right]
