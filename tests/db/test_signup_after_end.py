"""A session that is over promotes nobody: whoever was not told of a seat cannot have stayed away from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from db import registration_log
from frontdesk.activities.attendance.marking import mark, mark_rest
from frontdesk.activities.attendance.penalty import penalty_until
from frontdesk.activities.service import (
    ActivityError,
    accept_offer,
    cancel_session,
    cancel_sign_up,
    change_party,
    draw,
    give_seat,
    import_signups,
    restore_session,
    settle_due,
    told,
    why_not_yet,
)
from frontdesk.context import Context
from tests.desks import counts, new_desk, sheet
from tests.signups import assert_as_logged, at, change_session, enter, full, parties, session_at, states

BEGINS = timedelta(days=6, hours=21)
"""From the desk's noon to the session's nine o'clock."""
OVER = BEGINS + timedelta(hours=2)
LATER = timedelta(days=7)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    yield context
    assert_as_logged(context)
    context.database.close()


def test_cancelling_and_more_seats_promote_until_the_end_and_not_from_then_on(desk: Context) -> None:
    ids = full(desk, 2, 1, 1, 1, 1, 1)
    at(desk, OVER - timedelta(seconds=1))
    assert cancel_sign_up(desk, ids[0]) == [ids[2]]
    at(desk, OVER)
    assert cancel_sign_up(desk, ids[1]) == []
    assert change_session(desk, "HD001", capacity=20) == ()
    assert change_party(desk, ids[3], 2) == []
    assert why_not_yet(desk, ids[3])[0].code == "session_over"
    assert states(desk) == "XXCWW"


def test_an_offer_that_nobody_let_run_out_before_the_end_goes_to_nobody(desk: Context) -> None:
    ids = full(desk, 1, 1, 1, 1, offer_minutes=60)
    at(desk, BEGINS - timedelta(minutes=30))
    assert cancel_sign_up(desk, ids[0]) == [ids[1]]
    at(desk, LATER)
    assert settle_due(desk) == []
    assert states(desk) == "XWW"


def test_the_rest_absent_makes_nobody_a_no_show_who_was_not_told_of_the_seat(desk: Context) -> None:
    desk.settings = replace(desk.settings, no_show_limit=1)
    ids = full(desk, 2, 1, 1, 1, 1)
    at(desk, BEGINS + timedelta(minutes=10))
    cancel_sign_up(desk, ids[0])
    cancel_sign_up(desk, ids[1])
    told(desk, ids[2])
    at(desk, LATER)
    assert [one.registration_id for one in mark_rest(desk, "HD001", "no_show")] == [ids[2]]
    connection, today = desk.database.connection, desk.today()
    until = [penalty_until(desk, connection, one.resident_id, today) is not None for one in parties(desk)]
    assert until == [False, False, True, False]
    assert mark(desk, ids[3], "no_show").after is not None, "by itself whoever marks knows what was told"


def test_who_holds_an_offer_untold_is_no_no_show_either_and_the_rest_may_have_come(desk: Context) -> None:
    ids = full(desk, 1, 1, 1, offer_minutes=60)
    at(desk, BEGINS - timedelta(minutes=30))
    cancel_sign_up(desk, ids[0])
    assert mark_rest(desk, "HD001", "no_show") == []
    assert [one.registration_id for one in mark_rest(desk, "HD001", "attended")] == [ids[1]]
    with pytest.raises(ActivityError, match="no_offer"):
        accept_offer(desk, ids[1])


def test_who_is_entered_late_is_seated_and_a_waiting_party_only_with_a_reason(desk: Context) -> None:
    ids = full(desk, 1, 1, 1)
    at(desk, OVER)
    cancel_sign_up(desk, ids[0])
    change_session(desk, "HD001", capacity=2)
    assert enter(desk, 3).state == "confirmed"
    assert states(desk) == "XWC"
    assert give_seat(desk, ids[1], "其实来了").state == "confirmed"


def test_a_list_that_is_read_after_the_end_seats_whom_it_names(desk: Context, tmp_path: Path) -> None:
    session_at(desk, capacity=2)
    at(desk, LATER)
    rows = [["HD001", f"王{one}", f"1540000007{one}", 1, f"2026-11-0{one} 08:00"] for one in (3, 2, 1)]
    assert counts(import_signups(desk, sheet(tmp_path, "活动编号 姓名 手机 人数 报名时间", rows))) == (3, 0, 0)
    assert states(desk) == "WCC"


def test_a_list_that_is_read_after_the_end_promotes_nobody_who_is_not_on_it(desk: Context, tmp_path: Path) -> None:
    ids = full(desk, 1, 1, 1, 1)
    at(desk, LATER)
    assert change_session(desk, "HD001", capacity=4) == ()
    late = ["HD001", "王五", "15400000077", 1, "2026-11-16 08:30"]
    third = ["HD001", f"赵{chr(0x4E03)}", "15400000003", 1, "2026-11-09 12:00"]
    import_signups(desk, sheet(tmp_path, "活动编号 姓名 手机 人数 报名时间", [late, third]))
    assert states(desk) == "CWCC"
    assert why_not_yet(desk, ids[1])[0].code == "session_over"


def test_restored_it_promotes_only_where_it_is_still_to_come(desk: Context) -> None:
    ids = full(desk, 1, 1, 1, 1)
    cancel_session(desk, "HD001", "停电")
    cancel_sign_up(desk, ids[0])
    at(desk, LATER)
    restore_session(desk, "HD001")
    assert states(desk) == "XWW"
    begins = desk.now_ms() + 86_400_000
    day = desk.local_day(begins)
    moved = change_session(desk, "HD001", day=day, starts_at=begins, ends_at=begins + 7_200_000)
    assert (moved, states(desk)) == ((ids[1],), "XCW")


def test_a_log_that_does_not_know_the_end_yet_learns_it_with_the_next_event(desk: Context) -> None:
    ids = full(desk, 1, 1, 1)
    connection = desk.database.connection
    connection.execute("DROP TRIGGER registration_log_never_changes")
    connection.execute("UPDATE registration_log SET detail = json_remove(detail, '$.ends_at')")
    assert_as_logged(desk)
    at(desk, OVER)
    assert cancel_sign_up(desk, ids[0]) == []
    told_of = [one for one in registration_log.entries(connection, "HD001") if one.registration_id is None]
    assert [(one.event, "ends_at" in one.said()) for one in told_of] == [("created", False), ("terms", True)]


def test_no_lottery_is_drawn_for_a_session_that_is_over(desk: Context) -> None:
    session_at(desk, terms={"allocation": "lottery"})
    enter(desk, 1)
    at(desk, OVER)
    with pytest.raises(ActivityError, match="draw_too_late"):
        draw(desk, "HD001", force=True, reason="补抽")
    assert states(desk) == "A"
