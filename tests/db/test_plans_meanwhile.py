"""What happens at the desk between a proposal or a draft and its being put in force is not overrun."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from db import duty as duties
from db import leave as leaves
from frontdesk.context import Context
from frontdesk.planning.client import PlanningClient
from frontdesk.roster.day.working import Work
from frontdesk.roster.legality import violations
from frontdesk.roster.model import Assignment, SlotKey
from frontdesk.roster.plan.drafting import edit_draft
from frontdesk.roster.plan.replanning import Proposal, accept, replan
from frontdesk.roster.plan.service import PlanError, make_plan, publish
from frontdesk.roster.situation import load
from tests.duties import MONDAY, Hands, set_up, slot

SUNDAY = MONDAY + timedelta(days=6)
CELLS = {(day, "窗口", "早"): ("S1", "S2") for day in range(1, 4)} | {(2, "咨询", "晚"): ("S3", "S4")}


@pytest.fixture(scope="module")
def client() -> Iterator[PlanningClient]:
    with PlanningClient() as started:
        yield started


@pytest.fixture(autouse=True)
def hands(desk: Context) -> Hands:
    return set_up(desk, CELLS)


def absent(context: Context, staff_no: str, day: date) -> None:
    with context.database.write() as connection:
        leaves.add(connection, staff_no, day.isoformat(), day.isoformat(), at=0)


def proposal_after(context: Context, client: PlanningClient, staff_no: str, day: date) -> Proposal:
    """What replanning proposes when somebody is away on a day."""
    absent(context, staff_no, day)
    proposal = replan(context, client)
    assert proposal.changes
    return proposal


def as_worked(context: Context) -> dict[SlotKey, tuple[str | None, str | None]]:
    found = duties.slots(context.database.connection, MONDAY.isoformat(), SUNDAY.isoformat())
    return {SlotKey(date.fromisoformat(one.day), one.post, one.shift): (one.acting, one.standby) for one in found}


def test_a_proposal_is_stale_when_its_newcomer_goes_on_leave_before_it_is_accepted(
    desk: Context, client: PlanningClient
) -> None:
    key = slot(1, "窗口", "早")
    proposal = proposal_after(desk, client, "S1", key.day)
    newcomers = {one.after for one in proposal.changes} - {"S2", None}
    assert newcomers
    for no in newcomers:
        absent(desk, no or "", key.day)
    before = as_worked(desk)
    with pytest.raises(PlanError, match="proposal_stale"):
        accept(desk, proposal)
    assert as_worked(desk) == before
    accept(desk, replan(desk, client))
    situation, roster = load(desk, MONDAY, SUNDAY)
    assert [one for one in violations(situation, roster) if one.hard] == []


def test_a_draft_does_not_undo_what_was_changed_since_it_was_made(
    desk: Context, hands: Hands, client: PlanningClient
) -> None:
    draft = make_plan(desk, client, MONDAY, 1, seconds=1.0)
    key = slot(2, "窗口", "早")
    planned = draft.roster[key]
    agreed = Assignment(planned.standby, planned.acting)
    hands.forward(0.1)
    with desk.change("roster.swapped", "by hand") as connection:
        Work(desk, connection, [key.day]).change(key, "swap", agreed, "agreed")
    before = as_worked(desk)
    with pytest.raises(PlanError, match="draft_stale"):
        publish(desk, draft.plan_id)
    assert as_worked(desk) == before
    edit_draft(desk, draft.plan_id, key, agreed)
    publish(desk, draft.plan_id)
    assert as_worked(desk)[key] == (agreed.acting, agreed.standby)


def test_of_two_drafts_of_the_same_weeks_the_second_is_not_published_over_the_first(
    desk: Context, hands: Hands, client: PlanningClient
) -> None:
    first = make_plan(desk, client, MONDAY, 1, seconds=1.0)
    second = make_plan(desk, client, MONDAY, 1, seconds=1.0)
    key = slot(3, "窗口", "早")
    other = second.roster[key]
    edit_draft(desk, second.plan_id, key, Assignment(other.standby, other.acting))
    hands.forward(0.1)
    publish(desk, first.plan_id)
    before = as_worked(desk)
    with pytest.raises(PlanError, match="draft_stale"):
        publish(desk, second.plan_id)
    assert as_worked(desk) == before
