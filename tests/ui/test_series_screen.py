"""A series is made with its dates in sight and changed from one session on, by keyboard alone."""

from __future__ import annotations

from textual.pilot import Pilot

from frontdesk.activities import service as activities
from frontdesk.activities.rooms import service as rooms
from frontdesk.activities.series import service as series
from frontdesk.activities.series.form_screen import SeriesForm
from frontdesk.activities.series.screen import open_series
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.plain import Plain
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, enter_text, notice, post_scans, press, row_texts, settle
from tests.ui.test_session_forms import fill, front


def hinted(app: FrontdeskApp) -> str:
    return str(app.screen.query_one("#series-hint", Plain).render())


def below(app: FrontdeskApp) -> str:
    return str(app.screen.query_one("#series-wrong", Plain).render())


async def test_a_series_is_made_with_its_dates_in_sight_and_changed_from_one_session_on(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3")
        await open_series(front(app))
        await press(app, pilot, "ctrl+n", *["down"] * 8)
        assert hinted(app) == "1文体活动2便民3微治理4其他"
        await press(app, pilot, "2", "up", "up", "down")
        assert hinted(app) == "1生活2为老3健康4文体5法律6亲子7教育8志愿9品牌特色"
        await press(app, pilot, "down", "backspace", *["up"] * 9)
        assert hinted(app) == ""
        await fill(app, pilot, "国画班", "每周二、四", "12-15", "8次", "9:30-11:00", "书画", "武思嘉", "4", "", "12")
        assert isinstance(app.screen, SeriesForm)
        typed = app.screen.values
        post_scans(app, [centre.codes["0310001"]])
        await settle(app, pilot)
        assert app.screen.values == typed
        dates = row_texts(app, "series-dates")
        assert len(dates) == 8 and dates[-1] == "2027-01-07 (周四) 节假日未知"
        assert "2027 年的节假日安排还没有录入" in below(app)
        await press(app, pilot, "f7", "end", "space")
        assert row_texts(app, "series-dates")[-1] == "2027-01-07 (周四) 不办，节假日未知"
        await press(app, pilot, "ctrl+s")
        assert "没有叫“书画”的场地，最接近的是“书画室”" in below(app)
        await press(app, pilot, "ctrl+u")
        await enter_text(app, pilot, "书画室")
        await press(app, pilot, "ctrl+s")
        assert "新建 7 场" in notice(app)
        assert row_texts(app, "series")[0].startswith("国画班 每周二、周四 09:30-11:00")
        await press(app, pilot, "enter", "down", "down", "f7")
        await fill(app, pilot, "", "每周六")
        assert "2026-12-26 (周六)" in row_texts(app, "series-dates")[0]
        await press(app, pilot, "ctrl+s")
        assert isinstance(app.screen, SeriesForm) and "没有填原因" in below(app)
        await enter_text(app, pilot, "讲师只有周六有空")
        await press(app, pilot, "ctrl+s")
        assert "更改 2 场，取消 3 场" in str(app.screen.query_one("#question", Plain).render())
        await press(app, pilot, "enter")
        assert "更改 2 场，取消 3 场" in notice(app)

    before = centre.context()
    rooms.add_room(before, rooms.RoomFields(name="书画室"))
    before.database.close()
    await do(centre, task)
    assert centre.visits()
    context = centre.context()
    old, new = sorted(series.all_series(context, ended=True), key=lambda one: one.id)
    assert (old.state, old.last_day, new.predecessor) == ("ended", "2026-12-21", old.id)
    after = series.sessions_of(context, new.id)
    held = [(one.code, one.day) for one in after if one.state == "published"]
    assert [day for _, day in held] == ["2026-12-26", "2027-01-02"]
    assert activities.session(context, after[0].code).name == "国画班"
    context.database.close()
