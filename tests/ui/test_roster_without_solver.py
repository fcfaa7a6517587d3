"""Planning where highspy is not installed: a legal roster by the plain planner, which says that it proves nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from textual.pilot import Pilot

from db import duty as duties
from frontdesk.cli_main import cli
from frontdesk.planning.client import PlanningClient
from frontdesk.roster.legality import violations
from frontdesk.roster.plan.service import pose_plan
from frontdesk.roster.resilience import check
from frontdesk.roster.situation import load
from frontdesk.shell.app import FrontdeskApp
from tests.nosolver import hide_solver
from tests.ui.conftest import PIN, SmallCentre
from tests.ui.hands import do, enter_text, notice, press, settle
from tests.ui.rosters import LAST, publish_roster
from tests.ui.test_roster_day import read

FIRST = LAST + timedelta(days=1)
FAR = date(2198, 1, 1)
"""A Monday that is ahead whenever this runs: commands have the computer's clock."""


@pytest.fixture
def rostered(centre: SmallCentre, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[SmallCentre]:
    """The small centre with a published roster, on a computer without the solver."""
    hide_solver(monkeypatch, tmp_path / "hiding")
    monkeypatch.setenv("FRONTDESK_PIN", PIN)
    context = centre.context()
    publish_roster(context)
    context.database.close()
    yield centre


def published_and_legal(centre: SmallCentre, first: date) -> bool:
    """Whether the week from a day on is full, legal and proof against absences now."""
    context = centre.context()
    last = first + timedelta(days=6)
    stored = duties.slots(context.database.connection, first.isoformat(), last.isoformat())
    situation, roster = load(context, first, last)
    context.database.close()
    full = len(stored) == 42 and all(slot.acting and slot.standby for slot in stored)
    return full and not any(one.hard for one in violations(situation, roster)) and check(situation, roster).holds


def command(centre: SmallCentre, *arguments: str) -> Any:
    """What a command answers in JSON."""
    line = ["--home", str(centre.home.path), "--as", "M001", "roster", *arguments, "--json"]
    ended = CliRunner().invoke(cli, line, catch_exceptions=False)
    assert ended.exit_code == 0, ended.stdout
    return json.loads(ended.stdout)


def test_the_planning_process_has_no_solver_either(rostered: SmallCentre) -> None:
    context = rostered.context()
    posed = pose_plan(context, FIRST, 1)
    context.database.close()
    with PlanningClient() as client:
        answer = client.plan(posed.problem, 2.0)
    assert (answer.status, answer.bound) == ("feasible", 0)


def test_the_commands_plan_publish_and_say_that_nothing_is_proven(rostered: SmallCentre) -> None:
    line = ["--home", str(rostered.home.path), "--as", "M001", "roster", "plan", "--from", FAR.isoformat()]
    ended = CliRunner().invoke(cli, [*line, "--weeks", "1", "--seconds", "2"], catch_exceptions=False)
    assert ended.exit_code == 0
    assert "pip install highspy" in ended.stdout
    (plan,) = [one for one in command(rostered, "plans")["plans"] if one["state"] == "draft"]
    assert (plan["status"], plan["bound"]) == ("feasible", 0)
    assert command(rostered, "remedies", str(plan["id"])) == {"remedies": []}
    command(rostered, "publish", str(plan["id"]))
    assert published_and_legal(rostered, FAR)


async def test_the_screen_plans_publishes_and_says_that_nothing_is_proven(rostered: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f10", "ctrl+n", "enter", "backspace")
        await enter_text(app, pilot, "1")
        await press(app, pilot, "enter", "backspace", "backspace")
        await enter_text(app, pilot, "2")
        await press(app, pilot, "enter", "enter")
        await app.workers.wait_for_complete()
        await settle(app, pilot)
        said = " ".join(read(app))
        assert "highspy" in said and "都排满了" in said and "最优" in said
        await press(app, pilot, "ctrl+s", "enter")
        assert "已发布" in notice(app)

    await do(rostered, task)
    assert published_and_legal(rostered, FIRST)
