"""Planning at the desk: progress, stopping, proof, publishing, remedies, mending; keys and scans go on meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from db import duty as duties
from frontdesk.roster.day import absence
from frontdesk.roster.screen import RosterScreen
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.dialogs import FormDialog, QuestionDialog
from frontdesk.shell.plain import Plain
from frontdesk.today.screen import TodayScreen
from tests.ui.conftest import SmallCentre
from tests.ui.hands import TODAY, do, enter_text, entered, notice, post_scans, press, row_texts, settle
from tests.ui.rosters import LAST, NAMES, POSTS, number, publish_roster
from tests.ui.test_roster_day import read
from tests.ui.test_roster_screen import cell_text, put, screen

pytest.importorskip("highspy")


@pytest.fixture
def rostered(centre: SmallCentre) -> Iterator[SmallCentre]:
    """The small centre with a published roster."""
    context = centre.context()
    publish_roster(context)
    context.database.close()
    yield centre


async def begin(app: FrontdeskApp, pilot: Pilot[None], weeks: str, seconds: str) -> None:
    """Open the form, say how long, and start."""
    await press(app, pilot, "f10", "ctrl+n")
    await press(app, pilot, "enter", "backspace")
    await enter_text(app, pilot, weeks)
    await press(app, pilot, "enter", "backspace", "backspace")
    await enter_text(app, pilot, seconds)
    await press(app, pilot, "enter", "enter")
    assert isinstance(app.screen, RosterScreen)


async def finished(app: FrontdeskApp, pilot: Pilot[None]) -> None:
    """Wait until the planning process has answered and the answer is shown."""
    await app.workers.wait_for_complete()
    await settle(app, pilot)


def progress(app: FrontdeskApp) -> str:
    """The progress line of the roster's screen."""
    roster = next(one for one in app.screen_stack if isinstance(one, RosterScreen))
    return str(roster.query_one("#roster-progress", Plain).render())


async def test_a_week_is_planned_proven_and_published_while_scans_and_keys_go_on(rostered: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await begin(app, pilot, "1", "20")
        post_scans(app, list(rostered.codes.values())[:40])
        await press(app, pilot, "right", "down", "f2", "f10", "2", "1")
        await settle(app, pilot)
        assert entered(rostered) == list(rostered.codes)[:40]
        await finished(app, pilot)
        said = " ".join(read(app))
        assert "最优" in said and "任何一个人缺勤" in said and "都排满了" in said
        await press(app, pilot, "ctrl+s")
        assert isinstance(app.screen, QuestionDialog)
        await press(app, pilot, "enter")
        assert "已发布" in notice(app)
        assert screen(app).plan_id is None

    await do(rostered, task)
    context = rostered.context()
    first = LAST + timedelta(days=1)
    published = duties.slots(context.database.connection, first.isoformat(), (first + timedelta(days=6)).isoformat())
    assert len(published) == 42 and all(slot.acting and slot.standby for slot in published)
    context.database.close()


async def test_esc_stops_and_the_best_so_far_is_a_draft(rostered: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await begin(app, pilot, "8", "90")
        while "最好" not in progress(app):
            await pilot.pause()
        assert "下限" in progress(app) and "差距" in progress(app)
        await press(app, pilot, "escape")
        await finished(app, pilot)
        assert any("草案" in str(one) for one in (app.screen.query_one(".dialog-title", Plain).render(),))
        await press(app, pilot, "enter")
        assert screen(app).plan_id == 2
        assert cell_text(app).split(" / ")[0]
        await press(app, pilot, "escape")
        assert screen(app).plan_id is None
        await press(app, pilot, "4")
        assert len(row_texts(app, "choices")) == 1

    await do(rostered, task)


async def test_a_result_waits_for_whoever_is_on_another_screen(rostered: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await begin(app, pilot, "1", "10")
        await press(app, pilot, "f2")
        await finished(app, pilot)
        assert isinstance(app.screen, TodayScreen) and "F10" in notice(app)
        await press(app, pilot, "f10")
        await settle(app, pilot)
        assert read(app)

    await do(rostered, task)


async def test_what_cannot_be_filled_is_named_with_its_cause_and_remedies(rostered: SmallCentre) -> None:
    context = rostered.context()
    day = LAST + timedelta(days=3)
    for place in range(len(NAMES) - 2):
        absence.report_absent(context, number(place), day, day, reason="培训")
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await begin(app, pilot, "1", "20")
        await finished(app, pilot)
        assert any("排不上人" in line for line in read(app))
        await press(app, pilot, "f8")
        await finished(app, pilot)
        said = read(app)
        assert "无法同时满足" in said[0]
        assert any("补救办法" in line for line in said)
        await press(app, pilot, "enter")

    await do(rostered, task)


async def test_mending_after_an_absence_explains_each_change_before_it_is_accepted(rostered: SmallCentre) -> None:
    day = TODAY + timedelta(days=1)
    put(rostered, day, POSTS[0], "早", "S101", None)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f10", "right")
        assert cell_text(app).startswith("李磊 / 无备班")
        await press(app, pilot, "ctrl+r")
        await finished(app, pilot)
        said = read(app)
        assert "1 处变动" in said[0] and any("原为空缺" in line for line in said)
        await press(app, pilot, "enter")
        assert "已调整" in notice(app)
        assert "无备班" not in cell_text(app)

    await do(rostered, task)
    context = rostered.context()
    events = duties.events(context.database.connection, day.isoformat(), day.isoformat())
    assert [event.kind for event in events] == ["edit", "replan"]
    context.database.close()


async def test_a_wrong_number_of_weeks_is_corrected_in_its_field(rostered: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f10", "ctrl+n", "enter", "backspace")
        await enter_text(app, pilot, "14")
        await press(app, pilot, "enter", "enter", "enter")
        assert isinstance(app.screen, FormDialog)
        assert app.focused is not None and app.focused.id == "field-weeks"
        await press(app, pilot, "escape")

    await do(rostered, task)
