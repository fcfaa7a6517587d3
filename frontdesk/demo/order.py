"""The standing order of the made-up centre: shifts, opening hours, contracts, who can do what, wishes, one filing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from db import standing as records
from db.staff import Staff
from db.standing import DAY_KINDS, Competency, Contract, WishRow
from frontdesk.context import Clock, Context, Operator
from frontdesk.demo.people import POSTS
from frontdesk.demo.scene import People, Scene
from frontdesk.roster.standing import service as standing
from frontdesk.roster.standing.changes import (
    Batch,
    PutCompetency,
    PutContract,
    PutPost,
    PutShift,
    SetForbidden,
    SetOpening,
    SetQualification,
    Single,
)
from frontdesk.roster.standing.order import OrderPost, OrderShift

COUNTER, ELDERLY = POSTS[0], POSTS[3]
CERTIFICATE = "健康证"
SHIFTS = (
    OrderShift(code="早", name="早班", starts=480, ends=960, break_minutes=60),
    OrderShift(code="白", name="白班", starts=510, ends=1020, break_minutes=90),
    OrderShift(code="晚", name="晚班", starts=750, ends=1230, break_minutes=60),
)
WORKDAYS = (*DAY_KINDS[:5], DAY_KINDS[8])
REST_DAYS = DAY_KINDS[5:8]
WISH_WEEKS = 8


def fill_order(context: Context, connection: sqlite3.Connection, scene: Scene, people: People) -> None:
    """Write the standing order inside a running transaction, file it, and leave one change to be approved."""
    staff = people.staff
    changes = [*_openings(), *_contracts(staff), *_skills(scene, staff)]
    # In force well before the roster that follows it.
    first = (scene.roster_first - timedelta(days=14)).replace(day=1)
    deciding = replace(context, clock=_morning(scene, first))
    standing.ask_in(deciding, connection, Batch(source="desk", changes=tuple(changes)))
    standing.file_in(deciding, connection, first)
    asker = Operator(staff[4].no, staff[4].name, staff[4].role)
    asking = replace(context, clock=_morning(scene, scene.today - timedelta(days=1)), operator=asker)
    learnt = Competency(
        staff_no=staff[4].no,
        post=POSTS[2],
        level=2,
        last_trained=(scene.today - timedelta(days=4)).isoformat(),
        checked_by=staff[5].name,
    )
    standing.ask_in(asking, connection, PutCompetency(competency=learnt))
    for wish in _wishes(scene, staff):
        records.add_wish(connection, wish)


def _morning(scene: Scene, day: date) -> Clock:
    """A clock that stands at nine of a local day."""
    at = datetime.combine(day, time(9), scene.zone)
    return lambda: at


def _openings() -> Iterator[Single]:
    """The counter staggered on workdays, everything else one day shift, all of it all year."""
    yield from (PutShift(shift=shift) for shift in SHIFTS)
    yield PutPost(post=OrderPost(name=ELDERLY, requirements=(CERTIFICATE,)))
    yield SetOpening(post=COUNTER, days=WORKDAYS, shifts=("早", "晚"))
    yield SetOpening(post=COUNTER, days=REST_DAYS, shifts=("白",))
    for post in POSTS[1:]:
        yield SetOpening(post=post, days=DAY_KINDS, shifts=("白",))
    yield SetForbidden(shift="晚", next_shift="早", forbidden=True)


def _contracts(staff: list[Staff]) -> Iterator[Single]:
    """Five or, to stand in for somebody, six shifts a week, with what some have agreed on."""
    agreed: dict[int, dict[str, object]] = {
        0: {"monthly_minutes": 168 * 60, "max_run": 5},
        3: {"max_weekends": 3},
        7: {"latest": 18 * 60},
        9: {"weekdays": "1101111"},
        11: {"weekly_minutes": 24 * 60, "max_run": 4},
    }
    for number, person in enumerate(staff):
        given = {"staff_no": person.no, "weekly_minutes": 42 * 60, "max_run": 6} | agreed.get(number, {})
        yield PutContract(contract=Contract.model_validate(given))


def _skills(scene: Scene, staff: list[Staff]) -> Iterator[Single]:
    """Everybody knows the counter and two more posts beside the own, and is learning another (全岗通)."""
    trained = scene.today - timedelta(days=60)
    last = len(POSTS)
    for number, person in enumerate(staff):
        own = 0 if number in (0, len(staff) - 1) else (number - 1) // 2
        known = (own, (own + 1) % last, (own + 2) % last)
        levels = {POSTS[(own + 3) % last]: 1, **{POSTS[place]: 2 for place in known}, COUNTER: 2, POSTS[own]: 3}
        for post, level in levels.items():
            on = (trained - timedelta(days=7 * number)).isoformat()
            one = Competency(staff_no=person.no, post=post, level=level, last_trained=on, checked_by=staff[0].name)
            yield PutCompetency(competency=one)
        if POSTS.index(ELDERLY) in known:
            # The certificate of the B ends soon, so that there is something to see.
            days = 45 if number == 2 * POSTS.index(ELDERLY) + 2 else 300 + 20 * number
            until = (scene.today + timedelta(days=days)).isoformat()
            yield SetQualification(staff_no=person.no, name=CERTIFICATE, valid_until=until)


def _wishes(scene: Scene, staff: list[Staff]) -> Iterator[WishRow]:
    """Wishes of the weeks ahead: mostly for days off, now and then for a shift."""
    rng = scene.rng("wishes")
    monday = scene.today - timedelta(days=scene.today.weekday())
    for week in range(1, WISH_WEEKS + 1):
        first = monday + timedelta(weeks=week)
        for person in rng.sample(staff[1:], 3):
            day = first + timedelta(days=rng.randrange(5, 7) if rng.random() < 0.5 else rng.randrange(5))
            yield _wish(person, day, None, wanted=False, weight=rng.randrange(2, 5), note=rng.choice(_REASONS))
        person = rng.choice(staff[1:])
        yield _wish(person, first, rng.choice(("早", "晚")), wanted=True, weight=rng.randrange(1, 4), note="")


_REASONS = ("家长会", "体检", "探亲", "搬家", "驾校考试")


def _wish(person: Staff, day: date, shift: str | None, *, wanted: bool, weight: int, note: str) -> WishRow:
    last = day + timedelta(days=4) if shift else day
    return WishRow(
        staff_no=person.no,
        first_day=day.isoformat(),
        last_day=last.isoformat(),
        shift=shift,
        wanted=wanted,
        weight=weight,
        note=note,
    )
