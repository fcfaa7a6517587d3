"""Periods of every kind: an office's week that ends on another day, half months, labels, what lies before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.common.periods import Period, PeriodKind, WeekStyle, parse_period, period_of, week_of
from frontdesk.locale import use_language

THURSDAY = 4
KINDS: tuple[PeriodKind, ...] = ("day", "week", "half_month", "month", "quarter", "year")
days = st.dates(date(1902, 1, 7), date(2198, 12, 1))
weekdays = st.integers(1, 7)


@pytest.mark.parametrize(
    ("day", "week_ends", "key", "first", "last"),
    [
        (date(2027, 1, 1), 7, "2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
        (date(2026, 11, 19), THURSDAY, "2026-W47", date(2026, 11, 13), date(2026, 11, 19)),
        (date(2026, 11, 13), THURSDAY, "2026-W47", date(2026, 11, 13), date(2026, 11, 19)),
        (date(2026, 11, 20), THURSDAY, "2026-W48", date(2026, 11, 20), date(2026, 11, 26)),
        (date(2026, 12, 31), THURSDAY, "2026-W53", date(2026, 12, 25), date(2026, 12, 31)),
        (date(2027, 1, 1), THURSDAY, "2027-W01", date(2027, 1, 1), date(2027, 1, 7)),
        (date(2025, 12, 27), 5, "2026-W01", date(2025, 12, 27), date(2026, 1, 2)),
    ],
)
def test_a_week_has_the_key_of_the_iso_week_in_which_it_ends(
    day: date, week_ends: int, key: str, first: date, last: date
) -> None:
    week = week_of(day, week_ends)
    assert week == Period(key, first, last, "week") == parse_period(key, week_ends=week_ends)


@given(days, weekdays, st.sampled_from(KINDS))
def test_periods_of_a_kind_tile_the_calendar_wherever_weeks_end(day: date, week_ends: int, kind: PeriodKind) -> None:
    period = period_of(kind, day, week_ends, "days")
    assert period.contains(day) and not period.has_ended(day)
    assert parse_period(period.key, week_ends=week_ends, finer=True) == period
    before, after = period.previous(), period.following()
    assert before.last + timedelta(days=1) == period.first and period.last + timedelta(days=1) == after.first
    assert before.following() == period == after.previous()
    assert before.key < period.key < after.key
    assert {before.kind, after.kind} == {kind} and {before.style, after.style} == (
        {"days"} if kind == "week" else {"number"}
    )


@given(days, weekdays)
def test_days_make_up_weeks_and_half_months_make_up_months(day: date, week_ends: int) -> None:
    week = week_of(day, week_ends)
    assert [period_of("day", week.first + timedelta(days=n)).first for n in range(7)][-1] == week.last
    month = period_of("month", day)
    halves = [period_of("half_month", one) for one in (month.first, month.last)]
    assert (halves[0].first, halves[1].last) == (month.first, month.last)
    assert halves[0].following() == halves[1] and sum(half.days for half in halves) == month.days


@given(days, weekdays, st.sampled_from(KINDS))
def test_the_same_period_a_year_ago_has_the_same_number_where_that_year_has_it(
    day: date, week_ends: int, kind: PeriodKind
) -> None:
    period = period_of(kind, day, week_ends)
    ago = period.year_before()
    assert (ago.kind, ago.year, ago.week_ends) == (kind, period.year - 1, period.week_ends)
    assert ago.key[4:] == period.key[4:] or period.key[4:] in ("-W53", "-02-29")
    assert (ago.number, period.number) in {(ago.number, ago.number), (52, 53), (28, 29)}


@pytest.mark.parametrize("key", ["2026-11-31", "2026-00-H1", "2026-11-H3", "2026-11-h1", "2026-13-01", "2026-1-1", ""])
def test_what_is_no_day_and_no_half_month_is_refused(key: str) -> None:
    with pytest.raises(ValueError):
        parse_period(key, finer=True)


@pytest.mark.parametrize("key", ["2026-11-22", "2026-11-H1"])
def test_days_and_half_months_are_taken_only_where_they_are_asked_for(key: str) -> None:
    assert parse_period(key, finer=True).key == key
    with pytest.raises(ValueError):
        parse_period(key)


@pytest.mark.parametrize(
    ("day", "style", "chinese", "english"),
    [
        (date(2026, 11, 19), "number", "2026年第47周", "Week 47 of 2026"),
        (date(2026, 11, 19), "of_month", "2026年11月第3周", "Week 3 of 2026-11"),
        (date(2026, 11, 19), "days", "2026年11月16日至22日", "2026-11-16 to 22"),
        (date(2026, 12, 1), "of_month", "2026年12月第1周", "Week 1 of 2026-12"),
        (date(2026, 12, 1), "days", "2026年11月30日至12月6日", "2026-11-30 to 12-06"),
        (date(2027, 1, 1), "number", "2026年第53周", "Week 53 of 2026"),
        (date(2027, 1, 1), "of_month", "2026年12月第5周", "Week 5 of 2026-12"),
        (date(2027, 1, 1), "days", "2026年12月28日至2027年1月3日", "2026-12-28 to 2027-01-03"),
    ],
)
def test_a_week_is_called_as_the_office_calls_it(day: date, style: WeekStyle, chinese: str, english: str) -> None:
    week = week_of(day, style=style)
    assert week.label == chinese and week.following().style == style
    use_language("en")
    try:
        assert week.label == english
    finally:
        use_language("zh_CN")


def test_days_and_half_months_have_names() -> None:
    day = date(2026, 11, 22)
    assert [period_of(kind, day).label for kind in ("day", "half_month")] == ["2026年11月22日", "2026年11月下半月"]


@given(days, weekdays)
def test_each_week_has_a_place_of_its_own_in_a_month(day: date, week_ends: int) -> None:
    week = week_of(day, week_ends, "of_month")
    assert week.label != week.following().label
