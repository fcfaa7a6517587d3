"""How records move under the rules of single definitions; pauses, money, and what a field holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.cases.definition.model import Condition, Definition, Label
from frontdesk.cases.definition.reading import definition_in
from frontdesk.cases.engine import rules
from frontdesk.cases.engine.conditions import holds
from frontdesk.cases.engine.deadlines import next_due
from frontdesk.cases.engine.rules import Event, Linked, Standing
from frontdesk.cases.engine.values import BadValue, Value, read_value
from tests.unit.test_case_definitions import SMALL
from tests.unit.test_case_engine import ANNA, BERT, CALENDAR, DEFINITIONS, FIRST, Everything


def taken(definition: Definition, now: Standing, step: str, **said: Value) -> Standing:
    """The record after a step that a manager took with these values, which nothing stood in the way of."""
    event = Event("moved", "2026-11-09", ANNA.no, step, said, "有事")
    assert rules.refusal(definition, now, event, ANNA) is None
    return rules.step(definition, now, event)


def refused(definition: Definition, now: Standing, step: str, **said: Value) -> str:
    """Why a manager cannot take a step with these values: the words of a condition, or the code."""
    found = rules.refusal(definition, now, Event("moved", "2026-11-09", ANNA.no, step, said, "有事"), ANNA)
    assert found is not None
    return str(found.condition.otherwise) if found.condition is not None else found.code


def test_no_gate_of_a_joint_review_is_passed_before_the_one_before_and_nothing_is_paid_unsigned() -> None:
    review = DEFINITIONS["joint_review"]
    now = rules.opened(review, Event("opened", "2026-11-02", ANNA.no, values={"project": "新中心", "lead": ANNA.no}))
    gates = ["pass_site", "pass_survey", "pass_plan", "finish_building", "pass_acceptance", "operate"]
    for number, gate in enumerate(gates):
        for later in [*gates[number + 1 :], "pay"]:
            refused(review, now, later)
        signed = [ask.field for ask in review.transition(gate).asks]  # type: ignore[union-attr]
        now = taken(review, now, gate, **{one: "2026-11-09" if one.endswith("_on") else "区地区办" for one in signed})
    assert now.state == "operating"
    assert refused(review, now, "pay", subsidy=100) == "奖补的审核还没有签，先签再办"
    now = taken(review, now, "apply_subsidy", subsidy_asked=50_000_000)
    now = taken(review, now, "sign_subsidy", subsidy_by="区地区办", subsidy_on="2026-11-09", subsidy_doc="1 号")
    assert now.values["subsidy_limit"] == 40_000_000
    assert "40 万元" in refused(review, now, "pay", subsidy=40_000_001)
    assert taken(review, now, "pay", subsidy=40_000_000).ended_on == "2026-11-09"


def test_a_plan_that_is_not_built_yet_cannot_be_put_into_operation() -> None:
    review = DEFINITIONS["joint_review"]
    now = rules.opened(review, Event("opened", "2026-11-02", ANNA.no, values={"project": "新中心", "lead": ANNA.no}))
    for state in ("building", "acceptance"):
        assert refused(review, now._replace(state=state), "operate") == "not_now"
    # Accepted, but with a gate that was found not to be signed.
    assert "选址的审核还没有签" in refused(review, now._replace(state="accepted"), "operate")


@given(score=st.integers(0, 100))
def test_the_colour_of_a_grid_follows_the_rule_or_a_manager_with_a_reason(score: int) -> None:
    grid = DEFINITIONS["grid"]
    said = {"name": "老菜场", "level": "micro", "leader": "雷宝康"}
    now = taken(grid, rules.opened(grid, Event("opened", "2026-11-02", ANNA.no, values=said)), "rate", score=score)
    colour = "green" if score >= 80 else "yellow" if score >= 60 else "red"
    assert now.values["rule_colour"] == colour
    for other in ("yellow", "red"):
        if other == colour:
            assert taken(grid, now, f"to_{other}", colour_reason="评分").state == other
        else:
            assert "手工定色" in refused(grid, now, f"to_{other}", colour_reason="评分")
        assert taken(grid, now, f"set_{other}", colour_reason="现场看过").state == other
        event = Event("moved", "2026-11-09", BERT.no, f"set_{other}", {"colour_reason": "x"}, "有事")
        why = rules.refusal(grid, now, event, BERT)
        assert why is not None and why.code == "only_manager"


def test_a_matter_stays_with_whoever_was_first_asked_until_somebody_accepts_it() -> None:
    contact = DEFINITIONS["first_contact"]
    said = {"matter": "医保", "first_receiver": BERT.no, "owner": BERT.no}
    now = rules.opened(contact, Event("opened", "2026-11-02", BERT.no, values=said))
    now = rules.step(contact, now, Event("moved", "2026-11-02", BERT.no, "pass_on", {"next_owner": "窗口"}))
    assert now.values["owner"] == BERT.no
    accepted = taken(contact, now, "accept")
    assert (accepted.values["owner"], accepted.values["first_receiver"]) == (ANNA.no, BERT.no)
    assert taken(contact, accepted, "give_back").values["owner"] == BERT.no
    assert taken(contact, accepted, "answer_now", answer="好").values["answered_on"] == "2026-11-09"


@pytest.mark.parametrize("code", ["complaint", "wish", "mediation"])
def test_who_is_not_satisfied_is_handled_once_more_before_a_manager_may_close(code: str) -> None:
    case = DEFINITIONS[code]
    now = rules.opened(case, Event("opened", "2026-11-02", BERT.no, values={"matter": "噪声", "handler": BERT.no}))
    for step, said in (("verify", {"found": "属实"}), ("finish", {"result": "劝阻"}), ("tell", {})):
        now = taken(case, now, step, **said)
    now = taken(case, now, "call_back", called="unsatisfied")
    refused(case, now, "close")
    assert refused(case, now, "close_unsatisfied") == "不满意的先重办一次"
    now = taken(case, now, "again")
    now = taken(case, taken(case, now, "finish", result="再劝"), "call_back", called="unsatisfied")
    assert taken(case, now, "close_unsatisfied").state == "closed"


def small() -> Definition:
    text = SMALL.replace(
        "[[deadlines]]",
        """[[transitions]]
