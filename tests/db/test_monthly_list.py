"""The monthly list: approved, published and frozen together with its sessions; what changes later is a change line."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import monthly as records
from frontdesk.activities import service as activities
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.monthly import rules, service
from frontdesk.activities.monthly.changes import LISTED
from frontdesk.activities.monthly.errors import MonthlyError
from frontdesk.activities.monthly.planning import plan_month, preview_plan
from frontdesk.activities.service import lists_astray, signups_astray
from frontdesk.activities.sessions.service import cancel_session, change_session, close_session, restore_session
from frontdesk.calendar.service import import_calendar
from frontdesk.common.periods import month_of
from frontdesk.context import Context, Operator
from frontdesk.errors import DeskError
from tests.desks import passing_desk, sheet
from tests.monthdesks import DECEMBER, at, change, later, made, month_desk, put_on, states, stored, weekly

FIRST, SECOND = date(2026, 12, 1), date(2026, 12, 2)


def refused(code: str, do: object, *arguments: object, **options: object) -> None:
    with pytest.raises(DeskError) as caught:
        do(*arguments, **options)  # type: ignore[operator]
    assert caught.value.code == code


def test_a_list_and_its_sessions_are_approved_and_published_together(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home", made("A", FIRST), made("B", SECOND), made("C", FIRST, state="published"))
    service.begin(context, DECEMBER)
    refused("not_approved", service.publish, context, DECEMBER)
    assert service.approve(context, DECEMBER) == 2
    assert states(context) == {"A": "approved", "B": "approved", "C": "published"}
    assert activities.sessions(context, FIRST, SECOND)[0].code == "C"
    kept = service.publish(context, DECEMBER)
    assert (kept.state, kept.edition) == ("published", 1)
    assert set(states(context).values()) == {"published"}
    assert sorted(service.frozen(context, DECEMBER)) == ["A", "B", "C"]
    refused("already_published", service.publish, context, DECEMBER)
    refused("already_published", service.approve, context, DECEMBER)
    assert service.changes(context, DECEMBER) == []


def test_what_was_added_after_the_approval_is_approved_once_more(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home", made("A", FIRST))
    service.approve(context, DECEMBER)
    refused("nothing_to_approve", service.approve, context, DECEMBER)
    put_on(context, made("B", SECOND))
    refused("drafts_left", service.publish, context, DECEMBER)
    assert service.approve(context, DECEMBER) == 1
    service.publish(context, DECEMBER)


def test_what_was_approved_and_an_operator_changes_is_approved_once_more(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home", made("A", FIRST), made("B", SECOND))
    service.approve(context, DECEMBER)

    def changed(by: Context, code: str, **said: object) -> tuple[str, bool]:
        before = stored(context, code)
        done = change_session(by, before, before.model_copy(update=said))
        return done.session.state, done.is_unapproved

    with context.change("test.staff", "S1") as connection:
        connection.execute("INSERT INTO staff (no, name, kind) VALUES ('S1', '李磊', '专职')")
    desk = replace(context, operator=Operator("S1", "李磊", "operator"))
    assert changed(desk, "A", setup_minutes=15) == ("approved", False), "of that the list says nothing"
    assert changed(context, "A", capacity=30) == ("approved", False), "whoever changes it could approve it as well"
    assert changed(desk, "A", capacity=40) == ("draft", True)
    row = ["B", "2026-12-02", "9:00-10:30", "书法", "文体服务", 9]
    path = sheet(tmp_path, "活动编号 日期 时间 活动名称 服务类别 名额", [row])
    assert [one.code for one in activities.import_sessions(desk, path).remarks] == ["sessions_unapproved"]
    assert states(context) == {"A": "draft", "B": "draft"}
    refused("drafts_left", service.publish, context, DECEMBER)
    assert service.approve(context, DECEMBER) == 2
    service.publish(context, DECEMBER)


def test_an_empty_month_has_no_list(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home")
    refused("empty_list", service.approve, context, DECEMBER)


def test_only_a_manager_approves_publishes_withdraws_and_closes(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home", made("A", FIRST))
    with context.change("test.staff", "S1") as connection:
        connection.execute("INSERT INTO staff (no, name, kind) VALUES ('S1', '李磊', '专职')")
    desk = replace(context, operator=Operator("S1", "李磊", "operator"))
    for do in (service.approve, service.publish, service.close):
        refused("manager_required", do, desk, DECEMBER)
    refused("manager_required", service.withdraw, desk, DECEMBER, "改日再发")
    assert service.month_view(context, DECEMBER).kept is None


def test_sessions_without_room_or_lead_are_published_only_where_that_is_accepted(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home", made("A", FIRST, room=""), made("B", SECOND, lead=""))
    service.approve(context, DECEMBER)
    with pytest.raises(MonthlyError) as caught:
        service.publish(context, DECEMBER)
    assert (caught.value.code, caught.value.details["count"]) == ("lacking", 2)
    assert states(context) == {"A": "approved", "B": "approved"}
    service.publish(context, DECEMBER, accept_lacking=True)


def test_rooms_that_clash_stop_publishing_unless_a_reason_is_given(tmp_path: Path) -> None:
    one, other = made("A", FIRST, room="大厅"), made("B", FIRST, "10:30", "11:30", room="大厅", setup_minutes=15)
    context = month_desk(tmp_path / "home", one, other)
    service.approve(context, DECEMBER)
    with pytest.raises(MonthlyError) as caught:
        service.publish(context, DECEMBER)
    assert caught.value.code == "rooms_clash"
    assert "(A 09:00-10:30)" in str(caught.value.details["one"])
    refused("missing_reason", service.publish, context, DECEMBER, force_rooms=True)
    service.publish(context, DECEMBER, force_rooms=True, reason="隔板分开用")


def test_publishing_is_taken_back_only_while_nobody_signed_up(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home", made("A", FIRST), made("B", SECOND))
    service.approve(context, DECEMBER)
    service.publish(context, DECEMBER)
    refused("missing_reason", service.withdraw, context, DECEMBER, " ")
    before = service.frozen(context, DECEMBER)
    assert service.withdraw(context, DECEMBER, "还要加一场").state == "approved"
    assert set(states(context).values()) == {"approved"}
    assert service.changes(context, DECEMBER) == []
    service.publish(context, DECEMBER)
    change(context, "A", "换教室", room="新教室")
    assert service.month_view(context, DECEMBER).changed == {"A": "moved"}
    service.withdraw(context, DECEMBER, "还要加一场")
    # Nothing of the withdrawn edition is on the draft that comes after it.
    seen = service.month_view(context, DECEMBER)
    assert (seen.changes, seen.changed, seen.number) == ((), {}, "")
    assert service.withdraw(context, DECEMBER, "再看看").state == "draft"
    refused("nothing_to_withdraw", service.withdraw, context, DECEMBER, "再看看")
    change(context, "A", capacity=5)
    service.approve(context, DECEMBER)
    assert service.publish(context, DECEMBER).edition == 3
    assert records.lines(context.database.connection, "2026-12", 1).keys() == before.keys()
    assert service.frozen(context, DECEMBER)["A"]["capacity"] == 5
    activities.sign_up(context, "A", "赵一", "15410000001", 1)
    refused("signed_up", service.withdraw, context, DECEMBER, "再看看")


def test_a_list_is_closed_after_its_month_with_three_different_numbers(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home", made("A", FIRST), made("B", SECOND), made("C", SECOND))
    service.approve(context, DECEMBER)
    service.publish(context, DECEMBER)
    party = activities.sign_up(context, "A", "赵一", "15410000001", 2)
    again = activities.sign_up(context, "B", "赵一", "15410000001", 2)
    cancel_session(context, "C", "讲师请假")
    refused("month_not_over", service.close, context, DECEMBER)
    later(context, date(2027, 1, 4))
    activities.mark_attendance(context, party.registration_id, "attended")
    refused("unmarked", service.close, context, DECEMBER)
    activities.mark_attendance(context, again.registration_id, "attended")
    activities.set_walk_ins(context, "B", 3)
    came = service.close(context, DECEMBER)
    assert came == service.CarriedOut(held=2, cancelled=1, person_times=7, persons=1)
    assert states(context) == {"A": "closed", "B": "closed", "C": "cancelled"}
    kept = service.month_view(context, DECEMBER).kept
    assert kept is not None and service.closed_with(kept) == came
    assert service.withdraw(context, DECEMBER, "漏记一场").state == "published"
    assert states(context) == {"A": "published", "B": "published", "C": "cancelled"}


def test_a_session_that_was_closed_by_itself_stays_closed_when_its_list_is_opened_again(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home", made("A", FIRST), made("B", SECOND))
    service.approve(context, DECEMBER)
    service.publish(context, DECEMBER)
    later(context, date(2027, 1, 4))
    close_session(context, "A")
    came = service.close(context, DECEMBER, accept_unmarked=True)
    kept = service.month_view(context, DECEMBER).kept
    assert kept is not None and service.closed_with(kept) == came
    service.withdraw(context, DECEMBER, "漏记一场")
    assert states(context) == {"A": "closed", "B": "published"}


def test_a_step_that_the_screen_offers_is_one_that_is_taken(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home", made("A", FIRST))
    steps: dict[str, Callable[[], object]] = {
        "approve": lambda: service.approve(context, DECEMBER),
        "publish": lambda: service.publish(context, DECEMBER),
        "close_list": lambda: service.close(context, DECEMBER, accept_unmarked=True),
        "withdraw": lambda: service.withdraw(context, DECEMBER, "再看看"),
    }

    def offered(step: str) -> bool:
        view = service.month_view(context, DECEMBER)
        drafts = any(one.state == "draft" for one in view.sessions)
        is_over = context.today() > DECEMBER.last
        return rules.why_not(step, view.state, drafts=drafts, planned=bool(view.planned), is_over=is_over) is None

    def taken(step: str) -> bool:
        try:
            steps[step]()
        except MonthlyError:
            return False
        return True

    for going in ("approve", "publish", "close_list", "withdraw", "withdraw", "withdraw", "approve"):
        for step in ("approve", "publish", "close_list", "withdraw"):
            if not offered(step):
                assert not taken(step), step
        if going == "close_list":
            later(context, date(2027, 1, 4))
        assert offered(going) and taken(going)


def test_drafts_of_a_published_month_are_announced_as_change_lines(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home", made("A", FIRST))
    service.approve(context, DECEMBER)
    service.publish(context, DECEMBER)
    refused("nothing_to_publish", service.publish_added, context, DECEMBER, "补发")
    put_on(context, made("B", SECOND))
    assert service.changes(context, DECEMBER) == []
    assert service.publish_added(context, DECEMBER, "居民要求") == 1
    assert [(one.kind, one.session_code, one.reason) for one in service.changes(context, DECEMBER)] == [
        ("added", "B", "居民要求")
    ]


def test_frozen_and_change_lines_are_never_rewritten(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home", made("A", FIRST))
    service.approve(context, DECEMBER)
    service.publish(context, DECEMBER)
    change(context, "A", name="国画")
    connection = context.database.connection
    for table in ("monthly_list_line", "monthly_list_change"):
        for statement in (f"UPDATE {table} SET month = '2026-11'", f"DELETE FROM {table}"):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(statement)


def test_a_session_that_leaves_its_month_is_a_change_of_both_lists(tmp_path: Path) -> None:
    november = month_of(date(2026, 11, 1))
    context = month_desk(tmp_path / "home", made("A", FIRST), made("B", date(2026, 11, 30)))
    for period in (DECEMBER, november):
        service.approve(context, period)
        service.publish(context, period)
    change(context, "A", "场地维修", day="2026-11-28", starts_at=at(date(2026, 11, 28), "09:00"))
    for period in (DECEMBER, november):
        assert [(one.kind, one.reason) for one in service.changes(context, period)] == [("moved", "场地维修")]


def test_what_was_cancelled_while_its_month_is_planned_comes_back_as_a_draft(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home", made("A", FIRST), made("B", SECOND, state="published"))
    service.begin(context, DECEMBER)
    row = ["A", "2026-12-01", "09:00-10:30", "书法A", "文体服务", 5, "取消：停电"]
    path = sheet(tmp_path, "活动编号 日期 时间 活动名称 服务类别 名额 备注", [row])
    assert [one.reason for one in activities.import_sessions(context, path).rejected] == ["only_planned"]
    change(context, "A", state="cancelled", cancel_reason="停电")
    activities.sign_up(context, "B", "赵一", "15400000001", 1)
    cancel_session(context, "B", "停电")
    restored = [restore_session(context, code).session.state for code in ("A", "B")]
    assert restored == ["draft", "published"], "people keep their seats; what nobody knows of waits for the manager"
    service.approve(context, DECEMBER)
    service.publish(context, DECEMBER)
    assert set(states(context).values()) == {"published"}
    assert not lists_astray(context.database.connection) and not signups_astray(context.database.connection)


def test_what_is_announced_as_cancelled_at_once_is_added_and_cancelled(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home", made("A", FIRST))
    service.begin(context, DECEMBER)
    service.approve(context, DECEMBER)
    service.publish(context, DECEMBER)
    put_on(context, made("B", SECOND, state="cancelled", cancel_reason="停电"))
    assert [(one.kind, one.session_code) for one in service.changes(context, DECEMBER)] == [
        *(("added", "B"), ("cancelled", "B"))
    ]
    assert not lists_astray(context.database.connection)


def test_the_month_is_read_as_people_write_it(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home")
    for text in ("2026-12", "12", "12月", "2026年12月", "202612"):
        assert service.read_month(context, text).key == "2026-12"
    assert service.read_month(context, None).key == "2026-11"
    assert [service.read_month(context, text).key for text in ("1", "4月", "5")] == ["2027-01", "2027-04", "2026-05"]
    for text in ("2026-13", "abc", "13"):
        refused("bad_month", service.read_month, context, text)


CHANGED = {
    "name": st.sampled_from(["书法", "国画", "剪纸"]),
    "capacity": st.integers(0, 40),
    "room": st.sampled_from(["", "大厅", "书画室"]),
    "lead": st.sampled_from(["", "李老师", "王老师"]),
    "note": st.sampled_from(["", "自带毛笔"]),
    "day": st.sampled_from(["2026-12-01", "2026-12-24"]),
}
EDIT = st.one_of(
    *(st.tuples(st.just(name), values) for name, values in CHANGED.items()),
    st.sampled_from([("state", "cancelled"), ("state", "published")]),
)


@settings(max_examples=15)
@given(st.lists(st.tuples(st.sampled_from(["A", "B"]), EDIT), max_size=12))
def test_every_later_change_is_exactly_one_change_line_and_together_they_lead_from_then_to_now(
    edits: list[tuple[str, tuple[str, object]]],
) -> None:
    with passing_desk() as (context, _):
        put_on(context, made("A", FIRST), made("B", SECOND))
        service.approve(context, DECEMBER)
        service.publish(context, DECEMBER)
        frozen = service.frozen(context, DECEMBER)
        expected = 0
        for code, (name, value) in edits:
            before = stored(context, code)
            if name == "state" and value != before.state:
                if value == "cancelled":
                    cancel_session(context, code, "天气")
                else:
                    restore_session(context, code, force_room=True, reason="天晴")
                expected += 1
            elif name != "state":
                change(context, code, "调整", **{name: value})
                # Nobody reads what a cancelled session would be.
                expected += name in LISTED and value != getattr(before, name) and before.state != "cancelled"
            assert len(service.changes(context, DECEMBER)) == expected
            assert lists_astray(context.database.connection) == []
        for code in ("A", "B"):
            if stored(context, code).state == "cancelled":
                restore_session(context, code, force_room=True, reason="天晴")
        assert service.frozen(context, DECEMBER) == frozen
        said = {code: dict(one) for code, one in frozen.items()}
        for line in service.changes(context, DECEMBER):
            assert said[line.session_code] == json.loads(line.before)
            said[line.session_code] = json.loads(line.after)
        for code in ("A", "B"):
            now = stored(context, code)
            assert said[code] == {name: getattr(now, name) for name in LISTED}


def test_a_session_that_was_changed_past_its_published_list_is_astray(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home")
    put_on(context, made("A", FIRST), made("B", SECOND), made("C", SECOND, "14:00", "15:00"))
    service.approve(context, DECEMBER)
    service.publish(context, DECEMBER)
    change(context, "A", "调整", capacity=30)
    cancel_session(context, "C", "天气")
    connection = context.database.connection
    assert lists_astray(connection) == []
    with context.database.write() as writing:
        writing.execute("UPDATE session SET lead = '别人' WHERE code = 'B'")
    assert lists_astray(connection) == [("2026-12", "B")]
    with context.database.write() as writing:
        writing.execute("UPDATE session SET capacity = 20 WHERE code = 'A'")
    assert lists_astray(connection) == [("2026-12", "A"), ("2026-12", "B")]


@pytest.mark.parametrize(
    ("month", "days"),
    [
        # National Day's week is a holiday, 10-10 a make-up Saturday; the package knows 2026.
        (date(2026, 10, 1), (10, 12, 17, 19, 24, 26, 31)),
        # Nobody knows 2027: every Monday and Saturday, New Year's Day is a Friday in 2026-W53.
        (date(2027, 1, 1), (2, 4, 9, 11, 16, 18, 23, 25, 30)),
    ],
)
def test_a_month_is_planned_from_its_series_on_the_working_day_calendar(
    tmp_path: Path, month: date, days: tuple[int, ...]
) -> None:
    expected = [month.replace(day=day).isoformat() for day in days]
    context = month_desk(tmp_path / "home")
    later(context, date(2026, 9, 1))
    weekly(context, date(2026, 9, 1), date(2027, 6, 30), 1, 6)
    period = month_of(month)
    plan = preview_plan(context, period)
    assert [str(one.coming.planned.day) for one in plan.held] == expected
    assert plan.unknown_years == ((2027,) if month.year == 2027 else ())
    assert service.month_view(context, period).sessions == ()
    assert len(plan_month(context, period).created) == len(expected)
    assert [one.day for one in service.month_view(context, period).planned] == expected
    assert plan_month(context, period).created == []


def test_a_list_that_was_taken_into_the_calendar_is_heeded(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home")
    later(context, date(2026, 12, 1))
    weekly(context, date(2026, 12, 1), date(2027, 3, 1), 1)
    assert len(preview_plan(context, month_of(date(2027, 1, 1))).held) == 4
    listed = sheet(tmp_path, "日期 类型 名称", [["2027-01-01", "休", "元旦"], ["2027-01-11", "休", "停电"]])
    assert import_calendar(context, listed).added == 2
    plan = preview_plan(context, month_of(date(2027, 1, 1)))
    assert [
        (str(one.coming.planned.series_day), one.coming.planned.why) for one in plan.dates if not one.coming.planned.day
    ] == [("2027-01-11", "holiday_skipped")]
    assert len(plan.held) == 3


def test_a_published_month_is_not_planned_from_the_series_and_a_taken_room_refuses_the_whole(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home", made("A", date(2026, 12, 7), "08:00", "09:00", room="大厅"))
    weekly(context, date(2026, 12, 1), date(2026, 12, 31), 1)
    assert preview_plan(context, DECEMBER).clashing == 1
    refused("room_taken", plan_month, context, DECEMBER)
    assert len(service.month_view(context, DECEMBER).sessions) == 1
    planned = plan_month(context, DECEMBER, "各用一半")
    assert (len(planned.created), planned.clashes) == (4, 1)
    service.approve(context, DECEMBER)
    service.publish(context, DECEMBER, force_rooms=True, reason="各用一半")
    refused("already_published", plan_month, context, DECEMBER)


def test_clashes_are_found_per_room_and_meeting_ends_are_none() -> None:
    from db.rooms import Occupation

    def takes(ref: str, room: str, begins: int, ends: int, kind: str = "session") -> Occupation:
        said = {"taken_from": begins, "taken_until": ends, "starts_at": begins, "ends_at": ends}
        return Occupation.model_validate({"kind": kind, "ref": ref, "room": room, "day": "", "words": ref} | said)

    found = rules.clashes(
        [
            takes("a", "一", 0, 10),
            takes("b", "一", 10, 20),
            takes("c", "一", 5, 15),
            takes("d", "二", 0, 20),
            takes("1", "三", 0, 9, "booking"),
            takes("2", "三", 1, 9, "booking"),
            takes("e", "三", 8, 9),
        ]
    )
    assert [(one.ref, other.ref) for one, other in found] == [("a", "c"), ("1", "e"), ("2", "e"), ("c", "b")]


def test_a_cancelled_session_is_not_announced(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home", made("A", FIRST, state="cancelled", cancel_reason="停电"))
    refused("empty_list", service.approve, context, DECEMBER)
    with pytest.raises(ActivityError):
        cancel_session(context, "A", "停电")
