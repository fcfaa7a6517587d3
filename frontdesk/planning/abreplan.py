"""Replanning: as few vacant roles as possible, then the fewest changed assignments, then quality.

Nearly always `abmend` finds and proves it on the disturbed roles and the edge around them. Where parts do not apply -
shortest runs or gaps, or a published roster that breaks a rule by itself - the days of the disturbance are searched:
of two small problems over these days one *restricts* the whole (all other days stay as they are), the other *relaxes*
it (no duty on any other day, so no hours used up there and no run from before). What both cost alike is the cheapest
for the whole roster. Where they differ the days grow, in the end to all days, where restricted and whole are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from math import ceil, isfinite
from time import monotonic
from typing import Literal

from frontdesk.planning import highs
from frontdesk.planning.abcost import Holders
from frontdesk.planning.abmend import PROVING, mend
from frontdesk.planning.abmodel import AbModel
from frontdesk.planning.abproblem import AbPerson, AbProblem, AbWish
from frontdesk.planning.abstate import AbState

MARGINS = (6, 20)
"""Days before and behind the disturbance; after the last all days."""

WHOLE_UP_TO = 35
"""Up to so many days all are taken at once: quicker than a part and its proof (measured on 12 people, 4 weeks)."""

WORTH_PARTS = 0.7
"""A part longer than this share of the horizon is not worth its second solve."""

CHANGE = 1000.0
"""What a change counts beside the quality of the roles that are given anew."""

MOST_QUALITY = 20
"""The most that the quality of one role counts beside changes."""

STEP = 300.0
"""The search may end this near to its bound; whether the number of changes is proven by it is then computed."""


@dataclass(frozen=True)
class AbChange:
    """One role that somebody else has: slot and role by position, and who had it and has it now."""

    slot: int
    role: int
    before: str | None
    after: str | None


@dataclass(frozen=True)
class AbReplan:
    """The roster after replanning.

    `optimal`: neither fewer vacant roles nor, with these, fewer changes are possible; `bound` is the proven least
    number of changes; `days` are the first and the last day that was looked at.
    """

    status: Literal["optimal", "feasible", "infeasible"]
    holders: list[Holders]
    changes: tuple[AbChange, ...]
    bound: int
    vacant: tuple[int, int, int]
    days: tuple[int, int]
    seconds: float


def changes_between(before: Sequence[Holders], after: Sequence[Holders]) -> tuple[AbChange, ...]:
    """Every role that has another holder, in order of slots."""
    return tuple(
        AbChange(slot, role, old[role], new[role])
        for slot, (old, new) in enumerate(zip(before, after, strict=True))
        for role in range(3)
        if old[role] != new[role]
    )


def replan(
    problem: AbProblem,
    *,
    seconds: float = 30.0,
    should_stop: Callable[[], bool] | None = None,
) -> AbReplan:
    """The roster in `problem.slots` with what is no longer possible in it mended.

    Slots that are locked stay as they are. People who are away, or no longer qualified, give their roles up.
    """
    began = monotonic()
    published = [slot.holders for slot in problem.slots]
    state = AbState(problem)
    state.load(published)
    seeds = state.vacancies()
    if not seeds:
        return AbReplan("optimal", published, (), 0, _vacant(problem, published), (0, 0), monotonic() - began)
    if not highs.available():
        return _by_hand(state, published, began)
    part = mend(state, seconds, should_stop)
    if part is not None:
        changes = changes_between(published, part.holders)
        vacant = _vacant(problem, part.holders)
        return AbReplan("optimal", part.holders, changes, len(changes), vacant, part.days, monotonic() - began)
    broken = [problem.slots[slot].day for slot, _ in seeds]
    first, last = min(broken), max(broken)
    outcome: AbReplan | None = None
    for margin in (*MARGINS, problem.days):
        begin, end = max(0, first - margin), min(problem.days - 1, last + margin)
        if problem.days <= WHOLE_UP_TO or end - begin + 1 > WORTH_PARTS * problem.days:
            begin, end = 0, problem.days - 1
        whole = begin == 0 and end == problem.days - 1
        left = seconds - (monotonic() - began)
        found = _fewest_changes(problem if whole else restricted(problem, begin, end), left, should_stop)
        if found is None:
            if whole:
                break
            continue
        proven = found.proven
        if proven and not whole:
            least = _fewest_changes(relaxed(problem, begin, end), left, should_stop)
            proven = least is not None and least.proven and least.key == found.key
        holders = list(published)
        for number, given in zip(_inside(problem, begin, end), found.holders, strict=True):
            holders[number] = given
        changes = changes_between(published, holders)
        outcome = AbReplan(
            "optimal" if proven else "feasible",
            holders,
            changes,
            len(changes) if proven else min(found.least, len(changes)) if whole else 0,
            _vacant(problem, holders),
            (begin, end),
            monotonic() - began,
        )
        if proven or whole or monotonic() - began > seconds or (should_stop is not None and should_stop()):
            return outcome
    nothing = AbReplan("infeasible", published, (), 0, _vacant(problem, published), (0, problem.days - 1), 0.0)
    return outcome or replace(nothing, seconds=monotonic() - began)


# --- what is disturbed ----------------------------------------------------------------------------------------------


def _inside(problem: AbProblem, first: int, last: int) -> list[int]:
    return [number for number, slot in enumerate(problem.slots) if first <= slot.day <= last]


def _vacant(problem: AbProblem, holders: Sequence[Holders]) -> tuple[int, int, int]:
    empty = [sum(1 for given in holders if given[role] is None) for role in range(len(problem.roles))]
    return empty[0], empty[1], empty[2] if problem.second else 0


# --- smaller problems -----------------------------------------------------------------------------------------------


def restricted(problem: AbProblem, first: int, last: int) -> AbProblem:
    """The days from first to last, with the roster of all other days as it stands."""
    worked: dict[str, dict[int, int]] = {person.id: dict(person.outside) for person in problem.people}
    for slot in problem.slots:
        if not first <= slot.day <= last:
            for holder in slot.holders:
                if holder is not None and holder in worked:
                    worked[holder][slot.day] = slot.window
    return _part(problem, first, last, worked)


def relaxed(problem: AbProblem, first: int, last: int) -> AbProblem:
    """The days from first to last as if nobody had duty on another day of the horizon: what the whole can, this can."""
    worked = {person.id: dict(person.outside) for person in problem.people}
    part = _part(problem, first, last, worked)
    # A shortest run or gap can be met by days that are not looked at.
    people = tuple(replace(person, min_run=1, min_days_off=1) for person in part.people)
    return replace(part, people=people)


def _part(problem: AbProblem, first: int, last: int, worked: dict[str, dict[int, int]]) -> AbProblem:
    def moved(person: AbPerson) -> AbPerson:
        return replace(
            person,
            away=frozenset((day - first, window) for day, window in person.away if first <= day <= last),
            closed=frozenset((day - first, window) for day, window in person.closed if first <= day <= last),
            outside={day - first: window for day, window in worked[person.id].items()},
            wishes=tuple(
                AbWish(wish.day - first, wish.code, wish.wanted, wish.weight)
                for wish in person.wishes
                if first <= wish.day <= last
            ),
            lapses={post: day - first for post, day in person.lapses.items()},
        )

    return replace(
        problem,
        first=problem.first + timedelta(days=first),
        days=last - first + 1,
        slots=tuple(replace(problem.slots[n], day=problem.slots[n].day - first) for n in _inside(problem, first, last)),
        people=tuple(moved(person) for person in problem.people),
        holidays=frozenset(day - first for day in problem.holidays if first <= day <= last),
    )


# --- the solves -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Found:
    """A roster of a part: `key` are its vacant roles and its changes, `least` the proven least number of changes."""

    holders: list[Holders]
    key: tuple[int, int, int, int]
    least: int
    proven: bool


def change_costs(whole: AbModel) -> tuple[float, list[tuple[int, float]]]:
    """Costs that count changed roles, and the constant that belongs to them: a role that is kept earns its change."""
    costs: list[tuple[int, float]] = []
    constant = 0.0
    problem = whole.problem
    for role in range(len(problem.roles)):
        for number, slot in enumerate(problem.slots):
            holder = slot.holders[role]
            kept: int | None = whole.vacant[role][number]
            if holder is not None:
                kept = whole.roles[role].get((problem.person_index.get(holder, -1), number))
            constant += 1.0
            if kept is not None:
                costs.append((kept, -1.0))
    return constant, costs


def _fewest_changes(problem: AbProblem, seconds: float, should_stop: Callable[[], bool] | None) -> _Found | None:
    """A roster of this problem with the fewest vacancies, then changes.

    Among the fewest changes those are preferred that cost little by rank, shares and wishes as they stand; the search
    ends as soon as the number of changes is proven. None where locks leave no roster, or time was too short for any.
    """
    whole = AbModel(problem, fair=False)
    if whole.impossible_locks:
        return None
    state = AbState(problem)
    state.load([slot.holders for slot in problem.slots])
    _mended(state)
    start = whole.start(state.holders())
    found = _solved(whole, state, start, seconds, should_stop)
    if found is not None and found.proven and found.key[0] > _forced(whole, 0):
        # An acting role stays vacant: that as few as possible do is proven by itself, then held.
        sizes = float(1 + len(problem.slots))
        fewest = highs.solve(
            whole.costed(whole.vacancy_costs(sizes**2, sizes, 1.0 if problem.second else 0.0)),
            seconds=max(0.05, seconds),
            step=1.0,
            should_stop=should_stop,
            start=whole.start(found.holders),
        )
        if fewest.status != "optimal":
            return replace(found, proven=False, least=0)
        vacant = _vacant(problem, whole.holders(fewest.values))
        if vacant != found.key[:3]:
            for role, most in enumerate(vacant[: len(problem.roles)]):
                whole.model.add_row([(column, 1.0) for column in whole.vacant[role]], upper=most)
            found = _solved(whole, state, fewest.values, seconds, should_stop)
    return found


def _forced(whole: AbModel, role: int) -> int:
    return sum(1 for column in whole.vacant[role] if whole.model.lower[column] > 0)


def _solved(
    whole: AbModel,
    state: AbState,
    start: Sequence[float] | None,
    seconds: float,
    should_stop: Callable[[], bool] | None,
) -> _Found | None:
    """One solve for vacancies and changes together: a vacancy counts more than twice what all changes may."""
    problem = whole.problem
    roles = len(problem.slots) * len(problem.roles)
    standby = 2 * CHANGE * (1 + roles)
    constant, keeping = change_costs(whole)
    costs = [(column, CHANGE * cost) for column, cost in keeping]
    costs += whole.vacancy_costs(4 * standby, standby, standby / 2 if problem.second else 0.0)
    for role, columns in enumerate(whole.roles):
        for (number, slot), column in columns.items():
            if problem.slots[slot].holders[role] != problem.people[number].id:
                costs.append((column, float(min(MOST_QUALITY, max(0, 8 + state.gain(number, slot, role))))))
    model = whole.costed(costs)
    model.offset = CHANGE * constant
    solution = highs.solve(
        model, seconds=max(0.05, seconds), step=STEP, should_stop=should_stop, start=start, options=PROVING
    )
    if not len(solution.values):
        return None
    holders = whole.holders(solution.values)
    vacant = _vacant(problem, holders)
    changed = len(changes_between([slot.holders for slot in problem.slots], holders))
    of_vacancies = standby * (4 * vacant[0] + vacant[1] + (vacant[2] / 2 if problem.second else 0))
    # A roster with one change fewer costs at most this, with all its new roles as dear as can be.
    fewer = of_vacancies + CHANGE * (changed - 1) + MOST_QUALITY * (changed - 1)
    proven = changed == 0 or solution.bound > fewer
    least = ceil((solution.bound - of_vacancies) / (CHANGE + MOST_QUALITY) - 1e-6) if isfinite(solution.bound) else 0
    return _Found(holders, (*vacant, changed), changed if proven else max(0, least), proven)


def _mended(state: AbState) -> AbState:
    """The roster as it stands, its broken roles filled by hand rules: where the search begins."""
    for slot, role in state.vacancies():
        able = [number for number in state.able[slot] if state.may_hold(number, slot, role)]
        if able:
            state.put(min(able, key=lambda number: (state.gain(number, slot, role), number)), slot, role)
    return state


def _by_hand(state: AbState, published: list[Holders], began: float) -> AbReplan:
    """Without a solver: the broken roles filled by hand rules, nothing proven."""
    problem, holders = state.problem, _mended(state).holders()
    changes = changes_between(published, holders)
    days = (0, problem.days - 1)
    return AbReplan("feasible", holders, changes, 0, _vacant(problem, holders), days, monotonic() - began)
