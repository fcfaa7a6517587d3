"""Every screen of check-in in both languages and in a small and a large window: nothing untranslated, nothing cut."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from textual.pilot import Pilot

from frontdesk.common.text import display_width
from frontdesk.locale import LANGUAGES, catalogue, use_language
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import CommandBar, DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.plain import Plain
from frontdesk.shell.rowlist import RowList
from frontdesk.volunteers.checkin import rules
from frontdesk.volunteers.checkin.group_screen import GroupScreen
from frontdesk.volunteers.checkin.refusals_screen import RefusalsScreen
from frontdesk.volunteers.checkin.review_screen import ReviewScreen
from frontdesk.volunteers.checkin.visit_screen import VisitsScreen, open_visits
from tests.ui.checkins import TEAM, Keys, add_team, ask_for_consent, forget_exits
from tests.ui.conftest import SmallCentre
from tests.ui.hands import enter_text, post_scans, press, settle

SCREENS: tuple[type[DeskScreen], ...] = (GroupScreen, RefusalsScreen, ReviewScreen, VisitsScreen)
UNTRANSLATED = re.compile(r"\b(shell|today|activities|volunteers|checkin)\.[a-z_]+[a-z_.]*")


@pytest.fixture
def full(centre: SmallCentre) -> Iterator[SmallCentre]:
    """The small centre with something to see on every screen."""
    forget_exits(centre)
    context = centre.context()
    add_team(context)
    context.database.close()
    ask_for_consent(centre, "0310005")
    yield centre


def look(app: FrontdeskApp) -> None:
    """What the screen in front shows has words, and its commands fit; lists cut off no column that is fixed."""
    shown = [str(plain.render()) for plain in app.screen.query(Plain)]
    shown += [str(widget.border_title or "") for widget in app.screen.query("*")]
    for rows in app.screen.query(RowList):
        shown += [column.title for column in rows.columns]
        shown += [cell for row in rows.rows for cell in row.cells]
        for row in rows.rows[:30]:
            for cell, column in zip(row.cells, rows.columns, strict=True):
                assert not column.width or display_width(cell) <= column.width, (cell, column)
        for column in rows.columns:
            assert not column.width or display_width(column.title) <= column.width, column
    for bar in app.screen.query(CommandBar):
        lines = str(bar.render()).splitlines()
        assert max(display_width(line) for line in lines) <= bar.content_region.width, lines
    for plain in app.screen.query("#group-filter, #group-detail, #scan-text"):
        lines = str(plain.render()).splitlines() or [""]
        assert max(display_width(line) for line in lines) <= max(1, plain.content_region.width), lines
        assert len(lines) <= max(1, plain.content_region.height), lines
    assert UNTRANSLATED.search("\n".join(shown)) is None, shown


async def tour(app: FrontdeskApp, pilot: Pilot[None], code: str) -> None:
    """From screen to screen and dialog to dialog."""
    keys = Keys(app, pilot)

    async def see(*pressed: str) -> None:
        await keys.press(*pressed)
        look(app)

    post_scans(app, [code])
    await settle(app, pilot)
    look(app)
    await see("ctrl+u")
    await see("escape", "f4", "ctrl+y")
    await see("enter")
    await see("escape", "ctrl+e")
    await see("escape", "ctrl+t")
    await see("escape", "ctrl+a")
    await see("escape", "end", "enter")
    await see("escape", "ctrl+e")
    await see("escape", "delete")
    await see("escape", "tab")
    await see("enter")
    await see("escape", "escape", "f7")
    await see("escape", "f4", "ctrl+g")
    await enter_text(app, pilot, TEAM[:2])
    await see("enter")
    await see("ctrl+a")
    await see("enter")
    await see("f7")
    await see("escape", "escape")
    assert isinstance(app.screen, DeskScreen)
    await open_visits(app.screen, "0310002")
    await settle(app, pilot)
    look(app)
    await see("enter")
    await see("escape", "ctrl+n")
    await see("enter")
    await see("escape", "delete")
    await see("escape", "escape")


@pytest.mark.parametrize(
    ("language", "size"),
    [
        ("zh_CN", (80, 24)),
        ("en", (80, 24)),
        pytest.param("en", (120, 40), marks=pytest.mark.slow),
        pytest.param("zh_CN", (120, 40), marks=pytest.mark.slow),
    ],
)
async def test_every_screen_of_check_in_speaks_one_language_and_fits(
    full: SmallCentre, language: str, size: tuple[int, int]
) -> None:
    use_language(language)
    app = full.app()
    try:
        async with app.run_test(size=size) as pilot:
            await settle(app, pilot)
            await tour(app, pilot, full.codes["0310005"])
    finally:
        use_language("zh_CN")
    app.desk.close()


def test_every_command_of_check_ins_screens_has_a_name_and_an_explanation() -> None:
    commands: list[Command] = [command for screen in SCREENS for command in screen.COMMAND_TABLE]
    keys = [f"screen.command.{command.name}{part}" for command in commands for part in ("", ".help")]
    keys += [f"screen.{screen.title_key}" for screen in SCREENS]
    assert commands
    for language in LANGUAGES:
        words = catalogue(language, "checkin")
        assert [key for key in keys if key not in words] == []


def test_every_refusal_has_short_words_for_lists() -> None:
    reasons = {key.removeprefix("error.") for key in catalogue("en", "volunteers") if key.startswith("error.")}
    named = {key.removeprefix("screen.why.") for key in catalogue("en", "checkin") if key.startswith("screen.why.")}
    said = rules.OVERRIDABLE_BY_MANAGER | {"incomplete", "already_in", "earlier_than_last", "volunteer_left"}
    assert said <= named <= reasons


async def test_f1_explains_the_keys_of_a_screen_that_lies_over_another(full: SmallCentre) -> None:
    app = full.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "f4", "ctrl+y", "f1")
        text = [row.cells[0] for row in app.screen.query_one("#help", RowList).rows]
        assert "待核" in text[0]
        assert any(line.startswith("F7") and "认可" in line for line in text)
        await press(app, pilot, "escape")
        assert isinstance(app.screen, ReviewScreen)
    app.desk.close()
