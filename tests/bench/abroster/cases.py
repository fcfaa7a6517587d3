"""Made-up centres with realistic posts, shifts, contracts, leave and wishes, the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from frontdesk.planning.abproblem import AbPerson, AbProblem, AbSlot, AbWindow, AbWish

FIRST = date(2026, 3, 30)
"""A Monday; the thirteen weeks from it hold Qingming, the First of May and the Dragon Boat festival."""

HOLIDAYS = tuple(date(2026, month, day) for month, day in ((4, 4), (4, 5), (4, 6), (5, 1), (5, 2), (5, 3), (6, 19)))

EARLY, DAY, LATE = 0, 1, 2
WINDOWS = (
    AbWindow("E", 8 * 60, 16 * 60 + 30, 480),
    AbWindow("D", 9 * 60, 17 * 60 + 30, 480),
    AbWindow("L", 12 * 60 + 30, 21 * 60, 480, evening=True),
)


@dataclass(frozen=True)
class Case:
    """A size: people, weeks, posts, and how much of everybody's hours the roster takes."""

    name: str
    people: int
    weeks: int
    posts: int
    dense: bool = False


CASES = {
    case.name: case
    for case in (
        Case("12x4", 12, 4, 5),
        Case("30x4", 30, 4, 12),
        Case("12x13", 12, 13, 5),
        Case("12x4dense", 12, 4, 5, dense=True),
        Case("30x13", 30, 13, 12),
    )
}


def make(case: Case, seed: int = 1, *, second: bool = False) -> AbProblem:
    """The problem of a case."""
    random = Random(f"{case.name} {seed}")
    days = 7 * case.weeks
    posts = [f"post{number + 1}" for number in range(case.posts)]
    slots = []
    for day in range(days):
        closed = (FIRST.toordinal() + day) in {each.toordinal() for each in HOLIDAYS}
        for place, post in enumerate(posts):
            for window in _open(case, place, day % 7, closed):
                slots.append(AbSlot(day, post, window))
    slots.sort(key=lambda slot: (slot.day, WINDOWS[slot.window].starts, slot.post))
    holidays = frozenset(each.toordinal() - FIRST.toordinal() for each in HOLIDAYS if 0 <= (each - FIRST).days < days)
    people = tuple(_person(random, case, number, posts, days) for number in range(case.people))
    return AbProblem(
        first=FIRST,
        days=days,
        posts={post: place != len(posts) - 1 for place, post in enumerate(posts)},
        windows=WINDOWS,
        slots=tuple(slots),
        people=people,
        forbidden=frozenset({("L", "E")}),
        holidays=holidays,
        second=second,
    )


def _open(case: Case, place: int, weekday: int, closed: bool) -> list[int]:
    """The windows in which a post is open: the counter always, one in four in the evening, the others by day."""
    if place % 5 == 0:
        return [EARLY, LATE]
    if place % 5 == 1 and (weekday < 6 or case.dense):
        return [LATE] if weekday < 5 and not closed else [DAY]
    if place == case.posts - 1:
        return [DAY] if weekday < 5 and not closed and (case.dense or weekday % 2 == 0) else []
    if weekday < 5 and not closed:
        return [DAY]
    return [DAY] if case.dense and weekday == 5 and place % 5 == 2 else []


def _person(random: Random, case: Case, number: int, posts: list[str], days: int) -> AbPerson:
    half_time = number % 12 == 11
    ranks: dict[str, int] = {}
    ranks[posts[number % len(posts)]] = 0
    ranks.setdefault(posts[(number + 1) % len(posts)], 1)
    if number % 2 == 0:
        ranks.setdefault(posts[(number + 3) % len(posts)], 1)
    for post in posts:
        if random.random() < (0.3 if case.posts <= 6 else 0.15):
            ranks.setdefault(post, 2)
    away: set[tuple[int, int]] = set()
    for _ in range(max(1, days // 28)):
        if random.random() < 0.6:
            start, length = random.randrange(days), random.choice((1, 1, 2, 3, 5))
            away |= {(day, window) for day in range(start, min(days, start + length)) for window in range(3)}
    wishes = []
    for _ in range(days // 9):
        day = random.randrange(days)
        wanted = random.random() < 0.3
        wishes.append(
            AbWish(day, random.choice((None, "L", "E", "D")) if not wanted else None, wanted, random.randint(1, 5))
        )
    return AbPerson(
        id=f"p{number + 1:02d}",
        weekly_minutes=24 * 60 if half_time else 40 * 60,
        monthly_minutes=174 * 60 if number % 3 == 0 else None,
        max_run=5 if number % 4 == 0 else 6,
        max_weekends=3 if number % 5 == 0 else None,
        away=frozenset(away),
        wishes=tuple(wishes),
        ranks=ranks,
    )
