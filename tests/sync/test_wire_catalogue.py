"""What holds for the values of a report, by the indicators' own files."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.reports.indicators.loading import register
from frontdesk.sync import wire
from tests.sync import wired

RULES = wire.indicator_rules()
TRAVELLING = sorted(code for code, rule in RULES.items() if rule.leaves)
AT_HOME = sorted(code for code, rule in RULES.items() if not rule.leaves)
BY_SHAPE = {
    shape: next(
        code
        for code in TRAVELLING
        if RULES[code].shape == shape and set(RULES[code].period_kinds) == set(wire.PERIOD_KINDS)
    )
    for shape in ("count", "split", "rate")
}
COUNT, SPLIT, RATE = BY_SHAPE["count"], BY_SHAPE["split"], BY_SHAPE["rate"]


def value(indicator: str, *, category: str | None = None, value: int | None = None, parts: Any = None) -> Any:
    """One value."""
    return wire.values_of([(indicator, category, value, *(parts or (None, None)))])[0]


def faults(values: list[wire.ReportValue], kind: str = "weekly", **how: Any) -> list[tuple[str, object]]:
    """The code and the index or indexes of every fault; the quick check has to say the same."""
    rules = how.get("rules", RULES)
    found = wire.check_values(values, rules, kind, how.get("assigned"))
    plain = wire.read_plainly(wired.second_body(values=values).to_bytes())
    shapes = wire.fitting_shapes(rules, kind)
    is_fitting = plain is not None and wire.are_fitting(plain.shapes, shapes, how.get("assigned"))
    # Of what is not known it does not tell the shape, and leaves it.
    leaves = any(one.category is None and one.figure is None and shapes.get(one.indicator) != "count" for one in values)
    assert is_fitting == (not found and bool(values) and not leaves)
    return [(one.code, one.details.get("index", one.details.get("indexes"))) for one in found]


def test_the_rules_are_those_by_which_the_centre_counts() -> None:
    definitions = register()
    assert set(RULES) == set(definitions)
    for code, one in definitions.items():
        rule = RULES[code]
        assert (rule.shape, rule.adds, rule.over_centres, rule.leaves, rule.unit) == (
            one.kind,
            one.adds,
            one.over_centres,
            one.leaves,
            one.unit,
        )
        assert (rule.name.zh_CN, rule.name.en) == (one.name.zh_CN, one.name.en)
        assert (rule.numerator or "none", rule.denominator or "none") == (one.numerator, one.denominator)
        assert set(rule.period_kinds) <= set(wire.PERIOD_KINDS)


def test_the_catalogue_needs_none_of_the_code_that_counts_and_keeps_no_sql() -> None:
    script = (
        "import sys; from frontdesk.sync import wire; assert wire.indicator_rules();"
        "print([name for name in sys.modules if name.startswith(('frontdesk.reports', 'textual', 'starlette'))])"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
    assert "SELECT" not in str([rule.model_dump() for rule in RULES.values()])


def test_a_store_may_keep_the_rules_as_json() -> None:
    for rule in RULES.values():
        assert wire.IndicatorRule.model_validate_json(rule.model_dump_json()) == rule


def test_a_report_of_every_shape_has_no_fault() -> None:
    values = [
        value(COUNT, value=3),
        value(SPLIT, category="为老服务", value=1),
        value(SPLIT, category="亲子服务", value=2),
        value(RATE, parts=(1, 4)),
    ]
    for kind in ("weekly", "half_monthly", "monthly", "quarterly", "yearly", "week", "half_month"):
        assert faults(values, kind) == []


def test_what_is_not_known_may_be_said_of_every_shape() -> None:
    assert faults([value(code) for code in (COUNT, SPLIT, RATE)]) == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (lambda: value("nobody_knows", value=1), "unknown_indicator"),
        (lambda: value(AT_HOME[0], value=1), "not_for_district"),
        (lambda: value(COUNT, category="x", value=1), "bad_value"),
        (lambda: value(COUNT, parts=(1, 2)), "bad_value"),
        (lambda: value(SPLIT, value=1), "bad_value"),
        (lambda: value(SPLIT, parts=(1, 2)), "bad_value"),
        (lambda: value(RATE, value=1), "bad_value"),
        (lambda: value(RATE, category="x", value=1), "bad_value"),
        (lambda: value(RATE, parts=(3, 2)), "bad_value"),
    ],
)
def test_a_wrong_value_is_named_by_its_index_and_the_valid_ones_are_not(wrong: Any, code: str) -> None:
    others = [one for one in TRAVELLING if RULES[one].shape == "count" and one != COUNT]
    values = [value(others[0], value=1), wrong(), value(others[1], value=2)]
    assert faults(values) == [(code, 1)]


def test_a_rate_may_be_nothing_of_nothing_and_all_of_all() -> None:
    assert faults([value(RATE, parts=(0, 0))]) == []
    assert faults([value(RATE, parts=(4, 4))]) == []


def test_an_indicator_is_refused_for_a_kind_of_period_that_it_is_not_reported_for() -> None:
    rules = {**RULES, COUNT: RULES[COUNT].model_copy(update={"period_kinds": ("month", "quarter")})}
    assert faults([value(COUNT, value=1)], "weekly", rules=rules) == [("wrong_period_kind", 0)]
    assert faults([value(COUNT, value=1)], "monthly", rules=rules) == []


def test_an_indicator_that_is_not_assigned_to_the_centre_is_refused() -> None:
    values = [value(COUNT, value=1), value(RATE, parts=(1, 2))]
    assert faults(values, assigned=frozenset({COUNT})) == [("not_assigned", 1)]
    assert faults(values, assigned=frozenset({COUNT, RATE})) == []


def test_two_values_for_one_key_are_both_named() -> None:
    values = [value(COUNT, value=1), value(RATE, parts=(1, 2)), value(COUNT, value=1)]
    assert faults(values) == [("duplicate_value", [0, 2])]


def test_a_kind_of_report_that_nobody_knows_is_a_fault_of_its_own() -> None:
    with pytest.raises(wire.WireFault) as caught:
        wire.check_values([], RULES, "hourly")
    assert caught.value.code == "unknown_kind"


PARTS = st.none() | st.integers(0, 3)


@given(
    st.sampled_from([COUNT, SPLIT, RATE, AT_HOME[0], "nobody_knows"]),
    st.none() | st.just("x"),
    PARTS,
    st.none() | st.tuples(st.integers(0, 3), st.integers(0, 3)),
    st.sampled_from([None, frozenset({COUNT, SPLIT}), frozenset({RATE})]),
)
def test_the_quick_check_says_of_every_value_what_the_thorough_one_says(
    code: str, category: str | None, count: int | None, parts: tuple[int, int] | None, assigned: frozenset[str] | None
) -> None:
    if parts is not None and (category is not None or count is not None):
        return
    one = value(code, category=category, value=count, parts=parts)
    assert len(faults([one], assigned=assigned)) <= 1


@given(st.lists(st.sampled_from([*TRAVELLING, *AT_HOME, "nobody_knows"]), max_size=12), st.integers(0, 5))
def test_every_fault_belongs_to_a_value_that_is_wrong(codes: list[str], count: int) -> None:
    values = [value(code, value=count) for code in codes]
    found = wire.check_values(values, RULES, "monthly")
    wrong = {index for index, code in enumerate(codes) if code not in TRAVELLING or RULES[code].shape != "count"}
    repeated = {index for index, code in enumerate(codes) if code in codes[:index]}
    places: list[Any] = [one.details.get("index", one.details.get("indexes")) for one in found]
    assert {place for place in places if isinstance(place, int)} == wrong
    assert {place[1] for place in places if isinstance(place, list)} == repeated
    named = [place if isinstance(place, int) else place[0] for place in places]
    assert [one.details["indicator"] for one in found] == [codes[place] for place in named]
