"""The brief, the totals and the letters are one key away from the report, and every number leads to its rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from frontdesk.locale import use_language
from frontdesk.reports.brief.screen import BriefScreen
from frontdesk.reports.indicators.rows_screen import RowsScreen
from frontdesk.reports.letters.screen import LettersScreen
from frontdesk.reports.totals_screen import TotalsScreen
from frontdesk.shell.app import FrontdeskApp
from tests.ui.conftest import SmallCentre
from tests.ui.hands import notice, press, row_texts, settle


@pytest.fixture(autouse=True)
def _exports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("FRONTDESK_EXPORTS", str(tmp_path / "out"))
    (tmp_path / "out").mkdir()
    yield
    use_language("zh_CN")


async def calm(app: FrontdeskApp, pilot: Pilot[None]) -> None:
    await settle(app, pilot)
    await app.desk.run_slow(lambda _: None)
    await settle(app, pilot)


def shows(app: FrontdeskApp, kind: type[object]) -> bool:
    """Whether the screen in front is of this kind."""
    return isinstance(app.screen, kind)


def title(app: FrontdeskApp, panel: str) -> str:
    return str(app.screen.query_one(f"#{panel}-panel").border_title)


async def test_brief_totals_and_letters_open_from_the_report(centre: SmallCentre, tmp_path: Path) -> None:
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(app, pilot, "f6")
        await calm(app, pilot)
        await press(app, pilot, "ctrl+w")
        await calm(app, pilot)
        assert shows(app, BriefScreen)
        assert "六、需要研究决定的事" in row_texts(app, "brief")
        await press(app, pilot, "left")
        await calm(app, pilot)
        assert "第46周" in title(app, "brief")
        await press(app, pilot, "f8", "f7")
        await calm(app, pilot)
        assert "已写成" in notice(app)
        assert {".txt", ".pdf"} <= {path.suffix for path in (tmp_path / "out").iterdir()}
        await press(app, pilot, "escape", "ctrl+y")
        await calm(app, pilot)
        assert shows(app, TotalsScreen)
        assert "2026年" in title(app, "totals")
        await press(app, pilot, "ctrl+g", "left")
        await calm(app, pilot)
        assert "2026年第3季度" in title(app, "totals")
        await press(app, pilot, "enter")
        await calm(app, pilot)
        assert shows(app, RowsScreen)
        await press(app, pilot, "escape", "ctrl+t", *"2025-12", "enter")
        await calm(app, pilot)
        assert "2025年12月" in title(app, "totals")
        await press(app, pilot, "escape", "ctrl+e")
        assert shows(app, LettersScreen)
    app.desk.close()
