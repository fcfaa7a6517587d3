"""Plans on a real file: drafts, publishing, replanning and its log, and what a fault of the planner cannot do."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner

from db import duty as duties
from db import leave as leaves
from db import staff as records
from db import standing
from db.staff import Staff
from db.standing import Competency, DayKind, PostRow, ShiftRow
from frontdesk.cli_main import cli
from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.locale import t
from frontdesk.planning.ab import AbPlan, AbProgress
from frontdesk.planning.abcost import Holders
from frontdesk.planning.abproblem import AbProblem
from frontdesk.planning.client import PlanningClient
from frontdesk.roster.day.commands import checked_days
from frontdesk.roster.legality import violations
from frontdesk.roster.model import Away, SlotKey
from frontdesk.roster.plan import service as plans
from frontdesk.roster.plan.drafting import edit_draft
from frontdesk.roster.plan.replanning import accept, replan
from frontdesk.roster.plan.words import (
    conflict_words,
    figures,
    made_words,
    progress_words,
    remedy_words,
    role_change_words,
)
from frontdesk.roster.situation import load
from tests.desks import new_desk
from tests.duties import acting_as
from tests.naive_roster import breaches, uncovered

MONDAY = date(2026, 12, 28)
"""The week holds New Year."""
KINDS: tuple[DayKind, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday", "makeup")
STAFF = tuple(f"S{number}" for number in range(1, 8))


@pytest.fixture(scope="module")
def client() -> Iterator[PlanningClient]:
    with PlanningClient() as started:
        started.warm()
        yield started


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    context.clock = lambda: datetime(2026, 12, 27, 4, 0, tzinfo=UTC)
    with context.database.write() as connection:
        for no in STAFF:
            records.put(connection, Staff(no=no, name=f"员{no}", kind="专职", weekly_hours=40))
        standing.put_shift(connection, ShiftRow(code="早", name="早班", position=1, starts=480, ends=960))
        standing.put_shift(connection, ShiftRow(code="晚", name="晚班", position=2, starts=780, ends=1260))
        for place, post in enumerate(("窗口", "咨询")):
            standing.put_post(connection, PostRow(name=post, position=place + 1))
            standing.set_holder(connection, post, STAFF[place], "A")
            standing.set_holder(connection, post, STAFF[place + 2], "B")
            for kind in KINDS:
                standing.set_openings(connection, post, kind, ["早", "晚"] if place == 0 else ["早"])
            for no in STAFF:
                standing.put_competency(connection, Competency(staff_no=no, post=post, level=2))
    yield context
    context.database.close()


def made(desk: Context, client: PlanningClient, weeks: int = 1) -> plans.Made:
    return plans.make_plan(desk, client, MONDAY, weeks, seconds=2.5)


def slot(days: int, post: str, shift: str) -> SlotKey:
    return SlotKey(MONDAY + timedelta(days=days), post, shift)


def test_a_plan_across_new_year_is_a_draft_with_its_proof(desk: Context, client: PlanningClient) -> None:
    done = made(desk, client)
    stored = duties.plan(desk.database.connection, done.plan_id)
    assert stored is not None
    assert (stored.state, stored.first_day, stored.last_day) == ("draft", "2026-12-28", "2027-01-03")
    assert stored.bound is not None and stored.cost is not None and stored.bound <= stored.cost
    found = plans.findings(stored)
    assert found["resilience"]["holes"] == 0
    assert found["resilience"]["checked"] == done.resilience.checked
    assert found["vacant"] == []
    assert {one[1] for one in breaches(done.posed.situation, done.roster)} <= {"min_run", "min_days_off"}
    assert uncovered(done.posed.situation, done.roster) == set()
    assert made_words(done)


def test_progress_counts_vacant_roles_apart_from_the_cost_and_proves_nothing_above_them() -> None:
    scale = 707_000_000
    proven = progress_words(AbProgress(scale + 56, scale + 40, 1.0, None, scale, 2))
    assert "空缺 2 处" in proven and "56" in proven and "40" in proven and "707" not in proven
    unproven = figures(AbProgress(scale + 56, 40, 1.0, None, scale, 2))
    assert (unproven["vacant"], unproven["cost"], unproven["bound"]) == ("2", "56", "-")


def test_the_command_line_says_that_the_holidays_of_a_year_are_unknown(desk: Context) -> None:
    line = ["--home", str(desk.home.path), "--as", "M001", "roster", "plan", "--from", "2197-01-02", "--weeks", "1"]
    words = CliRunner().invoke(cli, [*line, "--seconds", "1"]).stdout
    assert t("calendar.unknown", year=2197) in words
    listed = CliRunner().invoke(cli, [*line[:5], "plans"]).stdout
    assert "空缺 0 " in listed


def test_the_desk_opens_without_the_planner() -> None:
    loaded = "import sys, frontdesk.roster.screen, frontdesk.roster.plan.replanning; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", loaded], capture_output=True, check=True, text=True).stdout
    assert [name for name in said.split() if name.startswith("frontdesk.planning")] == []


def test_both_manuals_name_every_key_of_a_plan_in_json(desk: Context) -> None:
    line = ["--home", str(desk.home.path), "--as", "M001", "roster", "plan", "--from", "2197-01-02", "--weeks", "1"]
    said = json.loads(CliRunner().invoke(cli, [*line, "--seconds", "1", "--json"]).stdout)
    for name in ("zh_CN.md", "en.md"):
        manual = (files("frontdesk.manual") / name).read_text("utf-8")
        (about,) = [one for one in manual.splitlines() if one.startswith("- `frontdesk roster plan`")]
        named = set(re.findall(r"`([a-z]+)`", about))
        assert {*said, *said["resilience"]} <= named, name


def test_publishing_copies_the_draft_and_logs_every_slot(desk: Context, client: PlanningClient) -> None:
    done = made(desk, client)
    count = plans.publish(desk, done.plan_id)
    worked = duties.slots(desk.database.connection, "2026-12-28", "2027-01-03")
    assert count == len(worked) == 21
    assert all((one.acting, one.standby) == (one.planned_acting, one.planned_standby) for one in worked)
    events = duties.events(desk.database.connection, "2026-12-28", "2027-01-03")
    assert [one.kind for one in events] == ["publish"] * 21
    with pytest.raises(plans.PlanError, match="not_a_draft"):
        plans.publish(desk, done.plan_id)


def test_a_second_plan_changes_only_what_differs_and_nothing_that_has_begun(
    desk: Context, client: PlanningClient
) -> None:
    plans.publish(desk, made(desk, client).plan_id)
    before = {(s.day, s.post, s.shift): s for s in duties.slots(desk.database.connection, "2026-12-28", "2027-01-03")}
    desk.clock = lambda: datetime(2026, 12, 29, 2, 0, tzinfo=UTC)
    with desk.database.write() as connection:
        leaves.add(connection, "S1", "2026-12-31", "2027-01-01", at=0)
    again = made(desk, client)
    changed = plans.publish(desk, again.plan_id)
    after = {(s.day, s.post, s.shift): s for s in duties.slots(desk.database.connection, "2026-12-28", "2027-01-03")}
    differing = {
        key for key in after if (after[key].acting, after[key].standby) != (before[key].acting, before[key].standby)
    }
    assert changed == len(differing)
    assert all(day >= "2026-12-29" for day, _, _ in differing)
    assert all(after[key] == before[key] for key in before if key not in differing)
    assert not any(
        "S1" in (one.acting, one.standby) for key, one in after.items() if key[0] in ("2026-12-31", "2027-01-01")
    )
    assert all(after[key].plan_id == again.plan_id for key in differing)


def test_a_post_opened_on_published_days_gets_its_slots_with_the_next_plan(
    desk: Context, client: PlanningClient
) -> None:
    plans.publish(desk, made(desk, client).plan_id)
    desk.clock = lambda: datetime(2026, 12, 29, 2, 0, tzinfo=UTC)
    with desk.database.write() as connection:
        standing.put_post(connection, PostRow(name="为老", position=3))
        for kind in KINDS:
            standing.set_openings(connection, "为老", kind, ["早"])
        for no in STAFF:
            standing.put_competency(connection, Competency(staff_no=no, post="为老", level=2))
    found, _ = checked_days(desk, MONDAY, date(2027, 1, 3), 1)
    assert {one.slot.day.day for one in found if one.code == "vacant_acting"} == {30, 31, 1, 2, 3}
    plans.publish(desk, made(desk, client).plan_id)
    new = [one for one in duties.slots(desk.database.connection, "2026-12-28", "2027-01-03") if one.post == "为老"]
    assert [one.day for one in new] == ["2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02", "2027-01-03"]
    assert any(one.acting for one in new)


def test_only_a_manager_publishes(desk: Context, client: PlanningClient) -> None:
    done = made(desk, client)
    acting_as(desk, "S1")
    with pytest.raises(DeskError, match="manager_required"):
        plans.publish(desk, done.plan_id)


def test_a_locked_slot_of_a_draft_and_the_comparison_of_plans(desk: Context, client: PlanningClient) -> None:
    first = made(desk, client)
    key = slot(0, "窗口", "早")
    locked = replace(first.roster[key], locked=True)
    edit_draft(desk, first.plan_id, key, locked)
    with desk.database.write() as connection:
        standing.set_holder(connection, "窗口", locked.acting or "", None)
    second = plans.make_plan(desk, client, MONDAY, 1, seconds=4.0, based_on=first.plan_id)
    assert second.roster[key] == locked
    differences = plans.compare(desk, first.plan_id, second.plan_id)
    assert key not in [one.slot for one in differences]
    assert all(one.before != one.after for one in differences)
    plans.discard(desk, second.plan_id)
    with pytest.raises(plans.PlanError, match="not_a_draft"):
        plans.discard(desk, second.plan_id)
    assert [one.state for one in plans.plans(desk)] == ["discarded", "draft"]


def test_a_fault_of_the_planner_is_never_stored(desk: Context) -> None:
    class Faulty(PlanningClient):
        def plan(self, problem: AbProblem, seconds: float, **_: object) -> AbPlan:
            holders: list[Holders] = [("S1", "S2", None) for _ in problem.slots]
            return AbPlan("optimal", holders, 0, 0, {}, 0.1)

    with Faulty() as faulty, pytest.raises(plans.PlanError) as refusal:
        plans.make_plan(desk, faulty, MONDAY, 1)
    assert refusal.value.code == "planner_fault"
    assert plans.plans(desk) == []


def test_a_replan_is_proposed_explained_accepted_and_logged(desk: Context, client: PlanningClient) -> None:
    done = made(desk, client)
    plans.publish(desk, done.plan_id)
    absent = done.roster[slot(2, "窗口", "早")].acting
    assert absent is not None
    thought_of = {absent: [Away(MONDAY + timedelta(days=2), MONDAY + timedelta(days=3))]}
    imagined = replan(desk, client, away=thought_of)
    assert imagined.status == "optimal"
    with desk.database.write() as connection:
        leaves.add(connection, absent, "2026-12-30", "2026-12-31", at=0)
    proposal = replan(desk, client)
    assert (proposal.status, proposal.bound, len(proposal.changes)) == (
        "optimal",
        len(proposal.changes),
        len(imagined.changes),
    )
    assert "away" in {one.why for one in proposal.changes}
    assert all(role_change_words(one, {}) for one in proposal.changes)
    logged = accept(desk, proposal)
    assert {one.slot for one in logged} == {one.slot for one in proposal.changes}
    situation, roster = load(desk, MONDAY, MONDAY + timedelta(days=6))
    assert [one for one in violations(situation, roster) if one.hard] == []
    events = duties.events(desk.database.connection, "2026-12-28", "2027-01-03")
    assert {one.kind for one in events} == {"publish", "replan"}
    assert all(one.reason for one in events if one.kind == "replan")
    assert replan(desk, client).changes == ()
    with pytest.raises(plans.PlanError, match="proposal_stale"):
        accept(desk, proposal)


def test_locks_that_contradict_are_said_in_words(desk: Context, client: PlanningClient) -> None:
    done = made(desk, client)
    plans.publish(desk, done.plan_id)
    locked = done.roster[slot(3, "咨询", "早")].acting
    assert locked is not None
    with desk.database.write() as connection:
        one = duties.slot(connection, "2026-12-31", "咨询", "早")
        assert one is not None
        duties.put_slot(connection, one.model_copy(update={"locked": True}))
        leaves.add(connection, locked, "2026-12-31", "2026-12-31", at=0)
    with pytest.raises(plans.PlanError) as refusal:
        made(desk, client)
    assert refusal.value.code == "contradiction"
    assert f"员{locked}" in str(refusal.value.details["why"])


def test_vacant_roles_are_explained_and_remedied_in_words(desk: Context, client: PlanningClient) -> None:
    with desk.database.write() as connection:
        for no in STAFF[1:]:
            leaves.add(connection, no, "2026-12-30", "2026-12-30", at=0)
    done = made(desk, client)
    assert done.vacant
    said = made_words(done)[0]
    assert f"空缺 {len(done.vacant)} 处" in said and max(map(len, re.findall(r"\d+", said))) < 7, "no vacancy scales"
    assert done.outcome.vacancies > 1000 > done.outcome.cost - done.outcome.vacancies
    stored = duties.plan(desk.database.connection, done.plan_id)
    assert stored is not None
    assert len(json.loads(stored.findings)["vacant"]) == len(done.vacant)
    posed, conflict = plans.explain(desk, client, done.plan_id)
    assert conflict is not None
    assert len(conflict_words(posed, conflict)) > 1
    posed, found = plans.remedies(desk, client, done.plan_id)
    assert found
    assert all("{" not in line and "roster_plan" not in line for one in found for line in remedy_words(posed, one))


def test_a_draft_with_two_standbys_is_explained_and_remedied_as_such(desk: Context, client: PlanningClient) -> None:
    twice = plans.make_plan(desk, client, MONDAY, 1, seconds=2.5, second=True)
    assert plans.plan_problem(desk, twice.plan_id).problem.second
    assert not plans.plan_problem(desk, made(desk, client).plan_id).problem.second


@pytest.mark.parametrize(
    ("weeks", "first", "code"),
    [(0, MONDAY, "bad_weeks"), (14, MONDAY, "bad_weeks"), (1, date(2026, 11, 2), "in_the_past")],
)
def test_a_plan_of_no_days_is_refused(desk: Context, weeks: int, first: date, code: str) -> None:
    with pytest.raises(plans.PlanError) as refusal:
        plans.pose_plan(desk, first, weeks)
    assert refusal.value.code == code
