"""Marks: who came is recorded in one way, carries when, by whom and how, and can be taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db import activities as activity_records
from db import registration_log
from db import registrations as records
from db.activities import Session, SessionState
from frontdesk.activities.attendance import marking, standing
from frontdesk.activities.attendance.figures import attendance_by, attendance_totals
from frontdesk.activities.attendance.marking import (
    Mark,
    Marked,
    Wanted,
    mark,
    mark_many,
    mark_rest,
    set_walk_ins,
    take_back,
)
from frontdesk.activities.attendance.penalty import penalty_until
from frontdesk.activities.service import figures, registrations, session, sign_up, walk_ins
from frontdesk.activities.sessions.storing import store_session
from frontdesk.activities.signup.replay import differing, replayed
from frontdesk.activities.signup.settling import party_of
from frontdesk.context import Context, Operator, Settings
from frontdesk.errors import DeskError
from tests.desks import NOON, new_desk

DAY = "2026-11-09"


def put_session(context: Context, code: str, day: str = DAY, *, capacity: int = 20, name: str = "书法") -> Session:
    """A published session at three in the afternoon of a day."""
    start = int(datetime.fromisoformat(f"{day}T07:00:00+00:00").timestamp() * 1000)
    made = Session(
        code=code,
        day=day,
        starts_at=start,
        ends_at=start + 5_400_000,
        name=name,
        category="文体服务",
        room="书画室",
        capacity=capacity,
        state="published",
    )
    with context.change("test.session", code) as connection:
        return store_session(context, connection, None, made).session


def set_state(context: Context, code: str, state: SessionState) -> None:
    """Put a session into another state, as closing its month does."""
    with context.change("test.state", code) as connection:
        before = activity_records.get(connection, code)
        assert before is not None
        store_session(context, connection, before, before.model_copy(update={"state": state}), "测试")


def fill(context: Context, code: str, *parties: int, first: int = 0) -> list[int]:
    """Sign parties of these sizes up, each by another person; the sign-ups in order."""
    done = []
    for place, size in enumerate(parties, first):
        name = f"赵{chr(0x4E50 + place)}"
        done.append(
            sign_up(context, code, name, f"1541000{place:04d}", size, force=True, reason="补登").registration_id
        )
    return done


def marks(context: Context, code: str) -> list[Mark | None]:
    """What stands of every sign-up."""
    lines = registrations(context, code)
    return [Mark(one.status, one.came or 0) if one.status else None for one in lines]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    put_session(context, "HD001")
    yield context
    context.database.close()


def refused(code: str) -> AbstractContextManager[object]:
    """A refusal with this code."""
    return pytest.raises(DeskError, match=code)


def test_a_mark_says_when_by_whom_and_how_and_stands_in_the_log(desk: Context) -> None:
    first, second = fill(desk, "HD001", 3, 1)
    mark(desk, first, "attended", 2)
    mark(desk, second, "no_show")
    rows = desk.database.connection.execute(
        "SELECT status, seats, at, operator_no, way FROM attendance ORDER BY registration_id"
    ).fetchall()
    now = desk.now_ms()
    assert [tuple(row) for row in rows] == [
        ("attended", 2, now, "M001", "list"),
        ("no_show", 1, now, "M001", "list"),
    ]
    logged = [
        one
        for one in registration_log.entries(desk.database.connection, "HD001")
        if one.event in ("attended", "no_show")
    ]
    assert [(one.registration_id, json.loads(one.detail)["seats"], one.operator_no) for one in logged] == [
        (first, 2, "M001"),
        (second, 1, "M001"),
    ]


def test_marks_change_no_seats_when_the_log_is_read_back(desk: Context) -> None:
    first, second = fill(desk, "HD001", 2, 1)
    mark(desk, first, "attended", 1)
    take_back(desk, [mark(desk, second, "absent_notified")])
    mark_rest(desk, "HD001", "no_show")
    connection = desk.database.connection
    seats = replayed(registration_log.entries(connection, "HD001"))
    assert differing(map(party_of, records.of_session(connection, "HD001")), seats) == []
    fill(desk, "HD001", 4, first=9)
    assert registrations(desk, "HD001")[-1].state == "confirmed"


def test_what_is_taken_back_stands_as_before_unless_somebody_else_changed_it(desk: Context) -> None:
    (party,) = fill(desk, "HD001", 3)
    first = mark(desk, party, "attended", 2)
    second = mark(desk, party, "no_show")
    with refused("marked_meanwhile"):
        take_back(desk, [first])
    take_back(desk, [second])
    assert marks(desk, "HD001") == [Mark("attended", 2)]
    take_back(desk, [first])
    assert marks(desk, "HD001") == [None]


def test_the_rest_is_marked_in_one_act_and_taken_back_in_one(desk: Context) -> None:
    parties = fill(desk, "HD001", 1, 2, 18, 2)  # the party of 18 does not fit
    mark(desk, parties[0], "absent_notified")
    assert [one.id for one in marking.unmarked(desk, "HD001")] == [parties[1], parties[3]]
    before = marks(desk, "HD001")
    done = mark_rest(desk, "HD001", "no_show")
    assert {one.registration_id for one in done} == {
        one.id for one in records.of_session(desk.database.connection, "HD001") if one.seats and one.id != parties[0]
    }
    take_back(desk, done)
    assert marks(desk, "HD001") == before


def test_several_marks_are_all_written_or_none(desk: Context) -> None:
    first, _second = fill(desk, "HD001", 1, 1)
    with refused("unknown_registration"):
        mark_many(desk, "HD001", [Wanted(first, "attended"), Wanted(999, "attended")])
    assert marks(desk, "HD001") == [None, None]


def test_nothing_is_marked_before_its_day_or_without_a_seat_or_for_a_cancelled_session(desk: Context) -> None:
    put_session(desk, "HD002", "2026-11-10", name="合唱")
    (tomorrow,) = fill(desk, "HD002", 1)
    with refused("too_early"):
        mark(desk, tomorrow, "attended")
    with refused("too_early"):
        set_walk_ins(desk, "HD002", 3)
    full, waiting = fill(desk, "HD001", 19, 5, first=3)
    with refused("holds_no_seat"):
        mark(desk, waiting, "no_show")
    assert mark(desk, waiting, "attended").after == Mark("attended", 5)
    take_back(desk, [Marked(waiting, None, Mark("attended", 5))])
    set_state(desk, "HD001", "cancelled")
    with refused("session_cancelled"):
        mark(desk, full, "attended")


def test_a_closed_session_takes_a_manager_and_a_reason(desk: Context) -> None:
    (party,) = fill(desk, "HD001", 1)
    set_state(desk, "HD001", "closed")
    with desk.change("test.staff", "S1") as connection:
        from db import staff as staff_records
        from db.staff import Staff

        staff_records.put(connection, Staff(no="S1", name="李四", kind="专职", role="operator"))
    operator = replace(desk, operator=Operator("S1", "李四", "operator"))
    with refused("session_closed"):
        mark(operator, party, "attended", reason="漏登")
    with refused("closed_reason"):
        mark(desk, party, "attended")
    for bad in ("漏" * 201, "漏登\x1b[2J"):
        with refused("bad_reason"):
            mark(desk, party, "attended", reason=bad)
        with refused("bad_reason"):
            set_walk_ins(desk, "HD001", 3, reason=bad)
        with refused("bad_reason"):
            standing.waive(desk, 1, bad)
    mark(desk, party, "attended", reason=" 漏登\u202e ")
    assert registration_log.entries(desk.database.connection, "HD001")[-1].reason == "漏登"


def test_walk_ins_are_a_count_and_what_stood_comes_back(desk: Context) -> None:
    assert set_walk_ins(desk, "HD001", 7) == 0
    assert set_walk_ins(desk, "HD001", 0) == 7
    assert walk_ins(desk, "HD001") == 0


def test_person_times_persons_and_sessions_are_three_numbers(desk: Context) -> None:
    put_session(desk, "HD003", "2026-11-08", name="剪纸")
    for code in ("HD001", "HD003"):
        for party in fill(desk, code, 3, 2):
            mark(desk, party, "attended")
    set_walk_ins(desk, "HD001", 4)
    first, last = NOON.date() - timedelta(days=2), NOON.date()
    total = attendance_totals(desk, first, last)
    assert (total.sessions, total.person_times, total.persons) == (2, 14, 2)
    assert sum(session(desk, code).person_times for code in ("HD001", "HD003")) == 14
    reported = figures(desk, first, last)
    assert (reported["sessions_held"], reported["person_times"], reported["named_persons"]) == (2, 14, 2)
    rows = attendance_by(desk, first, last, "room")
    assert [(one.value, one.sessions, one.person_times, one.persons) for one in rows] == [("书画室", 2, 14, 2)]
    assert attendance_totals(desk, last + timedelta(days=1), last + timedelta(days=9)).sessions == 0


def with_rule(context: Context, limit: int, *, late_cancels: int = 0) -> Context:
    """The same desk under another rule for no-shows."""
    ruled = replace(Settings(), no_show_limit=limit, penalty_days=30, late_cancel_counts=late_cancels)
    return replace(context, settings=ruled)


def test_a_penalty_is_lifted_by_undoing_a_mistake_and_by_a_waiver_and_comes_back_with_the_waiver_annulled(
    desk: Context,
) -> None:
    put_session(desk, "HD003", "2026-11-02", name="剪纸")
    ruled = with_rule(desk, 2)
    today = NOON.date()
    (first,), (second,) = fill(ruled, "HD003", 1), fill(ruled, "HD001", 1)
    mark(ruled, first, "no_show")
    resident = registrations(ruled, "HD001")[0].resident_id
    connection = ruled.database.connection
    assert [(one.at_risk, one.until, one.count) for one in standing.standings(ruled)] == [(True, None, 1)]
    mistake = mark(ruled, second, "no_show")
    until = today + timedelta(days=30)
    assert penalty_until(ruled, connection, resident, today) == until
    assert [(one.until, one.count) for one in standing.standings(ruled)] == [(until, 2)]
    assert penalty_until(desk, connection, resident, today) is None
    take_back(ruled, [mistake])
    assert penalty_until(ruled, connection, resident, today) is None
    mark(ruled, second, "no_show")
    with refused("missing_reason"):
        standing.waive(ruled, resident, " ")
    waiver = standing.waive(ruled, resident, "住院")
    assert penalty_until(ruled, connection, resident, today) is None
    assert standing.standings(ruled) == []
    with refused("nothing_to_waive"):
        standing.waive(ruled, resident, "住院")
    standing.annul_waiver(ruled, waiver, resident)
    assert penalty_until(ruled, connection, resident, today) == until
    found = standing.history(ruled, resident)
    assert [one.status for one in found.sessions] == ["no_show", "no_show"]
    assert found.until == until and found.waivers[0].annulled_by == "M001"


def test_a_late_cancellation_counts_only_where_the_setting_says_so(desk: Context) -> None:
    from frontdesk.activities.service import cancel_sign_up

    (party,) = fill(desk, "HD001", 1)
    resident = registrations(desk, "HD001")[0].resident_id
    desk.clock = lambda: datetime(2026, 11, 9, 6, 30, tzinfo=UTC)
    cancel_sign_up(desk, party)
    connection, today = desk.database.connection, NOON.date()
    strict = with_rule(desk, 1, late_cancels=1)
    assert penalty_until(strict, connection, resident, today) == today + timedelta(days=30)
    assert penalty_until(with_rule(desk, 1), connection, resident, today) is None
