"""Keys that come faster than the screen, screens that are left, disks that fail while reading: nobody is mixed up."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from db import hours as hours_records
from db import visits as visit_records
from db import volunteers as volunteer_records
from frontdesk.context import Operator
from frontdesk.home import Home
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.dialogs import FormDialog
from frontdesk.shell.kiosk import KioskApp
from frontdesk.shell.opening import log_to
from frontdesk.shell.plain import Plain
from frontdesk.shell.rowlist import RowList
from frontdesk.volunteers.register import service as register
from tests.ui.conftest import NOW, SmallCentre
from tests.ui.hands import enter_text, entered, notice, post_scans, press, settle


def post(app: FrontdeskApp, *keys: str) -> None:
    """Post keys without waiting, as they arrive from a hand that is ahead of the screen."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


async def test_enter_after_arrow_keys_means_the_row_they_lead_to(centre: SmallCentre) -> None:
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "f4")
        rows = app.screen.query_one("#found", RowList)
        rows.focus()
        await settle(app, pilot)
        wanted = rows.rows[rows.cursor + 2].key
        post(app, "down", "down", "enter")
        await settle(app, pilot)
        await settle(app, pilot)
    app.desk.close()
    assert entered(centre) == [wanted]


async def test_a_card_asked_for_while_the_search_still_runs_is_that_of_the_name_typed(centre: SmallCentre) -> None:
    app = centre.app()
    context = centre.context()
    name = volunteer_records.get(context.database.connection, "0310123")
    context.database.close()
    assert name is not None
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "f4")
        post(app, *name.name, "f7")
        for _ in range(4):
            await settle(app, pilot)
        shown = "\n".join(str(plain.render()) for plain in app.screen.query(Plain))
        assert "0310123" in shown
    app.desk.close()


async def test_a_hand_ahead_of_the_screen_chooses_checks_in_and_takes_back_without_losing_a_key(
    centre: SmallCentre,
) -> None:
    app = centre.app()
    context = centre.context()
    several = [volunteer.no for volunteer in register.find(context, "zz")]
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "f4")
        post(app, "z", "z", "enter", "down", "enter", "ctrl+z", "enter")
        for _ in range(6):
            await settle(app, pilot)
        assert "已撤销" in notice(app)
        post(app, "z", "z", "enter", "escape", "escape", "z", "z", "down", "down", "enter")
        for _ in range(6):
            await settle(app, pilot)
    app.desk.close()
    rows = context.database.connection.execute("SELECT volunteer_no, result FROM scan ORDER BY id").fetchall()
    context.database.close()
    assert [tuple(row) for row in rows] == [(several[1], "entered"), (several[1], "undone"), (several[2], "entered")]


async def test_after_the_wizard_the_locked_desk_asks_for_number_and_pin(tmp_path: Path) -> None:
    app = FrontdeskApp(Home(tmp_path / "home"), clock=lambda: NOW, centre=None)
    answers = {
        "code": "310114-009",
        "name": "春风里邻里中心",
        "street": "春风街道",
        "district": "示范区",
        "manager_no": "M7",
        "manager_name": "钱七",
        "pin": "8642",
        "again": "8642",
    }
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for name, value in answers.items():
            app.screen.query_one(f"#{name}", Input).value = value
        app.screen.query_one("#again", Input).focus()
        await pilot.press("enter")
        while not app.screen.query("#key-about"):
            await pilot.pause()
        await settle(app, pilot)
        assert app.desk.operator is not None
        await press(app, pilot, "f9")
        assert {field.id: field.value for field in app.screen.query(Input)} == {"no": "", "pin": "", "again": ""}
        await enter_text(app, pilot, "M7")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "8642")
        await press(app, pilot, "enter")
        assert app.desk.operator is not None
    app.desk.close()


async def test_the_sessions_screen_moves_on_with_the_day(centre: SmallCentre) -> None:
    now = [NOW]
    app = centre.app()
    app.clock = lambda: now[0]
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "f3")
        assert "2026-11-20" in str(app.screen.query_one("#sessions-panel").border_title)
        now[0] = NOW + timedelta(days=1)
        await press(app, pilot, "f2", "f3")
        while "2026-11-21" not in str(app.screen.query_one("#sessions-panel").border_title):
            await pilot.pause()
    app.desk.close()


