"""A new mechanism is one file and no code: that of the manual's own example goes its whole way on the real screens."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from frontdesk.cases import service
from frontdesk.cases.detail_screen import CaseScreen
from frontdesk.cases.form_screen import CaseForm
from frontdesk.cases.library import FOLDER
from frontdesk.cases.new_screen import KindDialog
from frontdesk.cases.screen import CasesScreen
from frontdesk.shell.app import FrontdeskApp
from tests.casemanual import CODE, example
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, enter_text, press, row_texts, settle


def front(app: FrontdeskApp) -> object:
    """The screen in front, whichever it is by now."""
    return app.screen


async def test_the_manuals_example_is_opened_stepped_ended_registered_and_printed_by_keyboard(
    centre: SmallCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exports = tmp_path / "out"
    monkeypatch.setenv("FRONTDESK_EXPORTS", str(exports))
    folder = centre.home.path / FOLDER
    folder.mkdir()
    (folder / f"{CODE}.toml").write_text(example("zh_CN"), encoding="utf-8")

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f5", "ctrl+n")
        assert isinstance(front(app), KindDialog)
        await press(app, pilot, *"wpjy")
        assert [row.split() for row in row_texts(app, "pick-list")] == [["物品借用", "中心事务"]]
        await press(app, pilot, "enter")
        assert isinstance(front(app), CaseForm)
        await enter_text(app, pilot, "2号轮椅")
        await press(app, pilot, "enter", "1", "enter")
        await enter_text(app, pilot, "欧阳雪")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "15400001234")
        await press(app, pilot, "enter", "enter")
        await enter_text(app, pilot, "+7")
        await press(app, pilot, "ctrl+s")
        await settle(app, pilot)
        assert isinstance(front(app), CasesScreen)
        assert any("JY2026-0001" in row and "借出" in row for row in row_texts(app, "cases"))
        await press(app, pilot, "ctrl+y", "enter")
        assert isinstance(front(app), CaseScreen)
        await press(app, pilot, "1")
        assert isinstance(front(app), CaseForm)
        await press(app, pilot, "1", "ctrl+s")
        await settle(app, pilot)
        await press(app, pilot, "ctrl+o", "1")
        await app.desk.run_slow(lambda _: None)
        await settle(app, pilot)
        await press(app, pilot, "escape")
        assert isinstance(front(app), CasesScreen)
        assert any("JY2026-0001" in row and "已还" in row for row in row_texts(app, "cases"))

    await do(centre, task)
    context = centre.context()
    (row,) = service.register(context, CODE)
    found = service.view(context, row.id)
    assert (row.ended_on, row.title) == ("2026-11-20", "2号轮椅") and found.now.values["borrower"] == "欧阳雪"
    assert found.now.values["back_by"] == "2026-11-27" and found.now.values["is_whole"] is True
    assert [one.pace for one in found.limits] == ["kept"]
    (paper,) = exports.glob("*.pdf")
    assert "借用单-JY2026-0001" in paper.name and paper.read_bytes().startswith(b"%PDF")
    context.database.close()
