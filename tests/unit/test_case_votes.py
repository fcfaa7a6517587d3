"""What was voted on: why it was not adopted, and which row a guard is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from frontdesk.cases.definition.reading import own_definitions
from frontdesk.cases.engine import rules
from frontdesk.cases.engine.conditions import rows_named
from frontdesk.cases.engine.values import BadValue, Value, read_value
from frontdesk.cases.engine.working_out import worked
from frontdesk.cases.errors import value_details
from frontdesk.cases.forms import Trusting, plain_fault
from frontdesk.cases.typed import refused_as
from frontdesk.cases.votes import lost_by_row, lost_lines
from frontdesk.locale import speaking, words_for

COUNCIL = own_definitions()["council_meeting"]


def held(came: int, members: int, *votes: tuple[str, int, int]) -> Mapping[str, Value]:
    """A council with so many who came, and these resolutions (text, for, against)."""
    rows: list[dict[str, str | int | bool]] = [
        {"text": text, "votes_for": yes, "votes_against": no} for text, yes, no in votes
    ]
    people: list[dict[str, str | int | bool]] = [{"name": "某人", "came": True}] * came
    return worked(COUNCIL, None, {"people": people, "members": members, "resolutions": rows})


def test_each_row_that_is_not_adopted_says_whether_too_few_came_or_too_few_were_for_it() -> None:
    values = held(8, 12, ("停车", 5, 1), ("绿化", 3, 3))
    assert lost_by_row(COUNCIL, values) == {("resolutions", 2): "赞成 3 票，没有多过反对 3 票"}
    values = held(5, 12, ("停车", 5, 0))
    assert lost_lines(COUNCIL, values) == ["第 1 行没有通过：到会 5 人，不到应到 12 人的 1/2"]
    with speaking("en"):
        assert lost_lines(COUNCIL, values) == ["row 1 is not adopted: 5 came, fewer than 1/2 of 12"]


def test_a_row_of_which_nothing_can_be_said_is_not_called_lost() -> None:
    assert lost_lines(COUNCIL, {"resolutions": [{"text": "停车"}], "came_count": 8, "members": 12}) == []


def test_the_resolution_with_more_votes_than_people_is_named() -> None:
    values = held(8, 12, ("停车", 5, 1), ("绿化", 7, 2), ("门禁", 9, 0))
    need = next(one for step in COUNCIL.transitions for one in step.needs if one.every == "resolutions.counted")
    rows = rows_named(COUNCIL, need, values)
    assert rows == ("2. 绿化", "3. 门禁")
    said = words_for(refused_as(COUNCIL, rules.Refusal("condition", need, rows=rows)))
    assert said.startswith(str(need.otherwise)) and "2. 绿化" in said and "3. 门禁" in said and "停车" not in said


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_who_names_no_choice_is_told_the_choices(language: str) -> None:
    known = Trusting({})
    field = own_definitions()["service_item"].field("list_type")
    assert field is not None
    with speaking(language):
        said = plain_fault(field, "天上的", date(2026, 11, 20), known)
        assert all(str(one.name) in said for one in field.choices)


def test_choices_of_a_setting_are_told_too_and_many_are_cut() -> None:
    field = own_definitions()["service_item"].field("category")
    assert field is not None
    words = [f"第{place}类" for place in range(1, 31)]
    with pytest.raises(BadValue) as wrong:
        read_value(field, "没有的", date(2026, 11, 20), Trusting({"service_categories": words}))
    told = str(value_details(wrong.value)["choices"])
    assert "第1类" in told and "第12类" in told and "第13类" not in told and told.endswith("...")


@pytest.mark.parametrize("code", ["complaint", "mediation", "wish"])
def test_who_goes_on_with_what_is_escalated_has_to_be_named(code: str) -> None:
    definition = own_definitions()[code]
    step = definition.transition("escalate")
    assert step is not None and {one.field: one.required for one in step.asks}["handler"]
    now = rules.Standing("handling", "2026-11-02", {})
    event = rules.Event("moved", "2026-11-03", "1001", "escalate", {"handler": None}, reason="办不了")
    found = rules.refusal(definition, now, event, rules.Actor("1001", is_manager=True))
    assert found is not None and (found.code, found.field) == ("missing", "handler")