async def test_a_read_that_fails_after_the_commit_still_confirms_the_scan(
    centre: SmallCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise sqlite3.OperationalError("disk I/O error")

    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        monkeypatch.setattr(hours_records, "of_volunteer", broken)
        post_scans(app, [centre.codes["0310007"]])
        await settle(app, pilot)
        assert app.screen.query_one(ScanBanner).has_class("-entered")
    app.desk.close()
    assert entered(centre) == ["0310007"]


async def test_a_screen_that_cannot_be_read_says_so_and_the_desk_goes_on(
    centre: SmallCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> list[object]:
        raise sqlite3.OperationalError("disk I/O error")

    app = centre.app()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(app, pilot)
        with monkeypatch.context() as patched:
            patched.setattr(visit_records, "here", broken)
            app.mark_stale()
            await settle(app, pilot)
        assert "磁盘" in notice(app)
        post_scans(app, [centre.codes["0310007"]])
        await settle(app, pilot)
    app.desk.close()
    assert entered(centre) == ["0310007"]


async def test_volunteers_scan_while_an_auditor_reads(centre: SmallCentre) -> None:
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        app.desk.operator = Operator("A1", "审计", "auditor")
        post_scans(app, [centre.codes["0310007"]])
        await settle(app, pilot)
        assert app.screen.query_one(ScanBanner).has_class("-entered")
    app.desk.close()
    assert entered(centre) == ["0310007"]


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    import logging

    log_to(tmp_path / "missing" / "frontdesk.log")
    logging.getLogger("frontdesk").warning("nobody hears this")


def kiosk(centre: SmallCentre) -> KioskApp:
    """The kiosk on this centre."""
    return KioskApp(centre.home, clock=lambda: NOW, centre=("示范路邻里中心", "Asia/Shanghai"))


async def settled(app: KioskApp, pilot: Pilot[None]) -> None:
    """Wait until every key is taken and every scan is decided."""
    await pilot.pause()
    while app._gate.holding:
        await pilot.pause()
    await app.desk.run(lambda _: None)
    await pilot.pause()


def shown(app: KioskApp) -> str:
    """The name line of the kiosk."""
    return str(app.screen_stack[0].query_one("#kiosk-name", Plain).render())


async def test_a_name_goes_from_the_kiosk_also_behind_the_staff_form(centre: SmallCentre) -> None:
    app = kiosk(centre)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        post_scans(app, [centre.codes["0310007"]])
        await settled(app, pilot)
        name = shown(app)
        await pilot.press("ctrl+q")
        await settled(app, pilot)
        assert isinstance(app.screen, FormDialog)
        post_scans(app, [centre.codes["0310008"]])
        await settled(app, pilot)
        assert app.screen.query_one(ScanBanner).has_class("-entered")
        app.rest()
        assert shown(app) != name
        assert shown(app) == "请刷志愿者卡"
    app.desk.close()
    assert len(entered(centre)) == 2


async def test_a_cooling_kiosk_says_so_to_whoever_scans(centre: SmallCentre) -> None:
    app = kiosk(centre)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for wrong in ("1" * 20, "2" * 20, "3" * 20):
            post_scans(app, [wrong])
            await settled(app, pilot)
        await pilot.press("5")
        await settled(app, pilot)
        post_scans(app, [centre.codes["0310008"]])
        await settled(app, pilot)
        assert "秒" in str(app.screen.query_one("#kiosk-words", Plain).render())
        app._cooling.take_right()
        post_scans(app, [centre.codes["0310008"]])
        await settled(app, pilot)
    app.desk.close()
    assert entered(centre) == ["0310008"]


async def test_twenty_presses_by_a_child_make_one_rating(centre: SmallCentre) -> None:
    from frontdesk.feedback.service import ratings

    app = kiosk(centre)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        begin = events.Key("f20", None).time
        for press_number in range(20):
            digit = "12345"[press_number % 5]
            key = events.Key(digit, digit)
            key.time = begin + press_number * 0.05
            app.post_message(key)
        await settled(app, pilot)
        await settled(app, pilot)
    app.desk.close()
    context = centre.context()
    assert len(ratings(context, NOW.date(), NOW.date())) == 1
    context.database.close()


@pytest.mark.parametrize("ending", ["tab", None])
async def test_a_card_that_no_enter_ends_marks_nobody_present(centre: SmallCentre, ending: str | None) -> None:
    from frontdesk.activities import service as activities

    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "f3", "enter")
        post(app, *centre.codes["0310009"])
        if ending:
            post(app, ending)
        await settle(app, pilot)
        assert app.screen.query_one(ScanBanner).has_class("-entered")
        assert app.focused is app.screen.query_one("#sign-ups")
    app.desk.close()
    assert entered(centre) == ["0310009"]
    context = centre.context()
    assert {line.status for line in activities.registrations(context, "HD001")} == {None}
    context.database.close()


@pytest.mark.parametrize("code", ["https://a.cn/x1y2z1", "WIFI:S:guest;P:pass5word;;", "ABC-1-2-3-4-5", "1 2 3"])
async def test_a_foreign_code_over_the_attendance_list_marks_nobody(centre: SmallCentre, code: str) -> None:
    from frontdesk.activities import service as activities

    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "f3", "enter")
        shown_before = app.screen
        post_scans(app, [code])
        await settle(app, pilot)
        assert app.screen is shown_before
        assert app.screen.query_one(ScanBanner).has_class("-refused")
        await press(app, pilot, "1")
    app.desk.close()
    context = centre.context()
    marked = [line for line in activities.registrations(context, "HD001") if line.status]
    kept = context.database.connection.execute("SELECT reason, code_length FROM scan").fetchall()
    context.database.close()
    assert len(marked) == 1
    assert [tuple(row) for row in kept] == [("foreign_code", len(code))]


