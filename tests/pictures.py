"""Draw the pictures of README.md again: `python -m tests.pictures`.

The made-up centre is opened without a terminal at one fixed moment, so that the same program gives the same files.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Callable
from datetime import datetime
from html import escape, unescape
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from textual.app import App
from textual.pilot import Pilot

import frontdesk.manual
from frontdesk.context import Operator, open_context
from frontdesk.demo.generate import make_demo
from frontdesk.demo.people import MANAGER_NAME, MANAGER_NO
from frontdesk.home import Home
from frontdesk.locale import t, use_language
from frontdesk.roster.board.grid_screen import MARK_COVERED
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.grid import Grid
from frontdesk.shell.kiosk import KioskApp
from frontdesk.shell.opening import whose_centre
from frontdesk.shell.plain import Plain
from frontdesk.shell.rowlist import RowList
from frontdesk.staff.service import DEFAULT_ZONE
from frontdesk.volunteers import service as volunteers

MOMENT = datetime(2026, 11, 18, 14, 40, tzinfo=ZoneInfo(DEFAULT_ZONE))
"""A Wednesday afternoon with volunteers at work and a report that is due."""

FOLDER = Path(frontdesk.manual.__file__).with_name("pictures")

_SIZE = (100, 28)
_FONTS = "'Sarasa Mono SC','Noto Sans Mono CJK SC','DejaVu Sans Mono',Menlo,Consolas,monospace"
_CELL = 12.2
_TEXT = re.compile(r'x="(?P<x>[0-9.]+)" y="(?P<y>[0-9.]+)" textLength="[0-9.]+"(?P<rest>[^>]*)>(?P<text>[^<]*)</text>')
_WEB_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def own_cells(svg: str) -> str:
    """The same drawing with a place for each character, and fonts of the machine that shows it.

    Textual stretches a run of text to its width, which puts Chinese and Latin beside their cells, and fetches a
    font without Chinese from the network.
    """
    svg = _WEB_FONT.sub("", svg)
    svg = svg.replace("font-family: Fira Code, monospace", f"font-family: {_FONTS}")
    return _TEXT.sub(_placed, svg.replace("font-variant-east-asian: full-width;", ""))


def _placed(match: re.Match[str]) -> str:
    text, column, places, shown = unescape(match["text"]), 0, [], ""
    for one in text:
        if not one.isspace():
            places.append(f"{float(match['x']) + column * _CELL:g}")
            shown += one
        column += cell_len(one)
    return f'x="{" ".join(places)}" y="{match["y"]}"{match["rest"]}>{escape(shown)}</text>'


async def _until(pilot: Pilot[None], shown: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not shown():
            await pilot.pause()
        await pilot.pause()


async def _draw(app: App[None], name: str, prepare: Callable[[Pilot[None]], object]) -> None:
    async with app.run_test(size=_SIZE) as pilot:
        waited = prepare(pilot)
        if asyncio.iscoroutine(waited):
            await waited
        svg = app.export_screenshot(title="frontdesk 邻里中心前台")
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / name).write_text(own_cells(svg), encoding="utf-8")


def _desk(home: Home) -> FrontdeskApp:
    """The desk of the made-up centre as its manager has it."""
    manager = Operator(MANAGER_NO, MANAGER_NAME, "manager")
    return FrontdeskApp(home, clock=lambda: MOMENT, centre=whose_centre(home), demo_operator=manager)


def _has_rows(app: App[None], name: str) -> bool:
    return bool(app.screen.query(name)) and bool(app.screen.query_one(name, RowList).rows)


async def draw_today(home: Home) -> None:
    """The first screen of the desk."""
    operator = make_demo(home, today=MOMENT.date(), at=MOMENT.time())
    app = FrontdeskApp(home, clock=lambda: MOMENT, centre=whose_centre(home), demo_operator=operator)

    async def filled(pilot: Pilot[None]) -> None:
        await _until(pilot, lambda: _has_rows(app, "#due"))

    await _draw(app, "today-zh.svg", filled)
    app.desk.close()


async def draw_roster(home: Home) -> None:
    """The week of the roster with the cursor on today's cover."""
    app = _desk(home)

    def grid() -> Grid:
        return app.screen.query_one("#roster-grid", Grid)

    async def shown(pilot: Pilot[None]) -> None:
        await pilot.press("f10")
        await _until(pilot, lambda: bool(app.screen.query("#roster-grid")) and bool(grid().content.rows))
        today = grid().column_key
        (place,) = [number for number, (key, _) in enumerate(grid().content.columns) if key == today]
        covered = [row.key for row in grid().content.rows for text in row.cells[place] if MARK_COVERED in text.marks]
        grid().move_to(covered[0], today)
        await pilot.pause()

    await _draw(app, "roster-zh.svg", shown)
    app.desk.close()


