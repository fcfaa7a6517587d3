"""Single sessions: put on, changed, moved, cancelled, restored, closed, deleted, and what that means for others."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from db import activities as records
from db import monthly
from db.activities import Session
from frontdesk.activities import service as activities
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.rooms import service as rooms
from frontdesk.activities.series import service as series
from frontdesk.activities.series.typed import read_series
from frontdesk.activities.sessions import service
from frontdesk.activities.sessions.new_room import RoomAsked
from frontdesk.activities.sessions.typed import read_fields
from frontdesk.context import Context
from frontdesk.settings.service import set_setting
from tests.db.test_import_sessions import plan
from tests.db.test_series import course
from tests.desks import counts, rejections


def talk(code: str = "", day: int = 20, hour: int = 9, **said: Any) -> Session:
    """A talk of an hour in November 2026 in the centre's time."""
    starts = int(datetime(2026, 11, day, hour - 8, tzinfo=UTC).timestamp() * 1000)
    plain = {"day": f"2026-11-{day:02}", "starts_at": starts, "ends_at": starts + 3_600_000, "name": "讲座"}
    plain |= {"category": "健康服务", "room": "多功能厅", "capacity": 2, "code": code}
    return Session.model_validate(plain | said)


def put(desk: Context, wanted: Session) -> Session:
    return service.add_session(desk, wanted).session


def keep_list(desk: Context, month: str, state: str) -> None:
    with desk.change("test.list", month) as connection:
        connection.execute("DELETE FROM monthly_list WHERE month = ?", (month,))
        connection.execute("INSERT INTO monthly_list (month, state) VALUES (?, ?)", (month, state))


def refusal(code: str) -> Any:
    return pytest.raises(ActivityError, match=f"^{code}|{code}")


def test_codes_go_on_from_the_highest_and_the_offices_own_may_be_given(desk: Context) -> None:
    assert [put(desk, talk(code, day=day)).code for code, day in (("", 20), ("HD041", 21), ("春-1", 23), ("", 24))] == [
        "HD001",
        "HD041",
        "春-1",
        "HD042",
    ]
    with refusal("code_taken"):
        put(desk, talk("春-1", day=25))


@pytest.mark.parametrize("typed", ["1900-01-01", "2062-11-20"])
def test_a_slip_of_the_year_is_refused_for_sessions_and_series(desk: Context, typed: str) -> None:
    with refusal("day_out_of_reach"):
        read_fields(desk, {"day": typed})
    with refusal("day_out_of_reach"):
        read_series(desk, {"first_day": typed})
    assert read_fields(desk, {"day": "11-20"}) == {"day": "2026-11-20"}


def test_whoever_changes_what_somebody_else_has_changed_meanwhile_is_told(desk: Context) -> None:
    seen = put(desk, talk())
    first = service.change_session(desk, seen, seen.model_copy(update={"name": "急救讲座"})).session
    with refusal("changed_meanwhile"):
        service.change_session(desk, seen, seen.model_copy(update={"capacity": 9}))
    assert service.session(desk, seen.code).name == "急救讲座" and first.revision == seen.revision + 1


def test_a_taken_room_is_refused_with_what_takes_it_set_up_and_clearing_included(desk: Context) -> None:
    put(desk, talk(hour=9, clearing_minutes=15))
    with pytest.raises(ActivityError) as refused:
        put(desk, talk(hour=10, name="合唱"))
    assert refused.value.code == "room_taken"
    assert {name: refused.value.details[name] for name in ("words", "ref", "start", "end")} == {
        "words": "讲座",
        "ref": "HD001",
        "start": "09:00",
        "end": "10:15",
    }
    assert put(desk, talk(hour=10, room="议事厅")).code == "HD002"
    # A change that leaves time and room as they are is nobody's clash.
    forced = service.add_session(desk, talk(hour=9, name="拍摄"), force_room=True, reason="同一场的记录").session
    assert service.change_session(desk, forced, forced.model_copy(update={"capacity": 1})).session.capacity == 1


def test_a_lead_or_parties_in_two_places_at_once_are_warned_about(desk: Context) -> None:
    put(desk, talk(lead="武思嘉"))
    second = service.add_session(desk, talk(room="议事厅", lead="武思嘉", name="合唱", day=21))
    for code in ("HD001", "HD002"):
        activities.sign_up(desk, code, "张三", "15412345678", 1)
    assert second.elsewhere == ()
    before = second.session
    moved = service.change_session(
        desk,
        before,
        talk(before.code, room="议事厅", lead="武思嘉", name="合唱").model_copy(update={"terms": before.terms}),
    )
    assert [one.name for one in moved.elsewhere] == ["讲座"]
    assert (moved.people_elsewhere, len(moved.to_tell)) == (1, 1)


