"""How records move, for every definition of the program: guards, clocks, money, and the log that gives the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.calendar.rules import Calendar
from frontdesk.cases.definition.model import Definition, FieldDefinition, Transition
from frontdesk.cases.definition.reading import definition_in, own_definitions
from frontdesk.cases.engine import rules
from frontdesk.cases.engine.deadlines import limits, next_due
from frontdesk.cases.engine.rules import Actor, Event, Linked, Standing
from frontdesk.cases.engine.values import BadValue, Value, read_value
from frontdesk.cases.engine.working_out import worked
from tests.unit.test_case_definitions import SMALL

FIRST = date(2026, 11, 2)
CALENDAR = Calendar(date(2026, 1, 1), date(2027, 12, 31), {}, frozenset((2026, 2027)))
DEFINITIONS = own_definitions()
MOVING = sorted(code for code, one in DEFINITIONS.items() if one.kind != "duty")
ANNA, BERT = Actor("M001", True), Actor("W002", False)


class Everything:
    """Whatever a field leads to is there."""

    def exists(self, field: FieldDefinition, key: str) -> bool:
        return True

    def words(self, setting: str) -> Sequence[str]:
        return ("生活服务", "为老服务")


def values_of(field: FieldDefinition) -> st.SearchStrategy[Any]:
    """What a person may type into a field."""
    match field.kind:
        case "number" | "money":
            most = min(field.most if field.most is not None else 10**6, 10**6)
            number = st.integers(field.least or 0, max(most, field.least or 0))
            return number.map(lambda one: f"{one // 100}.{one % 100:02d}") if field.kind == "money" else number.map(str)
        case "date":
            return st.dates(FIRST, date(2026, 12, 31)).map(str)
        case "yes_no":
            return st.booleans()
        case "choice":
            return st.sampled_from([one.code for one in field.choices] or ["生活服务", "为老服务"])
        case "staff":
            return st.sampled_from([ANNA.no, BERT.no])
        case "list":
            row = st.fixed_dictionaries({one.code: values_of(one) for one in field.fields})
            return st.lists(row, min_size=1, max_size=3)
        case _ if field.personal == "phone":
            return st.sampled_from(["13800000001", "59500002"])
        case _:
            return st.text("甲乙丙丁", min_size=1, max_size=6)


@st.composite
def typed_values(draw: st.DrawFn, fields: Sequence[FieldDefinition], all_of: bool = False) -> dict[str, Value]:
    """Values for some of the fields, or for all, as they are kept."""
    kept: dict[str, Value] = {}
    for one in fields:
        if all_of or one.required or draw(st.booleans()):
            value = read_value(one, draw(values_of(one)), FIRST, Everything())
            if value is not None:
                kept[one.code] = value
    return kept


def in_way(definition: Definition, now: Standing, step: Transition, event: Event, actor: Actor) -> list[str]:
    """What a plain reading of the file says is in the way of a step: written apart from the engine."""
    wrong = []
    if now.state not in step.from_:
        return ["not_now"]
    if "another" in step.who and now.moved_by == actor.no:
        wrong.append("only_another")
    named = set(step.who) - {"another"}
    if named and "operator" not in named and not actor.is_manager:
        is_theirs = "responsible" in named and now.values.get(definition.responsible or "") == actor.no
        if not is_theirs:
            wrong.append("only_responsible" if "responsible" in named else "only_manager")
    if step.reason == "required" and not event.reason:
        wrong.append("reason_missing")
    after = {**now.values, **event.values}
    wrong += ["missing" for one in step.asks if one.required and not _has(after, one.field)]
    return wrong


def _has(values: Mapping[str, Any], code: str) -> bool:
    return values.get(code) not in (None, "")


@st.composite
def lives(draw: st.DrawFn, definition: Definition) -> list[Event]:
    """A record from its opening through steps that were allowed, a day or some apart."""
    at_opening = [one for one in definition.fields if one.at_opening]
    day = FIRST
    first = Event(
        "opened", day.isoformat(), draw(st.sampled_from([ANNA.no, BERT.no])), values=draw(typed_values(at_opening))
    )
    events = [first]
    now = rules.opened(definition, first)
    for _ in range(draw(st.integers(0, 12))):
        day += timedelta(days=draw(st.integers(0, 4)))
        actor = draw(st.sampled_from([ANNA, BERT]))
        step = draw(st.sampled_from(definition.transitions))
        asked = [found for one in step.asks if (found := definition.field(one.field)) is not None]
        reason = draw(st.sampled_from(["", "有事"]))
        event = Event("moved", day.isoformat(), actor.no, step.code, draw(typed_values(asked)), reason)
        refused = rules.refusal(definition, now, event, actor)
        plain = in_way(definition, now, step, event, actor)
        # No step skips what the file asks for, and nothing else than that or a condition is in its way.
        assert refused is not None or not plain
        if refused is not None and not plain:
            assert refused.code in ("condition", "missing", "paused_already", "not_paused", "no_such_level")
        if refused is None:
            events.append(event)
            now = rules.step(definition, now, event)
    return events


@pytest.mark.parametrize("code", MOVING)
@settings(max_examples=8)
@given(data=st.data())
def test_a_life_follows_the_file_and_its_log_gives_the_record(code: str, data: st.DataObject) -> None:
    definition = DEFINITIONS[code]
    events = data.draw(lives(definition))
    now = rules.replayed(definition, events)
    assert now.revision == len(events)
    state = definition.state(now.state)
    assert state is not None and (state.end is not None) == (now.ended_on is not None)
    # The log has what followed from each event, and gives the same record without anything being worked out.
    told: list[Event] = []
    for event in events:
        told.append(rules.told(definition, rules.replayed(definition, told) if told else None, event))
    assert rules.replayed(definition, told) == now
    # What follows from other fields follows from what the record holds now, however it came to it.
    assert worked(definition, None, now.values) == now.values
    money_is_whole(definition, now.values)
    # What could not happen changes nothing but the count.
    never = Event("moved", FIRST.isoformat(), ANNA.no, "no_such_step")
    assert rules.step(definition, now, never) == replace(now, revision=now.revision + 1)
    for clock in now.clocks:
        assert clock.stopped_on is None or clock.stopped_on >= clock.started_on
        assert now.ended_on is None or clock.stopped_on is not None
        assert all(last is None or first <= last for first, last in clock.pauses)


@pytest.mark.slow
@pytest.mark.parametrize("code", MOVING)
@given(data=st.data())
def test_many_lives_follow_the_file(code: str, data: st.DataObject) -> None:
    rules.replayed(DEFINITIONS[code], data.draw(lives(DEFINITIONS[code])))


@pytest.mark.parametrize("code", MOVING)
@settings(max_examples=6)
@given(data=st.data())
def test_limits_follow_the_calendar(code: str, data: st.DataObject) -> None:
    definition = DEFINITIONS[code]
    events = data.draw(lives(definition))
    now = rules.replayed(definition, events)
    today = date.fromisoformat(events[-1].day) + timedelta(days=data.draw(st.integers(0, 9)))
    for one in limits(definition, now, today, CALENDAR, lambda _: 3):
        clock = next(clock for clock in now.clocks if clock.code == one.deadline.code)
        if one.due is None:
            assert one.pace == "paused" and clock.is_paused
            continue
        if one.deadline.day_field is None and one.deadline.working_days and not clock.pauses:
            days = one.deadline.days if one.deadline.days is not None else 3
            counted = [clock_day for clock_day in _days(clock.started_on, one.due) if clock_day.weekday() < 5]
            assert len(counted) == days
        assert (one.pace == "overdue") == (clock.stopped_on is None and today > one.due)
    soonest = next_due(definition, now, today, CALENDAR, lambda _: 3)
    assert soonest is None or (now.ended_on is None and soonest.due is not None)


def money_is_whole(definition: Definition, values: Mapping[str, Value]) -> None:
    """Money and numbers are whole, in fields and in rows."""
    for one in definition.fields:
        value = values.get(one.code)
        rows = value if one.kind == "list" and isinstance(value, Sequence) and not isinstance(value, str) else []
        cells = [(one, value), *((column, row.get(column.code)) for row in rows for column in one.fields)]
        for field, cell in cells:
            assert field.kind not in ("number", "money") or cell is None or type(cell) is int


@pytest.mark.parametrize("code", MOVING)
def test_from_every_state_of_every_definition_an_end_is_reached(code: str) -> None:
    """Of registers too: nothing that is listed stays for ever."""
    definition = DEFINITIONS[code]
    ways = {(begin, step.to) for step in definition.transitions for begin in step.from_ if step.to is not None}
    reached = {one.code for one in definition.states if one.end is not None}
    assert reached
    while more := {begin for begin, end in ways if end in reached} - reached:
        reached |= more
    assert reached == {one.code for one in definition.states}


@pytest.mark.parametrize("code", ["self_gov_fund", "co_gov_fund"])
@given(data=st.data())
def test_funds_reconcile_in_every_order_of_events(code: str, data: st.DataObject) -> None:
    """Vouchers, changes of the budget and checks come in any order, with what is refused left out: approved = spent +
    balance, each line by its own vouchers, and never more than was approved.
    """
    definition = DEFINITIONS[code]
    lines = st.sampled_from(["场地", "物料", "讲课"])
    fen = st.integers(0, 5000)
    budget = st.lists(st.fixed_dictionaries({"line": lines, "amount": fen}), min_size=1, max_size=4)
    voucher = st.fixed_dictionaries(
        {"number": st.sampled_from("abcdef"), "line": lines, "day": st.just("2026-11-03"), "amount": fen}
    )
    events = st.one_of(
        st.tuples(st.just("spend"), st.fixed_dictionaries({"vouchers": st.lists(voucher, max_size=5)})),
        st.tuples(st.just("change_budget"), st.fixed_dictionaries({"budget": budget, "approved": fen})),
        st.tuples(st.just("mid_check"), st.just({"mid_result": "好"})),
        st.tuples(st.just("go_on"), st.just({})),
        st.tuples(st.just("final_check"), st.just({"result": "好"})),
        st.tuples(st.just("send_back"), st.just({})),
    )
    values: dict[str, Any] = {"approved": 9000, "budget": data.draw(budget)}
    now = replace(rules.opened(definition, Event("opened", "2026-11-02", ANNA.no, values=values)), state="running")
    for step, said in data.draw(st.lists(events, max_size=12)):
        event = Event("moved", "2026-11-03", ANNA.no, step, said, "有事")
        if rules.refusal(definition, now, event, ANNA) is not None:
            continue
        now = rules.step(definition, now, event)
        kept: Mapping[str, Any] = now.values
        vouchers, rows = kept.get("vouchers", ()), kept["budget"]
        spent = sum(one["amount"] for one in vouchers)
        assert (kept["spent"], kept["balance"]) == (spent, kept["approved"] - spent)
        for row in rows:
            mine = sum(one["amount"] for one in vouchers if one["line"] == row["line"])
            assert (row["spent"], row["left"]) == (mine, row["amount"] - mine)
        if step in ("spend", "change_budget", "final_check"):
            assert kept["balance"] >= 0 and all(row["left"] >= 0 for row in rows)
            assert sum(row["left"] for row in rows) == kept["planned"] - spent
            assert len({one["number"] for one in vouchers}) == len(vouchers)


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
        assert refused(review, replace(now, state=state), "operate") == "not_now"
    # Accepted, but with a gate that was found not to be signed.
    assert "选址的审核还没有签" in refused(review, replace(now, state="accepted"), "operate")


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


def _days(after: str, last: date) -> list[date]:
    first = date.fromisoformat(after)
    return [first + timedelta(days=one) for one in range(1, (last - first).days + 1)]


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
