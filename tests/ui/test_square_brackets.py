"""Names, teams and titles with square brackets are shown as they stand, on every screen about volunteers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from textual.content import Content
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input

from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.framing import framed
from frontdesk.shell.reading import ReadDialog
from frontdesk.volunteers.assignments import service as assignments
from frontdesk.volunteers.assignments.rules import Fields
from frontdesk.volunteers.assignments.screen import AssignmentsScreen
from frontdesk.volunteers.cards.print_screen import open_print
from frontdesk.volunteers.checkin.group_screen import GroupScreen
from frontdesk.volunteers.checkin.visit_screen import VisitsScreen, open_visits
from frontdesk.volunteers.hours.statement_screen import StatementScreen
from frontdesk.volunteers.register import service as register
from frontdesk.volunteers.register.detail_screen import DetailScreen
from tests.hoursdesks import MONDAY, add_visit
from tests.ui.checkins import said
from tests.ui.conftest import SmallCentre
from tests.ui.hands import TODAY, enter_text, press, row_texts, settle

NO = "0310001"
NAME, TEAM, TITLE = "[/]张[b", "[/]护河[red]队\\", "清扫[/][@click=app.quit]门前[/red]"
Look = Callable[[FrontdeskApp, Pilot[None]], Awaitable[None]]


@pytest.fixture
def odd(centre: SmallCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallCentre]:
    """The small centre, where one volunteer and one assignment are written with square brackets."""
    monkeypatch.setenv("FRONTDESK_EXPORTS", str(tmp_path))
    context = centre.context()
    register.change(context, NO, {"name": NAME, "team": TEAM, "skill": "[/b]剪纸", "note": "[/]"})
    fields = Fields(TODAY, TITLE, 540, 660, place="[/]门口", briefing="带[/]扫帚[", needed=2)
    number = assignments.add(context, fields)
    assignments.sign_up(context, number, NO)
    add_visit(context, NO, MONDAY, 540, 3600)
    add_visit(context, NO, date(2026, 11, 19), 600, 3600, basis="inferred", review="pending", credit=0)
    context.database.close()
    yield centre


async def on_the_desk(centre: SmallCentre, look: Look) -> None:
    """Open the volunteers screen at the odd volunteer."""
    app = centre.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
        await look_up(app, pilot)
        await look(app, pilot)
    app.desk.close()


async def look_up(app: FrontdeskApp, pilot: Pilot[None]) -> None:
    """Find the odd volunteer by number; the seven digits come at once."""
    await press(app, pilot, "f4")
    assert isinstance(app.focused, Input)
    app.focused.clear()
    await enter_text(app, pilot, NO)
    await press(app, pilot, "down")
    assert [row.split()[0] for row in row_texts(app, "found")] == [NO]


def frame_of(app: FrontdeskApp, panel: str) -> str:
    """Title and subtitle of a panel, as they are seen."""
    found = app.screen.query_one(panel)
    texts = [found._border_title, found._border_subtitle]
    assert all(text is None or isinstance(text, Content) for text in texts)
    return " ".join(text.plain for text in texts if isinstance(text, Content))


def shows(app: FrontdeskApp, kind: type[object]) -> bool:
    """Whether the screen in front is of this kind."""
    return isinstance(app.screen, kind)


async def test_a_team_is_shown_as_it_is_written(odd: SmallCentre) -> None:
    async def look(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+g", "/", "enter")
        assert shows(app, GroupScreen)
        assert TEAM in frame_of(app, "#members-panel")
        await press(app, pilot, "space", "enter")

    await on_the_desk(odd, look)


async def test_a_name_is_shown_as_it_is_written(odd: SmallCentre) -> None:
    async def look(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+e")
        assert shows(app, DetailScreen)
        await press(app, pilot, "ctrl+t")
        assert NAME in frame_of(app, "#detail-panel")
        await press(app, pilot, "2", "3", "4", "5", "1", "escape")

    await on_the_desk(odd, look)


async def test_an_assignment_is_shown_as_it_is_written(odd: SmallCentre) -> None:
    async def look(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+a")
        assert shows(app, AssignmentsScreen)
        assert TITLE in frame_of(app, "#sign-ups-panel") and "带[/]扫帚[" in frame_of(app, "#sign-ups-panel")
        for key in ("ctrl+e", "f7", "delete"):
            await press(app, pilot, key, "escape")

    await on_the_desk(odd, look)


async def test_hours_and_visits_are_shown_with_such_names(odd: SmallCentre) -> None:
    async def look(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+w")
        assert shows(app, StatementScreen)
        assert TEAM in frame_of(app, "#statement-panel")
        await press(app, pilot, "escape", "escape")
        assert isinstance(app.screen, DeskScreen)
        await open_visits(app.screen, NO)
        await settle(app, pilot)
        assert shows(app, VisitsScreen)
        await press(app, pilot, "enter", "escape", "escape")

    await on_the_desk(odd, look)


async def test_what_lies_over_the_volunteers_screen_opens_with_such_names(odd: SmallCentre) -> None:
    async def look(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        depth = len(app.screen_stack)
        for key in ("ctrl+y", "ctrl+x", "ctrl+n", "ctrl+t", "ctrl+r", "ctrl+f", "ctrl+z", "f8", "f7", "enter"):
            await press(app, pilot, key)
            while len(app.screen_stack) > depth:
                await press(app, pilot, "escape")
            await look_up(app, pilot)
        assert isinstance(app.screen, DeskScreen)
        await open_print(app.screen, NO)
        await settle(app, pilot)
        await press(app, pilot, "enter", "enter", "escape")
        assert not shows(app, ReadDialog) or said(app)

    await on_the_desk(odd, look)


async def test_the_name_of_a_centre_is_shown_as_it_is_written(odd: SmallCentre) -> None:
    app = odd.app()
    app.centre_name = "示范[/]路[b]\\"
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        assert app.title_text("今天").plain.startswith("示范[/]路[b]\\ ")
    app.desk.close()


@pytest.mark.parametrize("text", ["[/]", "[", "\\", "[b]a[/b]", "[@click=app.quit]x[/]", ""])
def test_a_frame_shows_its_words_as_they_stand(text: str) -> None:
    panel = Widget()
    framed(panel, text, text)
    for kept in (panel._border_title, panel._border_subtitle):
        assert isinstance(kept, Content) and kept.plain == text