def test_more_seats_move_the_queue_up_and_a_cancelled_session_seats_nobody(desk: Context) -> None:
    session = put(desk, talk(capacity=1))
    ids = [
        activities.sign_up(desk, session.code, name, "15412345678", 1).registration_id
        for name in ("张三", "李四", "王五")
    ]
    more = service.change_session(desk, session, session.model_copy(update={"capacity": 2}))
    assert more.moved_up == (ids[1],)
    gone = service.cancel_session(desk, session.code, "停电")
    assert gone.to_tell == tuple(ids) and gone.session.cancel_reason == "停电"
    still = service.change_session(desk, gone.session, gone.session.model_copy(update={"capacity": 3}))
    assert still.moved_up == ()
    back = service.restore_session(desk, session.code)
    assert ids[2] in back.moved_up


@pytest.mark.parametrize("reason", ["停\x1b[31m电", "停\n电", "停\ud800", "停" * 201])
def test_a_reason_is_one_short_line_that_no_terminal_obeys(desk: Context, reason: str) -> None:
    code = put(desk, talk()).code
    with refusal("bad_reason"):
        service.cancel_session(desk, code, reason)
    assert service.session(desk, code).state == "published"
    assert service.cancel_session(desk, code, " 停 \u200b 电 ").session.cancel_reason == "停 电"


def test_a_cancelled_session_gives_its_room_away_and_comes_back_only_for_a_reason(desk: Context) -> None:
    put(desk, talk())
    service.cancel_session(desk, "HD001", "停电")
    put(desk, talk(name="合唱"))
    with refusal("room_taken"):
        service.restore_session(desk, "HD001")
    with refusal("missing_reason"):
        service.restore_session(desk, "HD001", force_room=True)
    assert service.restore_session(desk, "HD001", force_room=True, reason="合唱改到台上").clashes


def test_every_change_to_a_published_list_is_a_change_line_in_the_same_transaction(desk: Context) -> None:
    keep_list(desk, "2026-11", "published")
    session = put(desk, talk())
    moved = talk("HD001", hour=15).model_copy(update={"terms": session.terms})
    moved_to = service.change_session(desk, session, moved, reason="讲师下午才到").session
    service.change_session(desk, moved_to, moved_to.model_copy(update={"note": "自带水杯"}))
    service.cancel_session(desk, "HD001", "停电")
    service.restore_session(desk, "HD001")
    lines = monthly.changes(desk.database.connection, "2026-11")
    assert [(one.kind, one.reason) for one in lines] == [
        ("added", ""),
        ("moved", "讲师下午才到"),
        ("cancelled", "停电"),
        ("restored", ""),
    ]
    before, after = (json.loads(said)["starts_at"] for said in (lines[1].before, lines[1].after))
    assert after - before == 6 * 3_600_000


def test_a_draft_is_deleted_and_its_series_does_not_make_it_anew(desk: Context) -> None:
    keep_list(desk, "2026-11", "draft")
    made = series.create_series(desk, course(last_day="2026-11-24"))
    with refusal("only_planned"):
        service.cancel_session(desk, made.created[1], "停电")
    service.delete_session(desk, made.created[1])
    wanted = series.series(desk, made.series_id)
    assert wanted.pattern.without == (date(2026, 11, 17),)
    after = series.change_series(desk, made.series_id, wanted.model_copy(update={"capacity": 9}))
    assert (len(after.changed), after.created) == (2, [])
    keep_list(desk, "2026-12", "published")
    announced = put(desk, talk("HD900").model_copy(update={"day": "2026-12-01"}))
    with refusal("not_a_draft"):
        service.delete_session(desk, announced.code)


def test_a_draft_that_moves_into_a_published_month_is_published_and_into_a_planned_one_waits(desk: Context) -> None:
    keep_list(desk, "2026-11", "published")
    keep_list(desk, "2026-12", "draft")
    draft = service.add_session(desk, talk("HD001").model_copy(update={"day": "2026-12-01"})).session
    assert draft.state == "draft"
    moved = service.change_session(desk, draft, talk("HD001", day=24)).session
    assert moved.state == "published"
    assert [one.kind for one in monthly.changes(desk.database.connection, "2026-11")] == ["added"]


def test_a_session_is_closed_when_it_is_over_and_opened_again(desk: Context) -> None:
    put(desk, talk(day=9, hour=9))
    put(desk, talk(day=10, hour=9))
    with refusal("not_over"):
        service.close_session(desk, "HD002")
    assert service.close_session(desk, "HD001").session.state == "closed"
    with refusal("not_on"):
        service.close_session(desk, "HD001")
    with refusal("session_closed"):
        service.cancel_session(desk, "HD001", "停电")
    closed = service.session(desk, "HD001")
    for said in ({"day": "2026-11-11"}, {"capacity": 9}, {"room": "书画室"}, {"category": "为老服务"}):
        with refusal("session_closed"):
            service.change_session(desk, closed, closed.model_copy(update=said))
    assert service.change_session(desk, closed, closed.model_copy(update={"note": "补签"})).session.state == "closed"
    assert service.reopen_session(desk, "HD001").session.state == "published"


