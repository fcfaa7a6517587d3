"""F1: the keys of the screen behind it, those of every screen, and the manual."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest
from textual.widgets import Input

import frontdesk
from frontdesk.common.text import display_width
from frontdesk.locale import use_language
from frontdesk.manual import manual_text
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.chapters import CHAPTERS, chapter_of
from frontdesk.shell.command import ANYWHERE
from frontdesk.shell.help import Entry, HelpScreen, key_lines, manual_entries, manual_lines
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


async def test_help_opens_at_the_screen_and_goes_to_what_is_typed(centre: SmallCentre) -> None:
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "f4", "f1")
        rows, box = app.screen.query_one("#help", RowList), app.screen.query_one("#help-find", Input)
        whole = [row.cells[0] for row in rows.rows]
        headings = [row.cells[0] for row in rows.rows if row.tone == "heading"]
        assert headings[1] == "志愿者"
        assert headings.count("志愿者") == 1
        box.value = "恢复密钥"
        await settle(app, pilot)
        found = [row.cells[0] for row in rows.rows]
        assert 1 < len(found) < len(whole) / 5
        assert rows.rows[0].tone == "heading"
        assert rows.current is not None
        place = rows.current
        assert place.cells == ("恢复密钥",)
        await press(app, pilot, "enter")
        assert box.value == ""
        assert [row.cells[0] for row in rows.rows] == whole
        assert rows.current is not None
        assert rows.current.cells == place.cells
        await press(app, pilot, "z", "q", "escape")
        assert app.screen.query("#help")
        assert len(rows.rows) == len(whole)
        await press(app, pilot, "escape")
        assert not app.screen.query("#help")
    app.desk.close()


async def test_the_contents_of_the_help_are_its_headings_and_lead_to_them(centre: SmallCentre) -> None:
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "f1")
        rows = app.screen.query_one("#help", RowList)
        many = len(rows.rows)
        await press(app, pilot, "tab")
        assert {row.tone for row in rows.rows} == {"heading"}
        await press(app, pilot, "end")
        assert rows.current is not None
        last = rows.current
        await press(app, pilot, "enter")
        assert len(rows.rows) == many
        assert rows.current == last
        await press(app, pilot, "escape")
        assert not app.screen.query("#help")
    app.desk.close()


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_screen_has_its_chapter_in_the_manual(language: str) -> None:
    use_language(language)
    try:
        headings = {entry.text for entry in manual_entries(76) if entry.depth > 1}
        said = {area: pair[language == "en"] for area, pair in CHAPTERS.items()}
        assert {area: heading for area, heading in said.items() if heading not in headings} == {}
    finally:
        use_language("zh_CN")


def test_every_screen_of_the_desk_has_a_chapter() -> None:
    for module in pkgutil.walk_packages(frontdesk.__path__, "frontdesk."):
        if module.name.endswith("screen"):
            importlib.import_module(module.name)
    screens = {(one.area, one.title_key) for one in _kinds(DeskScreen) if one.__module__.startswith("frontdesk.")}
    assert [place for place in screens - {("shell", "title")} if chapter_of(*place) is None] == []


def _kinds(kind: type[DeskScreen]) -> Iterator[type[DeskScreen]]:
    for one in kind.__subclasses__():
        yield one
        yield from _kinds(one)


def test_what_is_broken_over_two_lines_is_found_on_both() -> None:
    entry = Entry("abc defghi", ("abc de", "  fghi"))
    assert entry.places(re.compile("EF", re.IGNORECASE)) == [0, 1]
    assert entry.places(re.compile("ghi")) == [1]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("width", [40, 76, 110])
def test_nothing_of_manual_and_keys_is_lost_in_wrapping(language: str, width: int) -> None:
    use_language(language)
    try:
        shown = "".join(line for line, _ in manual_lines(width)).replace(" ", "")
        plain = re.sub("<!--.*-->", "", manual_text())
        plain = plain.replace("**", "").replace("`", "").replace("#", "").replace("\\*", "*")
        assert "\\*" not in shown
        assert shown.replace("#", "") == "".join(plain.split())
        keys = "".join(key_lines(ANYWHERE, width)).replace(" ", "")
        for command in ANYWHERE:
            assert command.explanation.replace(" ", "") in keys
    finally:
        use_language("zh_CN")
