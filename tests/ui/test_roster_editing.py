"""Changing the roster by hand, with the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from db import duty as duties
from frontdesk.roster.screen import RosterScreen
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.dialogs import FormDialog
from frontdesk.shell.picking import PickDialog
from frontdesk.shell.plain import Plain
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, enter_text, notice, press, settle
from tests.ui.rosters import draft_roster, publish_roster
from tests.ui.test_roster_screen import cell_text, screen


@pytest.fixture
def drafted(centre: SmallCentre) -> Iterator[SmallCentre]:
    """The small centre with a published roster and a draft behind it."""
    context = centre.context()
    publish_roster(context)
    draft_roster(context)
    context.database.close()
    yield centre


def picking(app: FrontdeskApp) -> PickDialog:
    """The dialog with the candidates, which must be open."""
    assert isinstance(app.screen, PickDialog)
    return app.screen


async def open_draft(app: FrontdeskApp, pilot: Pilot[None]) -> None:
    """Go to the draft, which is plan 2."""
    await press(app, pilot, "f10")
    await screen(app).open_at("draft:2")
    await settle(app, pilot)


async def test_two_keys_give_a_role_of_a_draft_to_the_best_candidate_and_one_takes_it_back(
    drafted: SmallCentre,
) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await open_draft(app, pilot)
        before = cell_text(app)
        await press(app, pilot, "enter")
        best = picking(app).rows.current
        assert best is not None
        await press(app, pilot, "enter")
        assert isinstance(app.screen, RosterScreen)
        assert cell_text(app).split(" / ")[0].startswith(best.cells[0][:3])
        await press(app, pilot, "ctrl+z")
        assert cell_text(app) == before
        assert "撤销" in notice(app)

    await do(drafted, task)


async def test_candidates_are_filtered_by_pinyin_and_tab_changes_the_role(drafted: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await open_draft(app, pilot)
        await press(app, pilot, "enter", "tab")
        await enter_text(app, pilot, "wg")
        assert [row.cells[0] for row in picking(app).rows.rows] == ["吴刚"]
        await press(app, pilot, "escape")
        assert isinstance(app.screen, RosterScreen)

    await do(drafted, task)


async def test_a_locked_slot_is_marked_and_unlocked_by_the_same_key(drafted: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await open_draft(app, pilot)
        await press(app, pilot, "space")
        assert cell_text(app).endswith("#")
        await press(app, pilot, "l")
        assert not cell_text(app).endswith("#")

    await do(drafted, task)


async def test_an_operator_is_told_that_a_published_slot_is_locked_by_a_manager(drafted: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        assert app.desk.operator is not None
        app.desk.operator = replace(app.desk.operator, role="operator")
        await press(app, pilot, "f10", "down", "right", "space")
        assert "只有负责人" in (screen(app).why_not("lock_slot") or "")
        assert not cell_text(app).endswith("#")

    await do(drafted, task)


async def test_on_the_published_roster_every_edit_is_logged_and_taken_back_by_another_event(
    drafted: SmallCentre,
) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f10", "down", "right", "enter")
        await enter_text(app, pilot, "胡兵")
        await press(app, pilot, "enter")
        assert cell_text(app).startswith("胡兵B / ")
        await press(app, pilot, "u")
        assert cell_text(app) == "周婷 / 吴刚"

    await do(drafted, task)
    context = drafted.context()
    events = duties.events(context.database.connection, "2026-11-21", "2026-11-21")
    assert [(event.acting_before, event.acting_after) for event in events] == [("S104", "S111"), ("S111", "S104")]
    context.database.close()


async def test_a_rule_is_broken_by_a_manager_with_a_reason_only(drafted: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f10", "right", "enter")
        await enter_text(app, pilot, "S104")
        assert "排了两个班次" in said_below(app) and "负责人" in said_below(app)
        await press(app, pilot, "enter")
        assert isinstance(app.screen, FormDialog)
        await press(app, pilot, "enter")
        assert isinstance(app.screen, FormDialog)
        await enter_text(app, pilot, "开业活动")
        await press(app, pilot, "enter")
        assert cell_text(app).startswith("周婷!")

    await do(drafted, task)


def said_below(app: FrontdeskApp) -> str:
    """What the dialog says of the candidate under the cursor."""
    return str(app.screen.query_one("#pick-detail", Plain).render())
