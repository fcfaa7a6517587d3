"""The rules and the cost of an AB roster written a second time, plainly, sharing nothing with the model but the values.

Weights and words of the cost are stated here again, from the manual's section on planning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil, floor

from frontdesk.planning.abproblem import AbPerson, AbProblem

Holders = Sequence[tuple[str | None, str | None, str | None]]
WEIGHT_OF_WISH = 4
DEVIATION = {"evenings": 3, "weekends": 4, "holidays": 6, "acting": 1, "standby": 1}
RANKS = ({0: 0, 1: 1, 2: 3}, {0: 1, 1: 0, 2: 2}, {0: 1, 1: 0, 2: 1})


def on(problem: AbProblem, day: int) -> date:
    """The date of a day."""
    return problem.first + timedelta(days=day)


def duty(problem: AbProblem, holders: Holders) -> dict[str, dict[int, set[int]]]:
    """Each person's windows by day, those outside the slots too."""
    found: dict[str, dict[int, set[int]]] = {person.id: defaultdict(set) for person in problem.people}
    for person in problem.people:
        for day, window in person.outside.items():
            found[person.id][day].add(window)
    for slot, given in zip(problem.slots, holders, strict=True):
        for holder in given:
            if holder is not None:
                found[holder][slot.day].add(slot.window)
    return found


def faults(problem: AbProblem, holders: Holders) -> list[str]:
    """Every rule that the roster breaks; vacant roles are none. Empty when it is legal."""
    every = duty(problem, holders)
    found = [*_slots(problem, holders), *_windows(problem, holders)]
    for person in problem.people:
        found += _person(problem, person, every[person.id])
    return found


def _slots(problem: AbProblem, holders: Holders) -> list[str]:
    found = []
    by_id = {person.id: person for person in problem.people}
    for number, (slot, given) in enumerate(zip(problem.slots, holders, strict=True)):
        present = [one for one in given if one is not None]
        if len(present) != len(set(present)):
            found.append(f"slot {number}: one person in two roles")
        if given[2] is not None and not problem.second:
            found.append(f"slot {number}: a second standby that nobody asked for")
        for one in present:
            person = by_id[one]
            if slot.post not in person.ranks or person.lapses.get(slot.post, slot.day) < slot.day:
                found.append(f"slot {number}: {one} is not qualified")
            if (slot.day, slot.window) in person.away or (slot.day, slot.window) in person.closed:
                found.append(f"slot {number}: {one} is not there")
        if slot.locked and tuple(given[:2]) != tuple(slot.holders[:2]):
            found.append(f"slot {number}: was locked")
    return found


def _windows(problem: AbProblem, holders: Holders) -> list[str]:
    found = []
    acts: defaultdict[tuple[str, int, int], list[int]] = defaultdict(list)
    backs: defaultdict[tuple[str, int, int], list[int]] = defaultdict(list)
    for number, (slot, given) in enumerate(zip(problem.slots, holders, strict=True)):
        for place, one in enumerate(given):
            if one is not None:
                (acts if place == 0 else backs)[one, slot.day, slot.window].append(number)
    for key in {*acts, *backs}:
        if len(acts[key]) > 1:
            found.append(f"{key}: acts twice")
        if len(backs[key]) > 1:
            found.append(f"{key}: backs twice")
        for number in backs[key]:
            if acts[key] and not problem.posts[problem.slots[number].post]:
                found.append(f"{key}: backs a post without shared cover and acts")
    return found


def _person(problem: AbProblem, person: AbPerson, worked: dict[int, set[int]]) -> list[str]:
    found = []
    days = sorted(day for day in worked if worked[day])
    spans = []
    for day in days:
        if len(worked[day]) > 1:
            found.append(f"{person.id} day {day}: two windows")
        for window in worked[day]:
            midnight = datetime.combine(on(problem, day), datetime.min.time())
            given = problem.windows[window]
            spans.append(
                (midnight + timedelta(minutes=given.starts), midnight + timedelta(minutes=given.ends), day, given)
            )
    for early in spans:
        for late in spans:
            if early[2] >= late[2] or max(early[2], late[2]) < 0 or min(early[2], late[2]) >= problem.days:
                continue
            if late[0] - early[1] < timedelta(hours=11):
                found.append(f"{person.id} days {early[2]}, {late[2]}: too little rest")
            if late[2] - early[2] == 1 and (early[3].code, late[3].code) in problem.forbidden:
                found.append(f"{person.id} day {early[2]}: forbidden sequence")
    for first in days:
        run = [first + step for step in range(person.max_run + 1)]
        if all(day in days for day in run):
            found.append(f"{person.id} day {first}: too many days in a row")
    found += _sums(problem, person, worked)
    return found


