"""A centre with a published roster of two posts and two shifts, for what leaves the roster and comes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path

from db import duty, standing
from db import staff as staff_records
from db.duty import DutyEvent, DutySlot, Plan, PlanSlot
from db.staff import Staff
from db.standing import ShiftRow
from frontdesk.context import Context
from tests.desks import new_desk

NAMES = [
    *("张三", "李四", "欧阳娜娜", "赵六", "钱七", "孙八", "周九", "吴十"),
    *("郑小一", "冯小二", "陈小三", "褚小四", "卫小五", "蒋小六", "沈小七"),
]
SHIFTS = (
    ShiftRow(code="早", name="早班", position=1, starts=510, ends=990, break_minutes=60),
    ShiftRow(code="晚", name="晚班", position=2, starts=810, ends=1290, break_minutes=30),
)
POSTS = ("前台", "活动室")


def roster_desk(
    folder: Path,
    first: date,
    last: date,
    *,
    people: int = 6,
    posts: Sequence[str] = POSTS,
    shifts: Sequence[ShiftRow] = SHIFTS,
    publish: bool = True,
) -> Context:
    """A desk with plan 1 over these days: everybody in turn acts, the next one stands by."""
    context = new_desk(folder)
    numbers = [f"S{place:03}" for place in range(1, people + 1)]
    with context.database.write() as connection:
        for place, no in enumerate(numbers):
            name = NAMES[place % len(NAMES)] + ("" if place < len(NAMES) else "甲乙丙丁"[place // len(NAMES)])
            staff_records.put(connection, Staff(no=no, name=name, kind="专职", weekly_hours=40))
            staff_records.assign_post(connection, no, posts[place % len(posts)], "AB"[place // len(posts) % 2])
        for shift in shifts:
            standing.put_shift(connection, shift)
        turn = cycle(zip(numbers, [*numbers[1:], numbers[0]], strict=True))
        slots = [
            PlanSlot(
                day=(first + timedelta(days=number)).isoformat(),
                post=post,
                shift=shift.code,
                starts=shift.starts,
                ends=shift.ends,
                break_minutes=shift.break_minutes,
                acting=(pair := next(turn))[0],
                standby=pair[1],
            )
            for number in range((last - first).days + 1)
            for shift in shifts
            for post in posts
        ]
        now = context.now_ms()
        plan = Plan(
            id=0,
            first_day=first.isoformat(),
            last_day=last.isoformat(),
            state="draft",
            made_at=now,
            made_by="M001",
            status="optimal",
        )
        plan_id = duty.add_plan(connection, plan, slots)
        if publish:
            duty.set_plan_state(connection, plan_id, "published", now, "M001")
            for slot in slots:
                duty.put_slot(
                    connection,
                    DutySlot(
                        **slot.model_dump(),
                        planned_acting=slot.acting,
                        planned_standby=slot.standby,
                        plan_id=plan_id,
                    ),
                )
    return context


def hand_over(
    context: Context, day: date, post: str, shift: str, acting: str | None, standby: str | None, reason: str = ""
) -> int:
    """Give a published slot to others, as the log keeps it; returns the number of the event."""
    with context.database.write() as connection:
        slot = duty.slot(connection, day.isoformat(), post, shift)
        assert slot is not None
        event = DutyEvent(
            at=context.now_ms(),
            operator_no="M001",
            kind="edited",
            day=slot.day,
            post=post,
            shift=shift,
            acting_before=slot.acting,
            acting_after=acting,
            standby_before=slot.standby,
            standby_after=standby,
            reason=reason,
        )
        return duty.set_roles(connection, event)
