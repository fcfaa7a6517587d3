"""A check-in is taken back, a refusal overridden, a missing answer given: whoever it concerns is named first."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.dialogs import FormDialog
from frontdesk.shell.kiosk import KioskApp
from frontdesk.shell.plain import Plain
from frontdesk.volunteers import service as volunteers
from tests.ui.checkins import Keys, Wall, ask_for_consent, do_by, log_of, operator, said
from tests.ui.conftest import NOW, SmallCentre
from tests.ui.hands import (
    do,
    enter_text,
    entered,
    look_for_changes,
    notice,
    post_scans,
    press,
    row_texts,
    settle,
    values_of,
)
from tests.ui.test_hasty_hands import post, settled

WHO = "0310007"


def title(app: FrontdeskApp) -> str:
    """The title of the open form."""
    assert isinstance(app.screen, FormDialog)
    return app.screen._title


def banner(app: FrontdeskApp) -> str:
    """What the banner of the screen in front says."""
    return str(app.screen.query_one("#scan-text", Plain).render())


async def search(app: FrontdeskApp, pilot: Pilot[None], no: str) -> None:
    """Find one volunteer on the volunteers screen."""
    await press(app, pilot, "f4")
    await enter_text(app, pilot, no)


async def test_a_check_in_is_shown_and_undone_with_two_keys(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        post_scans(app, [centre.codes[WHO]])
        await settle(app, pilot)
        await search(app, pilot, WHO)
        keys = Keys(app, pilot)
        await keys.press("ctrl+z")
        assert WHO in said(app) and "张*" in said(app) and "11-20 16:40 签到" in said(app)
        await keys.press("enter")
        assert keys.count == 2
        assert "已撤销" in notice(app) and "签到" in notice(app)
        shown = app.screen.query_one(ScanBanner)
        assert shown.has_class("shown") and shown.has_class("-undone") and not shown.has_class("-entered")
        assert "已撤销" in banner(app)
        assert "已撤销" in str(shown.query_one("#scan-name", Plain).render())

    await do(centre, task)
    assert [result for result, _ in log_of(centre, WHO)] == ["entered", "undone"]


@pytest.mark.parametrize("by_card", [False, True])
async def test_who_is_shown_in_big_type_is_undone_with_two_keys_and_nobody_once_that_is_gone(
    centre: SmallCentre, by_card: bool
) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        if by_card:
            await press(app, pilot, "f4")
            post_scans(app, [centre.codes[WHO]])
            await settle(app, pilot)
        else:
            await search(app, pilot, WHO)
            await press(app, pilot, "enter")
        keys = Keys(app, pilot)
        await keys.press("ctrl+z")
        assert WHO in said(app) and "签到" in said(app)
        await keys.press("enter")
        assert keys.count == 2
        assert "已撤销" in notice(app)
        await press(app, pilot, "ctrl+z")
        assert "请先选一位志愿者" in notice(app)

    await do(centre, task)
    assert [result for result, _ in log_of(centre, WHO)] == ["entered", "undone"]


async def test_a_hand_ahead_of_the_screen_undoes_once_and_escape_undoes_nothing(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        post_scans(app, [centre.codes[WHO], centre.codes["0310008"]])
        await settle(app, pilot)
        await search(app, pilot, WHO)
        post(app, "ctrl+z", "enter", "ctrl+z")
        for _ in range(4):
            await settle(app, pilot)
        await search(app, pilot, "0310008")
        await press(app, pilot, "ctrl+z", "escape")

    await do(centre, task)
    assert [result for result, _ in log_of(centre, WHO)] == ["entered", "undone"]
    assert [result for result, _ in log_of(centre, "0310008")] == ["entered"]


async def test_an_exit_that_is_undone_leaves_the_volunteer_here(centre: SmallCentre) -> None:
    wall = Wall()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        for _ in range(2):
            post_scans(app, [centre.codes[WHO]])
            await settle(app, pilot)
            wall.pass_minutes(5)
        await search(app, pilot, WHO)
        await press(app, pilot, "ctrl+z")
        assert "签退" in said(app) and "重新算在岗" in said(app)
        await press(app, pilot, "enter", "f2")
        await look_for_changes(app, pilot)
        assert len(row_texts(app, "here")) == 1

    await do_by(centre, wall, task)


async def test_past_the_limit_a_manager_gives_a_reason(centre: SmallCentre) -> None:
    wall = Wall()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        post_scans(app, [centre.codes[WHO]])
        await settle(app, pilot)
        wall.pass_minutes(30)
        await search(app, pilot, WHO)
        await press(app, pilot, "ctrl+z")
        assert "负责人" in title(app) and "16:40 签到" in title(app)
        await press(app, pilot, "enter")
        assert "原因" in str(app.screen.query_one("#wrong", Plain).render())
        await enter_text(app, pilot, "刷错了卡")
        await press(app, pilot, "enter")
        assert "已撤销" in notice(app)

    await do_by(centre, wall, task)
    assert log_of(centre, WHO) == [("entered", ""), ("undone", "刷错了卡")]


async def test_past_the_limit_an_operator_is_told_that_it_takes_a_manager(centre: SmallCentre) -> None:
    wall = Wall()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        post_scans(app, [centre.codes[WHO]])
        await settle(app, pilot)
        app.desk.operator = operator("operator")
        wall.pass_minutes(30)
        await search(app, pilot, WHO)
        await press(app, pilot, "ctrl+z")
        assert "负责人" in said(app)
        await press(app, pilot, "enter")

    await do_by(centre, wall, task)
    assert log_of(centre, WHO) == [("entered", "")]


async def test_on_today_the_chosen_ones_check_in_is_undone(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        post_scans(app, [centre.codes[WHO]])
        await settle(app, pilot)
        app.mark_stale()
        await settle(app, pilot)
        await press(app, pilot, "ctrl+z")
        assert "Tab" in notice(app)
        app.screen.query_one("#here").focus()
        await settle(app, pilot)
        keys = Keys(app, pilot)
        await keys.press("ctrl+z", "enter")
        assert keys.count == 2
        assert row_texts(app, "here") == []

    await do(centre, task)
    assert [result for result, _ in log_of(centre, WHO)] == ["entered", "undone"]


async def test_a_suspended_volunteer_is_let_in_by_a_manager_with_a_reason(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await app.desk.run(lambda context: volunteers.set_state(context, WHO, "suspended"))
        await search(app, pilot, WHO)
        await press(app, pilot, "ctrl+f")
        assert "没有可以放行" in notice(app)
        post_scans(app, [centre.codes[WHO]])
        await settle(app, pilot)
        words = banner(app).replace("\n", "")
        assert "Ctrl+F" in words and "请到前台" not in words
        keys = Keys(app, pilot)
        await keys.press("ctrl+f")
        assert "已暂停服务" in title(app)
        await keys.press("enter")
        assert "原因" in str(app.screen.query_one("#wrong", Plain).render())
        await enter_text(app, pilot, "书记同意")
        await keys.press("enter")
        assert app.screen.query_one(ScanBanner).has_class("-entered")

    await do(centre, task)
    context = centre.context()
    rows = context.database.connection.execute(
        "SELECT result, forced, force_wished, words, serial FROM scan WHERE volunteer_no = ? ORDER BY id", (WHO,)
    ).fetchall()
    context.database.close()
    assert [tuple(row) for row in rows] == [("refused", 0, 0, "", 1), ("entered", 1, 1, "书记同意", 1)]


async def test_an_operator_is_told_that_only_a_manager_lets_a_suspended_volunteer_in(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await app.desk.run(lambda context: volunteers.set_state(context, WHO, "suspended"))
        app.desk.operator = operator("operator")
        post_scans(app, [centre.codes[WHO]])
        await settle(app, pilot)
        await search(app, pilot, WHO)
        await press(app, pilot, "ctrl+f")
        assert "负责人" in notice(app)

    await do(centre, task)
    assert entered(centre) == []


async def test_a_check_in_by_hand_asks_for_just_what_is_missing_and_goes_on(centre: SmallCentre) -> None:
    ask_for_consent(centre)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await search(app, pilot, WHO)
        keys = Keys(app, pilot)
        await keys.press("enter")
        assert list(values_of(app)) == ["consent"]
        assert "2026-1" in app.screen.query_one("#field-consent", Input).placeholder
        await keys.press("y", "enter")
        assert keys.count == 3
        assert app.screen.query_one(ScanBanner).has_class("-entered")
        assert app.screen.query_one("#search", Input).value == ""

    await do(centre, task)
    assert entered(centre) == [WHO]


async def test_a_card_that_lacks_answers_says_which_key_and_goes_on_over_a_half_filled_form(
    centre: SmallCentre,
) -> None:
    ask_for_consent(centre, WHO)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3", "f7", "ctrl+n")
        await enter_text(app, pilot, "钱多多")
        behind = app.screen
        before = values_of(app)
        post_scans(app, [centre.codes[WHO]])
        await settle(app, pilot)
        assert "Ctrl+U" in banner(app) and "告知书" in banner(app) and "监护人" in banner(app)
        keys = Keys(app, pilot)
        await keys.press("ctrl+u")
        assert list(values_of(app)) == ["consent", "guardian_name", "guardian_phone", "guardian_consent"]
        await keys.press("y", "enter")
        await enter_text(app, pilot, "张建国")
        await keys.press("enter")
        await enter_text(app, pilot, "13")
        await keys.press("enter", "y", "enter")
        assert "电话" in str(app.screen.query_one("#wrong", Plain).render())
        assert app.focused is app.screen.query_one("#field-guardian_phone")
        await enter_text(app, pilot, "900001234")
        await keys.press("enter", "enter")
        assert keys.count == 9
        assert app.screen is behind and values_of(app) == before
        assert app.screen.query_one(ScanBanner).has_class("-entered")

    await do(centre, task)
    assert entered(centre) == [WHO]
    assert log_of(centre, WHO) == [("refused", "incomplete"), ("entered", "")]
    context = centre.context()
    nonces = context.database.connection.execute("SELECT DISTINCT nonce FROM scan WHERE volunteer_no = ?", (WHO,))
    assert len(nonces.fetchall()) == 1
    context.database.close()


async def test_the_keys_typed_after_ctrl_u_belong_to_the_form(centre: SmallCentre) -> None:
    ask_for_consent(centre)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f4")
        post_scans(app, [centre.codes[WHO]])
        await settle(app, pilot)
        post(app, "ctrl+u", "y", "enter")
        for _ in range(4):
            await settle(app, pilot)
        assert app.screen.query_one("#search", Input).value == ""

    await do(centre, task)
    assert entered(centre) == [WHO]


async def test_a_scan_that_lacked_an_answer_is_not_taken_up_again_hours_later(centre: SmallCentre) -> None:
    ask_for_consent(centre)
    wall = Wall()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        post_scans(app, [centre.codes[WHO]])
        await settle(app, pilot)
        wall.pass_minutes(16)
        await press(app, pilot, "ctrl+u")
        assert not isinstance(app.screen, FormDialog)

    await do_by(centre, wall, task)
    assert entered(centre) == []


async def test_without_consent_nobody_is_checked_in(centre: SmallCentre) -> None:
    ask_for_consent(centre)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        post_scans(app, [centre.codes[WHO]])
        await settle(app, pilot)
        await press(app, pilot, "ctrl+u", "n", "enter")
        assert "Esc" in str(app.screen.query_one("#wrong", Plain).render())
        # Whoever says no is not asked again: the key is that of the settings once more.
        await press(app, pilot, "escape", "ctrl+u")
        assert not isinstance(app.screen, FormDialog)

    await do(centre, task)
    assert entered(centre) == []


async def test_the_locked_desk_and_the_kiosk_send_to_the_desk(centre: SmallCentre) -> None:
    ask_for_consent(centre)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f9")
        post_scans(app, [centre.codes[WHO]])
        await settle(app, pilot)
        assert "Ctrl+U" not in banner(app) and "前台" in banner(app).replace("\n", "")
        await press(app, pilot, "ctrl+u")
        assert not isinstance(app.screen, FormDialog)

    await do(centre, task)
    kiosk = KioskApp(centre.home, clock=lambda: NOW, centre=("示范路邻里中心", "Asia/Shanghai"))
    async with kiosk.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        post_scans(kiosk, [centre.codes[WHO]])
        await settled(kiosk, pilot)
        words = str(kiosk.screen.query_one("#kiosk-words", Plain).render())
        assert "前台" in words and "Ctrl" not in words
    kiosk.desk.close()
    assert entered(centre) == []


async def test_a_locked_desk_sends_who_is_refused_to_the_staff_and_names_no_key(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await app.desk.run(lambda context: volunteers.set_state(context, WHO, "suspended"))
        await press(app, pilot, "f9")
        post_scans(app, [centre.codes[WHO]])
        await settle(app, pilot)
        assert "请到前台" in banner(app).replace("\n", "") and "Ctrl" not in banner(app)

    await do(centre, task)


@pytest.mark.parametrize(
    "screen_key", ["f2", "f1", *(pytest.param(key, marks=pytest.mark.slow) for key in ("f3", "f5", "f6", "ctrl+p"))]
)
async def test_the_form_opens_over_every_screen(centre: SmallCentre, screen_key: str) -> None:
    ask_for_consent(centre)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, screen_key)
        post_scans(app, [centre.codes[WHO]])
        await settle(app, pilot)
        assert "Ctrl+U" in banner(app)
        await press(app, pilot, "ctrl+u", "y", "enter")
        assert app.screen.query_one(ScanBanner).has_class("-entered")

    await do(centre, task)
    assert entered(centre) == [WHO]
