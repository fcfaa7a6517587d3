"""The month's screen: planned, approved, published, changed and printed by keyboard alone; demands beside it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from frontdesk.activities.monthly import demands, service
from frontdesk.activities.monthly.demand_screen import DemandsScreen
from frontdesk.activities.monthly.demands import Wanted
from frontdesk.activities.monthly.screen import MonthScreen, open_month
from frontdesk.cases.form_screen import CaseForm
from frontdesk.common.text import display_width
from frontdesk.context import Context, Operator
from frontdesk.locale import catalogue, use_language
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import CommandBar, DeskScreen
from frontdesk.shell.command import ANYWHERE
from frontdesk.shell.dialogs import FormDialog, QuestionDialog
from frontdesk.shell.picking import PickDialog
from frontdesk.shell.reading import ReadDialog
from tests.monthdesks import DECEMBER, made, put_on, weekly
from tests.ui.conftest import SmallCentre
from tests.ui.hands import enter_text, notice, post_scans, press, row_texts, settle

Task = Callable[[FrontdeskApp, Pilot[None]], Awaitable[None]]
FIRST, SECOND = date(2026, 12, 1), date(2026, 12, 2)


@pytest.fixture(autouse=True)
def _exports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("FRONTDESK_EXPORTS", str(tmp_path))
    monkeypatch.delenv("FRONTDESK_FONT", raising=False)
    yield
    use_language("zh_CN")


async def calm(app: FrontdeskApp, pilot: Pilot[None]) -> None:
    """Wait until the slow thread is done too."""
    await settle(app, pilot)
    await app.desk.run_slow(lambda _: None)
    await settle(app, pilot)


def shows(app: FrontdeskApp, kind: type[object]) -> bool:
    """Whether the screen in front is of this kind."""
    return isinstance(app.screen, kind)


async def hit(app: FrontdeskApp, pilot: Pilot[None], *keys: str) -> None:
    """Press keys, each done before the next."""
    for key in keys:
        await press(app, pilot, key)
        await calm(app, pilot)


async def do(
    centre: SmallCentre, task: Task, *, size: tuple[int, int] = (80, 24), operator: Operator | None = None
) -> None:
    """Run a task on the screen of December, with the sessions of today below it."""
    app = centre.app()
    async with app.run_test(size=size) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "f3")
        if operator is not None:
            app.desk.operator = operator
        assert isinstance(app.screen, DeskScreen)
        await open_month(app.screen, FIRST)
        await calm(app, pilot)
        await task(app, pilot)
    app.desk.close()


def prepare(centre: SmallCentre, *does: Callable[[Context], object]) -> None:
    """Run use cases before the program starts."""
    context = centre.context()
    for one in does:
        one(context)
    context.database.close()


def month(centre: SmallCentre) -> service.MonthView:
    context = centre.context()
    view = service.month_view(context, DECEMBER)
    context.database.close()
    return view


def shown(app: FrontdeskApp) -> list[str]:
    """The rows of the month without those that name a day."""
    return [row for row in row_texts(app, "month") if ":" in row]


async def test_a_month_goes_from_the_series_to_the_wall_by_keyboard_alone(centre: SmallCentre, tmp_path: Path) -> None:
    prepare(
        centre,
        lambda context: put_on(context, made("A", FIRST, room="")),
        lambda context: weekly(context, FIRST, date(2026, 12, 31), 3),
    )

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        assert len(shown(app)) == 1
        await hit(app, pilot, "f7")
        assert shows(app, ReadDialog)
        await hit(app, pilot, "escape")
        assert len(shown(app)) == 1
        await hit(app, pilot, "f7", "enter")
        assert len(shown(app)) == 6 and "草稿" in shown(app)[0]
        await hit(app, pilot, "ctrl+s")
        assert "还没有批准" in notice(app)
        await hit(app, pilot, "ctrl+a", "enter")
        assert all("已批准" in row for row in shown(app))
        await hit(app, pilot, "ctrl+s", "enter")
        assert shows(app, QuestionDialog), "a session without a room is asked about"
        await hit(app, pilot, "escape")
        assert month(centre).state == "approved"
        await hit(app, pilot, "ctrl+s", "enter", "enter")
        assert month(centre).state == "published" and "310114-001-202612-1" in notice(app)
        await hit(app, pilot, "ctrl+t", "enter")
        assert len(list(tmp_path.glob("*.pdf"))) == 1
        await hit(app, pilot, "ctrl+o", "enter")
        assert len(list(tmp_path.glob("*.xlsx"))) == 1
        await hit(app, pilot, "ctrl+o", "down", "down", "enter")
        assert len(list(tmp_path.glob("*.ics"))) == 2
        await hit(app, pilot, "ctrl+x")
        await enter_text(app, pilot, "漏了一场")
        await hit(app, pilot, "enter")
        assert month(centre).state == "approved"
        await hit(app, pilot, "escape")
        assert not shows(app, MonthScreen)

    await do(centre, task)


async def test_a_change_after_publishing_is_marked_and_shown_with_before_and_after(centre: SmallCentre) -> None:
    prepare(
        centre,
        lambda context: put_on(context, made("A", FIRST), made("B", SECOND)),
        lambda context: service.approve(context, DECEMBER),
        lambda context: service.publish(context, DECEMBER),
    )

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await hit(app, pilot, "enter")
        app.screen.query_one("#field-room", Input).value = "书画室"
        # A room that is not on the list is asked about once.
        await hit(app, pilot, "ctrl+s")
        assert not shows(app, MonthScreen)
        await hit(app, pilot, "ctrl+s")
        assert shows(app, MonthScreen)
        assert "改期" in shown(app)[0] and "已发布" in shown(app)[1]
        await hit(app, pilot, "f8")
        assert shows(app, ReadDialog)
        assert any("活动室A 改为 书画室" in row for row in row_texts(app, "reading-lines"))
        await hit(app, pilot, "escape", "left", "ctrl+g")
        assert shows(app, FormDialog)
        await enter_text(app, pilot, "12")
        await hit(app, pilot, "enter")
        assert len(shown(app)) == 2

    await do(centre, task)


async def test_a_demand_is_registered_merged_and_led_to_a_session(centre: SmallCentre) -> None:
    prepare(
        centre,
        lambda context: put_on(context, made("A", FIRST)),
        lambda context: demands.add_demand(context, Wanted("游泳", head_count=5)),
    )

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await hit(app, pilot, "ctrl+w", "ctrl+n")
        await enter_text(app, pilot, "手机课")
        post_scans(app, [centre.codes["0310001"]])
        await calm(app, pilot)
        assert app.screen.query_one("#field-words", Input).value == "手机课"
        await hit(app, pilot, "ctrl+s")
        assert shows(app, DemandsScreen)
        assert [row.split()[:2] for row in row_texts(app, "demands")] == [["5", "游泳"], ["1", "手机课"]]
        await hit(app, pilot, "end", "f8")
        assert shows(app, PickDialog)
        await hit(app, pilot, "enter")
        assert [row.split()[:2] for row in row_texts(app, "demands")] == [["6", "游泳"]]
        await hit(app, pilot, "ctrl+a", "f7")
        await enter_text(app, pilot, "sf")
        await hit(app, pilot, "enter")
        assert "书法A" in row_texts(app, "demands")[0] and "已安排" in row_texts(app, "demands")[0]
        await hit(app, pilot, "enter")
        assert shows(app, ReadDialog)
        await hit(app, pilot, "escape", "escape", "escape")
        assert not shows(app, MonthScreen)

    await do(centre, task)


async def test_whoever_is_no_manager_is_told_so_and_an_auditor_changes_nothing(centre: SmallCentre) -> None:
    prepare(centre, lambda context: put_on(context, made("A", FIRST)))

    async def of_desk(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await hit(app, pilot, "ctrl+a")
        assert "负责人" in notice(app)
        assert isinstance(app.screen, MonthScreen) and app.screen.why_not("plan") is None

    async def of_auditor(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        assert isinstance(app.screen, MonthScreen)
        for name in ("edit", "new", "remove", "plan", "note", "approve", "publish", "withdraw", "close_list"):
            assert app.screen.why_not(name)
        assert app.screen.why_not("print") is None

    await do(centre, of_desk, operator=Operator("S101", "李磊", "operator"))
    await do(centre, of_auditor, operator=Operator("S102", "萧红", "auditor"))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_both_screens_fit_and_every_command_has_words(centre: SmallCentre, language: str) -> None:
    use_language(language)
    prepare(centre, lambda context: put_on(context, made("A", FIRST)))
    everywhere = {key for command in ANYWHERE for key in command.keys}

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        for screen in (MonthScreen, DemandsScreen):
            assert isinstance(app.screen, DeskScreen) and shows(app, screen)
            for line in str(app.screen.query_one(CommandBar).render()).splitlines():
                assert display_width(line) <= 80, line
            for command in app.screen.COMMAND_TABLE:
                assert not set(command.keys) & everywhere
                name = f"{command.area.removeprefix('monthly').lstrip('.')}.command.{command.name}".lstrip(".")
                assert {name, f"{name}.help"} <= catalogue(language, "monthly").keys()
            await hit(app, pilot, "ctrl+w")

    await do(centre, task)


async def test_a_month_opens_with_what_comes_first_from_today_on_and_what_follows_it_in_sight(
    centre: SmallCentre,
) -> None:
    context = centre.context()
    put_on(context, *(made(f"N{day:02}", date(2026, 11, day)) for day in range(1, 31)))
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "escape")
        assert isinstance(app.screen, DeskScreen)
        await open_month(app.screen, date(2026, 11, 1))
        await calm(app, pilot)
        assert isinstance(app.screen, MonthScreen)
        rows, session = app.screen.rows, app.screen.session()
        assert session is not None and session.day == "2026-11-20"
        seen = rows.cursor - round(rows.scroll_offset.y)
        assert abs(seen - rows.size.height // 2) <= 1

    await do(centre, task)


async def test_a_demand_is_ordered_with_its_words_in_the_form(centre: SmallCentre) -> None:
    prepare(centre, lambda context: demands.add_demand(context, Wanted("想学书法", head_count=12)))

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await hit(app, pilot, "ctrl+w", "ctrl+s")
        assert isinstance(app.screen, CaseForm)
        assert (app.screen.parts.typed["wish"], app.screen.parts.typed["headcount"]) == ("想学书法", "12")

    await do(centre, task)
