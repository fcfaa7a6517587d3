"""What an AB roster costs, term by term, and the fair shares it is measured against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

from frontdesk.planning.abproblem import (
    MEASURE_COST,
    RANK_COST,
    ROLES,
    TERMS,
    WISH_COST,
    AbPerson,
    AbProblem,
    Measure,
)

Holders = tuple[str | None, str | None, str | None]
"""Who acts, who stands by and who is second standby in one slot, by person id."""

ROUNDING = 1e-9
"""A share this near to a whole number is that number."""


@dataclass(frozen=True)
class Share:
    """A fair share between two whole numbers."""

    floor: int
    ceiling: int


def counted(problem: AbProblem, measure: Measure, day: int, window: int) -> bool:
    """Whether duty in a window of a day counts for an evening, a weekend day or a holiday; roles always count."""
    if measure == "evenings":
        return problem.windows[window].evening
    if measure == "weekends":
        return problem.weekday(day) >= 5
    if measure == "holidays":
        return day in problem.holidays
    return True


def least_present(problem: AbProblem, key: tuple[int, int]) -> int:
    """How many people a window needs at least.

    Everybody acts once; a standby of a post without shared cover acts nowhere, the others may act elsewhere.
    """
    slots = problem.in_window[key]
    alone = sum(1 for number in slots if not problem.posts[problem.slots[number].post])
    least = len(slots) + alone
    if problem.second:
        return max(2 * len(slots), least, 3)
    return max(least, 2)


def shares(problem: AbProblem) -> dict[Measure, tuple[Share, ...]]:
    """For each measure the share of each person: by contract and by days available, never above what is possible.

    What is to be shared out is the least that the slots need; a person who can take less than a fair part is given
    what is possible, and the others share the rest.
    """
    weights = [_weight(problem, person) for person in problem.people]
    found: dict[Measure, tuple[Share, ...]] = {}
    for measure in MEASURE_COST:
        keys = [key for key in problem.in_window if counted(problem, measure, *key)]
        if measure in ("acting", "standby"):
            total = len(problem.slots)
        else:
            total = sum(least_present(problem, key) for key in keys)
        caps = [_possible_days(problem, person, keys) for person in problem.people]
        parts = _filled(total, weights, caps)
        found[measure] = tuple(Share(floor(part + ROUNDING), ceil(part - ROUNDING)) for part in parts)
    return found


def _weight(problem: AbProblem, person: AbPerson) -> float:
    available = {day for day, window in problem.in_window if person.free(day, window)}
    return person.weekly_minutes * len(available)


def _possible_days(problem: AbProblem, person: AbPerson, keys: Sequence[tuple[int, int]]) -> int:
    """On how many days a person could stand in one of these windows."""
    return len(
        {
            day
            for day, window in keys
            if person.free(day, window)
            and any(person.qualified(problem.slots[number].post, day) for number in problem.in_window[(day, window)])
        }
    )


def _filled(total: int, weights: Sequence[float], caps: Sequence[int]) -> list[float]:
    """A total shared out by weight; who is full takes no more, the others take the rest."""
    parts = [0.0] * len(weights)
    open_ones = {number for number, weight in enumerate(weights) if weight > 0 and caps[number] > 0}
    left = float(total)
    while open_ones:
        whole = sum(weights[number] for number in open_ones)
        full = {number for number in open_ones if left * weights[number] / whole >= caps[number]}
        if not full:
            for number in open_ones:
                parts[number] = left * weights[number] / whole
            break
        for number in full:
            parts[number] = float(caps[number])
            left -= caps[number]
        open_ones -= full
    return parts


def presence(problem: AbProblem, holders: Sequence[Holders]) -> dict[str, dict[int, int]]:
    """The window in which each person is on duty, by day."""
    found: dict[str, dict[int, int]] = {person.id: {} for person in problem.people}
    for slot, given in zip(problem.slots, holders, strict=True):
        for holder in given:
            if holder is not None:
                found[holder][slot.day] = slot.window
    return found


def wish_cost(problem: AbProblem, person: AbPerson, worked: Mapping[int, int]) -> int:
    """What a person's wishes cost with the windows worked by day."""
    total = 0
    for wish in person.wishes:
        window = worked.get(wish.day)
        met = window is not None and (wish.code is None or problem.windows[window].code == wish.code)
        if met != wish.wanted:
            total += WISH_COST * wish.weight
    return total


def measured(problem: AbProblem, holders: Sequence[Holders]) -> dict[Measure, list[int]]:
    """How much of each measure each person has."""
    there = presence(problem, holders)
    found: dict[Measure, list[int]] = {}
    for measure in MEASURE_COST:
        if measure in ("acting", "standby"):
            role = ROLES.index(measure)
            found[measure] = [sum(1 for given in holders if given[role] == person.id) for person in problem.people]
        else:
            found[measure] = [
                sum(1 for day, window in there[person.id].items() if counted(problem, measure, day, window))
                for person in problem.people
            ]
    return found


def terms(problem: AbProblem, holders: Sequence[Holders]) -> dict[str, int]:
    """The cost of a roster by term, vacant roles as their number; `vacant_second` only where one is asked for."""
    found = dict.fromkeys(TERMS, 0)
    for number, role in enumerate(problem.roles):
        found[f"vacant_{role}"] = sum(1 for given in holders if given[number] is None)
    there = presence(problem, holders)
    found["wishes"] = sum(wish_cost(problem, person, there[person.id]) for person in problem.people)
    fair = shares(problem)
    for measure, amounts in measured(problem, holders).items():
        found[measure] = MEASURE_COST[measure] * sum(
            max(0, amount - share.ceiling, share.floor - amount)
            for amount, share in zip(amounts, fair[measure], strict=True)
        )
    for slot, given in zip(problem.slots, holders, strict=True):
        for number, role in enumerate(problem.roles):
            holder = given[number]
            if holder is not None:
                person = problem.people[problem.person_index[holder]]
                found["rank"] += RANK_COST[role][person.ranks.get(slot.post, 2)]
    return found


def vacancy_scales(problem: AbProblem) -> tuple[int, int, int]:
    """What a vacant acting, standby and second standby role count, each far above all that comes after it."""
    most = 1 + sum(WISH_COST * wish.weight for person in problem.people for wish in person.wishes)
    most += 3 * len(problem.slots) * len(problem.roles) * (1 + sum(MEASURE_COST.values()))
    scale = 1
    while scale <= most:
        scale *= 10
    per_slot = 1
    while per_slot <= len(problem.slots):
        per_slot *= 10
    return scale * per_slot * per_slot, scale * per_slot, scale


def quality(found: Mapping[str, int]) -> int:
    """The cost without vacant roles."""
    return sum(amount for term, amount in found.items() if not term.startswith("vacant_"))


def empty_roles(found: Mapping[str, int]) -> int:
    """How many roles are vacant by the terms of a cost."""
    return sum(amount for term, amount in found.items() if term.startswith("vacant_"))


def total(problem: AbProblem, found: Mapping[str, int]) -> int:
    """One number for the order: vacant acting roles first, then vacant standby, then quality."""
    scales = vacancy_scales(problem)
    vacant = sum(scale * found[f"vacant_{role}"] for scale, role in zip(scales, ROLES, strict=True))
    return vacant + quality(found)
