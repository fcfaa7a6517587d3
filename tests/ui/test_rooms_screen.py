"""The rooms of a day with the keyboard alone, each task in a counted number of keys."""

from __future__ import annotations

from textual.pilot import Pilot

from frontdesk.activities.rooms import service
from frontdesk.activities.rooms.rooms_screen import RoomListScreen
from frontdesk.activities.rooms.rules import RoomFields
from frontdesk.activities.rooms.screen import RoomsScreen, open_rooms
from frontdesk.activities.rooms.use_screen import UseScreen
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import ChoiceDialog, FormDialog
from tests.ui.conftest import NOW, SmallCentre
from tests.ui.hands import TODAY, do, enter_text, notice, post_scans, press, row_texts, settle, values_of


def furnished(centre: SmallCentre) -> None:
    """The room of the session of the centre, and another one."""
    context = centre.context()
    for name in ("书画室", "多功能厅"):
        service.add_room(context, RoomFields(name, capacity=20))
    context.database.close()


def booked(centre: SmallCentre) -> list[tuple[str, str, str, str]]:
    context = centre.context()
    rows = context.database.connection.execute("SELECT room, day, purpose, state FROM booking ORDER BY id").fetchall()
    context.database.close()
    return [(row[0], row[1], row[2], row[3]) for row in rows]


async def opened(app: FrontdeskApp, pilot: Pilot[None]) -> RoomsScreen:
    assert isinstance(app.screen, DeskScreen)
    await open_rooms(app.screen, TODAY)
    await settle(app, pilot)
    assert isinstance(app.screen, RoomsScreen)
    return app.screen


def shown(app: FrontdeskApp) -> type:
    """The class of the screen in front."""
    return type(app.screen)


def frame(screen: RoomsScreen) -> str:
    return str(screen.query_one("#rooms-grid-panel").border_subtitle)


async def test_a_free_half_hour_is_booked_in_three_keys_marked_and_called_off(centre: SmallCentre) -> None:
    furnished(centre)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        screen = await opened(app, pilot)
        assert "书画室 16:30 空" in frame(screen)
        await press(app, pilot, "down", "enter", "2", "ctrl+s")
        assert booked(centre) == [("多功能厅", TODAY.isoformat(), "公共事务商议", "held")]
        assert "已预约" in notice(app)
        assert "公共事务商议（暂留）" in frame(screen)
        await press(app, pilot, "f7")
        assert booked(centre)[0][3] == "confirmed"
        # It has begun ten minutes ago: somebody came.
        await press(app, pilot, "f8")
        assert booked(centre)[0][3] == "used"
        await press(app, pilot, "ctrl+w")
        assert booked(centre)[0][3] == "no_show"
        # A no-show leaves the room free; the same keys book it again, and it is called off with a reason.
        await press(app, pilot, "enter", "1", "ctrl+s", "delete")
        await enter_text(app, pilot, "改天")
        await press(app, pilot, "enter")
        assert [state for *_, state in booked(centre)] == ["no_show", "cancelled"]
        assert [line.split()[-1] for line in row_texts(app, "rooms-list")] == ["活动", "未到", "已取消"]
        await press(app, pilot, "escape")
        assert shown(app) is not RoomsScreen

    await do(centre, task)


async def test_a_taken_room_keeps_the_form_names_the_session_and_a_reason_of_the_manager_books_it(
    centre: SmallCentre,
) -> None:
    furnished(centre)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        screen = await opened(app, pilot)
        await press(app, pilot, *["left"] * 4)
        assert "书法沙龙（活动）" in frame(screen)
        # A session is no booking.
        await press(app, pilot, "enter")
        assert shown(app) is RoomsScreen and "活动在活动界面改" in notice(app)
        await press(app, pilot, "ctrl+n", "1", "ctrl+s")
        form = app.screen
        assert isinstance(form, FormDialog)
        wrong = str(form.query_one("#wrong").render())
        assert "书法沙龙" in wrong and "14:00" in wrong and "15:00-21:00" in wrong
        before = values_of(app)
        post_scans(app, [centre.codes["0310003"]])
        await settle(app, pilot)
        assert (app.screen, values_of(app)) == (form, before)
        form.set_focus(form.query_one("#field-override"))
        await enter_text(app, pilot, "同一老师")
        await press(app, pilot, "enter")
        assert [purpose for _, _, purpose, _ in booked(centre)] == ["文化艺术交流"]
        assert "重" not in frame(screen) and "书法沙龙" in frame(screen) and "暂留" in frame(screen)

    await do(centre, task)


async def test_a_weekly_booking_shows_its_dates_first_and_the_days_are_leafed_through(centre: SmallCentre) -> None:
    furnished(centre)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        screen = await opened(app, pilot)
        await press(app, pilot, "ctrl+n", "4")
        app.screen.set_focus(app.screen.query_one("#field-until"))
        await enter_text(app, pilot, "+21")
        await press(app, pilot, "ctrl+s")
        assert shown(app) is ChoiceDialog
        assert len(row_texts(app, "choices")) == 4
        # Back in the form nothing is lost.
        await press(app, pilot, "escape")
        assert values_of(app)["until"] == "+21" and booked(centre) == []
        await press(app, pilot, "ctrl+s", "enter")
        assert shown(app) is RoomsScreen and len(booked(centre)) == 4
        await press(app, pilot, *["pagedown"] * 7)
        assert "2026-11-27" in str(screen.query_one("#rooms-grid-panel").border_title)
        assert len(row_texts(app, "rooms-list")) == 1
        await press(app, pilot, "ctrl+g", "enter")
        assert TODAY.isoformat() in str(screen.query_one("#rooms-grid-panel").border_title)
        await press(app, pilot, "ctrl+f", "enter")
        assert row_texts(app, "choices")[0] == "08:30-14:00"
        await press(app, pilot, "escape", "ctrl+y")
        assert shown(app) is UseScreen
        assert row_texts(app, "room-use")[0].startswith("书画室 0.2%")
        await press(app, pilot, "right", "escape")
        assert app.screen is screen

    await do(centre, task)


async def test_the_list_of_rooms_is_kept_by_keyboard_and_what_has_history_is_closed(centre: SmallCentre) -> None:
    furnished(centre)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        screen = await opened(app, pilot)
        await press(app, pilot, "ctrl+r")
        assert shown(app) is RoomListScreen
        await press(app, pilot, "ctrl+n")
        await enter_text(app, pilot, "阅览室")
        await press(app, pilot, "ctrl+s", "f7")
        assert [line.split()[0] for line in row_texts(app, "room-names")] == ["书画室", "阅览室", "多功能厅"]
        await press(app, pilot, "delete", "enter", "home", "delete", "enter")
        assert "不能删除" in notice(app)
        await press(app, pilot, "ctrl+x")
        await enter_text(app, pilot, "漏水")
        await press(app, pilot, "enter")
        assert "漏水" in row_texts(app, "room-names")[0]
        await press(app, pilot, "ctrl+x", "escape")
        assert [row.key for row in screen.grid.content.rows] == ["书画室", "多功能厅"]

    await do(centre, task)
    assert NOW.date() == TODAY
