"""Fees with the keyboard alone: taken in three keys, refunded with a reason, printed, and who owes."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from frontdesk.activities.fees import service
from frontdesk.activities.fees.day_screen import FeeDayScreen
from frontdesk.activities.fees.owing_screen import OwingScreen
from frontdesk.activities.fees.screen import FeesScreen, open_fees
from frontdesk.settings.service import set_setting
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import DeskScreen
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, enter_text, notice, press, row_texts, settle


def charged(centre: SmallCentre) -> int:
    """The session of the centre costs 30 yuan; the sign-up of its first party."""
    context = centre.context()
    set_setting(context, "fees_enabled", "1")
    with context.change("test.fee", "HD001") as connection:
        connection.execute("UPDATE session SET fee_fen = 3000")
    found = context.database.connection.execute("SELECT id FROM registration WHERE seq_no = 1").fetchone()[0]
    context.database.close()
    return int(found)


def shown(app: FrontdeskApp) -> type:
    """The class of the screen in front."""
    return type(app.screen)


async def opened(app: FrontdeskApp, pilot: Pilot[None], registration_id: int) -> None:
    assert isinstance(app.screen, DeskScreen)
    await open_fees(app.screen, registration_id)
    await settle(app, pilot)


async def test_a_fee_is_taken_in_four_keys_refunded_with_a_reason_and_its_paper_printed(
    centre: SmallCentre, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = charged(centre)
    folder = tmp_path_factory.mktemp("papers")
    monkeypatch.setattr(FrontdeskApp, "export_folder", lambda _: folder)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await opened(app, pilot, number)
        assert shown(app) is FeesScreen
        await press(app, pilot, "f7", "enter", "enter", "enter")
        assert row_texts(app, "fee-lines")[0].startswith("2026-000001 11-20 收据 30.00 现金 30.00")
        assert "已结清" in str(app.screen.query_one("#fee-lines-panel").border_subtitle)
        await press(app, pilot, "f7", "enter", "enter", "enter")
        assert "没有欠费" in str(app.screen.query_one("#wrong").render())
        await press(app, pilot, "escape", "f8")
        await enter_text(app, pilot, "只上一半")
        await press(app, pilot, "enter", "4", "0", "enter", "enter")
        assert "只剩 30.00 元可退" in str(app.screen.query_one("#wrong").render())
        await press(app, pilot, "backspace", "backspace", "1", "2", "full_stop", "5", "enter", "enter")
        assert row_texts(app, "fee-lines")[1].endswith("-12.50 现金 2026-000001 只上一半")
        await press(app, pilot, "enter")
        assert [one.name for one in folder.iterdir()] == ["退费-2026-000002.pdf"]
        await press(app, pilot, "ctrl+t")
        assert shown(app) is FeeDayScreen
        assert "净收 17.50 元" in str(app.screen.query_one("#fee-day-panel").border_title)
        await press(app, pilot, "left")
        assert row_texts(app, "fee-day") == []
        await press(app, pilot, "escape", "ctrl+w")
        assert shown(app) is OwingScreen
        assert len(row_texts(app, "fee-owing")) == 20
        await press(app, pilot, "down", "enter")
        assert shown(app) is FeesScreen

    await do(centre, task)
    context = centre.context()
    assert [one.kind for one in service.statement(context, number).lines] == ["receipt", "refund"]
    context.database.close()


async def test_where_no_fees_are_taken_the_key_says_how_to_turn_them_on(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await opened(app, pilot, 1)
        assert shown(app) is not FeesScreen
        assert "没有开启收费" in notice(app)

    await do(centre, task)
