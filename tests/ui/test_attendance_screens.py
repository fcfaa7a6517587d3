"""Attendance at the pace of a hand: few keys, none lost, none meant for the wrong person, tickets beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl.reader.excel import load_workbook
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from db import centre as centres
from frontdesk.activities import service as activities
from frontdesk.activities.attendance.marking import mark_rest
from frontdesk.activities.attendance.quick_screen import QuickScreen, open_quick
from frontdesk.activities.attendance.standing import standings
from frontdesk.activities.attendance.tickets import ticket_code
from frontdesk.activities.sessions.service import close_session
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.kiosk import KioskApp
from frontdesk.shell.plain import Plain
from frontdesk.shell.rowlist import RowList
from tests.ui.conftest import NOW, SmallCentre
from tests.ui.hands import enter_text, notice, post_scans, press, row_texts, settle

CODE = "HD001"
QUICK_KEY, SHEETS_KEY = "ctrl+a", "ctrl+s"
PERSON_SECONDS = 0.06
"""Between two keys of the fastest fingers."""


def type_ahead(app: FrontdeskApp, *keys: str) -> None:
    """Post keys at once that a person typed one after the other while the screen was busy."""
    begin = events.Key("f20", None).time
    for place, key in enumerate(keys):
        posted = events.Key(key, key if len(key) == 1 else None)
        posted.time = begin + place * PERSON_SECONDS
        app.post_message(posted)


async def opened(app: FrontdeskApp, pilot: Pilot[None]) -> QuickScreen:
    """The quick screen of the session, opened over the day's."""
    assert isinstance(app.screen, DeskScreen)
    await open_quick(app.screen, CODE)
    for _ in range(3):
        await settle(app, pilot)
    assert isinstance(app.screen, QuickScreen)
    return app.screen


def standing(centre: SmallCentre) -> list[tuple[str | None, int | None]]:
    """What stands of every sign-up, by number."""
    context = centre.context()
    try:
        return [(one.status, one.came) for one in activities.registrations(context, CODE)]
    finally:
        context.database.close()


async def test_keys_typed_ahead_mark_the_right_people_and_none_is_lost(centre: SmallCentre) -> None:
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await opened(app, pilot)
        type_ahead(app, "1", "2", "3", *"1" * 9, "down", "3", "0", "up", "up", "2")
        for _ in range(4):
            await settle(app, pilot)
    app.desk.close()
    came, nothing, absent, missed = ("attended", 1), (None, None), ("absent_notified", 1), ("no_show", 1)
    assert standing(centre) == [came, absent, missed, *[came] * 9, absent, missed, *[nothing] * 6]


async def test_a_number_typed_leads_to_its_line_and_the_next_key_means_it(centre: SmallCentre) -> None:
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await opened(app, pilot)
        await press(app, pilot, "slash")
        assert isinstance(app.focused, Input)
        type_ahead(app, "1", "7", "enter")
        for _ in range(3):
            await settle(app, pilot)
        await press(app, pilot, "3")
        assert app.screen.query_one("#quick", RowList).cursor == 17
    app.desk.close()
    assert [place for place, (status, _) in enumerate(standing(centre), 1) if status] == [17]


async def test_the_rest_comes_or_stays_away_in_one_act_that_one_key_takes_back(centre: SmallCentre) -> None:
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await opened(app, pilot)
        await press(app, pilot, "2", "asterisk")
        assert [status for status, _ in standing(centre)].count("attended") == 19
        await press(app, pilot, "backspace", "9")
        assert {status for status, _ in standing(centre)} == {"absent_notified", None}
        await press(app, pilot, "enter")
        assert [status for status, _ in standing(centre)].count("no_show") == 19
        await press(app, pilot, "backspace", "backspace")
        assert {status for status, _ in standing(centre)} == {None}
        await press(app, pilot, "backspace")
        assert notice(app)
    app.desk.close()


async def test_a_ticket_marks_its_own_line_wherever_the_cursor_is_and_names_nobody(centre: SmallCentre) -> None:
    context = centre.context()
    lines = activities.registrations(context, CODE)
    codes = [ticket_code(context.keys.card, one.id) for one in lines]
    context.database.close()
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await opened(app, pilot)
        await press(app, pilot, "down", "down", "1")
        post_scans(app, [codes[14], codes[15]])
        for _ in range(3):
            await settle(app, pilot)
        banner = app.screen.query_one(ScanBanner)
        shown = " ".join(str(plain.render()) for plain in banner.query("Plain"))
        assert banner.has_class("-entered") and "16" in shown and "书法沙龙" in shown
        assert not any(one.name[0] in shown for one in lines)
        await press(app, pilot, "1")
        post_scans(app, [codes[14]])
        for _ in range(3):
            await settle(app, pilot)
        assert app.screen.query_one(ScanBanner).has_class("-same_scan")
        assert any("15" in text and "到场" in text for text in row_texts(app, "quick"))
    app.desk.close()
    marked = [place for place, (status, _) in enumerate(standing(centre), 1) if status == "attended"]
    assert marked == [3, 4, 15, 16]


