"""The roster on the screen: looking at it, with the keyboard alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

import pytest
from textual.pilot import Pilot

from db import duty as duties
from db.duty import DutyEvent
from frontdesk.locale import use_language
from frontdesk.roster.screen import RosterScreen
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.grid import Grid
from frontdesk.shell.plain import Plain
from tests.ui.conftest import SmallCentre
from tests.ui.hands import TODAY, do, enter_text, entered, notice, post_scans, press, settle
from tests.ui.rosters import POSTS, on_duty, publish_roster


@pytest.fixture
def rostered(centre: SmallCentre) -> Iterator[SmallCentre]:
    """The small centre with a published roster."""
    context = centre.context()
    publish_roster(context)
    context.database.close()
    yield centre


def screen(app: FrontdeskApp) -> RosterScreen:
    """The roster, which must be the screen in front."""
    assert isinstance(app.screen, RosterScreen)
    return app.screen


def cell_text(app: FrontdeskApp) -> str:
    """The cell under the cursor, its lines with a slash between."""
    grid = screen(app).grid
    row, column = grid.place
    return " / ".join(f"{line.text}{line.marks}" for line in grid.content.rows[row].cells[column])


def reason(app: FrontdeskApp) -> str:
    """What stands below the grid, without line ends."""
    return str(app.screen.query_one("#roster-reason", Plain).render()).replace("\n", "")


def put(centre: SmallCentre, day: date, post: str, shift: str, acting: str | None, standby: str | None) -> None:
    """Write people into a slot past every rule, as a damaged or foreign file might have them."""
    context = centre.context()
    with context.change("test.put", post) as connection:
        duties.set_roles(
            connection,
            DutyEvent(
                at=context.now_ms(),
                kind="edit",
                day=day.isoformat(),
                post=post,
                shift=shift,
                acting_after=acting,
                standby_after=standby,
                reason="临时调整",
            ),
        )
    context.database.close()


async def test_the_week_opens_at_today_with_people_and_facts_of_the_cell(rostered: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f10")
        assert screen(app).grid.column_key == TODAY.isoformat()
        assert cell_text(app) == "李磊 / 萧红"
        assert "11-20 周五 综合服务台 早班" in reason(app)
        assert "李磊 A角 S101" in reason(app)
        await press(app, pilot, "f2", "ctrl+d")
        assert isinstance(app.screen, RosterScreen)

    await do(rostered, task)


async def test_arrows_lead_over_the_edge_into_the_week_before_and_behind(rostered: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f10", *["right"] * 3)
        assert screen(app).grid.column_key == "2026-11-23"
        await press(app, pilot, "left")
        assert screen(app).grid.column_key == "2026-11-22"
        await press(app, pilot, "pageup")
        assert screen(app).grid.column_key == "2026-11-15"
        assert cell_text(app).startswith("-")
        assert "还没有排班" in reason(app)
        await press(app, pilot, "f10")
        assert screen(app).grid.column_key == TODAY.isoformat()
        await press(app, pilot, "ctrl+g")
        await enter_text(app, pilot, "12-1")
        await press(app, pilot, "enter")
        assert screen(app).grid.column_key == "2026-12-01"
        await press(app, pilot, "0")
        assert screen(app).grid.column_key == TODAY.isoformat()

    await do(rostered, task)


async def test_the_month_shows_people_and_the_hours_their_shares(rostered: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f10", "2")
        grid = screen(app).grid
        assert len(grid.content.columns) == 30
        assert grid.row_key == "S101" and grid.column_key == TODAY.isoformat()
        assert grid.content.rows[0].heading[0].split() == ["李磊", "48"]
        assert "当班 综合服务台 早班" in reason(app) and "备班 图书阅览" in reason(app)
        await press(app, pilot, "down", "down", "down", "3")
        assert "周婷 S104" in reason(app)
        assert re.search(r"=+\|", screen(app).grid.content.rows[3].cells[0][1].text)
        await press(app, pilot, "1")
        assert screen(app).grid.column_key == TODAY.isoformat()

    await do(rostered, task)


async def test_acting_and_standing_by_differ_in_the_month_by_more_than_colour(rostered: SmallCentre) -> None:
    put(rostered, TODAY, POSTS[0], "早", "S101", "S107")

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f10", "2")
        content = screen(app).grid.content
        place = [key for key, _ in content.columns].index(TODAY.isoformat())
        shown = {row.key: row.cells[place][0].text for row in content.rows}
        assert (shown["S101"], shown["S107"]) == ("早", "08")

    await do(rostered, task)


async def test_every_red_cell_has_its_reason_in_words(rostered: SmallCentre) -> None:
    put(rostered, TODAY, POSTS[0], "早", "S107", None)
    put(rostered, TODAY, POSTS[1], "早", None, None)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f10")
        assert cell_text(app) == "欧阳文静B / 无备班*"
        assert "原为 李磊 / 萧红" in reason(app) and "临时调整" in reason(app)
        board = screen(app)._board
        assert board is not None
        red = [cell for cell in board.cells.values() if cell.state in ("gap", "broken")]
        assert red
        for cell in red:
            assert any(fault.hard for fault in cell.faults)
        await press(app, pilot, "down", "down")
        assert cell_text(app).startswith("空岗!")
        assert "空岗" in reason(app)

    await do(rostered, task)


async def test_a_scan_on_the_roster_is_a_scan_and_moves_nothing(rostered: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f10")
        before = screen(app).grid.place
        post_scans(app, list(rostered.codes.values())[:5])
        await settle(app, pilot)
        assert screen(app).grid.place == before
        assert isinstance(app.screen, RosterScreen)

    await do(rostered, task)
    assert len(entered(rostered)) == 5


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 40), marks=pytest.mark.slow)])
async def test_every_line_of_every_view_is_as_wide_as_the_window(
    rostered: SmallCentre, language: str, size: tuple[int, int]
) -> None:
    put(rostered, TODAY, POSTS[1], "早", None, None)
    use_language(language)
    try:
        app = rostered.app()
        async with app.run_test(size=size) as pilot:
            await press(app, pilot, "f10")
            for view in "123":
                await press(app, pilot, view)
                grid = app.screen.query_one(Grid)
                width = grid.scrollable_content_region.width
                strips = [grid.render_line(y) for y in range(grid.size.height)]
                assert {strip.cell_length for strip in strips} == {width}
                drawn = "".join(segment.text for strip in strips for segment in strip)
                assert [one for one in drawn if unicodedata.east_asian_width(one) == "A"] == []
        app.desk.close()
    finally:
        use_language(None)


async def test_without_a_standing_order_the_screen_says_where_to_begin(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f10", "2", "3", "1", "right", "enter")
        assert screen(app).grid.content.rows == ()
        assert notice(app) == "" or "备案" in notice(app)

    await do(centre, task)


def test_the_roster_of_the_tests_is_what_they_say() -> None:
    assert on_duty(TODAY, 0, 0) == ("S101", "S102")


async def test_holidays_and_make_up_days_are_marked_in_a_narrow_window_too(rostered: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f10", "ctrl+g")
        await enter_text(app, pilot, "2026-10-10")
        await press(app, pilot, "enter")
        heading = "".join(segment.text for segment in screen(app).grid.render_line(0))
        assert "周六10班" in heading and "周一 5休" in heading and "周五  9" in heading

    await do(rostered, task)
