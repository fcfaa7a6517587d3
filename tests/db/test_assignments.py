"""Assignments: what may be planned, who is signed up, and that visits stay what they were."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import assignments as records
from db import visits
from db.volunteers import Volunteer
from frontdesk.context import Context, Operator
from frontdesk.errors import DeskError
from frontdesk.volunteers import service as volunteers
from frontdesk.volunteers.assignments import rules, service
from frontdesk.volunteers.assignments.rules import Fields
from frontdesk.volunteers.assignments.words import presence_words
from tests.desks import NOON, contents, new_desk, passing_desk, turn_clock

TODAY = NOON.date()


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def at(self, context: Context, day: date, minutes: int) -> None:
        self.moment = rules.instant(day, minutes, context.zone)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    context.clock = Clock(NOON)
    with context.change("test.filled", "centre") as connection:
        for number, team in ((1, "护河队"), (2, "护河队"), (3, "护河队"), (4, "便民服务队"), (5, "")):
            volunteer = Volunteer(no=f"{number:07d}", name=f"张{chr(0x4E00 + number)}", team=team)
            volunteers.store(context, connection, volunteer, f"1540000{number:04d}")
    yield context
    context.database.close()


def plan(context: Context, title: str = "便民服务台", **said: object) -> int:
    """Add an assignment today from nine to half past eleven, unless something else is said; returns its id."""
    values: dict[str, object] = {"day": TODAY, "title": title, "starts": 540, "ends": 690, **said}
    return service.add(context, Fields(**values))  # type: ignore[arg-type]


def code_of(call: object, *arguments: object, **options: object) -> str:
    with pytest.raises(DeskError) as refused:
        call(*arguments, **options)  # type: ignore[operator]
    return refused.value.code


def signed(context: Context, assignment_id: int) -> list[str]:
    return [one.volunteer_no for one in service.signed(context, assignment_id) if one.state == "signed"]


def moved(context: Context, minutes: int, day: date = TODAY) -> None:
    clock = context.clock
    assert isinstance(clock, Clock)
    clock.at(context, day, minutes)
    turn_clock(context, clock)


def visit_rows(context: Context) -> list[tuple[object, ...]]:
    return contents(context)["visit"]


def test_an_assignment_is_kept_as_it_was_said(desk: Context) -> None:
    number = plan(desk, place="大厅", needed=3, briefing="带红马甲")
    line = service.get(desk, number)
    assert (line.title, line.place, line.needed, line.briefing, line.signed) == ("便民服务台", "大厅", 3, "带红马甲", 0)
    assert [desk.local(at).strftime("%H:%M") for at in (line.starts_at, line.ends_at)] == ["09:00", "11:30"]
    assert service.fields_of(desk, line) == Fields(TODAY, "便民服务台", 540, 690, "大厅", None, 3, "带红马甲")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"title": "  "}, "title_needed"),
        ({"title": "长" * 61}, "text_too_long"),
        ({"title": "a\x1bb"}, "bad_text"),
        ({"ends": 540}, "bad_times"),
        ({"ends": 540 + 961}, "bad_times"),
        ({"ends": 540 + 1440}, "bad_times"),
        ({"starts": 1440, "ends": 1500}, "bad_times"),
        ({"needed": 1000}, "bad_needed"),
        ({"day": TODAY + timedelta(days=500)}, "bad_day"),
        ({"session_code": "HD404"}, "unknown_session"),
    ],
)
def test_what_no_assignment_can_be_is_refused_and_nothing_is_written(
    desk: Context, said: dict[str, object], code: str
) -> None:
    before = contents(desk, audit=True)
    assert code_of(plan, desk, **said) == code
    assert contents(desk, audit=True) == before


def test_the_same_thing_is_not_planned_twice_at_one_time(desk: Context) -> None:
    first = plan(desk)
    assert code_of(plan, desk) == "already_planned"
    service.cancel(desk, first, "下雨")
    second = plan(desk)
    assert second != first


def test_a_cancelled_assignment_keeps_its_reason_and_its_people_and_takes_no_more(desk: Context) -> None:
    number = plan(desk)
    service.sign_up(desk, number, "0000001")
    assert code_of(service.cancel, desk, number, " ") == "reason_needed"
    service.cancel(desk, number, "下雨")
    line = service.get(desk, number)
    assert (line.state, line.cancel_reason, line.signed) == ("cancelled", "下雨", 1)
    assert code_of(service.sign_up, desk, number, "0000002") == "assignment_cancelled"
    assert code_of(service.cancel, desk, number, "又下雨") == "assignment_cancelled"
    assert service.coming_of(desk, "0000001") == []


def test_doubts_are_named_and_nobody_is_signed_up_against_one_unless_it_is_said(desk: Context) -> None:
    first, second = plan(desk, needed=1), plan(desk, "护河", starts=600, ends=720)
    volunteers.set_state(desk, "0000004", "suspended")
    volunteers.set_state(desk, "0000005", "left")
    service.sign_up(desk, first, "0000001")
    assert code_of(service.sign_up, desk, second, "0000001") == "does_overlap"
    assert code_of(service.sign_up, desk, first, "0000002") == "is_full"
    assert code_of(service.sign_up, desk, second, "0000004") == "is_suspended"
    assert code_of(service.sign_up, desk, second, "0000005", anyway=True) == "has_left"
    assert code_of(service.sign_up, desk, second, "0000009") == "unknown_volunteer"
    for no in ("0000001", "0000004"):
        service.sign_up(desk, second, no, anyway=True)
    service.sign_up(desk, first, "0000002", anyway=True)
    assert (signed(desk, first), signed(desk, second)) == (["0000001", "0000002"], ["0000001", "0000004"])


def test_assignments_that_touch_do_not_overlap(desk: Context) -> None:
    first, second = plan(desk), plan(desk, "护河", starts=690, ends=750)
    service.sign_up(desk, first, "0000001")
    service.sign_up(desk, second, "0000001")
    assert [one.title for one in service.coming_of(desk, "0000001")] == ["护河"]
    moved(desk, 480)
    assert [one.title for one in service.coming_of(desk, "0000001")] == ["便民服务台", "护河"]


def test_an_assignment_over_midnight_overlaps_one_of_the_next_morning(desk: Context) -> None:
    night = plan(desk, "夜巡", starts=1320, ends=1560)
    early = plan(desk, "晨扫", day=TODAY + timedelta(days=1), starts=60, ends=180)
    service.sign_up(desk, night, "0000001")
    done = service.sign_up_several(desk, early, ["0000001", "0000002"])
    assert (done.signed, [one.doubt for one in done.doubtful]) == (("0000002",), ["overlaps"])
    moved(desk, 60, TODAY + timedelta(days=1))
    assert [one.title for one in service.coming_of(desk, "0000001")] == ["夜巡"]


def test_a_whole_team_is_signed_up_at_once_and_once(desk: Context) -> None:
    number = plan(desk, needed=2)
    done = service.sign_up_team(desk, number, "护河队")
    assert done.signed == ("0000001", "0000002")
    assert [(one.volunteer_no, one.doubt) for one in done.doubtful] == [("0000003", "full")]
    again = service.sign_up_team(desk, number, "护河队", anyway=True)
    assert (again.signed, again.already) == (("0000003",), ("0000001", "0000002"))
    assert code_of(service.sign_up_team, desk, number, "没有的队") == "unknown_team"


def test_who_withdraws_stays_known_makes_room_and_may_come_back(desk: Context) -> None:
    number = plan(desk, needed=1)
    service.sign_up(desk, number, "0000001")
    service.withdraw(desk, number, "0000001")
    assert code_of(service.withdraw, desk, number, "0000001") == "not_signed"
    assert [(one.volunteer_no, one.state) for one in service.signed(desk, number)] == [("0000001", "withdrawn")]
    assert [line.id for line in service.lacking_people(desk, TODAY, TODAY)] == []
    moved(desk, 480)
    assert [line.id for line in service.lacking_people(desk, TODAY, TODAY)] == [number]
    service.sign_up(desk, number, "0000001")
    assert signed(desk, number) == ["0000001"]


def test_copying_twice_adds_once_and_takes_only_people_who_are_free(desk: Context) -> None:
    number = plan(desk)
    week = TODAY + timedelta(days=7)
    service.sign_up_several(desk, number, ["0000001", "0000002", "0000003"])
    busy = plan(desk, "护河", day=week, starts=600, ends=660)
    service.sign_up(desk, busy, "0000001")
    volunteers.set_state(desk, "0000002", "suspended")
    added = service.copy(desk, [number], [7, 14], with_people=True)
    assert [service.get(desk, one).day for one in added] == [
        week.isoformat(),
        (week + timedelta(days=7)).isoformat(),
    ]
    assert [signed(desk, one) for one in added] == [["0000003"], ["0000001", "0000003"]]
    assert service.copy(desk, [number], [7, 14], with_people=True) == []
    assert code_of(service.copy, desk, [number], [3, 900]) == "bad_day"


def test_a_changed_or_cancelled_assignment_never_changes_visits_that_are_credited(desk: Context) -> None:
    number = plan(desk)
    for no in ("0000001", "0000002"):
        service.sign_up(desk, number, no)
        moved(desk, 535)
        assert volunteers.check_in(desk, no).credited_to == "便民服务台"
    moved(desk, 680)
    volunteers.check_in(desk, "0000001")
    before = visit_rows(desk)
    assert len(before) == 2
    changes = (
        Fields(TODAY, "服务台", 480, 600, "二楼", None, 9, "新的说明"),
        Fields(TODAY, "服务台", 540, 700),
    )
    for fields in changes:
        assert service.change(desk, number, fields)
        assert not service.change(desk, number, fields)
        assert visit_rows(desk) == before
    assert (
        code_of(service.change, desk, number, Fields(TODAY + timedelta(days=1), "服务台", 540, 700)) == "already_served"
    )
    service.withdraw(desk, number, "0000001")
    service.cancel(desk, number, "停电")
    assert visit_rows(desk) == before


CHANGES = st.one_of(
    st.tuples(
        st.just("change"), st.integers(-2, 2), st.integers(0, 1439), st.integers(1, 1440), st.sampled_from(["甲", "乙"])
    ),
    st.tuples(st.just("cancel")),
    st.tuples(st.just("withdraw"), st.sampled_from(["0000001", "0000002"])),
    st.tuples(st.just("copy"), st.integers(-2, 9), st.booleans()),
    st.tuples(st.just("sign"), st.sampled_from(["0000001", "0000003"])),
)


@settings(max_examples=25)
@given(steps=st.lists(CHANGES, max_size=8), over_midnight=st.booleans())
def test_whatever_becomes_of_assignments_the_visits_and_their_log_stay(
    steps: list[tuple[Any, ...]], over_midnight: bool
) -> None:
    with passing_desk() as (desk, _):
        desk.clock = Clock(NOON)
        with desk.change("test.filled", "centre") as connection:
            for number in (1, 2, 3):
                volunteers.store(desk, connection, Volunteer(no=f"{number:07d}", name="张三"), "")
        number = plan(desk, "甲", ends=1500 if over_midnight else 690)
        for no in ("0000001", "0000002"):
            service.sign_up(desk, number, no)
            moved(desk, 545)
            volunteers.check_in(desk, no)
        moved(desk, 1490 if over_midnight else 680)
        volunteers.check_in(desk, "0000001")
        before = contents(desk)
        for step in steps:
            with suppress(DeskError):
                take(desk, number, step)
        after = contents(desk)
        assert (after["visit"], after["scan"]) == (before["visit"], before["scan"])
        line = service.get(desk, number)
        assert line.day == TODAY.isoformat()
        assert not over_midnight or line.ends_at >= max(row["left_at"] or 0 for row in visits_of(desk))


def take(desk: Context, number: int, step: tuple[Any, ...]) -> None:
    match step:
        case ("change", days, starts, length, title):
            fields = Fields(TODAY + timedelta(days=days), title, starts, starts + length)
            service.change(desk, number, fields)
        case ("cancel",):
            service.cancel(desk, number, "下雨")
        case ("withdraw", no):
            service.withdraw(desk, number, no)
        case ("copy", days, people):
            service.copy(desk, [number], [days], with_people=people)
        case ("sign", no):
            service.sign_up(desk, number, no, anyway=True)


def visits_of(desk: Context) -> list[Any]:
    return desk.database.connection.execute("SELECT * FROM visit").fetchall()


def test_an_assignment_whose_people_stayed_past_midnight_goes_on_past_it(desk: Context) -> None:
    number = plan(desk, "夜巡", starts=1320, ends=1560)
    service.sign_up(desk, number, "0000001")
    moved(desk, 1320)
    volunteers.check_in(desk, "0000001")
    moved(desk, 1500)
    assert volunteers.check_in(desk, "0000001").result == "left"
    assert code_of(service.change, desk, number, Fields(TODAY, "夜巡", 1320, 1430)) == "already_served"
    assert service.change(desk, number, Fields(TODAY, "夜巡", 1320, 1500))


def test_who_is_here_who_came_and_who_is_missing(desk: Context) -> None:
    number = plan(desk)
    moved(desk, 500)
    service.sign_up_several(desk, number, ["0000001", "0000002", "0000003"])
    assert {one.presence for one in service.attendance(desk, number)} == {"expected"}
    volunteers.check_in(desk, "0000001")
    moved(desk, 545)
    volunteers.check_in(desk, "0000002")
    volunteers.check_in(desk, "0000004")
    with desk.database.write() as connection:
        [visit] = visits.of_volunteer(connection, "0000004", TODAY.isoformat(), TODAY.isoformat())
        kept = visits.VisitRow.model_validate({**visit.model_dump(), "assignment_id": number})
        visits.put(connection, kept)
    moved(desk, 600)
    volunteers.check_in(desk, "0000001")
    found = {one.volunteer_no: (one.presence, one.signed) for one in service.attendance(desk, number)}
    assert found == {
        "0000001": ("came", True),
        "0000002": ("here", True),
        "0000003": ("late", True),
        "0000004": ("here", False),
    }


def test_who_is_here_for_something_else_is_not_said_to_be_missing(desk: Context) -> None:
    number = plan(desk, starts=720, ends=780)
    service.sign_up_several(desk, number, ["0000001", "0000002"])
    moved(desk, 500)
    assert volunteers.check_in(desk, "0000001").credited_to == ""
    assert {one.presence for one in service.attendance(desk, number)} == {"expected"}
    moved(desk, 725)
    found = service.attendance(desk, number)
    assert [one.presence for one in found] == ["elsewhere", "late"]
    assert presence_words(desk, found[0]) == "在岗，未计入"
    moved(desk, 790)
    assert {one.presence for one in service.attendance(desk, number)} == {"late"}


def test_an_auditor_changes_nothing(desk: Context) -> None:
    number = plan(desk)
    desk.operator = Operator("M001", "王五", "auditor")
    before = contents(desk, audit=True)
    assert code_of(plan, desk, "护河") == "auditor_reads_only"
    assert code_of(service.cancel, desk, number, "x") == "auditor_reads_only"
    assert code_of(service.sign_up, desk, number, "0000001") == "auditor_reads_only"
    assert contents(desk, audit=True) == before


def test_what_a_check_in_reads_of_assignments_is_one_statement_however_many_there_are(desk: Context) -> None:
    statements: list[str] = []
    counts = []
    for size in (1, 40):
        for number in range(size):
            service.sign_up(desk, plan(desk, f"{size}-{number}"), "0000001", anyway=True)
        desk.database.connection.set_trace_callback(statements.append)
        service.coming_of(desk, "0000001")
        desk.database.connection.set_trace_callback(None)
        counts.append(len(statements))
        statements.clear()
    assert counts == [1, 1]


@given(st.text(max_size=14))
def test_whatever_is_typed_as_a_time_is_a_span_of_at_most_a_day_or_refused(text: str) -> None:
    try:
        starts, ends = rules.read_span(text)
    except ValueError:
        return
    assert 0 <= starts < 1440
    assert starts <= ends <= starts + 1440
    assert rules.read_span(rules.span_words(starts, ends)) == (starts, ends)


@pytest.mark.parametrize("typed", ["1000-1000", "22:00-21:59", "0-24", "8-次日8", "2200-14:01"])
def test_no_duty_lasts_longer_than_sixteen_hours_or_no_time_at_all(desk: Context, typed: str) -> None:
    starts, ends = rules.read_span(typed)
    assert code_of(plan, desk, starts=starts, ends=ends) == "bad_times"
    assert plan(desk, starts=1320, ends=1320 + 960)


@pytest.mark.parametrize(
    ("typed", "span"),
    [
        ("0900-1130", (540, 690)),
        ("900-1130", (540, 690)),
        ("9-11", (540, 660)),
        ("9:00-11:30", (540, 690)),
        ("９：００～１１：３０", (540, 690)),
        ("9点到11点", (540, 660)),
        ("22:00-2:00", (1320, 1560)),
        ("22:00-次日2:00", (1320, 1560)),
        ("2200-2600", (1320, 1560)),
        ("9:00-9:00", (540, 540)),
        ("9:00-次日9:00", (540, 1980)),
        ("0-24", (0, 1440)),
    ],
)
def test_times_are_typed_fast(typed: str, span: tuple[int, int]) -> None:
    assert rules.read_span(typed) == span


@pytest.mark.parametrize("typed", ["", "9", "9-", "25-26", "9:70-10", "9-11-12", "900", "0-25", "abc"])
def test_what_is_no_span_of_time_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        rules.read_span(typed)


@pytest.mark.parametrize(
    ("typed", "later"),
    [("+7", [7]), ("4周", [7, 14, 21, 28]), ("2w", [7, 14]), ("11-21 11-22", [1, 2]), ("明天,明天", [1])],
)
def test_where_to_copy_is_typed_in_days_or_weeks(typed: str, later: list[int]) -> None:
    today = date(2026, 11, 20)
    assert rules.read_targets(typed, today, today) == later


def test_a_line_counts_whom_it_lacks(desk: Context) -> None:
    number = plan(desk, needed=2)
    service.sign_up(desk, number, "0000001")
    [line] = records.lines(desk.database.connection, TODAY.isoformat(), TODAY.isoformat())
    assert (rules.lacking(line), rules.is_full(line)) == (1, False)
    service.sign_up(desk, number, "0000002")
    [line] = records.lines(desk.database.connection, TODAY.isoformat(), TODAY.isoformat())
    assert (rules.lacking(line), rules.is_full(line)) == (0, True)
