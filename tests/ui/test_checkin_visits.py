"""A volunteer's visits: put right, added, annulled and credited with the keyboard, with all that they went through."""

from __future__ import annotations

from datetime import date, timedelta

from textual.pilot import Pilot

from db.visits import VisitLine
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.plain import Plain
from frontdesk.volunteers.checkin import looking
from frontdesk.volunteers.checkin.visit_screen import VisitsScreen, open_visits
from tests.ui.checkins import YESTERDAY, Keys, add_assignment, at, forget_exits, log_of, said
from tests.ui.conftest import NOW, SmallCentre
from tests.ui.hands import do, enter_text, notice, press, row_texts, settle

WHO = "0310002"


async def open_list(app: FrontdeskApp, pilot: Pilot[None], no: str = WHO) -> Keys:
    """The visits of a volunteer; from there keys are counted."""
    await press(app, pilot, "f4")
    assert isinstance(app.screen, DeskScreen)
    await open_visits(app.screen, no)
    await settle(app, pilot)
    assert isinstance(app.screen, VisitsScreen)
    return Keys(app, pilot)


def visits_of(centre: SmallCentre, no: str = WHO) -> list[VisitLine]:
    """The visits of the tests' month."""
    context = centre.context()
    found = looking.visits_between(context, no, date(2026, 11, 1), date(2026, 11, 30))
    context.database.close()
    return found


async def test_a_visit_is_corrected_and_its_history_says_who_when_and_why(centre: SmallCentre) -> None:
    forget_exits(centre)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        keys = await open_list(app, pilot)
        assert "16:05-20:05" in row_texts(app, "visits")[0] and "待核" in row_texts(app, "visits")[0]
        await keys.press("ctrl+e")
        await keys.type("1800")
        await keys.press("enter", "1", "enter")
        assert keys.count == 8
        assert "16:05-18:00" in row_texts(app, "visits")[0] and "补录" in row_texts(app, "visits")[0]
        await keys.press("enter")
        words = said(app)
        assert "推定签退 20:05" in words
        assert "11-20 16:40  更正为 16:05-18:00  王五  原因：忘记签退" in words
        await keys.press("enter")

    await do(centre, task)
    assert [visit.basis for visit in visits_of(centre)] == ["corrected"]


async def test_a_visit_is_annulled_with_a_reason_and_stays_in_the_list(centre: SmallCentre) -> None:
    forget_exits(centre)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        keys = await open_list(app, pilot)
        await keys.press("delete", "enter")
        assert "原因" in str(app.screen.query_one("#wrong", Plain).render())
        await enter_text(app, pilot, "刷了别人的卡")
        await keys.press("enter")
        assert "已作废" in row_texts(app, "visits")[0]
        await keys.press("delete")
        assert "已作废" in notice(app)
        assert isinstance(app.screen, VisitsScreen)

    await do(centre, task)
    assert log_of(centre, WHO)[-1] == ("annulled", "刷了别人的卡")


async def test_a_visit_for_an_assignment_is_added_with_its_day_and_times_proposed(centre: SmallCentre) -> None:
    context = centre.context()
    add_assignment(context, WHO, YESTERDAY)
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        keys = await open_list(app, pilot)
        assert row_texts(app, "visits") == []
        await keys.press("ctrl+n", "enter", "enter", "enter", "enter", "3", "enter")
        assert keys.count == 7
        assert "11-19 16:00-18:00" in notice(app)
        row = row_texts(app, "visits")[0]
        assert "16:00-18:00" in row and "补录" in row and "早餐服务" in row

    await do(centre, task)
    assert log_of(centre, WHO) == [("added", "刷卡机故障")]


