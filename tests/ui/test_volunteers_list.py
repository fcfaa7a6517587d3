"""The volunteers screen over very many: it opens and scrolls page by page, and never loads them all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from frontdesk.context import Context
from frontdesk.home import Home
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.rowlist import Column, Row, RowList
from frontdesk.shell.rowsource import KEPT_PAGES, PAGE, RowSource
from frontdesk.volunteers.register import service as register
from frontdesk.volunteers.screen import VolunteersScreen
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, enter_text, press, settle

MANY = 20_000


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Every page that is read while the test runs: the first place and how many rows were asked for."""
    pages: list[tuple[int, int]] = []
    real: Callable[..., object] = register.page

    def counted(context: Context, after_place: int, limit: int, *rest: str) -> object:
        pages.append((after_place, limit))
        return real(context, after_place, limit, *rest)

    monkeypatch.setattr(register, "page", counted)
    return pages


@pytest.fixture(scope="module")
def crowd(_template: SmallCentre, tmp_path_factory: pytest.TempPathFactory) -> SmallCentre:
    """The small centre with very many volunteers more, to be copied."""
    centre = SmallCentre(Home(tmp_path_factory.mktemp("crowd") / "home"), _template.codes)
    shutil.copytree(_template.home.path, centre.home.path)
    context = centre.context()
    with context.change("test.filled", "centre") as connection:
        connection.executemany(
            "INSERT INTO volunteer (no, name) VALUES (?, ?)",
            ((f"{1_000_000 + number:07d}", f"李{chr(0x4E00 + number % 20_000)}") for number in range(MANY)),
        )
    context.database.close()
    return centre


@pytest.fixture
def crowded(crowd: SmallCentre, tmp_path: Path) -> SmallCentre:
    """A copy of it for one test."""
    home = Home(tmp_path / "home")
    shutil.copytree(crowd.home.path, home.path)
    return SmallCentre(home, crowd.codes)


def here(app: FrontdeskApp) -> str | None:
    row = app.screen.query_one("#found", RowList).current
    return row.key if row is not None else None


def drawn(app: FrontdeskApp) -> list[str]:
    """The lines of the list as they stand on the screen."""
    rows = app.screen.query_one("#found", RowList)
    return [rows.render_line(y).text.strip() for y in range(1, rows.size.height)]


async def test_the_list_opens_and_scrolls_by_pages_to_any_place(
    crowded: SmallCentre, fetched: list[tuple[int, int]]
) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f4")
        assert str(app.screen.query_one("#found-panel").border_title) == f"志愿者 {MANY + 320}"
        assert here(app) == "0310001"
        assert {limit for _, limit in fetched} == {PAGE}
        await press(app, pilot, "end")
        assert here(app) == f"{1_000_000 + MANY - 1:07d}"
        assert all(drawn(app))
        await press(app, pilot, "pageup", "up")
        page = app.screen.query_one("#found", RowList).size.height - 2
        assert here(app) == f"{1_000_000 + MANY - 2 - page:07d}"
        await press(app, pilot, "home", "pagedown")
        assert here(app) == f"{310_001 + page:07d}"
        assert sum(limit for _, limit in fetched) <= 10 * PAGE

    await do(crowded, task)


async def test_a_command_typed_at_once_means_the_row_that_the_key_before_it_led_to(crowded: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f4")
        await pilot.press("end", "enter")
        await settle(app, pilot)

    await do(crowded, task)
    assert [no for no, _, _ in crowded.visits()] == [f"{1_000_000 + MANY - 1:07d}"]


async def test_the_cursor_stays_on_the_person_when_others_come_before(crowded: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f4", "end", "up")
        before = here(app)
        await app.desk.run(lambda context: register.add(context, {"no": "5", "name": "新人"}))
        app.mark_stale()
        await settle(app, pilot)
        await pilot.pause()
        assert here(app) == before
        assert all(drawn(app))

    await do(crowded, task)


async def test_typing_searches_and_emptying_the_box_lists_everybody_again(crowded: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f4")
        await enter_text(app, pilot, "张")
        assert "200" in str(app.screen.query_one("#found-panel").border_title)
        await press(app, pilot, "escape")
        assert app.screen.query_one("#search", Input).value == ""
        assert str(MANY + 320) in str(app.screen.query_one("#found-panel").border_title)
        assert here(app) == "0310001"

    await do(crowded, task)


async def test_a_source_keeps_a_few_pages_and_fetches_what_it_dropped_again() -> None:
    asked: list[int] = []

    async def fetch(first: int, size: int) -> list[Row]:
        asked.append(first)
        return [Row(str(place), (str(place),)) for place in range(first, min(first + size, 10_000))]

    source = RowSource(10_000, fetch)
    for place in range(0, 10_000, PAGE):
        assert await source.load(place, place)
    assert sum(row is not None for row in source) == KEPT_PAGES * PAGE
    assert source.missing(0, 0) == [0]
    assert await source.load(0, 0)
    assert source[0] == Row("0", ("0",))
    assert not await source.load(0, PAGE - 1)
    assert asked.count(0) == 2
    assert source.missing(-5, 20_000) == list(range(1, 100 - KEPT_PAGES + 1))
    assert RowSource(0, fetch).missing(0, 5) == []


async def test_rows_that_are_on_their_way_leave_what_stood_there_and_are_never_blank(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f4")
        rows = app.screen.query_one("#found", RowList)
        before = drawn(app)

        async def never(first: int, size: int) -> list[Row]:
            return []

        source = RowSource(5000, never)
        rows._rows = source
        assert drawn(app) == before
        assert rows.current is None
        assert Column("", 8).width == 8

    await do(centre, task)


@pytest.mark.parametrize("room", ["ctrl+w", "ctrl+y", "ctrl+a", "ctrl+x"])
async def test_the_key_of_the_screen_leads_to_its_search_box_whatever_room_was_left_open(
    centre: SmallCentre, room: str
) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f4", room)
        assert not isinstance(app.screen, VolunteersScreen)
        await press(app, pilot, "f2", "f4")
        assert isinstance(app.screen, VolunteersScreen)
        assert app.focused is not None and app.focused.id == "search"

    await do(centre, task)
