"""What is tried of one mechanism holds for those that are like it, and what all of them have in common."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from frontdesk.cases.definition.model import Definition
from frontdesk.cases.definition.reading import own_definitions

Own = Mapping[str, Definition]


@pytest.fixture
def own() -> Own:
    return own_definitions()


@pytest.mark.parametrize("definition", own_definitions().values(), ids=lambda one: one.code)
def test_ends_are_undone_by_a_manager_with_a_reason_and_nothing_is_broken_off_without_one(
    definition: Definition,
) -> None:
    stops = {one.code for one in definition.states if one.end == "stopped"}
    ends = {one.code for one in definition.states if one.end is not None}
    for one in definition.transitions:
        assert one.reopens == (set(one.from_) <= ends), one.code
        if one.reopens:
            assert (one.who, one.reason) == (("manager",), "required"), one.code
        if one.level is not None:
            assert one.reason == "required", one.code
        if one.to in stops:
            assert one.reason == "required" or any(ask.required for ask in one.asks), one.code


def test_both_funds_are_kept_alike(own: Own) -> None:
    one, other = own["self_gov_fund"], own["co_gov_fund"]
    assert one.transitions == other.transitions
    assert (one.states, one.deadlines, one.works_out) == (other.states, other.deadlines, other.works_out)
    assert [(held.code, held.required) for held in one.fields] == [(held.code, held.required) for held in other.fields]


@pytest.mark.parametrize("code", ["wish", "mediation"])
def test_wishes_and_mediations_climb_and_are_due_as_complaints(own: Own, code: str) -> None:
    behaves_as_a_complaint(own, code)


def behaves_as_a_complaint(own: Own, code: str) -> None:
    one, other = own["complaint"], own[code]
    assert (one.states, one.deadlines, one.levels) == (other.states, other.deadlines, other.levels)
    own_way = {"finish"} if code == "mediation" else set()
    for step in one.transitions:
        mine = other.transition(step.code)
        assert mine is not None
        assert mine == step or step.code in own_way, step.code
        assert (mine.from_, mine.to, mine.who, mine.needs, mine.reason) == (
            step.from_,
            step.to,
            step.who,
            step.needs,
            step.reason,
        )


MEETINGS = sorted(one.code for one in own_definitions().values() if one.kind == "meeting")


@pytest.mark.parametrize("code", MEETINGS)
def test_meetings_are_called_held_and_closed_as_the_council_is(own: Own, code: str) -> None:
    behaves_as_the_council(own, code)


def behaves_as_the_council(own: Own, code: str) -> None:
    council, other = own["council_meeting"], own[code]
    for step in council.transitions:
        mine = other.transition(step.code)
        assert mine is not None
        if step.code == "hold":
            assert all(opening in mine.opens for opening in step.opens)
        elif (step.code, code) != ("close", "three_meetings"):
            assert mine == step, step.code
        assert (mine.who, mine.reason) == (step.who, step.reason), step.code
    counted = {"invited_count", "came_count", "came_rate"}
    assert [one for one in other.works_out if one.field in counted] == [
        one for one in council.works_out if one.field in counted
    ]
    hold = other.transition("hold")
    assert hold is not None and "minutes" in {ask.field for ask in hold.asks if ask.required}
    closing = other.transition("close")
    assert closing is not None and closing.needs == council.transition("close").needs  # type: ignore[union-attr]


def test_the_third_party_inspects_as_the_office_does(own: Own) -> None:
    one, other = own["inspection"], own["third_party_supervision"]
    assert (one.deadlines, one.works_out) == (other.deadlines, other.works_out)
    for step in one.transitions:
        mine = other.transition(step.code)
        assert mine == step or (step.code == "rectify" and mine is not None and mine.needs == step.needs), step.code
