"""Supplements: with a reason, never above what was planned, never ahead of time, and always apart."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from db import assignments
from db import hours as records
from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.locale import words_for
from frontdesk.volunteers.assignments import service as planning
from frontdesk.volunteers.checkin import correcting
from frontdesk.volunteers.checkin.errors import CheckinError
from frontdesk.volunteers.checkin.service import check_in
from frontdesk.volunteers.checkin.undoing import undo
from frontdesk.volunteers.hours.errors import HoursError
from frontdesk.volunteers.hours.statement import statement
from frontdesk.volunteers.hours.supplements import add_supplement, annul_supplement, planned_on
from frontdesk.volunteers.service import supplements_astray
from tests.desks import contents, new_desk, turn_clock
from tests.hoursdesks import MONDAY, add_job, add_session, add_visit, add_volunteer, at

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


@pytest.mark.parametrize("year", [1975, 2200, 9998])
def test_with_a_clock_centuries_away_nothing_is_added_and_the_clock_is_named(desk: Context, year: int) -> None:
    moment = datetime(year, 12, 30, 4, tzinfo=UTC)
    desk.clock = lambda: moment
    before = contents(desk, audit=True)
    with pytest.raises(DeskError) as refused:
        add_supplement(desk, NO, reason="忘带卡", minutes=30, day=moment.date())
    assert (refused.value.code, refused.value.details["day"]) == ("clock_wrong", f"{year}-12-30")
    assert str(year) in words_for(refused.value) and contents(desk, audit=True) == before


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


def clock(context: Context, day: date, minute: int) -> None:
    """Set the clock to a minute of a local day."""
    moment = at(context, day, minute)
    turn_clock(context, lambda: moment)


def both(context: Context) -> tuple[int, int]:
    return tuple(records.of_volunteer(context.database.connection, NO, "2000-01-01", "2999-12-31"))  # type: ignore[return-value]


@pytest.mark.parametrize("credited", [False, True])
def test_nothing_is_supplemented_while_the_visit_may_still_get_its_real_exit(desk: Context, credited: bool) -> None:
    job = add_job(desk, TODAY, 540, 120)
    if credited:
        planning.sign_up(desk, job, NO)
    clock(desk, TODAY, 540)
    check_in(desk, NO)
    clock(desk, TODAY, 660)
    assert refusal(desk, **({"assignment_id": job} if credited else {"day": TODAY})).code == "visit_not_ended"
    assert check_in(desk, NO).result == "left"
    assert both(desk) == (7200, 0)
    if credited:
        assert refusal(desk, assignment_id=job).code == "above_planned"


@pytest.mark.parametrize("review", ["pending", "refused"])
def test_an_exit_that_was_inferred_is_settled_before_anything_is_supplemented(desk: Context, review: Any) -> None:
    add_visit(desk, NO, MONDAY, 540, 3600, basis="inferred", review=review, credit=0)
    assert refusal(desk, day=MONDAY).code == "visit_not_ended"
    correcting.annul_visit(desk, NO, MONDAY, 1, "记错人")
    add_supplement(desk, NO, minutes=30, reason="忘带卡", day=MONDAY)


def test_a_measured_visit_is_not_credited_to_what_supplements_fill(desk: Context) -> None:
    job = add_job(desk, MONDAY, 540, 120)
    add_visit(desk, NO, MONDAY, 780, 7200)
    added = add_supplement(desk, NO, minutes=120, reason="忘带卡", assignment_id=job)
    with pytest.raises(CheckinError) as refused:
        correcting.credit_visit(desk, NO, MONDAY, 1, assignment_id=job)
    assert (refused.value.code, refused.value.details) == ("is_supplemented", {"minutes": 0, "supplemented": 120})
    annul_supplement(desk, added.id, "改记那次服务")
    correcting.credit_visit(desk, NO, MONDAY, 1, assignment_id=job)
    assert both(desk) == (7200, 0)


def test_a_late_exit_counts_and_displaces_the_supplement_until_it_is_undone(desk: Context) -> None:
    """A real exit is never refused: what it leaves no room for stays on record, is said, and counts nothing."""
    job = add_job(desk, TODAY, 480, 180)
    planning.sign_up(desk, job, NO)
    clock(desk, TODAY, 540)
    add_supplement(desk, NO, minutes=60, reason="忘带卡", assignment_id=job)
    check_in(desk, NO)
    clock(desk, TODAY, 540 + 150)
    check_in(desk, NO)
    made = statement(desk, NO, TODAY, TODAY)
    assert (made.measured, made.supplemented, made.displaced) == (9000, 1800, 1800)
    assert both(desk) == (9000, 1800)
    assert sum(one.supplemented for one in records.lines(desk.database.connection, "2026-11-09", "2026-11-09")) == 1800
    assert records.total(desk.database.connection, "2026-11-09", "2026-11-09").supplemented == 1800
    assert refusal(desk, minutes=1, assignment_id=job).code == "above_planned"
    undo(desk, NO)
    assert (both(desk), statement(desk, NO, TODAY, TODAY).displaced) == ((0, 3600), 0)


@pytest.mark.parametrize("session_first", [True, False])
def test_a_session_and_its_assignment_are_one_room_whichever_comes_first(desk: Context, session_first: bool) -> None:
    code = add_session(desk, "HD1", MONDAY, 540, 120)
    job = add_job(desk, MONDAY, 540, 120, session_code=code)
    ways: list[dict[str, Any]] = [{"session_code": code}, {"assignment_id": job}]
    first, second = ways if session_first else reversed(ways)
    add_supplement(desk, NO, minutes=120, reason="忘带卡", **first)
    assert refusal(desk, minutes=1, **second).code == "above_planned"
    wish: dict[str, Any] = {"entered": at(desk, MONDAY, 700), "left": at(desk, MONDAY, 701), "reason": "补"}
    with pytest.raises(CheckinError) as refused:
        correcting.add_visit(desk, NO, **wish, **second)
    assert refused.value.code == "above_planned"


def test_a_day_has_no_more_hours_than_have_passed_of_it(desk: Context) -> None:
    jobs = [add_job(desk, MONDAY, 0, 1440, title=f"值守{place}") for place in range(2)]
    add_supplement(desk, NO, minutes=1440, reason="忘带卡", assignment_id=jobs[0])
    assert refusal(desk, minutes=1, assignment_id=jobs[1]).code == "day_full"
    clock(desk, TODAY, 60)
    for place in range(2):
        early = add_job(desk, TODAY, 0, 60, title=f"晨巡{place}")
        if place == 0:
            add_supplement(desk, NO, minutes=60, reason="忘带卡", assignment_id=early)
    assert refusal(desk, minutes=1, assignment_id=early).code == "day_full"


def test_planned_time_that_was_spent_on_a_visit_for_something_else_is_not_supplemented(desk: Context) -> None:
    job = add_job(desk, MONDAY, 540, 120)
    add_visit(desk, NO, MONDAY, 480, 90 * 60)
    assert refusal(desk, minutes=91, assignment_id=job).details["left"] == "1:30"
    add_supplement(desk, NO, minutes=90, reason="忘带卡", assignment_id=job)


def test_supplements_for_work_at_the_same_time_never_add_up_to_more_than_both_lasted(desk: Context) -> None:
    first, second = add_job(desk, MONDAY, 540, 180), add_job(desk, MONDAY, 600, 180, title="巡河")
    apart = add_job(desk, MONDAY, 900, 60, title="理发")
    add_supplement(desk, NO, minutes=60, reason="忘带卡", assignment_id=first)
    # An hour of the first may have been before the second began.
    assert {one.title: one.room.left for one in planned_on(desk, NO, MONDAY)}["巡河"] == 180 * 60
    add_supplement(desk, NO, minutes=120, reason="忘带卡", assignment_id=first)
    assert {one.title: one.room.left for one in planned_on(desk, NO, MONDAY)}["巡河"] == 60 * 60
    assert refusal(desk, minutes=61, assignment_id=second).details["left"] == "1:00"
    add_supplement(desk, NO, minutes=60, reason="忘带卡", assignment_id=second)
    add_supplement(desk, NO, minutes=60, reason="忘带卡", assignment_id=apart)
    assert refusal(desk, minutes=1, assignment_id=second).code == "above_planned"


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_nor_do_three_of_which_any_two_would_fit(desk: Context, order: tuple[int, ...]) -> None:
    jobs = [add_job(desk, MONDAY, *span, title=f"服务{span}") for span in ((540, 120), (540, 60), (600, 60))]
    for one in order[:2]:
        add_supplement(desk, NO, minutes=60, reason="忘带卡", assignment_id=jobs[one])
    assert refusal(desk, minutes=1, assignment_id=jobs[order[2]]).code == "above_planned"


def test_a_visit_takes_its_part_of_the_work_that_is_supplemented_beside_it_and_of_nothing_else(desk: Context) -> None:
    long, late = add_job(desk, MONDAY, 540, 120), add_job(desk, MONDAY, 600, 60, title="巡河")
    add_visit(desk, NO, MONDAY, 540, 3600, job=long)
    add_supplement(desk, NO, minutes=60, reason="忘带卡", assignment_id=long)
    assert refusal(desk, minutes=1, assignment_id=late).code == "above_planned"
    apart = add_job(desk, MONDAY, 660, 60, title="理发")
    add_supplement(desk, NO, minutes=60, reason="忘带卡", assignment_id=apart)


def test_a_supplement_that_was_changed_past_the_program_is_found(desk: Context) -> None:
    connection, execute = desk.database.connection, desk.database.connection.execute
    job = add_job(desk, MONDAY, 540, 120)
    kept = [add_supplement(desk, NO, minutes=10, reason="忘带卡", day=MONDAY).id for _ in range(3)]
    kept.append(add_supplement(desk, NO, minutes=60, reason="忘带卡", assignment_id=job).id)
    annul_supplement(desk, kept[1], "记错")
    assert supplements_astray(connection) == []
    for name in ("supplement_never_changes", "supplement_annulled_once", "supplement_never_deleted"):
        execute(f"DROP TRIGGER {name}")
    execute("UPDATE supplement SET seconds = 9999 WHERE id = ?", (kept[0],))
    execute("UPDATE supplement SET annulled_at = NULL, annulled_by = NULL WHERE id = ?", (kept[1],))
    execute("DELETE FROM supplement WHERE id = ?", (kept[2],))
    execute("UPDATE supplement SET assignment_id = NULL WHERE id = ?", (kept[3],))
    assert supplements_astray(connection) == kept


def test_what_was_added_can_only_be_annulled_and_once(desk: Context) -> None:
    added = add_supplement(desk, NO, minutes=10, reason="忘带卡", day=MONDAY)
    execute = desk.database.connection.execute
    for tampering in (
        "UPDATE supplement SET seconds = 9999",
        "DELETE FROM supplement",
        "UPDATE supplement SET day = ''",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="only annulled"):
            execute(tampering)
    annul_supplement(desk, added.id, "记错")
    with pytest.raises(sqlite3.IntegrityError, match="annulled once"):
        execute("UPDATE supplement SET annulled_at = NULL, annulled_by = NULL")