async def draw_kiosk(home: Home) -> None:
    """The kiosk as a volunteer leaves with a card, who is signed up for more."""
    context = open_context(home, source="kiosk", clock=lambda: MOMENT)
    today = MOMENT.date().isoformat()
    volunteer = next(
        one.volunteer_no
        for one in volunteers.here_now(context)
        if any(later.day > today for later in volunteers.coming_of(context, one.volunteer_no))
    )
    ((_, code),) = volunteers.valid_cards(context, [volunteer])
    context.database.close()
    app = KioskApp(home, clock=lambda: MOMENT, centre=whose_centre(home) or ("", ""))

    async def scanned(pilot: Pilot[None]) -> None:
        app.take_scan(code)
        await _until(pilot, lambda: volunteer in str(app.screen.query_one("#kiosk-words", Plain).content))

    await _draw(app, "kiosk-zh.svg", scanned)
    app.desk.close()


async def draw_rating(home: Home) -> None:
    """The kiosk as a resident has rated what just ended."""
    app = KioskApp(home, clock=lambda: MOMENT, centre=whose_centre(home) or ("", ""))

    async def rated(pilot: Pilot[None]) -> None:
        await _until(pilot, lambda: bool(app.screen.query_one("#kiosk-subject", Plain).content))
        await pilot.press("5")
        await _until(pilot, lambda: t("feedback.level.5") in str(app.screen.query_one("#kiosk-words", Plain).content))

    await _draw(app, "rating-zh.svg", rated)
    app.desk.close()


async def draw_statistics(home: Home) -> None:
    """The ratings of the last month by service."""
    app = _desk(home)

    def chart() -> str:
        found = app.screen.query("#statistics-chart")
        return str(found.only_one(Plain).content) if found else ""

    async def shown(pilot: Pilot[None]) -> None:
        await pilot.press("f5", "ctrl+t")
        await _until(pilot, lambda: bool(chart()))
        before = chart()
        await pilot.press("left", "down")
        await _until(pilot, lambda: chart() not in ("", before))

    await _draw(app, "statistics-zh.svg", shown)
    app.desk.close()


async def draw_report(home: Home) -> None:
    """The report of last week beside the week before and the same week a year ago."""
    app = _desk(home)

    async def shown(pilot: Pilot[None]) -> None:
        await pilot.press("f6")
        await _until(pilot, lambda: _has_rows(app, "#figures"))
        await app.desk.run_slow(lambda _: None)
        await pilot.pause()

    await _draw(app, "report-zh.svg", shown)
    app.desk.close()


async def draw_cases(home: Home) -> None:
    """What waits among the cases, with the steps of the one under the cursor."""
    app = _desk(home)

    async def shown(pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+f5")
        await _until(pilot, lambda: _has_rows(app, "#cases"))
        await pilot.press("down", "down")
        await _until(pilot, lambda: bool(str(app.screen.query_one("#cases-detail", Plain).content)))

    await _draw(app, "cases-zh.svg", shown)
    app.desk.close()


async def draw() -> None:
    """All pictures, in Chinese, into the manual's folder."""
    use_language("zh_CN")
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        await draw_today(home)
        await draw_roster(home)
        await draw_kiosk(home)
        await draw_statistics(home)
        await draw_report(home)
        await draw_rating(home)
        await draw_cases(home)


if __name__ == "__main__":
    asyncio.run(draw())
