"""Today names assignments that lack people, birthdays and milestones, and Enter opens what a line is about."""

from __future__ import annotations

from datetime import timedelta

from textual.pilot import Pilot
from textual.widgets import Input

from db import visits
from db import volunteers as records
from db.visits import VisitRow
from frontdesk.common.names import mask_name
from frontdesk.context import Context
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.dialogs import ChoiceDialog
from frontdesk.shell.rowlist import RowList
from frontdesk.today.service import occasions, today
from frontdesk.volunteers.assignments import rules, service
from frontdesk.volunteers.assignments.rules import Fields
from frontdesk.volunteers.assignments.screen import AssignmentsScreen
from tests.ui.conftest import SmallCentre
from tests.ui.hands import TODAY, do, press, row_texts, settle


def served(context: Context, no: str, hours: int, days_ago: int) -> None:
    """A visit of so many hours on one day, in parts that fit into it."""
    day = TODAY - timedelta(days=days_ago)
    with context.database.write() as connection:
        start = round(rules.instant(day, 0, context.zone).timestamp() * 1000)
        visit = VisitRow(
            volunteer_no=no, day=day.isoformat(), number=1, entered_at=start, left_at=start + hours * 3_600_000
        )
        visits.put(connection, visit)


def born(context: Context, no: str, month: str, day: str) -> None:
    with context.database.write() as connection:
        volunteer = records.get(connection, no)
        assert volunteer is not None
        records.put(connection, volunteer.model_copy(update={"birth_month": month, "birth_day": day}))


def due(app: FrontdeskApp) -> list[str]:
    return row_texts(app, "due")


async def choose(app: FrontdeskApp, pilot: Pilot[None], words: str) -> None:
    """Enter on the line that has these words."""
    rows = app.screen.query_one("#due", RowList)
    place = next(place for place, row in enumerate(rows.rows) if words in row.cells[0])
    rows.focus()
    await settle(app, pilot)
    rows.cursor = place
    await press(app, pilot, "enter")


async def test_an_assignment_that_lacks_people_is_named_until_it_has_them(centre: SmallCentre) -> None:
    context = centre.context()
    tonight = service.add(context, Fields(TODAY, "夜间值守", 1200, 1320, needed=2))
    service.add(context, Fields(TODAY + timedelta(days=1), "护河", 540, 660, needed=1))
    service.add(context, Fields(TODAY + timedelta(days=2), "后天的事", 540, 660, needed=1))
    service.add(context, Fields(TODAY, "已经过去的事", 540, 660, needed=1))
    service.sign_up(context, tonight, "0310003")

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        lines = [line for line in due(app) if "志愿者" in line]
        assert lines == ["11-20 20:00 缺 1 名志愿者：夜间值守", "11-21 09:00 缺 1 名志愿者：护河"]
        await choose(app, pilot, "夜间值守")
        assert isinstance(app.screen, AssignmentsScreen)
        current = app.screen.query_one("#assignments", RowList).current
        assert current is not None
        assert current.key == str(tonight)
        service.sign_up(context, tonight, "0310004")
        await press(app, pilot, "escape", "f2")
        await app.screen.reload()
        assert not any("夜间值守" in line for line in due(app))

    await do(centre, task)
    context.database.close()


async def test_birthdays_and_milestones_lead_to_the_volunteer(centre: SmallCentre) -> None:
    context = centre.context()
    born(context, "0310003", "1960-11", "20")
    for number in range(4, 9):
        born(context, f"031000{number}", "1958-11", "")
    born(context, "0310010", "1958-11", "21")
    served(context, "0310011", 99, 30)
    served(context, "0310011", 2, 3)
    served(context, "0310012", 150, 30)
    served(context, "0310012", 2, 3)
    name = mask_name("张三")

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await app.desk.run_slow(lambda _: None)
        await settle(app, pilot)
        lines = due(app)
        assert f"今天生日：{name}" in lines
        assert f"本月生日：{name}、{name}、{name}等 5 人" in lines
        assert f"服务满 100 小时：{name}" in lines
        await choose(app, pilot, "本月生日")
        assert isinstance(app.screen, ChoiceDialog)
        await press(app, pilot, "down", "enter")
        assert app.screen.query_one("#search", Input).value == "0310005"
        await press(app, pilot, "f2")
        await choose(app, pilot, "服务满")
        assert app.screen.query_one("#search", Input).value == "0310011"

    await do(centre, task)
    context.database.close()


def test_occasions_are_looked_for_apart_and_again_on_another_day_or_after_ten_minutes(centre: SmallCentre) -> None:
    context = centre.context()
    born(context, "0310003", "1960-11", "20")
    statements: list[str] = []
    context.database.connection.set_trace_callback(statements.append)
    assert today(context).is_dated
    assert [one for one in statements if "birth_month, 6" in one] == []
    context.database.connection.set_trace_callback(None)
    known = occasions(context)
    assert [one.kind for one in today(context, known).due if one.people] == ["birthday"]
    assert not today(context, known).is_dated
    moment = context.now()
    context.clock = lambda: moment + timedelta(minutes=11)
    assert today(context, known).is_dated
    assert [one.kind for one in today(context, known).due if one.people] == ["birthday"]
    context.clock = lambda: moment + timedelta(days=1)
    assert today(context, known).is_dated
    assert [one for one in today(context, known).due if one.people] == []
    context.database.close()