async def test_what_another_window_counted_meanwhile_is_not_undone_and_a_session_closed_since_asks_why(
    centre: SmallCentre,
) -> None:
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await opened(app, pilot)
        await press(app, pilot, "1", "f8", "6", "enter")
        context = centre.context()
        assert activities.set_walk_ins(context, CODE, 9) == 6
        close_session(context, CODE)
        await press(app, pilot, "ctrl+z")
        # The reason is asked for, and nothing that can be undone is forgotten over it.
        await enter_text(app, pilot, "点错了")
        await press(app, pilot, "enter", "ctrl+z")
        assert activities.walk_ins(context, CODE) == 9
        assert standing(centre)[0] == ("attended", 1)
        await press(app, pilot, "ctrl+z")
        assert standing(centre)[0] == (None, None)
        await press(app, pilot, "f8", "ctrl+u", "8", "enter", "enter")
        assert activities.walk_ins(context, CODE) == 8
        context.database.close()
    app.desk.close()


async def test_a_full_list_of_twenty_is_marked_present_in_22_keys_from_the_days_screen(centre: SmallCentre) -> None:
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "f3")
        keys = [QUICK_KEY, *"1" * 20, "escape"]
        assert len(keys) <= 22
        type_ahead(app, *keys)
        for _ in range(6):
            await settle(app, pilot)
        assert not isinstance(app.screen, QuickScreen)
    app.desk.close()
    assert standing(centre) == [("attended", 1)] * 20


async def test_the_kiosk_says_number_and_session_of_a_ticket_and_nobodys_name(centre: SmallCentre) -> None:
    context = centre.context()
    line = activities.registrations(context, CODE)[4]
    code = ticket_code(context.keys.card, line.id)
    unknown = ticket_code(context.keys.card, 999_999)
    context.database.close()
    app = KioskApp(centre.home, clock=lambda: NOW, centre=("示范路邻里中心", "Asia/Shanghai"))

    async def said(pilot: Pilot[None], scanned: str) -> str:
        post_scans(app, [scanned])
        await pilot.pause()
        while app._gate.holding:
            await pilot.pause()
        await app.desk.run(lambda _: None)
        await pilot.pause()
        kiosk = app.screen_stack[0]
        return " ".join(str(kiosk.query_one(one, Plain).render()) for one in ("#kiosk-name", "#kiosk-words"))

    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        taken = await said(pilot, code)
        assert "5" in taken and "书法沙龙" in taken and line.name[0] not in taken
        assert "已经签过到" in await said(pilot, code)
        assert "服务台" in await said(pilot, unknown)
        assert "书法沙龙" not in await said(pilot, centre.codes["0310007"])
    app.desk.close()
    assert [place for place, (status, _) in enumerate(standing(centre), 1) if status] == [5]
    assert len(centre.visits()) == 1


async def test_who_is_restricted_is_listed_and_waived_with_a_reason_by_the_keyboard_alone(centre: SmallCentre) -> None:
    context = centre.context()
    with context.change("test.settings", "centre") as connection:
        centres.set_setting(connection, "no_show_limit", 1)
    mark_rest(context, CODE, "no_show")
    context.database.close()
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await opened(app, pilot)
        await press(app, pilot, "f7")
        assert len(row_texts(app, "penalties")) == 20
        assert "2026-12-20" in row_texts(app, "penalties")[0]
        await press(app, pilot, "f7")
        await enter_text(app, pilot, "住院")
        await press(app, pilot, "enter")
        assert len(row_texts(app, "penalties")) == 19
        await press(app, pilot, "enter", "enter", "escape")
        assert isinstance(app.screen, QuickScreen)
    app.desk.close()
    context = centre.context()
    assert len(standings(context)) == 19
    context.database.close()


async def test_the_columns_of_a_sheet_are_chosen_by_key_and_the_sheet_is_written(
    centre: SmallCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FrontdeskApp, "export_folder", lambda _: tmp_path)
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "f3", SHEETS_KEY, "down", "down", "space", "ctrl+e")
        # Whole names: why is asked first.
        await press(app, pilot, *"list", "enter")
        for _ in range(200):
            await settle(app, pilot)
            if list(tmp_path.glob("*.xlsx")):
                break
        shown = row_texts(app, "sheet-columns")
        assert shown[1].startswith("[ ]") and shown[2].startswith("[x]")
        await press(app, pilot, "escape")
        assert app.screen.query("#sign-ups")
    app.desk.close()
    (book,) = tmp_path.glob("*.xlsx")
    names = [row[2].value for row in load_workbook(book).worksheets[0].iter_rows(min_row=4, max_row=4)]
    context = centre.context()
    assert names == [activities.registrations(context, CODE)[0].name]
    context.database.close()
