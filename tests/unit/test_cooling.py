"""The kiosk cools down after wrong codes in a row (acceptance, check-in 24)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from frontdesk.common.cooling import FIRST_SECONDS, FORGOTTEN_SECONDS, FREE_WRONG_CODES, LONGEST_SECONDS, Cooling


def test_two_slips_are_free_and_every_further_one_doubles_the_wait_up_to_a_minute() -> None:
    cooling, now, waits = Cooling(), 0.0, []
    for _ in range(9):
        wait = cooling.take_wrong(now)
        waits.append(wait)
        now += wait
    assert waits == [0, 0, 5, 10, 20, 40, 60, 60, 60]


def test_a_card_that_is_taken_ends_the_row() -> None:
    cooling = Cooling()
    for _ in range(FREE_WRONG_CODES):
        cooling.take_wrong(0)
    cooling.take_right()
    assert cooling.left(0) == 0
    assert [cooling.take_wrong(1), cooling.take_wrong(2), cooling.take_wrong(3)] == [0, 0, FIRST_SECONDS]


def test_wrong_codes_that_lie_far_apart_are_no_row() -> None:
    cooling = Cooling()
    assert [cooling.take_wrong(place * (FORGOTTEN_SECONDS + 1)) for place in range(6)] == [0] * 6


@given(st.lists(st.floats(0, 2 * FORGOTTEN_SECONDS), max_size=12), st.floats(0, 200))
def test_a_kiosk_that_is_opened_again_waits_as_long_as_one_that_was_not_closed(
    gaps: list[float], since_last: float
) -> None:
    moments, now = [], 0.0
    for gap in gaps:
        now += gap
        moments.append(now)
    now += since_last
    cooling = Cooling()
    for moment in moments:
        cooling.take_wrong(moment)
    again = Cooling.after([now - moment for moment in moments], now)
    assert abs(again.left(now) - cooling.left(now)) < 1e-6
    assert 0 <= again.left(now) <= LONGEST_SECONDS
