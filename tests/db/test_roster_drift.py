"""Published days that no longer follow the standing order or the calendar: said, and taken along by the next plan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from db import duty as duties
from db import standing
from db.standing import DAY_KINDS
from frontdesk.calendar.service import set_day
from frontdesk.context import Context
from frontdesk.planning.client import PlanningClient
from frontdesk.roster.day.words import drift_words
from frontdesk.roster.plan import service as plans
from frontdesk.roster.situation import order_drift
from frontdesk.today.service import today
from tests.desks import new_desk
from tests.duties import MONDAY, SHIFTS, Hands, log, set_up, slot, who, worked

SUNDAY = MONDAY + timedelta(days=6)
SECONDS = 0.5
"""For a plan. What is asked of it here is that it is legal and whole, which the first one found is, not that it is
the best."""


@pytest.fixture(scope="module")
def client() -> Iterator[PlanningClient]:
    with PlanningClient() as started:
        started.warm()
        yield started


@pytest.fixture
def hands(desk: Context) -> Hands:
    assert isinstance(desk.clock, Hands)
    return desk.clock


@pytest.fixture
def desk(tmp_path: Path, client: PlanningClient) -> Iterator[Context]:
    """窗口 has an early and a late shift, 咨询 an early one, every day; a week is published, it is Monday 08:00."""
    context = new_desk(tmp_path / "home")
    set_up(context, {})
    with context.database.write() as connection:
        for kind in DAY_KINDS:
            standing.set_openings(connection, "窗口", kind, ["早", "晚"])
            standing.set_openings(connection, "咨询", kind, ["早"])
    replan(context, client)
    yield context
    context.database.close()


def replan(context: Context, client: PlanningClient) -> plans.Made:
    """A new plan of the week, published."""
    made = plans.make_plan(context, client, MONDAY, 1, seconds=SECONDS)
    plans.publish(context, made.plan_id)
    return made


def differing(context: Context) -> list[tuple[int, str, str, str]]:
    return [
        ((one.slot.day - MONDAY).days, one.slot.post, one.slot.shift, one.kind)
        for one in order_drift(context, MONDAY, SUNDAY)
    ]


def on_today(context: Context) -> list[tuple[object, object, bool]]:
    return [
        (one.values["key"], one.values["count"], one.pressing)
        for one in today(context).due
        if one.kind == "order_changed"
    ]


def later(context: Context, minutes: int, pause: int = 0) -> None:
    """Put the late shift off."""
    late = SHIFTS["晚"]
    changed = {"starts": late.starts + minutes, "ends": late.ends + minutes, "break_minutes": pause}
    with context.database.write() as connection:
        standing.put_shift(connection, late.model_copy(update=changed))


def test_what_follows_the_order_is_not_told(desk: Context) -> None:
    assert differing(desk) == []
    assert on_today(desk) == []


def test_a_holiday_closes_published_slots_with_the_next_plan(desk: Context, client: PlanningClient) -> None:
    with desk.database.write() as connection:
        standing.set_openings(connection, "窗口", "holiday", ["夜"])
        standing.set_openings(connection, "咨询", "holiday", [])
    set_day(desk, date(2026, 11, 12), "holiday", "临时放假")
    assert differing(desk) == [
        (3, "咨询", "早", "gone"),
        (3, "窗口", "夜", "new"),
        (3, "窗口", "早", "gone"),
        (3, "窗口", "晚", "gone"),
    ]
    assert on_today(desk) == [("2026-11-12", 1, True)]
    before = worked(desk)
    replan(desk, client)
    after = worked(desk)
    assert before.keys() - after.keys() == {slot(3, "咨询", "早"), slot(3, "窗口", "早"), slot(3, "窗口", "晚")}
    assert after.keys() - before.keys() == {slot(3, "窗口", "夜")}
    closed = [one for one in log(desk) if one.kind == "slot_closed"]
    assert {(one.day, one.post, one.shift) for one in closed} == {
        ("2026-11-12", "咨询", "早"),
        ("2026-11-12", "窗口", "早"),
        ("2026-11-12", "窗口", "晚"),
    }
    assert all((one.acting_after, one.standby_after) == (None, None) and one.acting_before for one in closed)
    assert differing(desk) == []
    assert on_today(desk) == []


def test_other_shift_times_move_published_slots_and_keep_people_and_locks(
    desk: Context, client: PlanningClient, hands: Hands
) -> None:
    locked, running = slot(2, "窗口", "晚"), slot(1, "窗口", "晚")
    with desk.database.write() as connection:
        one = worked(desk)[locked]
        duties.put_slot(connection, one.model_copy(update={"locked": True}))
    hands.local(1, 14)
    later(desk, 30)
    assert differing(desk) == [(day, "窗口", "晚", "moved") for day in (2, 3, 4, 5, 6)], "Tuesday's is running"
    assert "13:00-21:00" in drift_words(order_drift(desk, MONDAY, SUNDAY)[0])
    people = who(desk, locked)
    before = worked(desk)
    replan(desk, client)
    after = worked(desk)
    assert (after[running], after[slot(0, "窗口", "晚")]) == (before[running], before[slot(0, "窗口", "晚")])
    assert {(one.starts, one.ends) for key, one in after.items() if key.shift == "晚" and key.day > running.day} == {
        (13 * 60 + 30, 21 * 60 + 30)
    }
    assert after[locked].locked and who(desk, locked) == people
    moved = {one.day for one in log(desk) if one.kind == "slot_moved"}
    assert "2026-11-11" in moved
    assert differing(desk) == []


def test_another_break_alone_is_written_too(desk: Context, client: PlanningClient) -> None:
    later(desk, 0, pause=45)
    assert {one[3] for one in differing(desk)} == {"moved"}
    replan(desk, client)
    assert {one.break_minutes for key, one in worked(desk).items() if key.shift == "晚"} == {45}


def test_a_shift_opened_since_at_a_post_with_other_slots_is_planned_next(desk: Context, client: PlanningClient) -> None:
    with desk.database.write() as connection:
        standing.set_openings(connection, "咨询", "fri", ["早", "晚"])
    assert differing(desk) == [(4, "咨询", "晚", "new")]
    replan(desk, client)
    assert worked(desk)[slot(4, "咨询", "晚")].acting is not None


def test_an_old_draft_takes_nothing_out_that_the_order_opens(desk: Context, client: PlanningClient) -> None:
    old = plans.make_plan(desk, client, MONDAY, 1, seconds=SECONDS)
    with desk.database.write() as connection:
        standing.set_openings(connection, "咨询", "fri", ["早", "晚"])
    replan(desk, client)
    plans.publish(desk, old.plan_id)
    assert slot(4, "咨询", "晚") in worked(desk)


def test_a_draft_made_before_the_order_changed_is_not_published(desk: Context, client: PlanningClient) -> None:
    following = MONDAY + timedelta(days=7)

    def refused() -> str:
        before = worked(desk)
        with pytest.raises(plans.PlanError) as caught:
            plans.publish(desk, made.plan_id)
        assert worked(desk) == before
        return caught.value.code

    made = plans.make_plan(desk, client, following, 1, seconds=SECONDS)
    with desk.database.write() as connection:
        standing.set_openings(connection, "咨询", "fri", [])
    assert refused() == "draft_out_of_order", "closed since"
    made = plans.make_plan(desk, client, following, 1, seconds=SECONDS)
    later(desk, 30)
    assert refused() == "draft_out_of_order", "at other times since"
    made = plans.make_plan(desk, client, following, 1, seconds=SECONDS)
    with desk.database.write() as connection:
        standing.set_openings(connection, "咨询", "fri", ["早"])
    other = plans.make_plan(desk, client, following, 1, seconds=SECONDS)
    plans.publish(desk, other.plan_id)
    assert slot(11, "咨询", "早") in worked(desk)
