"""The statistics with the keyboard alone: groups, periods, the chart under the cursor, and staff for managers only."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from frontdesk.common.text import display_width
from frontdesk.context import Operator
from frontdesk.feedback.statistics.screen import StatisticsScreen
from frontdesk.locale import LANGUAGES, use_language
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.plain import Plain
from tests.ui.conftest import NOW, SmallCentre
from tests.ui.hands import notice, press, row_texts, settle


def rated(centre: SmallCentre, given: Iterable[tuple[str, str, int, int, str]]) -> None:
    """Ratings of services: day, service, level, how many, who served."""
    context = centre.context()
    with context.database.write() as connection:
        for day, service, level, many, staff_no in given:
            for _ in range(many):
                connection.execute(
                    "INSERT INTO rating (key, day, known_on, subject_kind, subject, level, channel, staff_no) "
                    "VALUES (?, ?, ?, 'service', ?, ?, 'kiosk', ?)",
                    (secrets.token_bytes(16), day, day, service, level, staff_no),
                )
    context.database.close()


GIVEN = [
    *((f"2026-10-{day:02}", "综合服务台", 5, 8, "M001") for day in range(1, 31)),
    *((f"2026-10-{day:02}", "图书室", 4, 6, "") for day in range(1, 31)),
    ("2026-10-14", "助餐", 1, 3, ""),
    *((f"2026-11-{day:02}", "综合服务台", 1, 8, "M001") for day in range(1, 21)),
]


def chart(app: FrontdeskApp) -> list[str]:
    return str(app.screen.query_one("#statistics-chart", Plain).render()).splitlines()


def frame(app: FrontdeskApp, panel: str) -> str:
    return str(app.screen.query_one(f"#{panel}-panel").border_title)


async def run(
    app: FrontdeskApp, task: Callable[[Pilot[None]], Awaitable[None]], size: tuple[int, int] = (80, 24)
) -> None:
    async with app.run_test(size=size) as pilot:
        await settle(app, pilot)
        await task(pilot)
    app.desk.close()


async def quiet(app: FrontdeskApp, pilot: Pilot[None]) -> None:
    """The chart is read beside the keys."""
    await app.workers.wait_for_complete()
    await settle(app, pilot)


async def test_a_month_by_groups_with_the_chart_of_the_one_under_the_cursor(
    centre: SmallCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rated(centre, GIVEN)
    monkeypatch.setenv("FRONTDESK_EXPORTS", str(tmp_path))
    app = centre.app()

    async def task(pilot: Pilot[None]) -> None:
        await press(app, pilot, "f5", "ctrl+t")
        assert isinstance(app.screen, StatisticsScreen)
        total = str(app.screen.query_one("#statistics-total", Plain).render())
        assert "152 条评价" in total
        assert "明天计入" in total
        assert "下降" in row_texts(app, "statistics")[0]
        await press(app, pilot, "left")
        rows = row_texts(app, "statistics")
        assert rows[1].startswith("综合服务台 240 100.0%")
        assert "助餐  不单列" in rows[-1] or "助餐  不单列" in rows[-2]
        await press(app, pilot, "down")
        await quiet(app, pilot)
        assert "综合服务台" in frame(app, "statistics-chart")
        assert (len(chart(app)), chart(app)[-1].split("|")[0].strip()) == (6, "44周")
        await press(app, pilot, "ctrl+t")
        await quiet(app, pilot)
        assert chart(app)[-1].split()[-2:] == ["100.0%", "240"]
        await press(app, pilot, "enter")
        assert (len(chart(app)), chart(app)[0].split()[-2:]) == (5, ["100.0%", "240"])
        await press(app, pilot, "f8")
        await quiet(app, pilot)
        assert [row.split()[:3] for row in row_texts(app, "statistics")[1:]] == [["王五", "M001", "240"]]
        await press(app, pilot, "ctrl+t")
        assert "没有走势图" in notice(app)
        await press(app, pilot, "space", "ctrl+g")
        assert "季度" in frame(app, "statistics")
        await press(app, pilot, "f7")
        await quiet(app, pilot)
        assert len(list(tmp_path.glob("*.xlsx"))) == 1
        await press(app, pilot, "escape")
        assert not isinstance(app.screen, StatisticsScreen)

    await run(app, task)


async def test_whoever_is_no_manager_is_told_that_figures_of_staff_are_for_managers(centre: SmallCentre) -> None:
    rated(centre, GIVEN)
    app = FrontdeskApp(
        centre.home,
        clock=lambda: NOW,
        centre=("示范路邻里中心", "Asia/Shanghai"),
        demo_operator=Operator("S001", "李静", "operator"),
    )

    async def task(pilot: Pilot[None]) -> None:
        await press(app, pilot, "f5", "ctrl+t", "left", "f8")
        assert "只有负责人能看" in notice(app)
        assert not any("M001" in row for row in row_texts(app, "statistics"))

    await run(app, task)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 40), marks=pytest.mark.slow)])
async def test_chart_and_words_fit_the_window(centre: SmallCentre, language: str, size: tuple[int, int]) -> None:
    rated(centre, GIVEN)
    use_language(language)
    app = centre.app()

    async def task(pilot: Pilot[None]) -> None:
        await press(app, pilot, "f5", "ctrl+t", "left")
        await quiet(app, pilot)
        room = app.screen.query_one("#statistics-chart").content_region
        assert len(chart(app)) == (12 if size[1] > 30 else 6) <= room.height
        assert {display_width(line) for line in chart(app)} == {room.width}
        total = app.screen.query_one("#statistics-total")
        assert total.content_region.height >= 2
        assert app.screen.query_one("#statistics").content_region.height >= 5

    try:
        await run(app, task, size)
    finally:
        use_language("zh_CN")
