"""The rows behind a number, opened over whatever shows it."""

from __future__ import annotations

from textual.pilot import Pilot

from frontdesk.common.periods import week_of
from frontdesk.reports.indicators.rows_screen import RowsScreen, open_rows
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import DeskScreen
from tests.ui.conftest import SmallCentre
from tests.ui.hands import TODAY, do, press, settle


async def test_a_number_opens_its_rows_masked_and_goes_from_week_to_week(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        under = app.screen
        assert isinstance(under, DeskScreen)
        await open_rows(under, "seats_confirmed", week_of(TODAY))
        await settle(app, pilot)
        screen = app.screen
        assert isinstance(screen, RowsScreen)
        shown = [row.cells for row in screen.rows.rows]
        assert shown and sum(int(row[-1]) for row in shown) == 20
        assert all("*" in row[4] for row in shown)
        assert "Week 47" in str(screen.panel.border_title) or "第47周" in str(screen.panel.border_title)
        await press(app, pilot, "left")
        await settle(app, pilot)
        assert not screen.rows.rows and screen.rows.empty
        await press(app, pilot, "right")
        await settle(app, pilot)
        assert [row.cells for row in screen.rows.rows] == shown
        await press(app, pilot, "escape")
        await settle(app, pilot)
        assert app.screen is under

    await do(centre, task)
