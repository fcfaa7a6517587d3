"""The hours account: windows counted once, minutes never lost, leave as if worked, the contract by working days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db import leave
from frontdesk.calendar.rules import Calendar, SpecialDay
from frontdesk.roster.model import Away, Member, Shift, SlotKey
from frontdesk.roster.output.hours import PersonHours, WorkedSlot, account, contract_minutes
from frontdesk.roster.output.papers import gather
from frontdesk.roster.units import in_hours
from tests.rosterdesks import hand_over, roster_desk

MONDAY, SUNDAY = date(2026, 11, 9), date(2026, 11, 15)
WEEK = (MONDAY, SUNDAY)
EARLY, LATE = Shift("早", "早班", 510, 990, 60), Shift("晚", "晚班", 810, 1290, 30)
NIGHT = Shift("夜", "夜班", 1320, 1800)
PLAIN = Calendar.of(MONDAY, SUNDAY)
AFTERWARDS = datetime(2027, 1, 1)  # noqa: DTZ001 - the wall clock of the centre
ANN, BEN = Member("S1", "张三", 2400), Member("S2", "李四", 2400)


def slot(
    day: int, shift: Shift, acting: str | None, standby: str | None = None, post: str = "前台", planned: str = ""
) -> WorkedSlot:
    who = acting if planned == "" else planned
    return WorkedSlot(SlotKey(MONDAY + timedelta(days=day), post, shift.code), shift, acting, standby, who, standby)


def of(
    slots: list[WorkedSlot],
    *,
    away: tuple[Away, ...] = (),
    calendar: Calendar = PLAIN,
    now: datetime = AFTERWARDS,
) -> tuple[PersonHours, PersonHours]:
    first, second = account(slots, (ANN, BEN), {"S1": away}, calendar, WEEK, now)
    return first, second


def test_acting_and_standing_by_in_one_window_is_one_window_of_work() -> None:
    ann, ben = of([slot(0, EARLY, "S1", "S2"), slot(0, EARLY, "S2", "S1", "活动室"), slot(1, LATE, "S2", "S1")])
    assert (ann.worked, ann.acting, ann.standby_only) == (420 + 450, 420, 450)
    assert (ben.worked, ben.acting, ben.standby_only) == (420 + 450, 870, 0)


def test_a_shift_past_midnight_belongs_to_the_day_it_begins_and_is_an_evening() -> None:
    ann, _ = of([slot(6, NIGHT, "S1")])
    assert (ann.worked, ann.evenings, ann.weekends) == (480, 1, 1)


def test_what_has_not_ended_is_still_to_come() -> None:
    slots = [slot(0, EARLY, "S1"), slot(0, NIGHT, "S1"), slot(1, EARLY, "S1")]
    ann, _ = of(slots, now=datetime(2026, 11, 10, 6, 0))  # noqa: DTZ001
    assert (ann.worked, ann.ahead) == (420 + 480, 420)
    ann, _ = of(slots, now=datetime(2026, 11, 10, 5, 59))  # noqa: DTZ001
    assert (ann.worked, ann.ahead) == (420, 480 + 420)


def test_who_acts_for_somebody_planned_has_covered() -> None:
    ann, ben = of([slot(0, EARLY, "S2", None, planned="S1"), slot(1, EARLY, "S2", "S1")])
    assert (ann.planned, ann.covered, ben.covered, ben.covered_minutes) == (840, 0, 1, 420)
    assert ann.on_duty == 420


def test_a_make_up_saturday_is_a_weekend_day_and_a_holiday_is_one_of_its_own() -> None:
    special = {MONDAY: SpecialDay("holiday", "节"), SUNDAY - timedelta(days=1): SpecialDay("makeup", "节")}
    calendar = Calendar.of(MONDAY, SUNDAY, (2026,), special)
    ann, _ = of([slot(day, EARLY, "S1") for day in (0, 5, 6)], calendar=calendar)
    assert (ann.weekends, ann.holidays, ann.contract) == (2, 1, 2400)


def test_the_contract_of_a_week_shrinks_with_its_holidays_and_a_month_may_have_its_own() -> None:
    special = {MONDAY + timedelta(days=day): SpecialDay("holiday", "节") for day in range(3)}
    calendar = Calendar.of(MONDAY, SUNDAY, (2026,), special)
    assert contract_minutes(ANN, calendar, *WEEK) == 960
    monthly = Member("S3", "王五", 2400, monthly_minutes=9000)
    assert contract_minutes(monthly, PLAIN, date(2026, 11, 1), date(2026, 11, 30)) == 9000
    assert contract_minutes(monthly, PLAIN, *WEEK) == 2400
    weekend = Member("S4", "赵六", 900, weekdays=frozenset({5, 6}))
    assert contract_minutes(weekend, PLAIN, *WEEK) == 900


def test_leave_counts_as_worked_in_halves_and_only_where_the_contract_asks_for_work() -> None:
    away = (Away(MONDAY, MONDAY + timedelta(days=1), from_minute=720), Away(SUNDAY, SUNDAY))
    ann, _ = of([], away=away)
    assert (ann.leave_days, ann.leave_minutes, ann.difference) == (2.5, 720, 720 - 2400)


@pytest.mark.parametrize(
    ("from_minute", "until_minute", "days"),
    [(540, None, 1), (None, 1020, 1), (720, None, 0.5), (None, 810, 0.5), (600, 840, 0.5), (540, 900, 1)],
)
def test_leave_from_nine_in_the_morning_is_a_day_and_an_afternoon_is_half_of_one(
    from_minute: int | None, until_minute: int | None, days: float
) -> None:
    ann, _ = of([], away=(Away(MONDAY, MONDAY, from_minute, until_minute),))
    assert ann.leave_days == days


@pytest.mark.parametrize(
    ("minutes", "words"), [(450, "7.5"), (480, "8"), (0, "0"), (-30, "-0.5"), (20, "0.33"), (6000, "100"), (15, "0.25")]
)
def test_hours_keep_their_halves_and_quarters(minutes: int, words: str) -> None:
    assert in_hours(minutes) == words


PEOPLE = st.sampled_from([None, "S1", "S2"])


@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.sampled_from([EARLY, LATE, NIGHT]), PEOPLE, PEOPLE, st.sampled_from("ABC")),
        unique_by=lambda one: (one[0], one[1].code, one[4]),
    ),
    st.datetimes(datetime(2026, 11, 8), datetime(2026, 11, 17)),  # noqa: DTZ001
)
def test_the_parts_of_an_account_always_add_up(
    drawn: list[tuple[int, Shift, str | None, str | None, str]], now: datetime
) -> None:
    slots = [slot(day, shift, acting, standby, post) for day, shift, acting, standby, post in drawn]
    for person in of(slots, now=now):
        assert person.acting + person.standby_only == person.worked + person.ahead == person.on_duty
        assert min(person.worked, person.ahead, person.acting, person.standby_only) >= 0
        assert person.planned >= 0 and person.covered == 0
        days = {one.key.day for one in slots if person.no in (one.acting, one.standby)}
        assert max(person.evenings, person.weekends) <= len(days)
        assert person.on_duty <= sum(one.shift.ends - one.shift.starts for one in slots)


def test_leave_that_ended_with_a_return_was_taken_until_the_day_before(tmp_path: Path) -> None:
    context = roster_desk(tmp_path, MONDAY - timedelta(days=7), SUNDAY)
    hand_over(context, MONDAY, "前台", "早", "S006", "S002")
    with context.database.write() as connection:
        leave_id = leave.add(connection, "S001", "2026-11-04", "2026-11-13", at=context.now_ms())
        leave.set_returned(connection, leave_id, context.now_ms())
    paper = gather(context, MONDAY - timedelta(days=7), SUNDAY)
    hours = {one.no: one for one in paper.hours}
    # 4 to 8 November: three working days and a weekend.
    assert (hours["S001"].leave_days, hours["S001"].leave_minutes) == (5, 3 * 480)
    assert hours["S006"].covered == 1
    assert sum(one.on_duty for one in paper.hours) > 0
    context.database.close()
