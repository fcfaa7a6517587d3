"""Duties of the calendar, posts that must be filled, results in a row and numbers, beside plain counting."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.cases.definition.model import Duty, Number
from frontdesk.cases.definition.reading import own_definitions
from frontdesk.cases.engine.duties import bounds, turn, turns
from frontdesk.cases.engine.together import held_twice, next_number, number_prefix, runs, title_of, vacant
from frontdesk.cases.engine.values import Value

DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
DEFINITIONS = own_definitions()


def duty_of(every: str, least: int = 1, warns: int = 3) -> Duty:
    said = {"every": every, "of": "small", "states": ["held"], "day_field": "held_on", "least": least, "warns": warns}
    return Duty.model_validate(said)


@given(
    every=st.sampled_from(["week", "month", "quarter", "half_year", "year"]),
    done=st.lists(DAYS, max_size=12),
    day=DAYS,
    today=DAYS,
    least=st.integers(1, 3),
)
def test_a_turn_counts_what_was_done_in_its_days(
    every: str, done: list[date], day: date, today: date, least: int
) -> None:
    duty = duty_of(every, least)
    found = turn(duty, done, day, today)
    assert found.first <= day <= found.last
    assert found.done == len([one for one in done if found.first <= one <= found.last])
    assert (found.pace == "met") == (found.done >= least)
    if found.pace != "met":
        assert (found.pace == "missed") == (today > found.last)
        assert (found.pace in ("soon", "overdue")) == (0 <= (found.last - today).days <= 3)


@given(every=st.sampled_from(["week", "month", "quarter", "half_year", "year"]), since=DAYS, today=DAYS)
def test_turns_leave_no_day_out_and_none_twice(every: str, since: date, today: date) -> None:
    since, today = min(since, today), max(since, today)
    found = turns(duty_of(every), [], since, today)
    assert found[0].first <= today <= found[0].last
    assert found[-1].first <= since <= found[-1].last or len(found) == 1
    for later, earlier in pairwise(found):
        assert earlier.last + timedelta(days=1) == later.first


def test_half_years_begin_in_january_and_july() -> None:
    duty = duty_of("half_year")
    assert bounds(duty, date(2026, 6, 30))[:2] == (date(2026, 1, 1), date(2026, 6, 30))
    assert bounds(duty, date(2026, 7, 1))[:2] == (date(2026, 7, 1), date(2026, 12, 31))
    assert [bounds(duty, date(2026, month, 1))[2] for month in (1, 12)] == ["2026年上半年", "2026年下半年"]


@given(day=DAYS)
def test_a_half_year_is_two_quarters_and_half_of_its_year(day: date) -> None:
    first, last, _ = bounds(duty_of("half_year"), day)
    quarters = {bounds(duty_of("quarter"), one)[:2] for one in (first, last)}
    whole = bounds(duty_of("year"), day)
    assert sum((end - begin).days + 1 for begin, end in quarters) == (last - first).days + 1
    assert (first == whole[0]) != (last == whole[1])
    assert first <= day <= last


def test_posts_of_the_team_are_vacant_until_somebody_holds_them() -> None:
    vacancy = DEFINITIONS["ops_team"].vacancies
    assert vacancy is not None
    assert vacant(vacancy, []) == ["deputy", "department", "full_time"]
    held: list[dict[str, Value]] = [
        {"role": "deputy"},
        {"role": "full_time"},
        {"role": "full_time"},
        {"role": "x_talent"},
    ]
    assert vacant(vacancy, held) == ["department"]
    assert held_twice(vacancy, held) == ["full_time"]


@pytest.mark.parametrize(
    ("results", "length"),
    [
        ([("below", 2024), ("below", 2025)], 2),
        ([("below", 2023), ("below", 2025)], 1),
        ([("below", 2024), ("rated", 2025)], 0),
        ([("below", 2024), ("below", 2025), ("rated", 2025)], 0),
        ([("rated", 2023), ("below", 2024), ("below", 2025), ("below", 2026)], 3),
        ([], 0),
    ],
)
def test_two_years_below_star_in_a_row_have_the_consequence(results: list[tuple[str, int]], length: int) -> None:
    streak = DEFINITIONS["star_rating"].streak
    assert streak is not None
    said: list[tuple[str, dict[str, Value]]] = [
        (state, {"operator": "乐邻社", "year": year}) for state, year in results
    ]
    found = runs(streak, [*said, ("rated", {"operator": "别家", "year": 2026})])
    assert [(one.by, one.length, one.has_consequence) for one in found] == (
        [("乐邻社", length, length >= 2)] if length else []
    )


@given(per=st.sampled_from(["year", "month", "never"]), day=DAYS, digits=st.integers(2, 5), count=st.integers(1, 120))
def test_numbers_follow_each_other_without_a_gap(per: str, day: date, digits: int, count: int) -> None:
    number = Number.model_validate({"prefix": "SW", "per": per, "digits": digits})
    last, found = "", []
    for _ in range(count):
        last = next_number(number, day, last)
        found.append(int(last.removeprefix(number_prefix(number, day))))
        assert len(last) >= len(number_prefix(number, day)) + digits
    assert found == list(range(1, count + 1))


def test_a_record_is_called_by_no_persons_name() -> None:
    team = DEFINITIONS["ops_team"]
    values: dict[str, Value] = {"role": "deputy", "holder": "王五", "organisation": "安亭镇"}
    assert title_of(team, values) == "安亭镇"
    assert title_of(DEFINITIONS["first_contact"], {"matter": "医保", "visitor": "王五"}) == "医保"
