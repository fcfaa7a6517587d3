"""Seats at the desk: offers and their end, parties that take fewer, moves, seats out of turn, and whom to tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from db import attendance
from db.activities import SignUpTerms
from frontdesk.activities.service import (
    accept_offer,
    cancel_session,
    cancel_sign_up,
    change_party,
    decline_offer,
    give_seat,
    import_signups,
    leave_queue,
    move_sign_up,
    restore_session,
    seat_log,
    settle_due,
    sign_up_resident,
    tell_words,
    to_tell,
    told,
    why_not_yet,
)
from frontdesk.context import Context
from tests.desks import contents, new_desk, sheet
from tests.signups import (
    assert_as_logged,
    at,
    change_session,
    enter,
    full,
    parties,
    person,
    refused,
    session_at,
    states,
)

HELD = {"offer_minutes": 60}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    yield context
    assert_as_logged(context)
    context.database.close()


def test_a_cancelled_seat_goes_to_the_first_that_fits_and_a_cancelled_sign_up_is_cancelled_once(desk: Context) -> None:
    ids = full(desk, 3, 1, 2, 3, 2, 1)
    assert states(desk) == "CCWWW"
    assert cancel_sign_up(desk, ids[0]) == [ids[4]]
    assert refused(lambda: cancel_sign_up(desk, ids[0])) == "unknown_registration"
    assert cancel_sign_up(desk, ids[1]) == [ids[3]]
    assert states(desk) == "XXWCC"
    assert [(one.rule, one.tell) for one in parties(desk)] == [
        ("in_time", ""),
        ("in_time", ""),
        ("", ""),
        ("promoted", "seat"),
        ("promoted", "seat"),
    ]


def test_whoever_cancelled_signs_up_again_with_the_same_number_at_the_end_of_the_queue(desk: Context) -> None:
    ids = full(desk, 1, 1, 1)
    cancel_sign_up(desk, ids[0], reason="临时有事")
    at(desk, timedelta(minutes=1))
    again = enter(desk, 1)
    assert (again.registration_id, again.seq_no, again.state, again.place) == (ids[0], 1, "waitlisted", 1)
    assert parties(desk)[0].reason == ""
    assert cancel_sign_up(desk, ids[1]) == [ids[0]]
    cancel_sign_up(desk, ids[0])
    assert refused(lambda: leave_queue(desk, ids[0])) == "unknown_registration"


def test_leaving_late_is_noted_for_whoever_holds_a_seat_and_for_nobody_else(
    desk: Context,
) -> None:
    ids = full(desk, 2, 1, 1, 1)
    at(desk, timedelta(days=6, hours=1))
    leave_queue(desk, ids[2])
    cancel_sign_up(desk, ids[1], by_centre=True, reason="不符合条件")
    cancel_sign_up(desk, ids[0])
    assert [one.cancelled_late for one in parties(desk)] == [True, False, False]
    assert [(one.rule, one.tell) for one in parties(desk)] == [("late", ""), ("by_centre", "removed"), ("in_time", "")]
    assert states(desk) == "XYX"


def test_whoever_has_a_seat_does_not_leave_a_queue(desk: Context) -> None:
    ids = full(desk, 1, 1)
    assert refused(lambda: leave_queue(desk, ids[0])) == "not_waiting"
    with desk.change("test", "") as connection:
        attendance.put_attendance(connection, "HD001", ids[0], "attended", 1)
    for act in (cancel_sign_up, lambda d, i: change_party(d, i, 2), lambda d, i: move_sign_up(d, i, "HD002")):
        assert refused(lambda act=act: act(desk, ids[0])) == "already_attended"  # type: ignore[misc]


def test_an_offer_holds_until_its_end_and_not_at_it(desk: Context) -> None:
    ids = full(desk, 1, 1, 1, 1, **HELD)
    assert cancel_sign_up(desk, ids[0]) == [ids[1]]
    assert states(desk) == "XOW"
    assert refused(lambda: accept_offer(desk, ids[2])) == "no_offer"
    at(desk, timedelta(minutes=59, seconds=59))
    assert settle_due(desk) == []
    accept_offer(desk, ids[1])
    assert refused(lambda: accept_offer(desk, ids[1])) == "no_offer"
    assert states(desk) == "XCW"
    fourth = enter(desk, 4).registration_id
    cancel_sign_up(desk, ids[1])
    assert states(desk) == "XXOW"
    at(desk, timedelta(minutes=119, seconds=59))
    assert refused(lambda: accept_offer(desk, ids[2])) == "offer_ran_out"
    assert states(desk) == "XXWO" and parties(desk)[2].offers_expired == 1
    decline_offer(desk, fourth)
    assert states(desk) == "XXOD"
    at(desk, timedelta(minutes=180))
    assert settle_due(desk) == []
    assert (states(desk), parties(desk)[2].rule) == ("XXDD", "offer_expired_twice")
    assert refused(lambda: decline_offer(desk, ids[2])) == "offer_ran_out"


def test_an_offer_that_runs_out_or_is_declined_goes_to_the_next(desk: Context) -> None:
    ids = full(desk, 1, 1, 1, 1, **HELD)
    cancel_sign_up(desk, ids[0])
    at(desk, timedelta(hours=1))
    before = contents(desk)
    desk.operator, operator = None, desk.operator
    assert settle_due(desk) == [] and contents(desk) == before
    desk.operator = operator
    assert settle_due(desk) == [ids[2]]
    assert states(desk) == "XWO"
    assert decline_offer(desk, ids[2], reason="有事") == [ids[1]]
    assert (states(desk), parties(desk)[2].rule) == ("XOD", "offer_declined")
    change_session(desk, "HD001", capacity=0)
    assert (states(desk), parties(desk)[1].rule, parties(desk)[1].tell) == ("XWD", "capacity_fell", "")
    assert change_session(desk, "HD001", capacity=1) == (ids[1],)


def test_an_offer_made_by_a_clock_that_was_ahead_holds_no_longer_than_others_once_the_clock_is_right(
    desk: Context,
) -> None:
    ids = full(desk, 1, 1, 1, **HELD)
    at(desk, timedelta(days=2))
    cancel_sign_up(desk, ids[0])
    at(desk, timedelta(minutes=10))
    assert settle_due(desk) == [ids[1]] and settle_due(desk) == []
    assert parties(desk)[1].offer_until == desk.now_ms() + 3_600_000
    at(desk, timedelta(minutes=70))
    settle_due(desk)
    assert states(desk) == "XO" and parties(desk)[1].offers_expired == 1


def test_whoever_signs_up_anywhere_lets_offers_run_out_that_are_over(desk: Context) -> None:
    ids = full(desk, 1, 1, 1, 1, **HELD)
    session_at(desk, "HD002", hour=14)
    cancel_sign_up(desk, ids[0])
    at(desk, timedelta(hours=1))
    enter(desk, 9, code="HD002")
    assert states(desk) == "XWO"
    at(desk, timedelta(hours=2))
    sign_up_resident(desk, "HD002", person(desk, 8))
    assert states(desk) == "XOW"


def test_an_offer_ends_when_the_session_begins_and_after_that_seats_are_given_at_once(desk: Context) -> None:
    ids = full(desk, 1, 1, 1, 1, offer_minutes=7 * 24 * 60)
    at(desk, timedelta(days=6))
    cancel_sign_up(desk, ids[0])
    (one,) = [one for one in parties(desk) if one.offer_until]
    session_begins = one.offer_until
    assert session_begins is not None and desk.local(session_begins).isoformat() == "2026-11-16T09:00:00+08:00"
    at(desk, timedelta(days=6, hours=21))
    assert settle_due(desk) == [ids[2]]
    assert states(desk) == "XWC"


def test_raising_the_capacity_seats_in_turn_those_that_fit_and_sinking_it_unseats_nobody(desk: Context) -> None:
    ids = full(desk, 2, 2, 4, 3, 1)
    assert states(desk) == "CWWW"
    assert change_session(desk, "HD001", capacity=3) == (ids[3],)
    assert change_session(desk, "HD001", capacity=7) == (ids[1],)
    change_session(desk, "HD001", capacity=1)
    assert states(desk) == "CCWC"
    cancel_sign_up(desk, ids[1])
    assert states(desk) == "CXWC"
    assert change_session(desk, "HD001", capacity=6) == (ids[2],)


def test_a_party_of_twenty_waits_for_twenty_seats_and_capacity_nought_seats_nobody(desk: Context) -> None:
    ids = full(desk, 0, 20, 1)
    assert states(desk) == "WW"
    assert "larger_than_session" in [one.code for one in why_not_yet(desk, ids[0])]
    assert change_session(desk, "HD001", capacity=20) == (ids[0],)
    assert change_session(desk, "HD001", capacity=21) == (ids[1],)


def test_parent_and_child_come_both_or_neither_unless_they_take_fewer(desk: Context) -> None:
    session_at(desk, capacity=3)
    enter(desk, 1, 2)
    both = enter(desk, 2, 2)
    fewer = enter(desk, 3, 3, least_seats=1)
    assert (both.state, fewer.state) == ("waitlisted", "confirmed")
    assert [one.seats for one in parties(desk)] == [2, 0, 1]
    assert cancel_sign_up(desk, 1) == [2]
    assert [one.seats for one in parties(desk)] == [0, 2, 1]


def test_a_party_that_shrinks_gives_seats_back_and_one_that_grows_takes_only_free_ones(desk: Context) -> None:
    ids = full(desk, 4, 3, 2)
    assert change_party(desk, ids[0], 2) == [ids[1]]
    assert refused(lambda: change_party(desk, ids[0], 3)) == "no_seats_for_more"
    assert refused(lambda: change_party(desk, ids[0], 21)) == "bad_party_size"
    assert refused(lambda: change_party(desk, ids[0], 0)) == "bad_party_size"
    change_session(desk, "HD001", capacity=5)
    assert change_party(desk, ids[0], 3) == []
    assert change_party(desk, ids[1], 3, 2) == []
    assert [(one.party_size, one.seats) for one in parties(desk)] == [(3, 3), (3, 2)]
    assert change_party(desk, ids[0], 2) == []
    waits = enter(desk, 3, 4)
    assert change_party(desk, waits.registration_id, 1) == []
    assert states(desk) == "CCC"


def test_whoever_is_put_first_gets_the_next_seat_and_a_reason_is_kept(desk: Context) -> None:
    ids = full(desk, 1, 1, 1, 1)
    assert refused(lambda: give_seat(desk, ids[2], " ")) == "missing_override_reason"
    assert refused(lambda: give_seat(desk, ids[0], "特殊照顾")) == "already_seated"
    assert give_seat(desk, ids[2], "特殊照顾").place == 1
    assert [one.code for one in why_not_yet(desk, ids[1])][-1] == "before"
    assert why_not_yet(desk, ids[1])[-1].rule == "order.out_of_turn"
    assert cancel_sign_up(desk, ids[0]) == [ids[2]]
    kept = parties(desk)[2]
    assert (kept.rule, kept.reason) == ("out_of_turn", "特殊照顾")
    assert [one.reason for one in seat_log(desk, "HD001", ids[2]) if one.event == "given"] == ["特殊照顾"]


def test_a_move_takes_the_members_along_and_fails_as_a_whole(desk: Context) -> None:
    session_at(desk, "HD001", capacity=2)
    session_at(desk, "HD002", capacity=4)
    session_at(desk, "HD003", capacity=4, terms={"age_to": 6})
    parent, child = person(desk, 1, birth="1990"), person(desk, 2)
    made = sign_up_resident(desk, "HD001", parent, 2, members=[child])
    waits = enter(desk, 3)
    before = contents(desk, audit=True)
    assert refused(lambda: move_sign_up(desk, made.registration_id, "HD003")) == "too_old"
    assert refused(lambda: move_sign_up(desk, made.registration_id, "HD001")) == "already_signed_up"
    assert contents(desk, audit=True) == before
    moved = move_sign_up(desk, made.registration_id, "HD002")
    assert (states(desk), states(desk, "HD002")) == ("XC", "C")
    assert parties(desk)[0].rule == "moved_away" and not parties(desk)[0].cancelled_late
    assert refused(lambda: sign_up_resident(desk, "HD002", child)) == "member_already_in"
    assert [one.registration_id for one in to_tell(desk)] == [waits.registration_id]
    move_sign_up(desk, moved.registration_id, "HD001", force=True, reason="改回")
    assert states(desk) == "WC"


def test_a_cancelled_session_takes_offers_back_and_a_restored_one_offers_anew(desk: Context) -> None:
    ids = full(desk, 1, 1, 1, **HELD)
    cancel_sign_up(desk, ids[0])
    cancel_session(desk, "HD001", "停电")
    assert (states(desk), parties(desk)[1].tell) == ("XW", "cancelled")
    assert [tell_words(desk, one) for one in to_tell(desk)] == ["活动取消：停电"]
    assert why_not_yet(desk, ids[1])[0].code == "session_cancelled"
    told(desk, ids[1])
    assert to_tell(desk) == []
    restore_session(desk, "HD001")
    assert (states(desk), parties(desk)[1].tell) == ("XO", "offer")
    assert refused(lambda: told(desk, 99)) == "unknown_registration"
    told(desk, ids[1])
    before = contents(desk)
    told(desk, ids[1])
    assert contents(desk) == before
    moved = parties(desk)[1]
    change_session(desk, "HD001", room="活动室")
    assert (parties(desk)[1].tell, parties(desk)[1].offer_until) == ("moved", moved.offer_until)


def test_a_cancelled_or_planned_session_seats_nobody(desk: Context) -> None:
    ids = full(desk, 1, 1, 1)
    cancel_session(desk, "HD001", "停电")
    assert cancel_sign_up(desk, ids[0]) == []
    change_session(desk, "HD001", capacity=5)
    assert states(desk) == "XW"
    restore_session(desk, "HD001")
    assert states(desk) == "XC"
    change_session(desk, "HD001", state="draft")
    assert give_refused(desk, ids[1])


def give_refused(desk: Context, registration_id: int) -> bool:
    return refused(lambda: give_seat(desk, registration_id, "-")) == "not_published"


def test_a_list_that_is_read_in_gives_offers_to_those_who_waited_and_seats_to_those_on_it(
    desk: Context, tmp_path: Path
) -> None:
    full(desk, 1, 1, 1, **HELD)
    change_session(desk, "HD001", capacity=1)
    cancel_sign_up(desk, 1)
    assert states(desk) == "XO"
    rows = [["HD001", "王五", "15400000077", 1, "2026-11-01 08:00"]]
    headings = "活动编号 姓名 手机 人数 报名时间"
    import_signups(desk, sheet(tmp_path, headings, rows))
    assert states(desk) == "XOW"
    change_session(desk, "HD001", capacity=2)
    assert states(desk) == "XOO"


def test_whoever_moves_up_while_seated_elsewhere_is_to_be_asked(desk: Context) -> None:
    ids = full(desk, 1, 1, 1)
    session_at(desk, "HD002", hour=10, name="合唱")
    enter(desk, 2, code="HD002")
    cancel_sign_up(desk, ids[0])
    (one,) = to_tell(desk)
    assert one.elsewhere == "合唱" and "合唱" in tell_words(desk, one)


def test_terms_that_change_are_followed_and_a_closed_session_gives_no_seat_any_more(desk: Context) -> None:
    ids = full(desk, 1, 1, 1, 1, **HELD)
    cancel_sign_up(desk, ids[0])
    told(desk, ids[1])
    change_session(desk, "HD001", state="closed")
    assert (states(desk), parties(desk)[1].rule, parties(desk)[1].tell) == ("XWW", "session_closed", "withdrawn")
    assert why_not_yet(desk, ids[1])[0].code == "session_closed"
    change_session(desk, "HD001", state="published")
    assert (states(desk), parties(desk)[1].tell) == ("XOW", "offer")
    decline_offer(desk, ids[1])
    accept_offer(desk, ids[2])
    change_session(desk, "HD001", capacity=2, terms=SignUpTerms(allocation="lottery"))
    assert enter(desk, 4).state == "applied"
    assert [one.event for one in seat_log(desk, "HD001") if one.registration_id is None] == [
        "created",
        "closed",
        "published",
        "capacity",
    ]
    change_session(desk, "HD001", terms=SignUpTerms())
    assert states(desk) == "XDCC"
    assert "terms" in [one.event for one in seat_log(desk, "HD001")]


def test_a_setting_holds_offers_for_sessions_that_say_nothing_of_them(desk: Context) -> None:
    desk.settings = replace(desk.settings, offer_hold_minutes=30)
    ids = full(desk, 1, 1, 1)
    cancel_sign_up(desk, ids[0])
    assert states(desk) == "XO"
    desk.settings = replace(desk.settings, offer_hold_minutes=0)
    decline_offer(desk, ids[1])
    enter(desk, 3)
    waits = enter(desk, 4)
    assert cancel_sign_up(desk, 3) == [waits.registration_id]
    assert states(desk) == "XDXC"
