"""Rows are pasted in the running program, corrected in place, and all of them or none become sign-ups."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from frontdesk.activities import service
from frontdesk.activities.exchange.paste_screen import PasteScreen, open_paste
from frontdesk.context import Operator
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import DeskScreen
from tests.ui.conftest import MANAGER, NOW, SmallCentre
from tests.ui.hands import do, enter_text, notice, press, row_texts, settle, values_of

PIECES = (
    '序号\t姓名\t手机号\t人数\r\n1\t李小龙\t１３８００００１１１１\t2\r\n2\t"王\r\n芳"\t138000',
    "02222\t1\r\n3\t赵乐\t15410000000\t1\r\n4\t钱多多\t1380000333\t\r\n",
)


def signed_up(centre: SmallCentre) -> dict[str, tuple[int, str]]:
    context = centre.context()
    found: dict[str, tuple[int, str]] = {
        one.name: (one.party_size, one.state) for one in service.registrations(context, "HD001")
    }
    context.database.close()
    return found


async def opened(app: FrontdeskApp, pilot: Pilot[None], code: str) -> PasteScreen:
    await press(app, pilot, "f3")
    assert isinstance(app.screen, DeskScreen)
    await open_paste(app.screen, code)
    await settle(app, pilot)
    assert isinstance(app.screen, PasteScreen)
    return app.screen


async def test_a_paste_in_pieces_is_corrected_in_place_and_taken_in_all_or_none(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        screen = await opened(app, pilot, "HD001")
        for piece in PIECES:
            app.post_message(events.Paste(piece))
            await settle(app, pilot)
        assert len(row_texts(app, "pasted")) == 4
        await press(app, pilot, "f8")
        # Nothing is taken in: the cursor is on the first row that is wrong, and says why.
        rows = row_texts(app, "pasted")
        assert "候补第 1" in rows[0] and "已经报过名" in rows[2] and "不是电话号码" in rows[3]
        assert screen.rows.current is not None and screen.rows.current.key == "2"
        await press(app, pilot, "delete", "down", "enter")
        assert values_of(app) == {"person": "钱多多", "phone": "1380000333", "party_size": ""}
        await press(app, pilot, "enter", "ctrl+u")
        await enter_text(app, pilot, "13800003333")
        await press(app, pilot, "enter", "enter")
        assert "13800003333" in screen.box.text
        await press(app, pilot, "f7")
        assert all("候补" in row for row in row_texts(app, "pasted"))
        await press(app, pilot, "f8")
        assert not isinstance(app.screen, PasteScreen)
        assert "已报名 3 行" in notice(app)

    before = signed_up(centre)
    await do(centre, task)
    after = signed_up(centre)
    assert {name: said for name, said in after.items() if name not in before} == {
        "李小龙": (2, "waitlisted"),
        "王芳": (1, "waitlisted"),
        "钱多多": (1, "waitlisted"),
    }


async def test_sessions_are_pasted_without_a_chosen_one_and_esc_asks_before_rows_are_lost(
    centre: SmallCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    monkeypatch.setattr(FrontdeskApp, "export_folder", lambda _: folder)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        screen = await opened(app, pilot, "")
        app.post_message(events.Paste("钱多多\t13800001111\n"))
        await settle(app, pilot)
        assert screen.why_not("take") is not None
        # More rows than are read at once are not taken in parts, and no correction cuts them off.
        screen.box.load_text("2026-11-20\t9:00-10:00\t插花\t文体服务\t20\n" * 501)
        await settle(app, pilot)
        screen.set_focus(screen.rows)
        await press(app, pilot, "delete", "f8")
        assert app.screen is screen and "另有 1 行没有读" in notice(app)
        assert screen.box.text.count("插花") == 501
        screen.set_focus(screen.box)
        screen.box.load_text("")
        app.post_message(events.Paste("2026-11-20\t9:00-10:00\t插花\t文体服务\t20\n"))
        await settle(app, pilot)
        await press(app, pilot, "escape", "escape", "escape")
        assert app.screen is screen
        await press(app, pilot, "ctrl+e", "2")
        await press(app, pilot, "enter", "enter", "enter")
        (written,) = folder.glob("*.xlsx")
        assert written.name == "报名表-2026-11.xlsx" and "已导出 20 行" in notice(app)
        await press(app, pilot, "f7", "f8")
        assert any("插花" in row for row in row_texts(app, "sessions"))

    await do(centre, task)


async def test_a_plan_is_pasted_on_an_empty_day_and_who_only_reads_is_told_before_a_form_opens(
    centre: SmallCentre,
) -> None:
    async def paste(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3", "right", "ctrl+v")
        assert isinstance(app.screen, PasteScreen)
        app.post_message(events.Paste("2026-11-21\t9:00-10:00\t插花\t文体服务\t20\n"))
        await settle(app, pilot)
        await press(app, pilot, "f8")
        assert any("插花" in row for row in row_texts(app, "sessions"))

    await do(centre, paste)
    reader = Operator(MANAGER, "王五", "auditor")
    app = FrontdeskApp(centre.home, clock=lambda: NOW, centre=("示范路邻里中心", "Asia/Shanghai"), demo_operator=reader)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "f3")
        day = app.screen
        for key in ("ctrl+n", "ctrl+e", "ctrl+x", "f7", "f8", "1", "0", "delete"):
            await press(app, pilot, key)
            assert app.screen is day
            assert "只能查看" in notice(app), key
            await press(app, pilot, "left", "right")
    app.desk.close()