async def test_a_visit_of_general_service_is_added_with_typed_day_and_times(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        keys = await open_list(app, pilot)
        await keys.press("ctrl+n", "enter")
        await keys.type("昨天")
        await keys.press("enter")
        await keys.type("830")
        await keys.press("enter")
        await keys.type("1030")
        await keys.press("enter", "2", "enter")
        row = row_texts(app, "visits")[0]
        assert "11-19" in row and "08:30-10:30" in row and "一般服务" in row

    await do(centre, task)
    assert len(visits_of(centre)) == 1


async def test_more_than_was_planned_is_refused_in_the_form_which_stays(centre: SmallCentre) -> None:
    context = centre.context()
    add_assignment(context, WHO, YESTERDAY)
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await open_list(app, pilot)
        await press(app, pilot, "ctrl+n", "enter", "enter", "1", "4", "0", "0", "enter", "enter", "1", "enter")
        assert "120" in str(app.screen.query_one("#wrong", Plain).render())
        await press(app, pilot, "escape")

    await do(centre, task)
    assert visits_of(centre) == []


async def test_a_visit_is_credited_to_another_assignment_and_back_to_general_service(centre: SmallCentre) -> None:
    forget_exits(centre)
    context = centre.context()
    add_assignment(context, WHO, YESTERDAY, "图书整理")
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        keys = await open_list(app, pilot)
        await keys.press("ctrl+t", "enter")
        assert keys.count == 2
        assert "图书整理" in row_texts(app, "visits")[0]
        await keys.press("ctrl+t", "y", "b", "enter")
        assert "一般服务" in row_texts(app, "visits")[0]

    await do(centre, task)
    assert [result for result, _ in log_of(centre, WHO)[-2:]] == ["credited", "credited"]


async def test_the_arrow_keys_turn_the_months_and_escape_leads_back(centre: SmallCentre) -> None:
    from frontdesk.volunteers import service as volunteers

    context = at(centre.context(), YESTERDAY.replace(month=10))
    volunteers.check_in(context, WHO)
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        keys = await open_list(app, pilot)
        await keys.press("right")
        assert "本月" in notice(app)
        await keys.press("left")
        assert "2026-10" in str(app.screen.query_one("#visits-panel").border_title)
        assert row_texts(app, "visits")[0].startswith("10-19")
        await keys.press("right")
        assert row_texts(app, "visits") == []
        await keys.press("escape")
        assert app.screen.query("#search")

    await do(centre, task)


async def test_an_unknown_number_is_said_and_opens_nothing(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f4")
        assert isinstance(app.screen, DeskScreen)
        await open_visits(app.screen, "0999999")
        await settle(app, pilot)
        assert "0999999" in notice(app)

    await do(centre, task)


async def test_an_exit_before_the_entry_is_a_slip_and_said_as_one(centre: SmallCentre) -> None:
    forget_exits(centre)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        keys = await open_list(app, pilot)
        await keys.press("ctrl+e")
        await keys.type("1400")
        await keys.press("enter", "1", "enter")
        assert "必须晚于签到" in str(app.screen.query_one("#wrong", Plain).render())
        await keys.press("escape")

    await do(centre, task)
    assert [visit.review for visit in visits_of(centre)] == ["pending"]


async def test_the_history_keeps_an_exit_that_was_undone_with_who_and_why(centre: SmallCentre) -> None:
    from frontdesk.volunteers import service as volunteers
    from frontdesk.volunteers.checkin.undoing import undo

    context = at(centre.context(), NOW - timedelta(hours=2))
    volunteers.check_in(context, WHO)
    at(context, NOW - timedelta(hours=1))
    volunteers.check_in(context, WHO)
    at(context, NOW)
    undo(context, WHO, reason="还在服务")
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        keys = await open_list(app, pilot)
        assert "在岗" in row_texts(app, "visits")[0]
        await keys.press("enter")
        lines = said(app).splitlines()[-3:]
        assert lines == [
            "11-20 14:40  签到  王五",
            "11-20 15:40  签退  王五",
            "11-20 16:40  撤销  王五  原因：还在服务",
        ]
        await keys.press("enter")

    await do(centre, task)


async def test_a_visit_made_of_an_exit_without_an_entry_shows_that_exit(centre: SmallCentre) -> None:
    from frontdesk.volunteers.checkin.closing import open_exits
    from frontdesk.volunteers.checkin.correcting import settle_exit

    forget_exits(centre)
    context = centre.context()
    [exit_only] = open_exits(context)
    settle_exit(context, exit_only.id, entered=YESTERDAY.replace(hour=7, minute=0), reason="忘记签到")
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        keys = await open_list(app, pilot, "0310003")
        await keys.press("enter")
        assert "11-19 17:30  签退，没有签到  王五" in said(app)
        assert "补录 15:00-17:30  王五  原因：忘记签到" in said(app)
        await keys.press("enter")

    await do(centre, task)
