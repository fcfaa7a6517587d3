"""A small centre with a published roster for the tests of the roster's day, and a clock that can be put forward."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from db import duty as duties
from db import staff as records
from db import standing
from db.duty import DutyEvent, DutySlot, Plan
from db.staff import Staff
from db.standing import Competency, PostRow, ShiftRow
from frontdesk.context import Context, Operator
from frontdesk.roster.model import SlotKey

MONDAY = date(2026, 11, 9)
SHIFTS = {
    "早": ShiftRow(code="早", name="早班", position=1, starts=7 * 60, ends=15 * 60),
    "晚": ShiftRow(code="晚", name="晚班", position=2, starts=13 * 60, ends=21 * 60),
    "夜": ShiftRow(code="夜", name="夜班", position=3, starts=22 * 60, ends=30 * 60),
}
POSTS = {"窗口": True, "咨询": True, "财务": False}
"""Each post, and whether its standby may act elsewhere."""
HOLDERS = {"窗口": ("S1", "S2"), "咨询": ("S2", "S1"), "财务": ("S3", "S4")}
"""A and B of each post; everybody is trained for every post besides."""
NAMES = {"S1": "张一", "S2": "李二", "S3": "王三", "S4": "赵四", "S5": "钱五", "S6": "孙六"}

Cells = Mapping[tuple[int, str, str], tuple[str | None, str | None]]
"""Days after Monday, post and shift of a slot: who acts and who stands by."""


@dataclass
class Hands:
    """The clock of a centre, which the tests move."""

    moment: datetime = field(default_factory=lambda: datetime(2026, 11, 9, 0, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, hours: float) -> None:
        """Let time pass."""
        self.moment += timedelta(hours=hours)

    def local(self, days: int, hour: int, minute: int = 0) -> None:
        """Put the clock to a local time of a day after Monday."""
        day = MONDAY + timedelta(days=days)
        self.moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def slot(days: int, post: str, shift: str) -> SlotKey:
    """The key of a slot so many days after Monday."""
    return SlotKey(MONDAY + timedelta(days=days), post, shift)


def set_up(context: Context, cells: Cells) -> Hands:
    """Staff, standing order and a published roster; the clock stands at Monday 08:00 of the centre."""
    hands = Hands()
    context.clock = hands
    with context.database.write() as connection:
        for no, name in NAMES.items():
            records.put(connection, Staff(no=no, name=name, kind="专职", weekly_hours=44))
        for place, (post, shared) in enumerate(POSTS.items()):
            standing.put_post(connection, PostRow(name=post, position=place + 1, shared_cover=shared))
            for letter, no in zip("AB", HOLDERS[post], strict=True):
                standing.set_holder(connection, post, no, letter)
        for shift in SHIFTS.values():
            standing.put_shift(connection, shift)
        for no in NAMES:
            for post in POSTS:
                standing.put_competency(connection, Competency(staff_no=no, post=post, level=2))
    publish(context, cells)
    return hands


def publish(context: Context, cells: Cells) -> None:
    """Publish slots as planned and, so far, as worked."""
    plan = Plan(
        id=0,
        first_day=MONDAY.isoformat(),
        last_day=(MONDAY + timedelta(days=27)).isoformat(),
        state="published",
        made_at=0,
        made_by="M001",
        status="feasible",
    )
    with context.database.write() as connection:
        plan_id = duties.add_plan(connection, plan, ())
        for (days, post, shift), (acting, standby) in cells.items():
            window = SHIFTS[shift]
            duties.put_slot(
                connection,
                DutySlot(
                    day=(MONDAY + timedelta(days=days)).isoformat(),
                    post=post,
                    shift=shift,
                    starts=window.starts,
                    ends=window.ends,
                    acting=acting,
                    standby=standby,
                    planned_acting=acting,
                    planned_standby=standby,
                    plan_id=plan_id,
                ),
            )


def worked(context: Context) -> dict[SlotKey, DutySlot]:
    """Every published slot as it is worked."""
    every = duties.slots(context.database.connection, "2000-01-01", "2999-12-31")
    return {SlotKey(date.fromisoformat(one.day), one.post, one.shift): one for one in every}


def who(context: Context, key: SlotKey) -> tuple[str | None, str | None]:
    """Who acts and who stands by in a slot."""
    one = worked(context)[key]
    return one.acting, one.standby


def log(context: Context) -> list[DutyEvent]:
    """Everything that was logged, oldest first."""
    return duties.events(context.database.connection, "2000-01-01", "2999-12-31")


def folded(planned: Iterable[DutySlot], events: Iterable[DutyEvent]) -> dict[SlotKey, tuple[str | None, str | None]]:
    """The plan with the log played over it; every event has to begin where the one before it ended."""
    state = {
        SlotKey(date.fromisoformat(one.day), one.post, one.shift): (one.planned_acting, one.planned_standby)
        for one in planned
    }
    for event in events:
        key = SlotKey(date.fromisoformat(event.day), event.post, event.shift)
        assert state[key] == (event.acting_before, event.standby_before)
        state[key] = (event.acting_after, event.standby_after)
    return state


def acting_as(context: Context, no: str) -> None:
    """Sign somebody in."""
    person = records.get(context.database.connection, no)
    assert person is not None
    context.operator = Operator(no, person.name, person.role)
