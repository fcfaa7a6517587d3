"""A legal roster at once, in plain Python: what a careful hand would do first, then repair and improvement by moves.

It is where the search begins, and the whole planner where no solver can be installed. Nothing is proven by it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from time import monotonic

from frontdesk.planning.abcost import Holders, quality, terms, total
from frontdesk.planning.abproblem import RANK_COST, AbProblem
from frontdesk.planning.abstate import AbState

MOVES_BETWEEN_LOOKS = 64
"""Moves between two looks at the clock."""

MOVES_EACH = 300
"""Moves for each role of a roster; beyond them little is gained."""

EJECTION_DEPTH = 3
"""How many people one vacancy may push on."""


def first_fit(problem: AbProblem) -> list[Holders]:
    """Day by day, post by post, the first that fits: A before B before the others. What a hand does with a table."""
    state = AbState(problem)
    _keep_locks(state)
    for slot in range(len(problem.slots)):
        for role in range(state.width):
            if state.holder[slot][role] is not None:
                continue
            at = problem.slots[slot]
            wanted = (1, 0, 2) if role else (0, 1, 2)
            for number in sorted(state.able[slot], key=lambda n: (wanted[state.people[n].ranks[at.post]], n)):
                if state.may_hold(number, slot, role):
                    state.put(number, slot, role)
                    break
    return state.holders()


def greedy(
    problem: AbProblem,
    *,
    seconds: float = 1.0,
    start: Sequence[Holders] | None = None,
    should_stop: Callable[[], bool] | None = None,
    seed: int = 0,
) -> list[Holders]:
    """A legal roster with as few empty roles as were found, improved for the rest of the time.

    `start` is a roster to begin with. The same seed gives the same first roster; how far it is improved depends on the
    time.
    """
    until = monotonic() + seconds
    random = Random(seed)
    best: AbState | None = None
    attempt = 0
    while best is None or (best.vacancies() and attempt < 12 and monotonic() < until):
        state = AbState(problem)
        _keep_locks(state)
        if start is not None and attempt == 0:
            state.load(start)
        _fill(state, random, noise=2.0 * attempt)
        while state.tidy():
            _fill(state, random, noise=0.0, present_only=True)
        if best is None or _empty(state) < _empty(best):
            best = state
        attempt += 1
    found = best.holders()
    return _improved(best, found, random, until, should_stop)


def _empty(state: AbState) -> list[int]:
    """How many roles are empty, acting first."""
    return [sum(1 for given in state.holder if given[role] is None) for role in range(state.width)]


def _keep_locks(state: AbState) -> None:
    for lock in state.facts.locks:
        number = state.problem.person_index[lock.person]
        if state.holder[lock.slot][lock.role] is None and state.may_hold(number, lock.slot, lock.role):
            state.put(number, lock.slot, lock.role)


def _fill(state: AbState, random: Random, noise: float, *, present_only: bool = False) -> None:
    """Fill the windows in the order of days, in each the role with the fewest people first; then push on."""
    problem = state.problem
    for key in sorted(problem.in_window):
        places = [
            (slot, role)
            for slot in problem.in_window[key]
            for role in range(state.width)
            if state.holder[slot][role] is None and (slot, role) not in state.closed_roles
        ]
        while places:
            choices = []
            for slot, role in places:
                able = [n for n in state.able[slot] if state.may_hold(n, slot, role)]
                if present_only:
                    able = [n for n in able if key[0] in state.window[n]]
                choices.append((role, len(able), random.random(), slot, able))
            role, _, _, slot, able = min(choices, key=lambda c: (c[0], c[1], c[2]))
            places.remove((slot, role))
            if able:
                state.put(min(able, key=lambda n: _wear(state, n, slot, role, random, noise)), slot, role)
    if present_only:
        return
    for slot, role in state.vacancies():
        _push(state, slot, role, EJECTION_DEPTH, set())


def _wear(state: AbState, number: int, slot: int, role: int, random: Random, noise: float) -> tuple[float, float]:
    """How unwelcome it is to use this person now: the cost, with new presence dear, then the hours already used."""
    at = state.problem.slots[slot]
    person = state.people[number]
    used = state.week_minutes[number].get(state.problem.week(at.day), 0) / max(1, person.weekly_minutes)
    new = 0.0 if at.day in state.window[number] else 6.0 + 4.0 * used
    return state.gain(number, slot, role) + new + noise * random.random(), used


def _push(state: AbState, slot: int, role: int, depth: int, tried: set[tuple[int, int]]) -> bool:
    """Fill an empty role, if need be with somebody whose role another person takes over."""
    able = [n for n in state.able[slot] if state.may_hold(n, slot, role)]
    if able:
        state.put(min(able, key=lambda n: (state.gain(n, slot, role), n)), slot, role)
        return True
    if depth == 0:
        return False
    week = state.problem.week(state.problem.slots[slot].day)
    tried.add((slot, role))
    for number in state.able[slot]:
        if number in state.holder[slot]:
            continue
        for day in range(week, week + 7):
            for other in list(state.held[number].get(day, ())):
                if other in tried or other in state.locked:
                    continue
                state.take(*other)
                if state.may_hold(number, slot, role):
                    state.put(number, slot, role)
                    if _push(state, other[0], other[1], depth - 1, tried):
                        return True
                    state.take(slot, role)
                state.put(number, *other)
    return False


def _improved(
    state: AbState,
    found: list[Holders],
    random: Random,
    until: float,
    should_stop: Callable[[], bool] | None,
) -> list[Holders]:
    """Hand single roles to others while that costs no more; shortest runs keep people out of it."""
    problem = state.problem
    places = [
        (slot, role)
        for slot in range(len(problem.slots))
        for role in range(state.width)
        if (slot, role) not in state.locked and state.holder[slot][role] is not None
    ]
    strict = any(person.min_run > 1 for person in problem.people)
    best_cost = quality(terms(problem, found))
    moves = 0
    while moves < MOVES_EACH * len(places):
        moves += 1
        if moves % MOVES_BETWEEN_LOOKS == 0 and (monotonic() > until or (should_stop is not None and should_stop())):
            break
        slot, role = random.choice(places)
        if strict or not _hand_over(state, slot, role, random):
            _exchange(state, random.choice(places), (slot, role))
    improved = state.holders()
    cheaper = total(problem, terms(problem, improved)) <= total(problem, terms(problem, found))
    return improved if cheaper or best_cost == 0 else found


def _hand_over(state: AbState, slot: int, role: int, random: Random) -> bool:
    """Give one role to another person if that costs no more; whether it was given."""
    number = state.take(slot, role)
    if number is None:
        return False
    cost = state.gain(number, slot, role)
    other = random.choice(state.able[slot])
    if other != number and state.may_hold(other, slot, role) and state.gain(other, slot, role) <= cost:
        state.put(other, slot, role)
        return True
    state.put(number, slot, role)
    return False


def _exchange(state: AbState, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Two people exchange two roles if that costs less; with both present in both windows nothing else changes."""
    at, to = state.problem.slots[one[0]], state.problem.slots[other[0]]
    if (at.day, at.window) != (to.day, to.window) or one == other:
        return False
    first, second = state.take(*one), state.take(*other)
    if first is None or second is None or first == second:
        _put_back(state, one, first, other, second)
        return False
    old = state.gain(first, *one) + state.gain(second, *other)
    if state.may_hold(second, *one):
        state.put(second, *one)
        if state.may_hold(first, *other):
            state.put(first, *other)
            new = _rank(state, second, one) + _rank(state, first, other)
            if new <= _rank(state, first, one) + _rank(state, second, other) and new <= old + 2:
                return True
            state.take(*other)
        state.take(*one)
    _put_back(state, one, first, other, second)
    return False


def _rank(state: AbState, number: int, place: tuple[int, int]) -> int:
    post = state.problem.slots[place[0]].post
    return RANK_COST[state.problem.roles[place[1]]][state.people[number].ranks[post]]


def _put_back(
    state: AbState, one: tuple[int, int], first: int | None, other: tuple[int, int], second: int | None
) -> None:
    if first is not None:
        state.put(first, *one)
    if second is not None:
        state.put(second, *other)
