"""What is planned holds what is put in: whatever is credited, planned anew, closed or published afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from db import day_closings
from db import hours as records
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.reports.indicators.service import value
from frontdesk.settings.service import set_setting
from frontdesk.volunteers.assignments import service as planning
from frontdesk.volunteers.checkin import closing, correcting
from frontdesk.volunteers.hours import issuing, notices
from frontdesk.volunteers.hours.statement import statement
from frontdesk.volunteers.hours.supplements import add_supplement, annul_supplement
from frontdesk.volunteers.service import displaced_astray
from tests.desks import contents, new_desk
from tests.hoursdesks import MONDAY, SUNDAY, add_job, add_session, add_visit, add_volunteer, at

NO = "0310001"
TODAY = date(2026, 11, 9)


@pytest.fixture
def desk(tmp_path: Path) -> Context:
    context = new_desk(tmp_path / "home")
    add_volunteer(context, NO)
    return context


def refusal(context: Context, case: Any, *arguments: Any, **options: Any) -> str:
    """The code of a refusal, which leaves nothing behind."""
    before = contents(context, audit=True)
    with pytest.raises(CodedError) as refused:
        case(context, *arguments, **options)
    assert contents(context, audit=True) == before
    return refused.value.code


def plan_anew(context: Context, job: int, **said: Any) -> bool:
    fields = planning.fields_of(context, planning.get(context, job))
    return planning.change(context, job, replace(fields, **said))


def put_in(context: Context, job: int, way: str) -> None:
    """Three hours for an assignment of three hours from nine, in one of the ways there are."""
    if way == "supplement":
        add_supplement(context, NO, minutes=180, reason="忘带卡", assignment_id=job)
    elif way == "corrected":
        times: dict[str, Any] = {"entered": at(context, MONDAY, 540), "left": at(context, MONDAY, 720)}
        correcting.add_visit(context, NO, **times, assignment_id=job, reason="补")
    else:
        add_visit(context, NO, MONDAY, 540, None, job=job)
        closing.close_past_days(context)
        closing.review_visit(context, NO, MONDAY, 1, True)


@pytest.mark.parametrize("way", ["supplement", "corrected", "inferred"])
def test_an_assignment_is_not_planned_below_or_away_from_what_was_put_in(desk: Context, way: str) -> None:
    job = add_job(desk, MONDAY, 540, 180)
    add_session(desk, "HD1", MONDAY, 540, 180)
    put_in(desk, job, way)
    wanted = records.of_volunteer(desk.database.connection, NO, "2000-01-01", "2999-12-31")
    assert wanted == (0, 3 * 3600)
    assert refusal(desk, plan_anew, job, ends=719) == "above_planned"
    assert refusal(desk, plan_anew, job, day=MONDAY + timedelta(days=1)) == "already_served"
    assert refusal(desk, plan_anew, job, session_code="HD1") == "already_served"
    assert plan_anew(desk, job, ends=800, title="夜间巡逻")
    assert plan_anew(desk, job, ends=720)
    if way == "supplement":
        annul_supplement(desk, 1, "记错")
        assert plan_anew(desk, job, ends=600)


def test_an_assignment_over_midnight_stays_so_while_a_supplement_may_lie_on_its_second_day(desk: Context) -> None:
    job = add_job(desk, MONDAY, 23 * 60, 120)
    add_supplement(desk, NO, minutes=30, reason="忘带卡", assignment_id=job, day=MONDAY + timedelta(days=1))
    assert refusal(desk, plan_anew, job, ends=24 * 60) == "already_served"


def test_nothing_is_credited_to_what_was_cancelled_or_has_not_begun(desk: Context) -> None:
    cancelled, later = add_job(desk, TODAY, 540, 180), add_job(desk, TODAY, 20 * 60, 60, title="晚间巡逻")
    planning.cancel(desk, cancelled, "下雨")
    add_visit(desk, NO, TODAY, 480, 3600)
    times = {"entered": at(desk, TODAY, 600), "left": at(desk, TODAY, 660)}
    for job, code in ((cancelled, "credit_cancelled"), (later, "credit_not_begun")):
        assert refusal(desk, correcting.add_visit, NO, **times, assignment_id=job, reason="补") == code
        assert refusal(desk, correcting.credit_visit, NO, TODAY, 1, assignment_id=job) == code


def test_each_past_day_is_closed_in_a_transaction_of_its_own(desk: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was closed before a fault stays closed, and years of days never hold the scans of a morning up."""
    for day in (MONDAY, SUNDAY):
        add_visit(desk, NO, day, 540, None)
    done: list[Any] = []
    put_closing = day_closings.put_closing

    def failing(*arguments: Any) -> None:
        if done:
            raise OSError("no room")
        done.append(arguments)
        put_closing(*arguments)

    monkeypatch.setattr(day_closings, "put_closing", failing)
    with pytest.raises(OSError, match="no room"):
        closing.close_past_days(desk)
    monkeypatch.undo()
    assert [one.day for one in closing.reviews(desk)] == [MONDAY.isoformat()]
    assert closing.close_past_days(desk) == 1
    assert [one.day for one in closing.reviews(desk, 1)] == [MONDAY.isoformat()]
    assert closing.review_count(desk) == 2


