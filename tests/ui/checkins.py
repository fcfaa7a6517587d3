"""What the tests of check-in's screens share: a team of twenty, forgotten exits, and keys that are counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from textual.pilot import Pilot

from db import assignments as assignment_records
from db import volunteers as volunteer_records
from db.assignments import Assignment
from db.volunteers import Volunteer
from frontdesk.context import Context, Operator, to_ms
from frontdesk.settings import service as settings
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.reading import ReadDialog
from frontdesk.volunteers import service as volunteers
from frontdesk.volunteers.checkin.clock import accept_clock, clocks
from frontdesk.volunteers.checkin.closing import close_past_days
from tests.ui.conftest import MANAGER, NOW, SmallCentre
from tests.ui.hands import Task, press, settle

TEAM = "早餐服务队"
TWENTY = [f"{320000 + number:07d}" for number in range(1, 21)]
NAMES = (
    *("赵丽", "钱明", "孙芳", "李强", "周敏", "吴静", "郑伟", "王磊", "冯娟", "陈杰"),
    *("褚燕", "卫东", "蒋红", "沈军", "韩梅", "杨帆", "朱琳", "秦岚", "尤勇", "许晴"),
)
YESTERDAY = NOW - timedelta(days=1)


class Keys:
    """Presses keys, waits until what they led to is done, and counts them."""

    def __init__(self, app: FrontdeskApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self.count = 0

    async def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        self.count += len(keys)
        await press(self.app, self.pilot, *keys)

    async def type(self, text: str) -> None:
        """Type a text key by key, at a person's pace: a scanner's would be taken for a scan."""
        for character in text:
            await self.press(character)


class Wall:
    """The clock on the wall, which a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_minutes(self, minutes: int) -> None:
        """Let time go by."""
        self.now += timedelta(minutes=minutes)


async def do_by(centre: SmallCentre, wall: Wall, task: Task, size: tuple[int, int] = (80, 24)) -> None:
    """Run a task in the program on this centre, with a clock that the test moves."""
    app = FrontdeskApp(
        centre.home,
        clock=wall,
        centre=("示范路邻里中心", "Asia/Shanghai"),
        demo_operator=Operator(MANAGER, "王五", "manager"),
    )
    async with app.run_test(size=size) as pilot:
        await settle(app, pilot)
        await task(app, pilot)
    app.desk.close()


def add_team(context: Context) -> None:
    """Twenty people who serve in one team."""
    with context.change("test.team", "centre") as connection:
        for no, name in zip(TWENTY, NAMES, strict=True):
            volunteers.store(context, connection, Volunteer(no=no, name=name, team=TEAM), "")


def add_assignment(context: Context, no: str, day: datetime, title: str = "早餐服务") -> int:
    """An assignment of two hours, from 08:00 UTC of a day on (16:00 at the centre), which somebody signed up for."""
    starts = to_ms(day.replace(hour=8, minute=0))
    with context.change("test.assignment", "centre") as connection:
        made = Assignment(day=context.local_day(starts), title=title, starts_at=starts, ends_at=starts + 2 * 3_600_000)
        made = made.model_copy(update={"id": assignment_records.put(connection, made)})
        assignment_records.sign(connection, made, no, starts, "signed")
    return made.id


def at(context: Context, moment: datetime) -> Context:
    """The same context at another moment, which is taken for right where it is behind what was written."""
    context.clock = lambda: moment
    if clocks(context).behind:
        accept_clock(context, "换了时间")
    return context


def forget_exits(centre: SmallCentre) -> None:
    """Yesterday: one forgot to check out of an assignment, one of general service, and one checked out without having
    come in. The days behind are closed.
    """
    context = centre.context()
    add_assignment(context, "0310001", YESTERDAY)
    at(context, YESTERDAY.replace(hour=8, minute=2))
    volunteers.check_in(context, "0310001")
    at(context, YESTERDAY.replace(hour=8, minute=5))
    volunteers.check_in(context, "0310002")
    at(context, YESTERDAY.replace(hour=9, minute=30))
    volunteers.check_in(context, "0310003", direction="out")
    at(context, NOW)
    assert close_past_days(context) == 2
    context.database.close()


def ask_for_consent(centre: SmallCentre, *minors: str) -> None:
    """A notice is in force that nobody has agreed to; some volunteers are not of age."""
    context = centre.context()
    settings.set_setting(context, "consent_notice_version", "2026-1")
    with context.change("test.minors", "centre") as connection:
        for no in minors:
            found = volunteer_records.get(connection, no)
            assert found is not None
            volunteer_records.put(connection, found.model_copy(update={"birth_month": "2012-05"}))
    context.database.close()


def agree(centre: SmallCentre, *nos: str) -> None:
    """These have agreed to the notice in force."""
    from frontdesk.volunteers.checkin.answers import give_answers

    context = centre.context()
    for no in nos:
        give_answers(context, no, consent=True)
    context.database.close()


def log_of(centre: SmallCentre, no: str) -> list[tuple[str, str]]:
    """Result and reason (words where there are some) of every row of the log about a volunteer."""
    context = centre.context()
    rows = context.database.connection.execute(
        "SELECT result, reason, words FROM scan WHERE volunteer_no = ? ORDER BY id", (no,)
    ).fetchall()
    context.database.close()
    return [(row["result"], row["words"] or row["reason"]) for row in rows]


def said(app: FrontdeskApp) -> str:
    """What the dialog to read says, with its title."""
    assert isinstance(app.screen, ReadDialog)
    return "\n".join([app.screen._title, *(text for text, _ in app.screen._lines)])


def operator(role: str) -> Operator:
    """Somebody of the staff who is no manager."""
    return Operator("S101", "李磊", role)  # type: ignore[arg-type]


def utc(hour: int, minute: int) -> datetime:
    """A moment of the tests' day."""
    return datetime(NOW.year, NOW.month, NOW.day, hour, minute, tzinfo=UTC)
