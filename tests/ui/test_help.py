"""F1: the keys of the screen behind it, those of every screen, and the manual."""

from __future__ import annotations

import pytest

from frontdesk.common.text import display_width
from frontdesk.locale import use_language
from frontdesk.manual import manual_text
from frontdesk.shell.command import ANYWHERE
from frontdesk.shell.help import HelpScreen, key_lines, manual_lines
from frontdesk.shell.rowlist import RowList
from tests.ui.conftest import SmallCentre
from tests.ui.hands import press, settle


async def test_help_names_the_screen_behind_it_its_keys_and_holds_the_manual(centre: SmallCentre) -> None:
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "f12", "f1")
        assert isinstance(app.screen, HelpScreen)
        rows = app.screen.query_one("#help", RowList)
        text = [row.cells[0] for row in rows.rows]
        assert "人员" in text[0]
        assert text[1].startswith("F7")
        assert any(line.startswith("Ctrl+Q") for line in text)
        assert manual_text().splitlines()[0].lstrip("# ") in text
        assert all(display_width(line) <= rows.scrollable_content_region.width for line in text)
        await press(app, pilot, "end", "escape")
        assert not app.screen.query("#help")
    app.desk.close()


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("width", [40, 76, 110])
def test_nothing_of_manual_and_keys_is_lost_in_wrapping(language: str, width: int) -> None:
    use_language(language)
    try:
        shown = "".join(line for line, _ in manual_lines(width)).replace(" ", "")
        plain = manual_text().replace("**", "").replace("`", "").replace("#", "").replace("\\*", "*")
        assert "\\*" not in shown
        assert shown.replace("#", "") == "".join(plain.split())
        keys = "".join(key_lines(ANYWHERE, width)).replace(" ", "")
        for command in ANYWHERE:
            assert command.explanation.replace(" ", "") in keys
    finally:
        use_language("zh_CN")