def test_a_visit_without_an_exit_means_the_same_wherever_it_is_counted(desk: Context) -> None:
    """No exit that was scanned, or set or judged by a person: once refused it was judged, and waits no longer."""
    add_visit(desk, NO, MONDAY, 500, None)
    for number, review in ((2, "pending"), (3, "accepted"), (4, "refused")):
        add_visit(desk, NO, MONDAY, 100 * number, 3600, number=number, basis="inferred", review=review, credit=0)  # type: ignore[arg-type]
    made = statement(desk, NO, MONDAY, MONDAY)
    warned = issuing.warnings_for(desk, NO, MONDAY, MONDAY)
    line = records.lines(desk.database.connection, MONDAY.isoformat(), MONDAY.isoformat())[0]
    whole = records.total(desk.database.connection, MONDAY.isoformat(), MONDAY.isoformat())
    assert [(one.left_open, one.pending) for one in (made, warned, line, whole)] == [(2, 1)] * 4
    assert value(desk, "visits_left_open", MONDAY, MONDAY) == 2
    assert line.visits == 1


def test_a_centre_that_publishes_nothing_publishes_nothing(desk: Context) -> None:
    add_visit(desk, NO, MONDAY, 540, 3600)
    desk.settings = replace(desk.settings, hours_notice_days=0)
    assert refusal(desk, notices.publish, MONDAY, SUNDAY) == "no_notice_days"


def test_a_mark_of_what_is_displaced_that_was_changed_past_the_program_is_found(desk: Context) -> None:
    connection = desk.database.connection
    job = add_job(desk, MONDAY, 540, 180)
    add_supplement(desk, NO, minutes=180, reason="忘带卡", assignment_id=job)
    add_supplement(desk, NO, minutes=60, reason="忘带卡", day=SUNDAY)
    correcting.add_visit(
        desk, NO, entered=at(desk, SUNDAY, 300), left=at(desk, SUNDAY, 360), reason="补", assignment_id=None
    )
    assert displaced_astray(desk, connection) == []
    with desk.database.write():
        connection.execute("UPDATE supplement SET displaced = 60 WHERE assignment_id = ?", (job,))
    assert displaced_astray(desk, connection) == [(NO, MONDAY.isoformat())]
    with desk.database.write():
        connection.execute("UPDATE visit SET displaced = 1 WHERE day = ?", (SUNDAY.isoformat(),))
    assert displaced_astray(desk, connection) == [(NO, MONDAY.isoformat()), (NO, SUNDAY.isoformat())]


def test_a_mark_that_was_right_with_the_limit_of_its_day_is_still_right_after_the_limit_was_changed(
    desk: Context,
) -> None:
    add_supplement(desk, NO, minutes=480, reason="忘带卡", day=SUNDAY)
    set_setting(desk, "supplement_day_minutes", "60")
    assert displaced_astray(desk, desk.database.connection) == []
