"""Whoever stands there presses every key: an auditor changes nothing, and at the kiosk there is nothing else to do."""

from __future__ import annotations

from typing import Any

import pytest
from textual.binding import Binding

from db import staff as staff_records
from frontdesk.context import Operator
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import ANYWHERE
from frontdesk.shell.dialogs import FormDialog
from frontdesk.shell.kiosk import KioskApp
from frontdesk.shell.kiosk_screen import KioskScreen
from frontdesk.shell.registry import SCREENS
from tests.desks import contents
from tests.ui.conftest import NOW, SmallCentre
from tests.ui.hands import press, settle

AUDITOR = "A001"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
KEYS = (
    *(f"f{number}" for number in range(1, 25)),
    *(f"ctrl+{letter}" for letter in LETTERS if letter != "q"),
    *(f"{with_key}+f{number}" for with_key in ("shift", "ctrl", "alt") for number in range(1, 13)),
    *LETTERS,
    *("enter", "escape", "tab", "space", "delete", "insert", "backspace", "home", "end"),
    *("up", "down", "left", "right", "pageup", "pagedown", "slash", "asterisk", "plus", "minus", "full_stop"),
)


def rows(centre: SmallCentre) -> dict[str, list[tuple[Any, ...]]]:
    """All that the file holds but who signed in."""
    context = centre.context()
    found = contents(context)
    context.database.close()
    return found


@pytest.mark.slow
async def test_an_auditor_presses_every_key_of_every_screen_and_changes_nothing(centre: SmallCentre) -> None:
    context = centre.context()
    with context.change("test.role", AUDITOR) as connection:
        staff_records.put(connection, staff_records.Staff(no=AUDITOR, name="审计", kind=""))
        staff_records.set_role(connection, AUDITOR, "auditor")
    context.database.close()
    before = rows(centre)
    app = FrontdeskApp(
        centre.home,
        clock=lambda: NOW,
        centre=("示范路邻里中心", "Asia/Shanghai"),
        demo_operator=Operator(AUDITOR, "审计", "auditor"),
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        for name in SCREENS:
            await app.action_command(name)
            await settle(app, pilot)
            assert isinstance(app.screen, DeskScreen)
            own: DeskScreen = app.screen
            for command in own.COMMAND_TABLE:
                if any(command.name == one.name for one in ANYWHERE):
                    continue
                await own.action_command(command.name)
                await settle(app, pilot)
                for _ in range(6):
                    if app.screen is own or app.current_mode != name:
                        break
                    # Whatever was opened is answered with yes, and left where that leads nowhere.
                    await press(app, pilot, "enter")
                    if app.screen is not own:
                        await press(app, pilot, "escape")
                if app.current_mode != name:
                    await app.action_command(name)
                    await settle(app, pilot)
                if isinstance(app.screen, DeskScreen):
                    own = app.screen
    app.desk.close()
    assert rows(centre) == before


async def test_no_key_of_the_kiosk_leads_anywhere_but_to_ratings_and_the_way_out(centre: SmallCentre) -> None:
    before = rows(centre)
    app = KioskApp(centre.home, clock=lambda: NOW, centre=("示范路邻里中心", "Asia/Shanghai"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)  # type: ignore[arg-type]
        for key in KEYS:
            await app._press_keys([key])
            await pilot.pause()
            assert isinstance(app.screen, KioskScreen), key
        await app.desk.run(lambda _: None)
        assert {one.key for one in KioskApp.BINDINGS if isinstance(one, Binding)} == {
            *("ctrl+q", "1", "2", "3", "4", "5", "right,plus", "left,minus", "0"),
        }
        await app._press_keys(["ctrl+q"])
        await pilot.pause()
        assert isinstance(app.screen, FormDialog)
        for key in KEYS[:12]:
            await app._press_keys([key])
            await pilot.pause()
            assert isinstance(app.screen, FormDialog), key
        assert app.is_running and app.desk.operator is None
    app.desk.close()
    after = rows(centre)
    # Keys at a machine's pace are a scan, of nothing that is known here; nothing else has happened.
    assert {row[4] for row in after.pop("scan")} <= {"refused"}
    before.pop("scan")
    assert after == before
