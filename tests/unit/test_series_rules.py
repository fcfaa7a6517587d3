"""On which days a series takes place, in known years, unknown ones, and with a list of the centre's own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.series import OnHoliday, OnMakeup, Pattern
from frontdesk.activities.series.rules import nth_weekday, pattern_dates, planned_days
from frontdesk.calendar.package import package_days, package_years
from frontdesk.calendar.service import Calendar, SpecialDay

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
KNOWN = Calendar.of(FIRST, LAST, package_years(), package_days())
OVERRIDES = {
    date(2027, 1, 1): SpecialDay("holiday", "元旦", "import"),
    date(2027, 1, 2): SpecialDay("makeup", "元旦", "import"),
    date(2027, 2, 8): SpecialDay("holiday", "春节", "import"),
}
IMPORTED = Calendar.of(FIRST, LAST, package_years() | {2027}, {**package_days(), **OVERRIDES})
CALENDARS = st.sampled_from([KNOWN, IMPORTED])
WEEKDAYS = st.sets(st.integers(1, 7), min_size=1, max_size=7).map(lambda days: tuple(sorted(days)))
DAYS = st.dates(FIRST, LAST - timedelta(days=120))

PATTERNS = st.one_of(
    st.builds(Pattern, kind=st.just("weekly"), weekdays=WEEKDAYS, every=st.sampled_from([1, 2, 3])),
    st.builds(Pattern, kind=st.just("monthly"), weekdays=WEEKDAYS, nth=st.sampled_from([1, 2, 3, 4, 5, -1])),
    st.builds(
        Pattern, kind=st.just("dates"), dates=st.lists(st.dates(FIRST, LAST), min_size=1, max_size=12).map(tuple)
    ),
)


def satisfies(day: date, pattern: Pattern, begins: date) -> bool:
    """Whether a day is one of the pattern, said another way than the rule says it."""
    if pattern.kind == "dates":
        return day in pattern.dates
    if day.isoweekday() not in pattern.weekdays:
        return False
    if pattern.kind == "weekly":
        weeks = (day - timedelta(days=day.weekday())) - (begins - timedelta(days=begins.weekday()))
        return weeks.days % (7 * pattern.every) == 0
    if pattern.nth > 0:
        return (day.day - 1) // 7 + 1 == pattern.nth
    return (day + timedelta(days=7)).month != day.month


@given(pattern=PATTERNS, first=DAYS, length=st.integers(0, 120))
def test_every_date_satisfies_the_pattern_and_none_is_left_out(pattern: Pattern, first: date, length: int) -> None:
    last = first + timedelta(days=length)
    found = pattern_dates(pattern, first, last)
    every = [first + timedelta(days=ahead) for ahead in range(length + 1)]
    begins = next((day for day in every if day.isoweekday() in pattern.weekdays), first)
    assert found == [day for day in every if satisfies(day, pattern, begins)]


@given(
    pattern=PATTERNS,
    first=DAYS,
    length=st.integers(0, 120),
    on_holiday=st.sampled_from(["skip", "move", "keep"]),
    on_makeup=st.sampled_from(["keep", "skip"]),
    calendar=CALENDARS,
)
def test_no_day_is_held_twice_and_every_date_is_told_with_its_reason(
    pattern: Pattern,
    first: date,
    length: int,
    on_holiday: OnHoliday,
    on_makeup: OnMakeup,
    calendar: Calendar,
) -> None:
    last = first + timedelta(days=length)
    planned = planned_days(pattern, first, last, on_holiday, on_makeup, calendar)
    calendar = calendar.with_law_holidays()
    assert [one.series_day for one in planned] == pattern_dates(pattern, first, last)
    held = [one.day for one in planned if one.day is not None]
    assert len(held) == len(set(held))
    for one in planned:
        kind = calendar.day_kind(one.series_day)
        if one.why == "moved":
            assert (kind, on_holiday) == ("holiday", "move") and one.day is not None
            assert one.day > one.series_day and calendar.is_working_day(one.day)
            assert on_makeup == "keep" or calendar.day_kind(one.day) != "makeup"
            between = [one.series_day + timedelta(days=ahead) for ahead in range(1, (one.day - one.series_day).days)]
            free = [day for day in between if calendar.is_working_day(day) and day not in set(held)]
            assert [day for day in free if on_makeup == "keep" or calendar.day_kind(day) != "makeup"] == []
        elif one.day is not None:
            assert one.day == one.series_day
        if kind == "holiday" and on_holiday == "skip":
            assert (one.day, one.why) == (None, "holiday_skipped")
        if kind == "makeup" and on_makeup == "skip":
            assert (one.day, one.why) == (None, "makeup_skipped")


@given(pattern=PATTERNS, first=DAYS, data=st.data())
def test_what_follows_from_a_date_of_the_pattern_on_is_the_same_dates(pattern: Pattern, first: date, data: Any) -> None:
    last = first + timedelta(days=100)
    dates = pattern_dates(pattern, first, last)
    if dates:
        begins = data.draw(st.sampled_from(dates))
        assert pattern_dates(pattern, begins, last) == [day for day in dates if day >= begins]


WEDNESDAYS = Pattern(kind="weekly", weekdays=(3,))
FRIDAYS = Pattern(kind="weekly", weekdays=(5,))
DAILY = Pattern(kind="weekly", weekdays=(1, 2, 3, 4, 5, 6, 7))
YEAR_2027 = (date(2027, 1, 1), date(2027, 12, 31))


def days_of(pattern: Pattern, first: date, last: date, calendar: Calendar, **rules: Any) -> list[tuple[str, str, str]]:
    planned = planned_days(
        pattern, first, last, rules.get("on_holiday", "skip"), rules.get("on_makeup", "keep"), calendar
    )
    return [(f"{one.series_day:%m-%d}", f"{one.day:%m-%d}" if one.day else "", one.why) for one in planned]


def test_the_national_holiday_of_2026_is_skipped_moved_or_kept() -> None:
    span = (date(2026, 9, 30), date(2026, 10, 14))
    thursdays = Pattern(kind="weekly", weekdays=(4,))
    assert days_of(thursdays, *span, KNOWN) == [("10-01", "", "holiday_skipped"), ("10-08", "10-08", "ordinary")]
    assert days_of(thursdays, *span, KNOWN, on_holiday="keep")[0] == ("10-01", "10-01", "holiday_kept")
    # The eighth is taken by the series itself, and no working day lies before it.
    assert days_of(thursdays, *span, KNOWN, on_holiday="move")[0] == ("10-01", "10-09", "moved")
    assert planned_days(thursdays, *span, "skip", "keep", KNOWN)[0].name == "国庆节"


def test_a_course_on_saturdays_keeps_or_skips_a_make_up_workday() -> None:
    makeup = next(day for day, one in sorted(package_days().items()) if one.kind == "makeup" and day.year == 2026)
    pattern = Pattern(kind="weekly", weekdays=(makeup.isoweekday(),))
    shown = f"{makeup:%m-%d}"
    assert days_of(pattern, makeup, makeup, KNOWN) == [(shown, shown, "makeup_kept")]
    assert days_of(pattern, makeup, makeup, KNOWN, on_makeup="skip") == [(shown, "", "makeup_skipped")]


def test_a_year_that_nobody_knows_has_the_fixed_holidays_of_the_law_until_a_list_is_imported() -> None:
    new_year = date(2027, 1, 1)
    assert new_year.isocalendar()[:2] == (2026, 53)
    (skipped,) = planned_days(FRIDAYS, new_year, new_year, "skip", "keep", KNOWN)
    assert (skipped.day, skipped.why, skipped.name, skipped.known) == (None, "holiday_skipped", "元旦", False)
    (kept,) = planned_days(FRIDAYS, new_year, new_year, "keep", "keep", KNOWN)
    assert (kept.day, kept.why, kept.known) == (new_year, "holiday_kept", False)
    (moved,) = planned_days(FRIDAYS, new_year, new_year, "move", "keep", KNOWN)
    assert (moved.day, moved.why) == (date(2027, 1, 4), "moved")
    (ordinary,) = planned_days(FRIDAYS, date(2027, 2, 5), date(2027, 2, 5), "skip", "keep", KNOWN)
    assert (ordinary.day, ordinary.why, ordinary.known) == (date(2027, 2, 5), "ordinary", False)
    days = [f"{one.series_day:%m-%d}" for one in planned_days(DAILY, *YEAR_2027, "skip", "keep", KNOWN) if not one.day]
    assert days == ["01-01", "05-01", "05-02", "10-01", "10-02", "10-03"]
    (moved,) = planned_days(FRIDAYS, new_year, new_year, "move", "keep", IMPORTED)
    assert (moved.day, moved.why, moved.name, moved.known) == (date(2027, 1, 2), "moved", "元旦", True)
    (moved,) = planned_days(FRIDAYS, new_year, new_year, "move", "skip", IMPORTED)
    assert moved.day == date(2027, 1, 4)


def test_every_other_week_goes_on_over_a_year_of_53_weeks() -> None:
    pattern = Pattern(kind="weekly", weekdays=(5,), every=2)
    assert pattern_dates(pattern, date(2026, 12, 14), date(2027, 1, 20)) == [
        date(2026, 12, 18),
        date(2027, 1, 1),
        date(2027, 1, 15),
    ]


@pytest.mark.parametrize(
    ("year", "month", "weekday", "nth", "expected"),
    [
        (2026, 11, 2, 2, date(2026, 11, 10)),
        (2026, 11, 1, 5, date(2026, 11, 30)),
        (2026, 11, 2, 5, None),
        (2028, 2, 2, 5, date(2028, 2, 29)),
        (2028, 2, 2, -1, date(2028, 2, 29)),
        (2026, 2, 6, -1, date(2026, 2, 28)),
        (2026, 12, 4, -1, date(2026, 12, 31)),
    ],
)
def test_the_nth_weekday_of_a_month(year: int, month: int, weekday: int, nth: int, expected: date | None) -> None:
    assert nth_weekday(year, month, weekday, nth) == expected


def test_a_date_that_was_taken_out_is_told_and_not_held() -> None:
    pattern = WEDNESDAYS.model_copy(update={"without": (date(2026, 11, 11),)})
    assert days_of(pattern, date(2026, 11, 4), date(2026, 11, 18), KNOWN) == [
        ("11-04", "11-04", "ordinary"),
        ("11-11", "", "deselected"),
        ("11-18", "11-18", "ordinary"),
    ]
