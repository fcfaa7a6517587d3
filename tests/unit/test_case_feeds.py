"""What definitions say beside their steps: the numbers of P0 and P1 for the reports, and when a meeting was held."""

from __future__ import annotations

from frontdesk.cases.definition.reading import own_definitions
from frontdesk.cases.mechanisms import MECHANISMS

LOOKED_UP = {
    "matter_guide": "says how a matter is done; what was asked is counted by the first contacts",
    "seal_list": "says what the seal may be put to; its uses are counted by seal_use",
    "assist_list": "says what the committee assists with; what it did is counted where it was done",
}
"""Registers that things are only looked up in, and why nothing of them is counted."""


def test_every_definition_of_every_week_gives_numbers_or_is_only_looked_up_in() -> None:
    found = own_definitions()
    weekly = {one.number for one in MECHANISMS if one.priority in ("P0", "P1")}
    wanted = {code for code, one in found.items() if weekly & {*one.mechanisms} and one.kind != "duty"}
    without = {code for code in wanted if not found[code].feeds}
    assert without == set(LOOKED_UP)
    assert {found[code].kind for code in without} == {"register"}


def test_what_the_calendar_asks_for_is_counted_where_it_is_held() -> None:
    found = own_definitions()
    counted = {one.duty.of for one in found.values() if one.duty is not None}
    assert {code for code in counted if not found[code].feeds} == set()


def test_posts_of_the_grid_are_counted_filled_and_vacant() -> None:
    feeds = {one.code: one for one in own_definitions()["grid_duty_roster"].feeds}
    assert (feeds["filled"].states, feeds["vacant"].states) == (("filled",), ("vacant",))
    assert feeds["fill_in_time"].deadline == "fill" and feeds["fill_again_in_time"].deadline == "fill_again"


def test_every_meeting_says_in_which_state_it_has_been_held() -> None:
    meetings = [one for one in own_definitions().values() if one.kind == "meeting"]
    assert len(meetings) > 10
    assert {one.code for one in meetings if not any(state.held for state in one.states)} == set()