async def test_half_a_card_is_said_to_be_unread_and_does_nothing(centre: SmallCentre) -> None:
    from frontdesk.activities import service as activities

    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "f3", "enter")
        post(app, *centre.codes["0310009"][:5])
        await settle(app, pilot)
        assert app.screen.query_one(ScanBanner).has_class("-refused")
    app.desk.close()
    context = centre.context()
    assert {line.status for line in activities.registrations(context, "HD001")} == {None}
    context.database.close()


async def test_a_phone_from_a_text_expander_lands_in_its_field(centre: SmallCentre) -> None:
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "f3", "f7", "ctrl+n", "tab")
        post(app, *"15400001234", "enter")
        await settle(app, pilot)
        assert app.screen.query_one("#field-phone", Input).value == "15400001234"
        app.screen.query_one("#field-phone", Input).value = ""
        app.screen.query_one("#field-phone", Input).focus()
        await settle(app, pilot)
        post(app, *"15400001234")
        await settle(app, pilot)
        await press(app, pilot, "enter")
        assert app.screen.query_one("#field-phone", Input).value == "15400001234"
        assert app.focused is app.screen.query_one("#field-party")
    app.desk.close()


async def test_enter_pressed_twice_on_a_forms_last_field_saves_once(centre: SmallCentre) -> None:
    from frontdesk.activities import service as activities

    context = centre.context()
    before = len(activities.registrations(context, "HD001"))
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "f3", "f7", "ctrl+n")
        await enter_text(app, pilot, "钱多多")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "15400007777")
        await press(app, pilot, "enter")
        post(app, "enter", "enter", "enter")
        for _ in range(4):
            await settle(app, pilot)
        assert app.screen.query("#people")
    app.desk.close()
    assert len(activities.registrations(context, "HD001")) == before + 1
    context.database.close()


async def test_enter_pressed_twice_on_a_choice_chooses_once_and_closes_nothing_else(centre: SmallCentre) -> None:
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        post(app, "f7", "enter", "enter", "enter")
        for _ in range(6):
            await settle(app, pilot)
        await press(app, pilot, "escape")
        assert app.screen.query("#duty")
        assert app.is_running
    app.desk.close()
