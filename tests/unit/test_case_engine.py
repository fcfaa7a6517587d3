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
from frontdesk.cases.definition.reading import own_definitions
from frontdesk.cases.engine import rules
from frontdesk.cases.engine.deadlines import limits, next_due
from frontdesk.cases.engine.rules import Actor, Event, Standing
from frontdesk.cases.engine.stating import stated
from frontdesk.cases.engine.values import Value, read_value
from frontdesk.cases.engine.working_out import worked

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
        is_outside = bool(step.outside) and all(_has(event.values, one) for one in step.outside)
        if not is_outside:
            wrong.append("only_another_or_outside" if step.outside else "only_another")
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
def lives(draw: st.DrawFn, definition: Definition, *, brought: bool = False) -> list[Event]:
    """A record from its opening through steps that were allowed, a day or some apart; one that is `brought` from
    elsewhere begins in any state.
    """
    at_opening = [one for one in definition.fields if one.at_opening]
    day = FIRST
    first = Event(
        "opened", day.isoformat(), draw(st.sampled_from([ANNA.no, BERT.no])), values=draw(typed_values(at_opening))
    )
    if brought:
        entered = draw(st.sampled_from(("", (FIRST - timedelta(days=40)).isoformat())))
        first = replace(first, step=stated(draw(st.sampled_from(definition.states)).code, 1, entered))
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
            expected = ("condition", "missing", "paused_already", "not_paused", "highest_level", "lowest_level")
            assert refused.code in expected
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
    assert rules.step(definition, now, never) == now._replace(revision=now.revision + 1)
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
    now = rules.opened(definition, Event("opened", "2026-11-02", ANNA.no, values=values))._replace(state="running")
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


def _days(after: str, last: date) -> list[date]:
    first = date.fromisoformat(after)
    return [first + timedelta(days=one) for one in range(1, (last - first).days + 1)]
