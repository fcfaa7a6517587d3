"""A small centre with a roster: three posts, two shifts, twelve people, three weeks published and legal."""

from __future__ import annotations

from datetime import date, timedelta

from db import duty as duties
from db import staff as staff_records
from db import standing
from db.duty import DutySlot, Plan, PlanSlot
from db.staff import Staff
from db.standing import Competency, Contract, PostRow, ShiftRow
from frontdesk.context import Context

FIRST, LAST = date(2026, 11, 16), date(2026, 12, 6)
"""Monday of the week of the tests, and the Sunday up to which the roster is published."""
POSTS = ("综合服务台", "社区食堂", "图书阅览")
SHIFTS = (
    ShiftRow(code="早", name="早班", position=1, starts=480, ends=840),
    ShiftRow(code="晚", name="晚班", position=2, starts=840, ends=1200),
)
NAMES = ("李磊", "萧红", "陈晓明", "周婷", "吴刚", "郑洁", "欧阳文静", "孙丽", "马超", "朱敏", "胡兵", "林静")
"""S101 to S112: the first six work two days, then the others two days."""


def number(place: int) -> str:
    """The staff number of a person by place."""
    return f"S{101 + place}"


def on_duty(day: date, post: int, shift: int) -> tuple[str, str]:
    """Who acts and who stands by in a slot of the published roster."""
    group = (day - FIRST).days // 2 % 2 * 6 + shift * 3
    return number(group + post), number(group + (post + 1) % 3)


def publish_roster(context: Context) -> None:
    """Write people, standing order and a published roster."""
    with context.change("test.roster", "centre") as connection:
        for place, name in enumerate(NAMES):
            staff_records.put(connection, Staff(no=number(place), name=name, kind="专职"))
        for place, post in enumerate(POSTS):
            standing.put_post(connection, PostRow(name=post, position=place + 1))
        for shift in SHIFTS:
            standing.put_shift(connection, shift)
        for place, post in enumerate(POSTS):
            for kind in standing.DAY_KINDS:
                standing.set_openings(connection, post, kind, [shift.code for shift in SHIFTS])
            standing.set_holder(connection, post, number(place), "A")
            standing.set_holder(connection, post, number(place + 6), "B")
        for place in range(len(NAMES)):
            standing.put_contract(connection, Contract(staff_no=number(place), weekly_minutes=2400))
            for post in POSTS:
                standing.put_competency(connection, Competency(staff_no=number(place), post=post, level=2))
        plan = Plan(
            id=0,
            first_day=FIRST.isoformat(),
            last_day=LAST.isoformat(),
            state="published",
            made_at=context.now_ms(),
            made_by="M001",
            status="optimal",
        )
        plan_id = duties.add_plan(connection, plan, ())
        for number_of_day in range((LAST - FIRST).days + 1):
            day = FIRST + timedelta(days=number_of_day)
            for place, post in enumerate(POSTS):
                for order, shift in enumerate(SHIFTS):
                    acting, standby = on_duty(day, place, order)
                    duties.put_slot(
                        connection,
                        DutySlot(
                            day=day.isoformat(),
                            post=post,
                            shift=shift.code,
                            starts=shift.starts,
                            ends=shift.ends,
                            acting=acting,
                            standby=standby,
                            planned_acting=acting,
                            planned_standby=standby,
                            plan_id=plan_id,
                        ),
                    )


def draft_roster(context: Context) -> int:
    """A draft of the week behind the published ones, made in the same way; returns its number."""
    first = LAST + timedelta(days=1)
    slots = []
    for ahead in range(7):
        day = first + timedelta(days=ahead)
        for place, post in enumerate(POSTS):
            for order, shift in enumerate(SHIFTS):
                acting, standby = on_duty(day, place, order)
                slots.append(
                    PlanSlot(
                        day=day.isoformat(),
                        post=post,
                        shift=shift.code,
                        starts=shift.starts,
                        ends=shift.ends,
                        acting=acting,
                        standby=standby,
                    )
                )
    plan = Plan(
        id=0,
        first_day=first.isoformat(),
        last_day=slots[-1].day,
        state="draft",
        made_at=context.now_ms(),
        made_by="M001",
        status="optimal",
    )
    with context.change("test.draft", "centre") as connection:
        return duties.add_plan(connection, plan, slots)
