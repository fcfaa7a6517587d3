"""The quick reading of a report: it takes in nothing that is not read step by step, and reads the same."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from frontdesk.district.store.figures import as_json
from frontdesk.sync import plain, wire
from tests.sync import wired
from tests.sync.test_wire_body import categories, counts, figures

VALUES = wire.values_of(
    [
        ("a", None, 7, None, None),
        ("b", None, None, 40, 50),
        ("c", "类别:1", 0, None, None),
        ("c", '}:{"\\', None, None, None),
        ("d", "x", 12_345_678, None, None),
        ("e", None, None, None, None),
    ]
)
BODY = wired.second_body(values=VALUES, audit_head="0" * 64).to_bytes()


NOT_AT_ONCE = (
    '{"indicator":"a","value":1},{"indicator":"a","value":1}',
    '{"indicator":"a","value":1},{"denominator":2,"indicator":"a","numerator":1}',
    '{"indicator":"a","value":1},{"category":"x","indicator":"a","value":1}',
    '{"category":"x","indicator":"a","value":1},{"indicator":"a","value":1}',
    '{"category":"x","indicator":"a","value":1},{"category":"x","indicator":"a","value":2}',
    '{"category":"x","indicator":"a","value":1},{"category":"\\u0078","indicator":"a","value":2}',
    '{"category":"x","indicator":"a","value":1},{"indicator":"b","value":1},{"category":"x","indicator":"a","value":2}',
    '{"category":"x","indicator":"a","value":1,"value":1}',
    '{"category":"x","category":"y","indicator":"a","value":1}',
    '{"category":"","indicator":"a","value":1}',
    '{"category":"\\u0000","indicator":"a","value":1}',
    '{"category":"\\ud800","indicator":"a","value":1}',
    '{"indicator":"a b","value":1}',
    '{"indicator":"a","value":01}',
    '{"indicator":"a","value":1.0}',
    '{"indicator":"a","value":1000000000000001}',
    '{"indicator":"a","value":true}',
    '{"indicator":"a","value":"1"}',
    '{"indicator":"a","numerator":1}',
    '{"denominator":2,"indicator":"a","numerator":3}',
    '{"denominator":2,"indicator":"a\\"b","numerator":1}',
    '{"denominator":1000000000000000,"indicator":"a","numerator":1}',
    '{"denominator":02,"indicator":"a","numerator":1}',
    '{"denominator":null,"indicator":"a","numerator":null}',
    '{"denominator":2,"indicator":"a","numerator":null}',
    '{"category":"x","denominator":2,"indicator":"a","numerator":1}',
    '{"indicator":"a","value":1,"other":2}',
    '{"value":1,"indicator":"a"}',
    '{"indicator": "a","value":1}',
    "{}",
    "",
    '{"indicator":"a","value":1},',
    '{"indicator":"a","value":1}{"indicator":"b","value":1}',
    '{"indicator":"a","value":1}],"values":[{"indicator":"b","value":1}',
)


def read_alike(body: bytes) -> wire.PlainBody | None:
    """What the quick way reads, which is what is read step by step, or nothing."""
    quick = wire.read_plainly(body)
    if quick is not None:
        whole = wire.read_body(body, 2)
        assert (quick.centre, quick.period) == (whole.centre, whole.period)
        assert (quick.first_day, quick.last_day) == (whole.first_day, whole.last_day)
        assert quick.figures == as_json(whole)
        assert quick.shapes.keys() == whole.as_figures().keys()
    return quick


def test_what_a_centre_writes_is_read_at_once() -> None:
    quick = read_alike(BODY)
    assert quick is not None
    assert dict(quick.shapes) == {"a": "count", "b": "rate", "c": "split", "d": "split", "e": "count"}
    assert json.loads(quick.figures) == {
        "a": 7,
        "b": [40, 50],
        "c": {"类别:1": 0, '}:{"\\': None},
        "d": {"x": 12_345_678},
        "e": None,
    }


@given(figures)
def test_every_report_is_read_as_step_by_step(content: dict[str, Any]) -> None:
    body = wired.second_body(values=wire.make_values(content)).to_bytes()
    is_whole = all(
        not isinstance(one, dict)
        or one.keys() != {"numerator", "denominator"}
        or one["numerator"] <= one["denominator"]
        for one in content.values()
    )
    # A number of sixteen digits and a numerator above its denominator are left to the other way.
    assume(content and is_whole and str(10**15) not in body.decode())
    assert read_alike(body) is not None


@given(st.binary(max_size=3), st.integers(0, len(BODY)), st.integers(0, 3))
@example(b"0", BODY.index(b"7}"), 0)
@example(b"-", BODY.index(b"7}"), 0)
@example(b" ", BODY.index(b"7}"), 0)
@example(b"99", BODY.index(b"40}"), 0)
@example(b"0", BODY.index(b"40}"), 0)
@example(b"a", BODY.index(b'"b"') + 1, 1)
@example(b"d", BODY.index(b'"c"') + 1, 1)
@example(b"\xff", BODY.index(b'"c"') + 1, 1)
@example(b"", len(BODY) - 1, 1)
@example(b",", len(BODY) - 2, 0)
def test_a_body_that_was_tampered_with_is_read_as_step_by_step(piece: bytes, place: int, left_out: int) -> None:
    read_alike(BODY[:place] + piece + BODY[place + left_out :])


@pytest.mark.parametrize("values", NOT_AT_ONCE, ids=range(len(NOT_AT_ONCE)))
def test_what_is_wrong_or_written_otherwise_is_not_read_at_once(values: str) -> None:
    begin = BODY.index(b'"values":[') + len(b'"values":[')
    body = BODY[:begin] + values.encode() + b"]}"
    assert wire.read_plainly(body) is None
    # Nor after each of its texts has been seen where it is right.
    assert wire.read_plainly(BODY) is not None
    assert wire.read_plainly(body) is None


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.none() | categories, counts), min_size=1, max_size=4))
def test_values_in_any_order_are_read_as_step_by_step(rows: list[tuple[str, str | None, int | None]]) -> None:
    values = wire.values_of([(*row, None, None) for row in rows])
    body = wired.second_body(values=values).to_bytes()
    if wire.repeated_values(values):
        assert wire.read_plainly(body) is None
    else:
        read_alike(body)


def test_a_category_that_looks_like_the_end_of_a_value_is_read_step_by_step() -> None:
    values = wire.values_of([("a", "},{", 1, None, None), ("a", '"value":1},{"', 2, None, None)])
    body = wired.second_body(values=values).to_bytes()
    assert wire.read_plainly(body) is None
    assert wire.read_body(body, 2).as_figures() == {"a": {"},{": 1, '"value":1},{"': 2}}


def test_more_values_than_a_report_may_hold_are_not_read_at_once() -> None:
    values = [("c", f"{number}", 1, None, None) for number in range(wire.MAX_VALUES)]
    most = wired.second_body(values=wire.values_of(values)).to_bytes()
    assert read_alike(most) is not None
    assert wire.read_plainly(most[:-2] + b',{"category":"x","indicator":"c","value":1}]}') is None


def test_what_is_remembered_of_names_has_its_bounds() -> None:
    with patch.dict(plain._known, clear=True), patch.object(plain, "REMEMBERED", 3):
        for number in range(10):
            values = wire.values_of([(f"i{number}", None, 1, None, None), ("a", f"{number}", 1, None, None)])
            assert read_alike(wired.second_body(values=values).to_bytes()) is not None
            assert len(plain._known) <= 3
        long = wire.values_of([("a", "\x01" * 200, 1, None, None)])
        assert read_alike(wired.second_body(values=long).to_bytes()) is not None
