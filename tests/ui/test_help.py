"""F1: the keys of the screen behind it, those of every screen, and the manual."""

from __future__ import annotations

from textual.widgets import Markdown

from frontdesk.shell.help import HelpScreen
from frontdesk.shell.plain import Plain
from tests.ui.conftest import SmallCentre


async def test_help_names_the_screen_behind_it_and_shows_the_manual_on_one_ground(centre: SmallCentre) -> None:
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f12")
        await pilot.press("f1")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        assert "人员" in str(app.screen.query(Plain).first().content)
        manual = app.screen.query_one(Markdown)
        while not manual.query("MarkdownParagraph"):
            await pilot.pause()
        # Paragraphs have classes of Textual's own, level-2 among them: the colours of ratings are not for them.
        assert {block.styles.background.a for block in manual.query("MarkdownParagraph")} == {0}
    app.desk.close()
