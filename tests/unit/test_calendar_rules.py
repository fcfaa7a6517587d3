"""Working days: the real calendar of 2026, years that nobody knows, and counting there and back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.calendar import OverrideKind
from frontdesk.calendar.package import package_days, package_years
from frontdesk.calendar.rules import (
    Calendar,
    SpecialDay,
    add_working_days,
    complete_years,
    day_kind,
    is_pointless,
    is_working_day,
    working_days_between,
)

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
REAL = package_days()
MAKEUP_2026 = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]

days = st.dates(date(2020, 1, 1), date(2029, 12, 31))
calendars = st.dictionaries(
    st.dates(date(2025, 1, 1), date(2028, 12, 31)),
    st.builds(SpecialDay, st.sampled_from(["holiday", "makeup"])),
    max_size=120,
)


def days_of(year: int) -> list[date]:
    return [
        date(year, 1, 1) + timedelta(days=number) for number in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    ]


def test_2026_has_its_six_make_up_workdays_and_33_days_off() -> None:
    of_2026 = {day: special.kind for day, special in REAL.items() if day.year == 2026}
    assert sorted(day.isoformat() for day, kind in of_2026.items() if kind == "makeup") == MAKEUP_2026
    assert list(of_2026.values()).count("holiday") == 33
    assert all(is_working_day(date.fromisoformat(day), REAL) for day in MAKEUP_2026)
    assert sum(is_working_day(day, REAL) for day in days_of(2026)) == 248


def test_weekend_days_inside_a_holiday_are_holidays_and_other_weekends_are_not() -> None:
    assert day_kind(date(2026, 10, 3), REAL) == "holiday"
    assert day_kind(date(2026, 10, 17), REAL) == "sat"
    assert day_kind(date(2026, 10, 10), REAL) == "makeup"
    assert day_kind(date(2026, 10, 12), REAL) == "mon"


def test_the_package_knows_2004_to_2026_whole_and_not_2027() -> None:
    assert package_years() == frozenset(range(2004, 2027))
    assert complete_years({day: special.kind for day, special in REAL.items()}) == package_years()
    assert [day for day, special in REAL.items() if is_pointless(day, special.kind)] == []
    assert {special.name for special in REAL.values()} >= {"元旦", "春节", "清明", "劳动节", "端午", "中秋", "国庆节"}


def test_an_unknown_year_is_monday_to_friday_and_is_named() -> None:
    calendar = Calendar.of(date(2026, 12, 20), date(2027, 1, 10), package_years(), REAL)
    assert calendar.unknown_years == (2027,)
    assert calendar.known(date(2026, 12, 31)) and not calendar.known(date(2027, 1, 1))
    assert calendar.day_kind(date(2027, 1, 1)) == "fri" and calendar.is_working_day(date(2027, 1, 1))
    assert sum(calendar.is_working_day(day) for day in days_of(2027)) == 261
    assert Calendar.of(date(2199, 1, 1), date(2199, 1, 1)).unknown_years == (2199,)


def test_the_fixed_holidays_of_the_law_are_known_in_a_year_whose_list_is_not() -> None:
    put_in = {date(2027, 10, 2): SpecialDay("holiday", "街道运动会"), date(2027, 10, 8): SpecialDay("holiday", "校庆")}
    calendar = Calendar.of(date(2026, 1, 1), date(2027, 12, 31), package_years(), REAL | put_in)
    by_law = calendar.with_law_holidays()
    found = [(f"{day:%m-%d}", one.name) for day, one in by_law.special_days(date(2027, 1, 1), date(2027, 12, 31))]
    assert found == [
        ("01-01", "元旦"),
        ("05-01", "劳动节"),
        ("05-02", "劳动节"),
        ("10-01", "国庆节"),
        ("10-02", "街道运动会"),
        ("10-03", "国庆节"),
        ("10-08", "校庆"),
    ]
    assert by_law.unknown_years == (2027,) and not by_law.known(date(2027, 1, 1))
    assert by_law.special_days(date(2026, 1, 1), date(2026, 12, 31)) == calendar.special_days(
        date(2026, 1, 1), date(2026, 12, 31)
    )
    eve = Calendar.of(date(2026, 12, 1), date(2026, 12, 31), package_years(), REAL).with_law_holidays()
    assert not eve.is_working_day(date(2027, 1, 1)) and eve.unknown_years == ()
    # Deadlines go on as they were: Monday to Friday, until the list is there.
    assert calendar.is_working_day(date(2027, 1, 1))


def test_working_days_go_on_across_new_year() -> None:
    known = Calendar.of(date(2025, 12, 1), date(2026, 1, 31), package_years(), REAL)
    # The first three days of 2026 are off, Sunday the 4th is worked.
    assert known.add_working_days(date(2025, 12, 31), 1) == date(2026, 1, 4)
    assert known.add_working_days(date(2025, 12, 30), 3) == date(2026, 1, 5)
    assert known.add_working_days(date(2026, 1, 4), -1) == date(2025, 12, 31)
    assert known.working_days_between(date(2025, 12, 30), date(2026, 1, 5)) == 3
    into_unknown = Calendar.of(date(2026, 12, 1), date(2027, 1, 31), package_years(), REAL)
    assert into_unknown.add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 1)
    assert into_unknown.unknown_years == (2027,)


@pytest.mark.parametrize("day", [date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22)])
def test_one_working_day_after_friday_saturday_or_sunday_is_monday(day: date) -> None:
    assert add_working_days(day, 1, REAL) == date(2026, 11, 23)
    assert add_working_days(day, 0, REAL) == day


@given(days, st.integers(-300, 300), calendars)
def test_counting_there_and_back_leads_to_the_same_day(
    day: date, count: int, overrides: dict[date, SpecialDay]
) -> None:
    there = add_working_days(day, count, overrides)
    assert working_days_between(day, there, overrides) == count
    assert count == 0 or is_working_day(there, overrides)
    if is_working_day(day, overrides):
        assert add_working_days(there, -count, overrides) == day


@given(days, days, st.integers(-100, 100), st.integers(0, 20), calendars)
def test_a_later_day_and_a_longer_time_never_end_earlier(
    one: date, other: date, count: int, more: int, overrides: dict[date, SpecialDay]
) -> None:
    first, last = sorted((one, other))
    assert add_working_days(first, count, overrides) <= add_working_days(last, count, overrides)
    assert add_working_days(first, count, overrides) <= add_working_days(first, count + more, overrides)


@given(days, days, days, calendars)
def test_stretches_add_up(one: date, other: date, third: date, overrides: dict[date, SpecialDay]) -> None:
    first, middle, last = sorted((one, other, third))
    assert working_days_between(first, middle, overrides) + working_days_between(
        middle, last, overrides
    ) == working_days_between(first, last, overrides)


@given(days, days, calendars)
def test_between_counts_the_working_days_after_the_first_up_to_the_last(
    one: date, other: date, overrides: dict[date, SpecialDay]
) -> None:
    first, last = sorted((one, other))
    stretch = [first + timedelta(days=number) for number in range(1, (last - first).days + 1)]
    assert working_days_between(first, last, overrides) == sum(is_working_day(day, overrides) for day in stretch)


@pytest.mark.parametrize(
    ("listed", "whole"),
    [
        ({date(2027, 1, 1): "holiday", date(2027, 10, 1): "holiday"}, {2027}),
        ({date(2027, 1, 1): "holiday"}, set()),
        ({date(2027, 10, 1): "holiday", date(2028, 1, 1): "holiday"}, set()),
        ({}, set()),
    ],
)
def test_a_list_is_a_years_whole_one_with_the_holidays_that_every_year_has(
    listed: dict[date, OverrideKind], whole: set[int]
) -> None:
    assert complete_years(listed) == whole
