"""Rounding happens where hours are shown, and by the rule that the centre has set."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.settings.rules import BOUNDS, Settings
from frontdesk.volunteers.hours.rounding import Rounding, clock_hours, decimal_hours

STEPS = [int(one) for one in BOUNDS["rounding_minutes"].choices]
WAYS = BOUNDS["rounding_direction"].choices

seconds = st.integers(0, 3_000_000)
steps = st.sampled_from(STEPS)
ways = st.sampled_from(WAYS)


@given(seconds, steps, ways)
def test_what_is_shown_is_what_fractions_give(amount: int, step: int, way: str) -> None:
    shown = Rounding(step, way).shown_minutes(amount)
    if step == 0:
        assert shown == floor(Fraction(amount, 60))
        return
    exact = Fraction(amount, 60 * step)
    wanted = {"up": ceil(exact), "down": floor(exact), "nearest": floor(exact + Fraction(1, 2))}[way]
    assert shown == wanted * step


@given(seconds, steps, ways)
def test_rounding_again_changes_nothing(amount: int, step: int, way: str) -> None:
    rounding = Rounding(step, way)
    once = rounding.shown_minutes(amount)
    assert rounding.shown_minutes(once * 60) == once


@given(seconds, seconds, steps, ways)
def test_more_time_is_never_shown_as_less(one: int, other: int, step: int, way: str) -> None:
    rounding = Rounding(step, way)
    assert rounding.shown_minutes(min(one, other)) <= rounding.shown_minutes(max(one, other))


@given(seconds, seconds, steps, ways)
def test_each_kind_is_rounded_for_itself_and_both_add_up_as_they_are_read(
    measured: int, supplemented: int, step: int, way: str
) -> None:
    rounding = Rounding(step, way)
    shown = rounding.shown(measured, supplemented)
    assert shown == (rounding.shown_minutes(measured), rounding.shown_minutes(supplemented))
    assert shown.total == shown.measured + shown.supplemented


@pytest.mark.parametrize(
    ("step", "way", "minutes", "shown"),
    [(30, "nearest", 15, 30), (30, "nearest", 14, 0), (10, "up", 1, 10), (15, "down", 29, 15), (5, "nearest", 3, 5)],
)
def test_a_half_goes_up_and_the_direction_decides_the_rest(step: int, way: str, minutes: int, shown: int) -> None:
    assert Rounding(step, way).shown_minutes(minutes * 60) == shown


def test_a_centre_that_has_set_nothing_shows_the_full_minutes() -> None:
    rounding = Rounding.of(Settings())
    assert [rounding.shown_minutes(amount) for amount in (59, 60, 119, 3600)] == [0, 1, 1, 60]


@given(st.integers(0, 100_000))
def test_hours_are_written_with_two_decimals_and_as_hours_and_minutes(minutes: int) -> None:
    assert abs(Fraction(decimal_hours(minutes)) - Fraction(minutes, 60)) <= Fraction(1, 200)
    hours, rest = clock_hours(minutes).split(":")
    assert (len(rest), int(hours) * 60 + int(rest)) == (2, minutes)
