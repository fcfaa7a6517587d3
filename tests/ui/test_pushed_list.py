"""A list over another screen: what the base of such screens does for each of them."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.pilot import Pilot

from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.command import Command
from frontdesk.shell.plain import Plain
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, press, settle


class FruitScreen(PushedListScreen):
    """Two fruits, and what was done with them."""

    area: ClassVar[str] = "checkin.screen"
    title_key: ClassVar[str] = "visits.title"
    list_id: ClassVar[str] = "fruits"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("checkin.screen", "show", "enter"),
        Command("checkin.screen", "close", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.loads = 0
        self.shown: list[str | None] = []

    def columns(self) -> tuple[Column, ...]:
        return (Column("", 10),)

    def compose_below(self) -> ComposeResult:
        yield Plain("", id="below")

    async def load(self) -> None:
        self.loads += 1
        self.rows.set_rows([Row("apple", ("apple",)), Row("pear", ("pear",))])

    async def do_show(self) -> None:
        self.shown.append(self.under_cursor(["pear", "apple"], str))


async def test_enter_and_a_double_click_do_the_same_with_the_record_under_the_cursor(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        screen = FruitScreen()
        await app.push_screen(screen)
        await settle(app, pilot)
        assert app.focused is screen.rows
        await press(app, pilot, "down", "enter")
        assert screen.shown == ["pear"]
        await pilot.click("#fruits", offset=(3, 1), times=2)
        await settle(app, pilot)
        assert screen.shown == ["pear", "apple"]

    await do(centre, task)


async def test_a_list_is_read_once_when_it_opens(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        screen = FruitScreen()
        await app.push_screen(screen)
        await settle(app, pilot)
        assert screen.loads == 1

    await do(centre, task)


async def test_lines_below_the_list_stand_under_its_panel(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        screen = FruitScreen()
        await app.push_screen(screen)
        await settle(app, pilot)
        assert screen.panel.region.contains_region(screen.rows.region)
        assert screen.query_one("#below").region.y >= screen.panel.region.bottom

    await do(centre, task)
