"""Settings with the keyboard alone: a switch, a choice, a number, and the default again."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from db import staff as staff_records
from db.staff import Staff
from frontdesk.context import Operator
from frontdesk.locale import use_language
from frontdesk.settings.rules import Settings
from frontdesk.settings.service import set_setting
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.dialogs import FormDialog
from frontdesk.shell.plain import Plain
from frontdesk.shell.rowlist import RowList
from tests.desks import set_own_pin
from tests.ui.conftest import NOW, SmallCentre
from tests.ui.hands import do, enter_text, notice, post_scans, press, row_texts, settle, values_of


def stored(centre: SmallCentre) -> Settings:
    """The settings as another window reads them."""
    context = centre.context()
    context.database.close()
    return context.settings


async def go_to(app: FrontdeskApp, pilot: Pilot[None], name: str) -> None:
    app.open_at(name)
    await settle(app, pilot)
    assert app.screen.query_one("#settings", RowList).current is not None


async def test_a_switch_takes_two_keys_once_it_is_under_the_cursor(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+k", "down", "enter")
        assert "现在是：否" in notice(app)
        assert stored(centre).reentry_allowed == 0
        await press(app, pilot, "enter")
        assert stored(centre).reentry_allowed == 1

    await do(centre, task)


async def test_switching_a_second_person_off_asks_for_one(centre: SmallCentre) -> None:
    context = centre.context()
    with context.change("test.role", "S101") as connection:
        staff_records.set_role(connection, "S101", "manager")
    set_own_pin(context, "S101", "8642")
    set_setting(context, "approve_erase", "1")
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+k")
        await go_to(app, pilot, "approve_erase")
        for key in ("enter", "delete"):
            await press(app, pilot, key)
            await settle(app, pilot)
            assert isinstance(app.screen, FormDialog)
            assert stored(centre).approve_erase == 1
            if key == "enter":
                await press(app, pilot, "escape")
        await enter_text(app, pilot, "S101")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "8642")
        await press(app, pilot, "enter")
        await settle(app, pilot)
        assert stored(centre).approve_erase == 0

    await do(centre, task)


async def test_a_choice_is_a_list_with_the_one_in_force_first(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+k")
        await go_to(app, pilot, "rounding_minutes")
        await press(app, pilot, "enter", "enter")
        assert stored(centre).rounding_minutes == 0
        await press(app, pilot, "enter", "down", "enter")
        assert stored(centre).rounding_minutes == 5
        await press(app, pilot, "delete")
        assert stored(centre).rounding_minutes == 0
        await press(app, pilot, "delete")
        assert "默认" in notice(app)

    await do(centre, task)


async def test_a_number_is_typed_over_and_a_wrong_one_keeps_the_form(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+k")
        await go_to(app, pilot, "undo_minutes")
        assert "1440" in str(app.screen.query_one("#settings-detail", Plain).render())
        await press(app, pilot, "enter", "9", "9", "9", "9", "enter")
        assert isinstance(app.screen, FormDialog)
        assert "1440" in str(app.screen.query_one("#wrong", Plain).render())
        post_scans(app, [next(iter(centre.codes.values()))])
        await settle(app, pilot)
        assert values_of(app) == {"value": "9999"}
        await press(app, pilot, "backspace", "backspace", "enter")
        assert stored(centre).undo_minutes == 99
        assert any("撤销时限" in row and "99 分钟" in row for row in row_texts(app, "settings"))

    await do(centre, task)
    assert len(centre.visits()) == 1


async def test_a_word_is_typed_behind_the_list_that_stands_there(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+k")
        await go_to(app, pilot, "activity_types")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "、节庆")
        await press(app, pilot, "enter")
        assert stored(centre).activity_types == (*Settings().activity_types, "节庆")

    await do(centre, task)


async def test_whoever_is_no_manager_sees_everything_and_is_told_who_may_change_it(centre: SmallCentre) -> None:
    context = centre.context()
    with context.database.write() as connection:
        staff_records.put(connection, Staff(no="S103", name="赵六", kind="专职"))
    context.database.close()
    app = FrontdeskApp(
        centre.home,
        clock=lambda: NOW,
        centre=("示范路邻里中心", "Asia/Shanghai"),
        demo_operator=Operator("S103", "赵六", "operator"),
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "ctrl+k", "down", "enter")
        assert "负责人" in notice(app)
    app.desk.close()
    assert stored(centre) == Settings()


@pytest.mark.parametrize(
    ("language", "size"),
    [
        ("zh_CN", (80, 24)),
        ("en", (80, 24)),
        pytest.param("zh_CN", (120, 40), marks=pytest.mark.slow),
        pytest.param("en", (120, 40), marks=pytest.mark.slow),
    ],
)
async def test_every_setting_can_be_pointed_at_and_explains_itself(
    centre: SmallCentre, language: str, size: tuple[int, int]
) -> None:
    use_language(language)
    try:
        app = centre.app()
        async with app.run_test(size=size) as pilot:
            await settle(app, pilot)
            await press(app, pilot, "ctrl+k")
            rows = app.screen.query_one("#settings", RowList)
            for place, row in enumerate(rows.rows):
                rows.cursor = place
                await pilot.pause()
                said = str(app.screen.query_one("#settings-detail", Plain).render())
                assert bool(said) == (not row.key.startswith("group:")), row.key
        app.desk.close()
    finally:
        use_language("zh_CN")


async def test_the_cursor_stands_on_settings_only_and_the_first_heading_stays_in_sight(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+k")
        rows = app.screen.query_one("#settings", RowList)
        for key in ("end", "pageup", "pageup", "home", "up"):
            await press(app, pilot, key)
            assert rows.current is not None
            assert rows.current.tone != "heading"
        assert rows.cursor == 1
        assert rows.scroll_offset.y == 0
        met = [rows.cursor]
        for _ in rows.rows:
            await press(app, pilot, "down")
            met.append(rows.cursor)
        assert {place for place, row in enumerate(rows.rows) if row.tone != "heading"} == set(met)

    await do(centre, task)


async def test_the_screen_explains_a_choice_without_the_codes_of_the_command_line(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+k")
        for name, shown, code in (
            ("forgotten_exit", "服务安排结束时", "assignment_end"),
            ("reentry_allowed", "可选：否、是", "0"),
        ):
            await go_to(app, pilot, name)
            detail = str(app.screen.query_one("#settings-detail", Plain).render()).replace("\n", "")
            assert shown in detail
            assert code not in detail

    await do(centre, task)


async def test_a_damaged_setting_is_said_at_sign_in_and_put_right_with_one_key(centre: SmallCentre) -> None:
    context = centre.context()
    with context.database.write() as connection:
        connection.execute("INSERT INTO setting (key, value) VALUES ('undo_minutes', '\"abc\"')")
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        assert "撤销时限" in notice(app)
        await press(app, pilot, "ctrl+k")
        await go_to(app, pilot, "undo_minutes")
        assert "默认值（10 分钟）" in str(app.screen.query_one("#settings-detail", Plain).render())
        await press(app, pilot, "delete")
        assert "不对" not in str(app.screen.query_one("#settings-detail", Plain).render())

    await do(centre, task)
    context = centre.context()
    assert context.damaged_settings == ()
    context.database.close()
