"""Supplements: with a reason, never above what was planned, never ahead of time, and always apart."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from db import assignments
from db import hours as records
from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.volunteers.hours.errors import HoursError
from frontdesk.volunteers.hours.statement import statement
from frontdesk.volunteers.hours.supplements import add_supplement, annul_supplement, planned_on
from tests.desks import contents, new_desk, passing_desk
from tests.hoursdesks import MONDAY, SUNDAY, add_job, add_session, add_visit, add_volunteer

NO = "0310001"
TODAY = date(2026, 11, 9)


@pytest.fixture
def desk(tmp_path: Any) -> Context:
    context = new_desk(tmp_path / "home")
    add_volunteer(context, NO)
    return context


def refusal(context: Context, **asked: Any) -> HoursError:
    """The refusal of a supplement, which leaves nothing behind."""
    before = contents(context, audit=True)
    with pytest.raises(HoursError) as refused:
        add_supplement(context, NO, **{"reason": "忘带卡", "minutes": 30, **asked})
    assert contents(context, audit=True) == before
    return refused.value


def test_a_supplement_counts_on_its_day_in_its_own_kind_and_names_who_and_why(desk: Context) -> None:
    job = add_job(desk, MONDAY, 540, 180)
    add_visit(desk, NO, MONDAY, 540, 3600, job=job)
    added = add_supplement(desk, NO, minutes=30, reason=" 读卡器故障 ", assignment_id=job)
    made = statement(desk, NO, MONDAY, MONDAY)
    assert (made.measured, made.supplemented) == (3600, 1800)
    assert (added.day, added.operator_no, added.reason) == (MONDAY.isoformat(), "M001", "读卡器故障")
    assert [line.content for line in made.lines] == ["平安巡逻", "平安巡逻"]


def test_an_assignment_takes_its_length_less_what_the_volunteer_has_for_it(desk: Context) -> None:
    job = add_job(desk, MONDAY, 540, 120)
    add_visit(desk, NO, MONDAY, 540, 3600, job=job)
    assert refusal(desk, minutes=61, assignment_id=job).details["left"] == "1:00"
    add_supplement(desk, NO, minutes=60, reason="忘带卡", assignment_id=job)
    assert refusal(desk, minutes=1, assignment_id=job).code == "above_planned"


def test_an_assignment_over_midnight_is_one_whichever_day_the_visit_lies_on(desk: Context) -> None:
    job = add_job(desk, MONDAY, 23 * 60, 120)
    next_day = MONDAY + timedelta(days=1)
    add_visit(desk, NO, next_day, 0, 3600, job=job)
    assert refusal(desk, minutes=61, assignment_id=job).code == "above_planned"
    assert add_supplement(desk, NO, minutes=60, reason="忘带卡", assignment_id=job, day=next_day).day == "2026-11-03"
    assert refusal(desk, minutes=1, assignment_id=job, day=date(2026, 11, 4)).code == "wrong_day"


def test_a_session_takes_its_length_also_by_way_of_its_assignments(desk: Context) -> None:
    code = add_session(desk, "HD1", MONDAY, 840, 60)
    job = add_job(desk, MONDAY, 840, 30, session_code=code)
    add_supplement(desk, NO, minutes=30, reason="忘带卡", assignment_id=job)
    assert refusal(desk, minutes=31, session_code=code).code == "above_planned"
    assert add_supplement(desk, NO, minutes=30, reason="忘带卡", session_code=code).session_code == code


def test_general_service_takes_what_the_setting_leaves_of_the_day(desk: Context) -> None:
    add_visit(desk, NO, MONDAY, 540, 7 * 3600)
    assert refusal(desk, minutes=61, day=MONDAY).details["left"] == "1:00"
    add_supplement(desk, NO, minutes=60, reason="忘带卡", day=MONDAY)
    assert refusal(desk, minutes=1, day=MONDAY).code == "above_planned"


def test_nothing_lies_ahead_of_the_clock(desk: Context) -> None:
    assert refusal(desk, day=TODAY + timedelta(days=1)).code == "in_future"
    later = add_job(desk, TODAY, 14 * 60, 60)
    assert refusal(desk, assignment_id=later).details["planned"] == "0:00"
    running = add_job(desk, TODAY, 11 * 60, 120)
    assert refusal(desk, minutes=61, assignment_id=running).details["left"] == "1:00"
    assert refusal(desk, assignment_id=add_job(desk, TODAY + timedelta(days=1), 540, 60)).code == "in_future"


def test_what_cannot_be_is_refused_in_its_own_words(desk: Context) -> None:
    cancelled = add_job(desk, MONDAY, 540, 60)
    with desk.change("test", "test") as connection:
        job = assignments.get(connection, cancelled)
        assert job is not None
        assignments.put(connection, assignments.Assignment(**{**job.model_dump(), "state": "cancelled"}))
    codes = [
        refusal(desk, reason=" ", day=MONDAY).code,
        refusal(desk, reason="x" * 201, day=MONDAY).code,
        refusal(desk, reason="a\x1b[2J", day=MONDAY).code,
        refusal(desk).code,
        refusal(desk, minutes=0, day=MONDAY).code,
        refusal(desk, day=date(1999, 1, 1)).code,
        refusal(desk, assignment_id=99).code,
        refusal(desk, session_code="?").code,
        refusal(desk, assignment_id=cancelled).code,
    ]
    assert codes == [
        "reason_required",
        "bad_words",
        "bad_words",
        "day_required",
        "bad_length",
        "too_early",
        "unknown_assignment",
        "unknown_session",
        "cancelled",
    ]
    with pytest.raises(DeskError) as refused:
        add_supplement(desk, "9999999", minutes=1, reason="x", day=MONDAY)
    assert refused.value.code == "unknown_volunteer"


def test_an_annulled_supplement_stays_on_record_and_counts_nothing(desk: Context) -> None:
    added = add_supplement(desk, NO, minutes=480, reason="忘带卡", day=MONDAY)
    annulled = annul_supplement(desk, added.id, "记错人")
    assert (annulled.annulled_by, annulled.annul_reason, annulled.seconds) == ("M001", "记错人", 480 * 60)
    assert statement(desk, NO, MONDAY, MONDAY).lines == ()
    with pytest.raises(HoursError) as refused:
        annul_supplement(desk, added.id, "再来")
    assert refused.value.code == "already_annulled"
    add_supplement(desk, NO, minutes=480, reason="这次对了", day=MONDAY)


def test_what_can_be_added_to_is_offered_with_its_room(desk: Context) -> None:
    add_job(desk, MONDAY, 540, 90)
    add_session(desk, "HD1", MONDAY, 840, 60)
    add_job(desk, TODAY, 14 * 60, 60)
    assert [(one.title, one.room.left // 60) for one in planned_on(desk, NO, MONDAY)] == [
        ("", 480),
        ("平安巡逻", 90),
        ("书法沙龙", 60),
    ]
    assert [one.title for one in planned_on(desk, NO, TODAY)] == [""]


class SupplementMachine(RuleBasedStateMachine):
    """Visits, supplements and annulments in any order: no supplement ever leads above what was planned."""

    @initialize()
    def open(self) -> None:
        self._desk = passing_desk()
        self.context, _ = self._desk.__enter__()
        add_volunteer(self.context, NO)
        self.jobs = [add_job(self.context, MONDAY, 540, 60), add_job(self.context, MONDAY, 600, 90)]
        self.visits = 0
        self.measured: dict[int | None, int] = {None: 0, **dict.fromkeys(self.jobs, 0)}
        self.added: dict[int, tuple[int | None, int]] = {}

    def teardown(self) -> None:
        if hasattr(self, "_desk"):
            self._desk.__exit__(None, None, None)

    @rule(place=st.sampled_from([None, 0, 1]), seconds=st.integers(0, 5400))
    def visit(self, place: int | None, seconds: int) -> None:
        job = None if place is None else self.jobs[place]
        self.visits += 1
        add_visit(self.context, NO, MONDAY, 540, seconds, number=self.visits, job=job)
        self.measured[job] += seconds

    @rule(place=st.sampled_from([None, 0, 1]), minutes=st.integers(1, 500))
    def supplement(self, place: int | None, minutes: int) -> None:
        job = None if place is None else self.jobs[place]
        planned = 480 * 60 if place is None else (60, 90)[place] * 60
        mine = [seconds for credited, seconds in self.added.values() if job is None or credited == job]
        used = sum(mine) + (sum(self.measured.values()) if job is None else self.measured[job])
        fits = minutes * 60 <= planned - used
        try:
            added = add_supplement(self.context, NO, minutes=minutes, reason="忘带卡", day=MONDAY, assignment_id=job)
        except HoursError as refused:
            assert (refused.code, fits) == ("above_planned", False)
        else:
            assert fits
            self.added[added.id] = (job, minutes * 60)

    @rule(data=st.data())
    def annul(self, data: st.DataObject) -> None:
        if self.added:
            number = data.draw(st.sampled_from(sorted(self.added)))
            annul_supplement(self.context, number, "记错")
            del self.added[number]

    @invariant()
    def both_kinds_are_what_was_done(self) -> None:
        if hasattr(self, "context"):
            both = records.of_volunteer(self.context.database.connection, NO, MONDAY.isoformat(), SUNDAY.isoformat())
            assert both == (sum(self.measured.values()), sum(seconds for _, seconds in self.added.values()))


TestSupplementsInAnyOrder = SupplementMachine.TestCase
TestSupplementsInAnyOrder.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
