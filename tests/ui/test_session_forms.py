"""A session is put on and changed in a form, by keyboard alone; what somebody else changed meanwhile is not lost."""

from __future__ import annotations

from datetime import date

from textual.pilot import Pilot

from db.activities import Session, plain
from frontdesk.activities.sessions import service
from frontdesk.activities.sessions.edit_screen import open_edit, open_new
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.plain import Plain
from frontdesk.shell.rowlist import RowList
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, enter_text, notice, press, row_texts, values_of


def front(app: FrontdeskApp) -> DeskScreen:
    assert isinstance(app.screen, DeskScreen)
    return app.screen


def wrong(app: FrontdeskApp) -> str:
    return str(app.screen.query_one("#wrong", Plain).render())


async def fill(app: FrontdeskApp, pilot: Pilot[None], *texts: str) -> None:
    for text in texts:
        if text:
            await press(app, pilot, "ctrl+u")
            await enter_text(app, pilot, text)
        await press(app, pilot, "enter")


async def test_a_session_is_put_on_with_its_terms_and_a_taken_room_needs_a_reason(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3")
        await open_new(front(app), date(2026, 11, 20))
        await fill(app, pilot, "国画班", "", "14:30-16:00", "书画室", "4", "1", "12")
        await press(app, pilot, "ctrl+t")
        # What stands in a field hides its choices: they are said below.
        assert wrong(app) == "1先到先得 2抽签"
        await fill(app, pilot, "", "3 8:00", "", "", "", "", "60-")
        await press(app, pilot, "ctrl+s", "ctrl+s")
        assert "书画室 在 2026-11-20 14:00–15:00 已被“书法沙龙”" in wrong(app)
        assert values_of(app)["name"] == "国画班"
        await enter_text(app, pilot, "分两边用")
        await press(app, pilot, "ctrl+s")
        assert "已新建 HD002“国画班”" in notice(app)
        rows = app.screen.query_one("#sessions", RowList)
        assert "国画班" in row_texts(app, "sessions")[rows.cursor] and "它在" not in notice(app)
        await press(app, pilot, "home")
        await open_new(front(app), date(2026, 11, 23))
        await fill(app, pilot, "合唱班", "", "9:00-10:00", "", "4", "1", "12")
        await press(app, pilot, "ctrl+s")
        assert "已新建 HD003“合唱班”。 它在 2026-11-23" in notice(app) and rows.cursor == 0

    await do(centre, task)
    context = centre.context()
    found = service.session(context, "HD002")
    assert (found.category, found.activity_type, found.capacity, found.room) == ("文体服务", "文体活动", 12, "书画室")
    assert (found.terms.opens_days_before, found.terms.opens_time, found.terms.age_from) == (3, "08:00", 60)
    context.database.close()


async def test_what_was_changed_elsewhere_meanwhile_is_refused_and_the_form_stays(centre: SmallCentre) -> None:
    def elsewhere() -> Session:
        context = centre.context()
        before = plain(service.session(context, "HD001"))
        done = service.change_session(context, before, before.model_copy(update={"note": "自带笔墨"}))
        context.database.close()
        return done.session

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3")
        await open_edit(front(app), "HD001")
        assert values_of(app)["times"] == "14:00-15:00"
        elsewhere()
        await press(app, pilot, "ctrl+u")
        await enter_text(app, pilot, "书法提高班")
        await press(app, pilot, "ctrl+s")
        assert "刚刚在别处被改过" in wrong(app) and values_of(app)["name"] == "书法提高班"
        await press(app, pilot, "escape")
        await open_edit(front(app), "HD001")
        assert values_of(app)["note"] == "自带笔墨"
        await fill(app, pilot, "", "11-21", "", "书画屋")
        await press(app, pilot, "ctrl+s")
        assert "没有叫“书画屋”的场地，最接近的是“书画室”" in wrong(app)
        await press(app, pilot, "ctrl+u")
        await enter_text(app, pilot, "多功能厅")
        await press(app, pilot, "ctrl+s")
        assert "没有叫“多功能厅”的场地" in wrong(app)
        await press(app, pilot, "ctrl+s")
        assert "要通知 20 组报名人" in notice(app)

    await do(centre, task)
    context = centre.context()
    found = service.session(context, "HD001")
    assert (found.name, found.note, found.day, found.room) == ("书法沙龙", "自带笔墨", "2026-11-21", "多功能厅")
    context.database.close()
