"""Department reviews with the keyboard alone: opened, printed, answered by a code without a trace, closed, exported."""

from __future__ import annotations

import logging

import pytest
from textual.pilot import Pilot

from frontdesk.feedback.review import service
from frontdesk.feedback.review.ballot_screen import BallotScreen
from frontdesk.feedback.review.results_screen import MARKS, ResultsScreen, _row
from frontdesk.feedback.review.rules import Figures, Marks
from frontdesk.feedback.review.screen import ReviewsScreen
from frontdesk.feedback.review.service import Mark
from frontdesk.shell.app import FrontdeskApp
from tests.desks import contents
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, enter_text, notice, press, row_texts, settle


def shown(app: FrontdeskApp) -> type:
    """The class of the screen in front."""
    return type(app.screen)


def wrong(app: FrontdeskApp) -> str:
    return str(app.screen.query_one("#wrong").render())


async def test_a_round_is_opened_answered_closed_and_exported_without_a_trace_of_who_answered(
    centre: SmallCentre,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    folder = tmp_path_factory.mktemp("papers")
    monkeypatch.setattr(FrontdeskApp, "export_folder", lambda _: folder)
    context = centre.context()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f5", "ctrl+e", "f7")
        assert "没有正在进行" in notice(app)
        await press(app, pilot, "f8")
        await enter_text(app, pilot, "年终评价")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "城管中队、房管办，派出所")
        await press(app, pilot, "ctrl+s")
        assert "看不懂数字" in wrong(app)
        await press(app, pilot, "4", "ctrl+s")
        assert "至少准备 5 个" in wrong(app)
        await press(app, pilot, "backspace", "8", "ctrl+s")
        assert row_texts(app, "rounds") == ["1 年终评价 11-20 - 12-04 3 0/8 进行中"]
        await press(app, pilot, "enter")
        assert "结束后才显示结果" in notice(app)
        await press(app, pilot, "ctrl+o", "enter")
        assert [one.name for one in folder.iterdir()] == ["评价码-第1轮.pdf"]

        codes = service.codes_to_print(context, 1)
        entries = contents(context, audit=True)["audit"]
        caplog.clear()
        await press(app, pilot, "f7")
        await enter_text(app, pilot, "123")
        await press(app, pilot, "enter")
        assert "12 位数字" in wrong(app)
        await press(app, pilot, "end", "shift+home", "backspace")
        await enter_text(app, pilot, f"{codes[0][:4]} {codes[0][4:]}")
        await press(app, pilot, "enter")
        assert shown(app) is BallotScreen
        await press(app, pilot, "enter")
        assert "请先按 1 至 5" in notice(app)
        await press(app, pilot, "5", "ctrl+s")
        assert "还缺办理" in notice(app)
        await press(app, pilot, "4", "2", "1", "up", "enter")
        await enter_text(app, pilot, "没有回音")
        await press(app, pilot, "enter")
        assert row_texts(app, "ballot") == [
            "城管中队 5 非常满意 4 满意 ",
            "房管办 2 不满意 1 非常不满意 没有回音",
            "派出所 - - ",
        ]
        # Leaving asks, and the code stays good.
        await press(app, pilot, "escape", "escape")
        assert shown(app) is BallotScreen
        await press(app, pilot, "ctrl+s", "enter")
        assert shown(app) is ReviewsScreen
        assert "已匿名记下对 2 个部门" in notice(app)
        assert "1/8" in row_texts(app, "rounds")[0]
        await press(app, pilot, "f7")
        await enter_text(app, pilot, codes[0])
        await press(app, pilot, "enter")
        assert "已经用过" in wrong(app)
        await press(app, pilot, "escape")
        # Who goes away leaves nothing for the next one to see, and the code stays good.
        await press(app, pilot, "f7")
        await enter_text(app, pilot, codes[7])
        await press(app, pilot, "enter", "1", "1", "up", "enter")
        await enter_text(app, pilot, "写到一半")
        ballot = app.screen_stack[-2]
        assert isinstance(ballot, BallotScreen)
        ballot.leave_idle()
        await settle(app, pilot)
        await settle(app, pilot)
        assert shown(app) is ReviewsScreen
        assert service.ballot(context, codes[7]).no == 1
        assert contents(context, audit=True)["audit"] == entries
        assert [one for one in caplog.records if one.levelno >= logging.INFO and "review" in one.getMessage()] == []

        for code in codes[1:6]:
            service.enter(context, code, [Mark("城管中队", 4, 4, "快，电话13800138000"), Mark("房管办", 3, 3)])
        await press(app, pilot, "delete", "enter")
        assert "已结束" in notice(app)
        await press(app, pilot, "enter")
        assert shown(app) is ResultsScreen
        assert row_texts(app, "review-results")[0].startswith("城管中队 6  4.17 6/6")
        assert row_texts(app, "review-results")[2] == "派出所 0  - -  - -"
        await press(app, pilot, "enter")
        assert row_texts(app, "reading-lines")[0] == "- 快，电话***8000"
        await press(app, pilot, "escape", "ctrl+o", "down", "enter", "ctrl+o", "down", "down", "enter")
        assert sorted(one.name for one in folder.iterdir()) == [
            "评价码-第1轮.pdf",
            "部门评价汇总-第1轮.pdf",
            "部门评价汇总-第1轮.xlsx",
        ]
        await press(app, pilot, "escape", "ctrl+o")
        assert "已经结束" in notice(app)

    await do(centre, task)
    context.database.close()


def test_the_widest_figures_of_a_department_fit_their_column() -> None:
    widest = Marks({5: 600})
    figures = _row("城管中队", "城管中队", Figures(widest, widest))
    assert figures.cells[2:] == (" 5.00 600/600 (99%-100%)",) * 2
    assert all(len(cell) <= MARKS for cell in figures.cells[2:])
