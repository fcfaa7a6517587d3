"""The hand-over of a post: who writes it, what stays of it once it is acknowledged, and how far the post is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from frontdesk.context import Context
from frontdesk.roster import day
from frontdesk.roster.day.words import state_words
from frontdesk.roster.errors import RosterError
from tests.duties import MONDAY, Hands, acting_as, set_up, slot

WEEK = {(number, "财务", "早"): ("S3", "S4") for number in range(5)}


@pytest.fixture
def hands(desk: Context) -> Hands:
    return set_up(desk, WEEK)


def test_a_handover_is_written_by_those_it_concerns_or_a_manager(desk: Context, hands: Hands) -> None:
    asked = day.ask_leave(desk, "S3", MONDAY + timedelta(days=4), MONDAY + timedelta(days=4))
    acting_as(desk, "S5")
    with pytest.raises(RosterError) as caught:
        day.write_handover(desk, asked.leave_id, "财务", "S4", ["对账"])
    assert caught.value.code == "not_yours_to_write"
    assert day.handovers_of(desk, asked.leave_id) == []
    numbers = set()
    for writer in ("S3", "S4", "M001"):
        acting_as(desk, writer)
        numbers.add(day.write_handover(desk, asked.leave_id, "财务", "S4", [f"{writer} 写的"]))
    assert len(numbers) == 1
    assert [one.items for one in day.handovers_of(desk, asked.leave_id)] == ["M001 写的"], "not acknowledged yet"


def test_what_is_acknowledged_of_a_handover_stays_and_is_only_added_to(desk: Context, hands: Hands) -> None:
    asked = day.ask_leave(desk, "S3", MONDAY + timedelta(days=4), MONDAY + timedelta(days=4))
    number = day.write_handover(desk, asked.leave_id, "财务", "S4", ["对账"], ["钥匙"])
    acting_as(desk, "S4")
    day.acknowledge_handover(desk, number)
    day.write_handover(desk, asked.leave_id, "财务", "S4", ["对账"])
    (one,) = day.handovers_of(desk, asked.leave_id)
    assert (one.items, one.materials) == ("对账", "钥匙")
    assert one.acked_at is not None, "nothing new was said"
    acting_as(desk, "S3")
    assert day.write_handover(desk, asked.leave_id, "财务", "S4", ["报销单"]) == number
    (one,) = day.handovers_of(desk, asked.leave_id)
    assert (one.items, one.materials, one.acked_at) == ("对账\n报销单", "钥匙", None), (
        "what is new is acknowledged again"
    )
    acting_as(desk, "S4")
    assert day.acknowledge_handover(desk, number).acked_at is not None


def test_a_post_whose_a_and_b_are_away_is_a_gap_until_the_leader_covers_it(desk: Context, hands: Hands) -> None:
    first = day.report_absent(desk, "S3", MONDAY, MONDAY)
    assert day.states(desk, first.leave_id) == {"财务": "covered"}
    for no in ("S1", "S2", "S4", "S5", "S6"):
        last = day.report_absent(desk, no, MONDAY, MONDAY)
    assert day.states(desk, first.leave_id) == {"财务": "gap"}
    assert "空岗" in state_words("财务", "gap")
    assert last.gaps
    day.assign(desk, slot(0, "财务", "早"), "acting", "M001", "A、B角都不在", override=True)
    assert day.states(desk, first.leave_id) == {"财务": "leader_covers"}
    hands.local(1, 9)
    assert day.states(desk, first.leave_id) == {"财务": "returned"}


def test_a_post_without_a_roster_is_a_gap_when_all_its_holders_are_away(desk: Context, hands: Hands) -> None:
    first = day.report_absent(desk, "S1", MONDAY, MONDAY)
    assert day.states(desk, first.leave_id)["窗口"] == "covered"
    day.report_absent(desk, "S2", MONDAY, MONDAY)
    assert day.states(desk, first.leave_id)["窗口"] == "gap"
