"""What check-in holds to whoever asks, and however: times keyed by hand, undoing, nonces, leaving, long logs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db import checkin_log, hours, staff, visits
from db import volunteers as records
from frontdesk.context import Context, Settings
from frontdesk.errors import CodedError, DeskError
from frontdesk.settings.service import set_setting
from frontdesk.volunteers import service
from frontdesk.volunteers.assignments import service as jobs
from frontdesk.volunteers.cards.code import make_code
from frontdesk.volunteers.checkin import answers, closing, correcting, forcing, looking, undoing
from frontdesk.volunteers.register.profile import profile
from tests.desks import new_desk, turn_clock
from tests.hoursdesks import add_job, add_session, add_volunteer, at

LI, WANG = "0310001", "0310002"
TODAY = date(2026, 11, 9)
NINE = 9 * 60


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    context.settings = Settings.of({"guardian_age": 0})
    add_volunteer(context, LI, "李小明")
    add_volunteer(context, WANG, "王芳")
    clock(context, NINE)
    yield context
    assert list(service.visits_astray(context.database.connection)) == []
    context.database.close()


def clock(context: Context, minute: float, day: date = TODAY) -> None:
    """Have it be a minute of a day."""
    now = at(context, day, 0) + timedelta(minutes=minute)
    turn_clock(context, lambda: now)


def refused(case: Any, *arguments: Any, **options: Any) -> str:
    """With which code a use case refuses."""
    with pytest.raises(CodedError) as refusal:
        case(*arguments, **options)
    return refusal.value.code


def seconds(context: Context, no: str) -> tuple[int, int]:
    """Measured and supplemented seconds in all."""
    found = hours.of_volunteer(context.database.connection, no, "2000-01-01", "2999-12-31")
    return found.measured, found.supplemented


def logged(context: Context) -> list[checkin_log.ScanRow]:
    """The log, the latest row first."""
    return checkin_log.log(context.database.connection, None, 1000)


def test_a_time_keyed_by_hand_needs_words_and_is_never_still_to_come(desk: Context) -> None:
    assert refused(service.check_in, desk, LI, at=at(desk, TODAY, NINE - 60)) == "reason_required"
    later = service.check_in(desk, LI, at=at(desk, TODAY, NINE + 6), words="补")
    assert (later.reason, later.limit) == ("later_than_now", "11-09 09:00")
    tomorrow = at(desk, TODAY + timedelta(days=1), NINE)
    assert service.check_in(desk, LI, at=tomorrow, words="补").reason == "later_than_now"
    assert service.check_in(desk, LI, at=at(desk, TODAY, NINE + 5), words="补").result == "entered"
    assert [one.result for one in logged(desk)] == ["entered", "refused", "refused"]


@pytest.mark.parametrize("keyed", ["entry", "exit", "both"])
def test_a_visit_of_which_an_end_was_keyed_afterwards_is_supplemented(desk: Context, keyed: str) -> None:
    clock(desk, NINE + 60)
    code = service.issue_card(desk, LI)
    if keyed == "exit":
        clock(desk, NINE)
        service.scan(desk, code)
    else:
        service.check_in(desk, LI, at=at(desk, TODAY, NINE), words="没带卡")
    clock(desk, NINE + 120)
    if keyed == "entry":
        assert service.scan(desk, code).result == "left"
        assert seconds(desk, LI) == (0, 7200)
    else:
        left = service.check_in(desk, LI, at=at(desk, TODAY, NINE + 90), words="没带卡")
        assert left.result == "left"
        assert seconds(desk, LI) == (0, 5400)
        assert undoing.undo(desk, LI).result == "left"
        clock(desk, NINE + 130)
        service.scan(desk, code)
        assert seconds(desk, LI) == ((0, 7800) if keyed == "both" else (7800, 0))


def test_a_keyed_exit_is_never_above_the_plan_and_whoever_leaves_now_may(desk: Context) -> None:
    job = add_job(desk, TODAY, NINE, 60)
    jobs.sign_up(desk, job, LI)
    clock(desk, NINE + 120)
    assert service.check_in(desk, LI, at=at(desk, TODAY, NINE), words="补").credited_to == "平安巡逻"
    above = service.check_in(desk, LI, at=at(desk, TODAY, NINE + 61), words="补")
    assert (above.reason, above.limit) == ("above_planned", "60")
    assert service.check_in(desk, LI).result == "left"
    assert seconds(desk, LI) == (0, 3600)


def test_a_card_read_by_a_device_with_its_own_clock_is_measured(desk: Context) -> None:
    code = service.issue_card(desk, LI)
    for minute in (NINE + 300, NINE + 360):
        service.scan(desk, code, at=at(desk, TODAY, minute))
    assert seconds(desk, LI) == (3600, 0)
    assert [one.given_time for one in logged(desk)] == [True, True]


def test_undo_takes_back_the_scan_that_was_shown_or_none(desk: Context) -> None:
    service.check_in(desk, LI)
    clock(desk, NINE + 5)
    shown = looking.undoable(desk, LI)
    service.check_in(desk, LI)
    assert refused(undoing.undo, desk, LI, scan_id=shown.scan_id) == "scanned_since"
    assert undoing.undo(desk, LI, scan_id=looking.undoable(desk, LI).scan_id).result == "left"


@pytest.mark.parametrize("change", ["correct", "annul"])
def test_no_older_scan_is_undone_in_place_of_one_whose_visit_was_changed(desk: Context, change: str) -> None:
    for minute in (NINE, NINE + 60, NINE + 120, NINE + 160):
        clock(desk, minute)
        service.check_in(desk, LI)
    if change == "correct":
        times = {"entered": at(desk, TODAY, NINE + 120), "left": at(desk, TODAY, NINE + 150)}
        correcting.correct_visit(desk, LI, TODAY, 2, **times, reason="改")
    else:
        correcting.annul_visit(desk, LI, TODAY, 2, "误刷")
    before = logged(desk)
    assert refused(undoing.undo, desk, LI, reason="x") == "changed_since"
    assert refused(looking.undoable, desk, LI) == "changed_since"
    assert logged(desk) == before


def test_scans_are_undone_one_after_the_other(desk: Context) -> None:
    for minute in (NINE, NINE + 1, NINE + 2):
        clock(desk, minute)
        service.check_in(desk, LI)
    assert [undoing.undo(desk, LI).result for _ in range(3)] == ["entered", "left", "entered"]
    assert refused(undoing.undo, desk, LI) == "nothing_to_undo"


def test_a_session_over_midnight_is_one_visit_and_its_people_are_here_until_the_grace_is_over(desk: Context) -> None:
    add_session(desk, "S1", TODAY, 22 * 60, 240)
    clock(desk, 22 * 60)
    service.check_in(desk, LI)
    correcting.credit_visit(desk, LI, TODAY, 1, session_code="S1")
    for minute in (25 * 60, 27 * 60 - 1):
        clock(desk, minute)
        assert [one.volunteer_no for one in service.here_now(desk)] == [LI]
        assert closing.close_past_days(desk) == 0
    left = service.check_in(desk, LI)
    assert (left.result, left.day) == ("left", TODAY.isoformat())


def test_whoever_served_until_before_midnight_is_not_here_after_it(desk: Context) -> None:
    job = add_job(desk, TODAY, 22 * 60, 110)
    jobs.sign_up(desk, job, LI)
    clock(desk, 22 * 60)
    service.check_in(desk, LI)
    clock(desk, 24 * 60 + 10)
    assert service.here_now(desk) == []
    assert service.check_in(desk, LI).result == "entered"


def test_a_nonce_of_another_person_tells_and_records_nothing(desk: Context) -> None:
    code = service.issue_card(desk, WANG)
    service.check_in(desk, LI, nonce="n")
    before = logged(desk)
    for again in (service.check_in(desk, WANG, nonce="n"), service.scan(desk, code, nonce="n")):
        assert (again.result, again.reason, again.volunteer_no) == ("refused", "nonce_reused", WANG)
        assert "李" not in service.describe(again)
    assert service.scan(desk, "12345", nonce="n").reason == "nonce_reused"
    assert logged(desk) == before


def test_a_wrong_code_keeps_what_was_wished_and_is_held_to_the_days_that_can_be(desk: Context) -> None:
    asked: dict[str, Any] = {"force": True, "words": " 换卡中 ", "direction": "in"}
    service.scan(desk, "12345", **asked)
    old = service.scan(desk, "12345", **asked, at=datetime.fromisoformat("1805-01-01T00:00:00+08:00"))
    assert old.reason == "time_out_of_range"
    given, plain = logged(desk)
    for one in (plain, given):
        assert (one.force_wished, one.words, one.direction, one.code_length) == (True, "换卡中", "in", 5)
    assert (plain.recorded_at, plain.reason) == (None, "malformed")
    assert given.recorded_at is not None
    assert given.given_time


def test_a_role_that_was_changed_in_another_window_holds_at_once(desk: Context) -> None:
    with desk.change("test.role", "M001") as connection:
        staff.set_role(connection, "M001", "auditor")
    desk.operator = replace(desk.require_operator(), role="operator")
    assert refused(service.check_in, desk, LI) == "auditor_reads_only"
    assert logged(desk) == []


@pytest.mark.parametrize("state", ["suspended", "left"])
def test_whoever_is_inside_may_leave_whatever_the_state_has_become(desk: Context, state: Any) -> None:
    code = service.issue_card(desk, LI)
    service.scan(desk, code)
    service.set_state(desk, LI, state)
    clock(desk, NINE + 60)
    assert service.scan(desk, code, direction="in").reason == f"volunteer_{state}"
    gone = service.scan(desk, code, force=True)
    assert (gone.result, gone.forced) == ("left", False)
    clock(desk, NINE + 60.1)
    assert service.scan(desk, code).result == "same_scan"
    clock(desk, NINE + 70)
    assert service.scan(desk, code).reason == f"volunteer_{state}"


def test_an_expired_card_still_leaves_and_a_replaced_one_leaves_by_name(desk: Context) -> None:
    codes = {no: service.issue_card(desk, no) for no in (LI, WANG)}
    for code in codes.values():
        service.scan(desk, code)
    with desk.change("test.expired", LI) as connection:
        connection.execute("UPDATE card SET valid_until = '2026-11-08' WHERE volunteer_no = ?", (LI,))
    service.replace_card(desk, WANG)
    clock(desk, NINE + 60)
    assert service.scan(desk, codes[LI]).result == "left"
    assert service.scan(desk, codes[WANG]).reason == "card_replaced"
    assert service.check_in(desk, WANG).result == "left"


def test_the_reason_of_letting_somebody_in_is_one_short_line(desk: Context) -> None:
    service.set_state(desk, LI, "suspended")
    service.check_in(desk, LI)
    for words, code in (("a\nb", "bad_words"), ("长" * 201, "bad_words"), ("  ", "reason_required")):
        assert refused(forcing.let_in, desk, LI, words) == code
    assert forcing.let_in(desk, LI, " 已经  谈过 ").forced
    assert logged(desk)[0].words == "已经 谈过"


def test_a_refusal_is_overridden_however_many_others_were_refused_since(desk: Context) -> None:
    for no in (LI, WANG):
        service.set_state(desk, no, "suspended")
    service.check_in(desk, LI)
    for _ in range(120):
        service.check_in(desk, WANG)
    assert forcing.refusal_to_override(desk, LI).volunteer_no == LI
    assert len(looking.refusals_today(desk)) == 121
    clock(desk, NINE, TODAY + timedelta(days=1))
    assert refused(forcing.refusal_to_override, desk, LI) == "nothing_to_override"
    assert looking.refusals_today(desk) == []


def test_refusals_of_today_are_found_under_thousands_of_other_scans(desk: Context) -> None:
    service.scan(desk, "12345")
    with desk.change("test.filled", "centre") as connection:
        for _ in range(11_000):
            checkin_log.append(
                connection, {"at": desk.now_ms(), "volunteer_no": LI, "result": "same_scan", "source": "desk"}
            )
    assert [one.scan.reason for one in looking.refusals_today(desk)] == ["malformed"]


def test_the_log_of_one_volunteer_has_every_row_and_is_found_without_reading_the_others(desk: Context) -> None:
    service.check_in(desk, LI, direction="out")
    for minute in (NINE + 1, NINE + 1.05, NINE + 60, NINE + 90):
        clock(desk, minute)
        service.check_in(desk, WANG)
        service.check_in(desk, LI)
    service.check_in(desk, LI, direction="in")
    undoing.undo(desk, LI, reason="x")
    undoing.undo(desk, LI, reason="x")
    correcting.annul_visit(desk, LI, TODAY, 1, "x")
    connection = desk.database.connection
    of_all = [one for one in logged(desk) if one.volunteer_no == LI]
    assert checkin_log.log(connection, LI, 1000) == of_all
    assert checkin_log.log(connection, LI, 2) == of_all[:2]
    run: list[str] = []
    connection.set_trace_callback(run.append)
    checkin_log.log(connection, LI, 10)
    checkin_log.last_refusal(connection, LI, 0)
    checkin_log.last_unmatched_exit(connection, LI)
    visits.pending_count(connection)
    checkin_log.unmatched_exit_count(connection, 0)
    connection.set_trace_callback(None)
    plans = [row[3] for asked in run for row in connection.execute(f"EXPLAIN QUERY PLAN {asked}")]
    assert [step for step in plans if step.startswith("SCAN") and "COVERING INDEX visit_pending" not in step] == []


def test_consent_without_a_notice_in_force_names_no_version(desk: Context) -> None:
    with desk.change("test.consent", LI) as connection:
        connection.execute("UPDATE volunteer SET consent_version = 'v1' WHERE no = ?", (LI,))
    answers.give_answers(desk, LI, consent=True)
    kept = records.get(desk.database.connection, LI)
    assert kept is not None
    assert (kept.consent_version, kept.consent_on) == ("v1", TODAY.isoformat())
    guardian = {"consent": False, "guardian_phone": "13800138000", "guardian_consent": True}
    assert refused(answers.give_answers, desk, LI, **guardian, guardian_name="a\nb") == "bad_text"
    assert refused(answers.give_answers, desk, LI, **guardian, guardian_name="长" * 51) == "too_long"
    assert refused(answers.give_answers, desk, LI, **guardian, guardian_name=" ") == "guardian_name_required"


@pytest.mark.parametrize(
    ("born", "minor"),
    [(("2008-11", "03"), False), (("2008-11", "09"), False), (("2008-11", "10"), True), (("2008-11", ""), True)],
)
def test_check_in_and_profile_have_one_rule_for_a_minor(desk: Context, born: tuple[str, str], minor: bool) -> None:
    desk.settings = Settings.of({"guardian_age": 18})
    with desk.change("test.born", LI) as connection:
        connection.execute("UPDATE volunteer SET birth_month = ?, birth_day = ? WHERE no = ?", (*born, LI))
    assert profile(desk, LI).minor is minor
    assert service.check_in(desk, LI).missing == (("guardian",) if minor else ())


def forgotten(desk: Context, *numbers: str) -> None:
    """Visits of yesterday without an exit, the day closed."""
    clock(desk, NINE)
    for no in numbers:
        service.check_in(desk, no)
    clock(desk, NINE, TODAY + timedelta(days=1))
    closing.close_past_days(desk)


def test_a_page_of_what_waits_goes_on_where_the_one_before_ended(desk: Context) -> None:
    forgotten(desk, LI, WANG)
    connection = desk.database.connection
    (first,) = visits.pending(connection, 1)
    mark = visits.PageMark(first.day, first.volunteer_no, first.number)
    (second,) = visits.pending(connection, 1, mark)
    assert [first.volunteer_no, second.volunteer_no] == [LI, WANG]
    assert closing.review_count(desk) == 2
    correcting.annul_visit(desk, LI, TODAY, 1, "x")
    assert closing.review_count(desk) == 1


def test_what_ended_as_planned_is_accepted_at_once_and_nothing_else(desk: Context) -> None:
    job = add_job(desk, TODAY, NINE, 60)
    jobs.sign_up(desk, job, LI)
    forgotten(desk, LI, WANG)
    keys = [closing.VisitKey(no, TODAY.isoformat(), 1) for no in (LI, WANG, LI, "0319999")]
    assert [one.ends_as_planned for one in closing.reviews(desk)] == [True, False]
    assert closing.accept_ended(desk, keys) == 1
    assert (seconds(desk, LI), seconds(desk, WANG)) == ((0, 3600), (0, 0))
    assert [one.volunteer_no for one in closing.reviews(desk)] == [WANG]
    assert closing.accept_ended(desk, keys) == 0


def test_an_exit_by_the_longest_time_is_not_the_end_of_its_assignment(desk: Context) -> None:
    job = add_job(desk, TODAY, NINE, 120)
    jobs.sign_up(desk, job, LI)
    desk.settings = Settings.of({"guardian_age": 0, "forgotten_exit": "maximum"})
    forgotten(desk, LI)
    assert closing.accept_ended(desk, [closing.VisitKey(LI, TODAY.isoformat(), 1)]) == 0
    assert closing.review_count(desk) == 1


def test_settings_have_bounds_that_keep_check_in_working(desk: Context) -> None:
    for name, value in (("same_scan_seconds", "601"), ("hour_milestones", "0, 100")):
        with pytest.raises(DeskError):
            set_setting(desk, name, value)
    set_setting(desk, "same_scan_seconds", "600")


def test_a_code_of_nobody_is_told_nothing_under_a_used_nonce(desk: Context) -> None:
    service.check_in(desk, LI, nonce="n")
    unknown = service.scan(desk, make_code(desk.keys.card, "0319999", 1), nonce="n")
    assert (unknown.reason, unknown.volunteer_no, unknown.name) == ("nonce_reused", None, "")