def test_a_month_lists_what_is_planned_too_and_the_day_does_not(desk: Context) -> None:
    keep_list(desk, "2026-11", "draft")
    put(desk, talk(day=30))
    assert [one.state for one in service.month_lines(desk, "2026-11")] == ["draft"]
    assert service.sessions(desk, date(2026, 11, 30), date(2026, 11, 30)) == []


def test_an_imported_row_changes_only_what_it_says_and_doubts_are_remarks(desk: Context, tmp_path: Path) -> None:
    outcome = activities.import_sessions(desk, plan(tmp_path, {5: "沙龙"}, {3: "合唱"}))
    assert counts(outcome) == (2, 0, 0)
    assert {one.code for one in outcome.remarks} == {"room_clashes", "lead_clashes", "unknown_activity_types"}
    assert all("HD002" in one.words() or "沙龙" in one.words() for one in outcome.remarks)
    found = records.get(desk.database.connection, "HD001")
    assert found is not None
    kept = service.change_session(desk, found, found.model_copy(update={"note": "自带笔墨", "fee_fen": 500})).session
    assert counts(activities.import_sessions(desk, plan(tmp_path, {5: "沙龙", 7: 12}))) == (0, 1, 0)
    after = service.session(desk, "HD001")
    assert (after.capacity, after.note, after.fee_fen, after.room) == (12, "自带笔墨", 500, kept.room)


def test_an_imported_row_makes_a_session_of_a_series_a_single_one(desk: Context, tmp_path: Path) -> None:
    made = series.create_series(desk, course(last_day="2026-11-10", room="多功能厅", capacity=10, min_enrol=3))
    row: dict[int, object] = {1: "2026-11-10", 3: "书法班", 4: "文体", 5: "", 10: ""}
    assert counts(activities.import_sessions(desk, plan(tmp_path, row))) == (0, 0, 1)
    assert counts(activities.import_sessions(desk, plan(tmp_path, row | {7: 12}))) == (0, 1, 0)
    (session,) = series.sessions_of(desk, made.series_id)
    assert (session.detached, session.capacity) == (True, 12)


def test_a_category_that_left_the_list_stays_with_what_has_it(desk: Context, tmp_path: Path) -> None:
    activities.import_sessions(desk, plan(tmp_path, {}))
    left = tuple(kind for kind in desk.settings.service_categories if kind != "亲子服务")
    set_setting(desk, "service_categories", "、".join(left))
    desk.read_settings()
    assert counts(activities.import_sessions(desk, plan(tmp_path, {7: 12}))) == (0, 1, 0)
    refused = activities.import_sessions(desk, plan(tmp_path, {}, {6: "议事厅"}))
    assert rejections(refused) == [(3, "服务类别", "亲子服务", "not_one_of")]
    figures = activities.figures(desk, date(2026, 11, 1), date(2026, 11, 30))
    assert figures["sessions_by_category"] == {"亲子服务": 1}


def test_what_is_put_into_a_room_closed_for_bookings_is_stored_with_a_warning(desk: Context, tmp_path: Path) -> None:
    before = put(desk, talk(room="书画室"))
    rooms.close_room(desk, "书画室", "装修")
    assert not service.change_session(desk, before, before.model_copy(update={"note": "自带笔墨"})).room_closed
    assert service.add_session(desk, talk(day=21, room="书画室")).room_closed
    assert not service.add_session(desk, talk(day=21)).room_closed
    now = service.session(desk, before.code)
    assert service.change_session(desk, now, now.model_copy(update={"capacity": 5, "clearing_minutes": 9})).room_closed
    service.cancel_session(desk, before.code, "停电")
    assert service.restore_session(desk, before.code).room_closed
    remarks = [one.code for one in activities.import_sessions(desk, plan(tmp_path, {0: "P1", 6: "书画室"})).remarks]
    assert remarks == ["rooms_closed"]
    outcome = series.create_series(desk, course())
    assert outcome.room_closed == len(outcome.created) > 0


def test_a_room_that_is_not_on_the_list_is_asked_about_once_and_a_sheet_goes_on_with_a_remark(
    desk: Context, tmp_path: Path
) -> None:
    asked = RoomAsked()
    asked.ask(desk, "书画")  # No room is known yet: the first ones are no slips.
    first = activities.import_sessions(desk, plan(tmp_path, {6: "书画室"}, {3: "合唱", 6: "排练厅"}))
    assert [one.code for one in first.remarks] == ["lead_clashes"]
    asked = RoomAsked("议事厅")
    for known in ("议事厅", "书画室", ""):
        asked.ask(desk, known)
    with pytest.raises(ActivityError) as refused:
        asked.ask(desk, "书画")
    assert (refused.value.code, refused.value.details["near"]) == ("new_room_like", "书画室")
    asked.ask(desk, "书画")
    with refusal("new_room"):
        asked.ask(desk, "三楼")
    outcome = activities.import_sessions(desk, plan(tmp_path, {6: "书画"}))
    assert [(one.code, one.details["rooms"]) for one in outcome.remarks if one.code == "new_rooms"] == [
        ("new_rooms", "书画")
    ]
    assert service.session(desk, "HD001").room == "书画"
