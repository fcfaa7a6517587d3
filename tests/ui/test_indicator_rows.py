"""The rows behind a number, opened over whatever shows it."""

from __future__ import annotations

from textual.pilot import Pilot

from frontdesk.common.periods import half_month_of, week_of
from frontdesk.locale import t
from frontdesk.reports.indicators.rows_screen import RowsScreen, open_rows
from frontdesk.reports.service import check_list, close_period
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


async def test_rows_of_a_closed_period_say_that_they_are_those_of_now_and_a_half_month_tells_no_levels(
    centre: SmallCentre,
) -> None:
    context = centre.context()
    before = week_of(TODAY).previous()
    with context.database:
        waived = [one.code for one in check_list(context, before) if one.is_open and one.is_binding]
        close_period(context, before, waived, "试")

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        under = app.screen
        assert isinstance(under, DeskScreen)
        await open_rows(under, "seats_confirmed", before)
        await settle(app, pilot)
        note = str(app.screen.query_one("#indicator-live").render())
        assert note == t("indicators.live", edition=1)
        await press(app, pilot, "right")
        await settle(app, pilot)
        assert not app.screen.query_one("#indicator-live").display
        await open_rows(under, "bad_ratings", half_month_of(TODAY))
        await settle(app, pilot)
        screen = app.screen
        assert isinstance(screen, RowsScreen) and not screen.rows.rows
        assert t("reports.rate_not_by_day") in str(screen.panel.border_title)

    await do(centre, task)