def _sums(problem: AbProblem, person: AbPerson, worked: dict[int, set[int]]) -> list[str]:
    found = []
    weeks: defaultdict[tuple[int, int], int] = defaultdict(int)
    months: defaultdict[tuple[int, int], int] = defaultdict(int)
    weekends: defaultdict[tuple[int, int], set[date]] = defaultdict(set)
    for day, windows in worked.items():
        when = on(problem, day)
        minutes = sum(problem.windows[window].minutes for window in windows)
        weeks[when.isocalendar()[:2]] += minutes
        months[when.year, when.month] += minutes
        if windows and when.isoweekday() >= 6:
            saturday = when - timedelta(days=when.isoweekday() - 6)
            weekends[saturday.year, saturday.month].add(saturday)
    found += [f"{person.id} week {week}: hours" for week, sum_ in weeks.items() if sum_ > person.weekly_minutes]
    if person.monthly_minutes is not None:
        found += [f"{person.id} month {m}: hours" for m, sum_ in months.items() if sum_ > person.monthly_minutes]
    if person.max_weekends is not None:
        found += [f"{person.id} {m}: weekends" for m, each in weekends.items() if len(each) > person.max_weekends]
    return found


def cost(problem: AbProblem, holders: Holders) -> dict[str, int]:
    """The terms of the cost, vacant roles as their number."""
    roles = 3 if problem.second else 2
    terms = {f"vacant_{name}": 0 for name in ("acting", "standby", "second")}
    for number, name in enumerate(("acting", "standby", "second")[:roles]):
        terms[f"vacant_{name}"] = sum(given[number] is None for given in holders)
    in_slots: dict[str, dict[int, int]] = {person.id: {} for person in problem.people}
    for slot, given in zip(problem.slots, holders, strict=True):
        for one in given:
            if one is not None:
                in_slots[one][slot.day] = slot.window
    terms["wishes"] = 0
    for person in problem.people:
        there = {**person.outside, **in_slots[person.id]}
        for wish in person.wishes:
            code = problem.windows[there[wish.day]].code if wish.day in there else None
            met = code is not None and wish.code in (None, code)
            terms["wishes"] += WEIGHT_OF_WISH * wish.weight * (met != wish.wanted)
    for name, weight in DEVIATION.items():
        terms[name] = 0
        for person, share in zip(problem.people, fair(problem, name), strict=True):
            if name in ("acting", "standby"):
                place = ("acting", "standby").index(name)
                amount = sum(given[place] == person.id for given in holders)
            else:
                amount = sum(_counts(problem, name, day, window) for day, window in in_slots[person.id].items())
            terms[name] += weight * max(0, amount - ceil(share), floor(share) - amount)
    terms["rank"] = 0
    ranks = {person.id: person.ranks for person in problem.people}
    for slot, given in zip(problem.slots, holders, strict=True):
        for place, one in enumerate(given):
            if one is not None:
                terms["rank"] += RANKS[place][ranks[one][slot.post]]
    return terms


def _counts(problem: AbProblem, name: str, day: int, window: int) -> bool:
    if name == "evenings":
        return problem.windows[window].evening
    if name == "weekends":
        return on(problem, day).isoweekday() >= 6
    return day in problem.holidays


def fair(problem: AbProblem, name: str) -> list[Fraction]:
    """Fair shares as exact fractions, by raising one common level until everything is given out."""
    roles = name in ("acting", "standby")
    keys = sorted({(slot.day, slot.window) for slot in problem.slots})
    counted = [key for key in keys if roles or _counts(problem, name, *key)]
    total = len(problem.slots) if roles else sum(_least(problem, key) for key in counted)
    weights, caps = [], []
    for person in problem.people:
        free = [key for key in keys if key not in person.away and key not in person.closed]
        weights.append(person.weekly_minutes * len({day for day, _ in free}))
        able = {
            day
            for day, window in counted
            if (day, window) in free
            and any(
                slot.post in person.ranks and person.lapses.get(slot.post, day) >= day
                for slot in problem.slots
                if (slot.day, slot.window) == (day, window)
            )
        }
        caps.append(len(able))
    # Who is full first, by the level at which that happens.
    order = sorted(
        (Fraction(cap, weight), number)
        for number, (cap, weight) in enumerate(zip(caps, weights, strict=True))
        if weight
    )
    given = [Fraction(0)] * len(caps)
    left, open_weight = Fraction(total), sum(weights[number] for _, number in order)
    for place, (level, number) in enumerate(order):
        if left >= level * open_weight:
            given[number] = Fraction(caps[number])
            left -= caps[number]
            open_weight -= weights[number]
            continue
        for _, other in order[place:]:
            given[other] = left * weights[other] / open_weight
        break
    return given


def _least(problem: AbProblem, key: tuple[int, int]) -> int:
    slots = [slot for slot in problem.slots if (slot.day, slot.window) == key]
    alone = sum(not problem.posts[slot.post] for slot in slots)
    if problem.second:
        return max(2 * len(slots), len(slots) + alone, 3)
    return max(len(slots) + alone, 2)


def holes(problem: AbProblem, holders: Holders) -> int:
    """N-1 tried out: slots that nobody covers when one person is away for a day or for seven days."""
    torn = set()
    for person in problem.people:
        for first in range(problem.days):
            for length in (1, 7):
                away = range(first, first + length)
                for number, (slot, given) in enumerate(zip(problem.slots, holders, strict=True)):
                    if slot.day in away and given[0] == person.id and given[1] in (None, person.id):
                        torn.add(number)
    vacant = {number for number, given in enumerate(holders) if given[0] is None}
    return len(torn | vacant)