code = "wait"
name = { zh_CN = "等" }
from = ["new"]
clock = "pause"
reason = "required"

[[transitions]]
code = "go_on"
name = { zh_CN = "继续" }
from = ["new"]
clock = "resume"
reason = "required"

[[deadlines]]""",
    )
    return definition_in(text.encode(), "small.toml")


def test_a_pause_moves_the_limit_by_its_working_days() -> None:
    definition = small()
    now = rules.opened(definition, Event("opened", "2026-11-02", ANNA.no))

    def due(one: Standing, day: str) -> date | None:
        limit = next_due(definition, one, date.fromisoformat(day), CALENDAR, lambda _: None)
        return limit.due if limit is not None else None

    assert due(now, "2026-11-02") == date(2026, 11, 9)
    now = rules.step(definition, now, Event("moved", "2026-11-05", ANNA.no, "wait", reason="等材料"))
    assert now.is_paused and due(now, "2026-11-20") is None
    now = rules.step(definition, now, Event("moved", "2026-11-10", ANNA.no, "go_on", reason="材料到了"))
    # From Thursday to Tuesday: Friday, Monday and Tuesday did not count.
    assert due(now, "2026-11-10") == date(2026, 11, 12)


def test_a_pause_needs_a_reason_and_is_not_made_twice() -> None:
    definition = small()
    now = rules.opened(definition, Event("opened", "2026-11-02", ANNA.no))
    wait = Event("moved", "2026-11-03", ANNA.no, "wait")
    refused = rules.refusal(definition, now, wait, ANNA)
    assert refused is not None and refused.code == "reason_missing"
    now = rules.step(definition, now, replace(wait, reason="等"))
    refused = rules.refusal(definition, now, replace(wait, reason="再等"), ANNA)
    assert refused is not None and refused.code == "paused_already"


@given(bills=st.lists(st.integers(1, 10**9), max_size=6), budget=st.integers(0, 10**10))
def test_money_stays_in_whole_fen_and_no_step_passes_an_overrun(bills: list[int], budget: int) -> None:
    definition = small()
    field = definition.field("bills")
    assert field is not None
    typed = [{"amount": f"{one // 100}.{one % 100:02d}"} for one in bills]
    rows = read_value(field, typed, FIRST, Everything())
    values = {"bills": rows} if rows is not None else {}
    now = rules.opened(definition, Event("opened", "2026-11-02", ANNA.no, values=values))
    assert rules.total(now.values, "bills.amount") == sum(bills)
    finish = Event("moved", "2026-11-03", ANNA.no, "finish", {"cost": budget})
    refused = rules.refusal(definition, now, finish, ANNA)
    assert (refused is not None) == (sum(bills) > budget)
    if refused is not None:
        assert refused.code == "condition" and refused.condition is not None
        assert str(refused.condition.otherwise) == "票据超了，先改预算"


BODIES = ["committee", "owners", "property", "residents"]


@given(sides=st.lists(st.sampled_from([*BODIES, ""]), max_size=6), again=st.integers(0, 5), least=st.integers(0, 5))
def test_rows_of_the_same_body_are_one_side_in_any_order_and_empty_cells_are_none(
    sides: list[str], again: int, least: int
) -> None:
    rows = tuple({"body": one} if one else {} for one in sides)
    wanted = Condition(different="bodies.body", least=least, otherwise=Label(zh_CN="少了一方", en="A side is missing"))
    found = holds(wanted, {"bodies": rows})
    assert found == (sum(one in sides for one in BODIES) >= least)
    # Neither the order nor a side that stands there once more changes anything.
    assert holds(wanted, {"bodies": rows[::-1]}) == holds(wanted, {"bodies": (*rows, *rows[:again])}) == found
    assert holds(wanted, {}) == (least == 0)


def test_a_deliberation_of_two_rows_of_one_body_is_none() -> None:
    deliberation = DEFINITIONS["deliberation"]
    said: dict[str, Value] = {"topic": "停车", "raised_by": "resident", "topic_class": "parking", "handler": ANNA.no}
    now = rules.opened(deliberation, Event("opened", "2026-11-02", ANNA.no, values=said))
    now = taken(deliberation, now, "accept")
    same: Value = ({"body": "owners", "name": "甲小区"}, {"body": "owners", "name": "乙小区"})
    assert "不同的两方" in refused(deliberation, now, "discuss", held_on="2026-11-09", bodies=same)
    two: Value = ({"body": "owners"}, {"body": "property"})
    assert taken(deliberation, now, "discuss", held_on="2026-11-09", bodies=two).state == "discussed"


WRONG = [
    ("cost", "十元", "bad_money"),
    ("cost", "1.234", "bad_money"),
    ("cost", "-1", "bad_money"),
    ("bills", [{"amount": "x"}], "bad_money"),
    ("bills", "x", "bad_line"),
]


@pytest.mark.parametrize(("code", "typed", "expected"), WRONG)
def test_what_a_field_cannot_hold_is_named(code: str, typed: object, expected: str) -> None:
    field = small().field(code)
    assert field is not None
    with pytest.raises(BadValue) as refused:
        read_value(field, typed, FIRST, Everything())
    assert refused.value.code == expected
    assert refused.value.row == (1 if isinstance(typed, list) else None)


def test_nothing_is_kept_as_nothing_and_no_money_as_none_spent() -> None:
    cost, bills = small().field("cost"), small().field("bills")
    assert cost is not None and bills is not None
    assert [read_value(cost, one, FIRST, Everything()) for one in ("", None, "0", "0.00", "３０．５")] == [
        None,
        None,
        0,
        0,
        3050,
    ]
    assert read_value(bills, [{"amount": ""}, {}], FIRST, Everything()) is None


def test_who_passed_something_on_does_not_accept_it() -> None:
    definition = DEFINITIONS["first_contact"]
    now = rules.opened(
        definition, Event("opened", "2026-11-02", BERT.no, values={"matter": "医保", "first_receiver": "W002"})
    )
    now = rules.step(definition, now, Event("moved", "2026-11-02", BERT.no, "pass_on", {"next_owner": "A 窗口"}))
    accept = Event("moved", "2026-11-02", BERT.no, "accept")
    refused = rules.refusal(definition, now, accept, BERT)
    assert refused is not None and refused.code == "only_another"
    assert rules.refusal(definition, now, replace(accept, operator_no=ANNA.no), ANNA) is None


def test_a_condition_on_linked_records_counts_those_in_the_states_named() -> None:
    definition = definition_in(
        SMALL.replace(
            'total = "bills.amount", most = "cost"', 'linked = "small", states = ["done"], least = 1'
        ).encode(),
        "small.toml",
    )
    now = rules.opened(definition, Event("opened", "2026-11-02", ANNA.no))
    finish = Event("moved", "2026-11-03", ANNA.no, "finish", {"cost": 0})
    for linked, fits in (((), False), ((Linked("small", "new"),), False), ((Linked("small", "done"),), True)):
        assert (rules.refusal(definition, now, finish, ANNA, linked) is None) == fits


def test_a_record_is_opened_with_fields_of_its_definition_only() -> None:
    definition = definition_in(SMALL.encode(), "small.toml")
    asked = [one for one in definition.fields if one.at_opening]
    values: dict[str, Value | None] = {one.code: "甲" for one in asked}
    opening = Event("opened", FIRST.isoformat(), ANNA.no, values=values)
    assert rules.refusal_of_opening(definition, opening) is None
    strange = replace(opening, values={**values, "nickname": "乙"})
    assert rules.refusal_of_opening(definition, strange) == rules.Refusal("unknown_field", field="nickname")
