"""Whoever stays away too often may not sign up for a while, and a taken back no-show lifts it."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from frontdesk.activities.attendance.penalty import PenaltyRule, penalties, penalty_on

FIRST = date(2026, 1, 1)
OFFSETS = st.lists(st.integers(0, 400), max_size=12)
RULES = st.builds(PenaltyRule, st.integers(0, 4), st.integers(1, 120), st.integers(1, 60))


def day_of(offset: int) -> date:
    """The day so many days after the first."""
    return FIRST + timedelta(days=offset)


def last_day_by_hand(rule: PenaltyRule, offsets: list[int], waived: int | None, today: int) -> int | None:
    """The same looked for day by day: on which past days the number was full, and what those reach to."""
    reached = None
    for full_day in range(today + 1):
        on_that_day = [one for one in offsets if one == full_day and (waived is None or one > waived)]
        in_window = [
            one for one in offsets if full_day - rule.within_days < one <= full_day and (waived is None or one > waived)
        ]
        if rule.limit and on_that_day and len(in_window) >= rule.limit and full_day + rule.penalty_days >= today:
            reached = full_day + rule.penalty_days
    return reached


@given(RULES, OFFSETS, st.none() | st.integers(0, 400), st.integers(0, 460))
def test_the_penalty_is_what_a_count_day_by_day_gives(
    rule: PenaltyRule, offsets: list[int], waived: int | None, today: int
) -> None:
    through = None if waived is None else day_of(waived)
    found = penalty_on(rule, [day_of(one) for one in offsets], through, day_of(today))
    expected = last_day_by_hand(rule, offsets, waived, today)
    assert (found and found.until) == (None if expected is None else day_of(expected))


@given(RULES, OFFSETS.filter(bool), st.data())
def test_a_no_show_taken_back_never_makes_a_penalty_longer(
    rule: PenaltyRule, offsets: list[int], data: st.DataObject
) -> None:
    days = [day_of(one) for one in offsets]
    fewer = list(days)
    fewer.remove(data.draw(st.sampled_from(days)))
    on = day_of(data.draw(st.integers(0, 460)))
    before, after = penalty_on(rule, days, None, on), penalty_on(rule, fewer, None, on)
    assert after is None or (before is not None and after.until <= before.until)


def test_the_number_that_makes_it_full_counts_only_within_the_window() -> None:
    rule = PenaltyRule(limit=2, within_days=30, penalty_days=10)
    assert penalties(rule, [day_of(0), day_of(30)]) == []
    found = penalties(rule, [day_of(0), day_of(29)])
    assert [(one.first, one.until, one.count) for one in found] == [(day_of(29), day_of(39), 2)]
    assert penalty_on(rule, [day_of(0), day_of(29)], None, day_of(39)) is not None
    assert penalty_on(rule, [day_of(0), day_of(29)], None, day_of(40)) is None


def test_nobody_is_restricted_where_the_limit_is_off_or_what_counted_was_waived() -> None:
    days = [day_of(1), day_of(2)]
    assert penalty_on(PenaltyRule(0, 90, 30), days, None, day_of(3)) is None
    assert penalty_on(PenaltyRule(2, 90, 30), days, day_of(1), day_of(3)) is None
