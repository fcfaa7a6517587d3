"""What a report says, in both schema versions, and the JSON Schema that is published of it."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from string import ascii_lowercase, digits
from typing import Any
from unittest.mock import patch

import jsonschema_rs
import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

from frontdesk.sync import wire
from frontdesk.sync.schema_commands import schema_command
from tests.sync import wired

counts = st.none() | st.integers(0, 10**15)
codes = st.builds(
    "".join, st.tuples(st.sampled_from(ascii_lowercase), st.text(ascii_lowercase + digits + "_", max_size=20))
)
# By their places: asked for by categories they have the tables of all characters made first, which takes a second.
characters = st.characters(min_codepoint=1, max_codepoint=0xD7FF) | st.characters(min_codepoint=0xE000)
categories = st.text(characters, min_size=1, max_size=10)
texts = st.text(characters | st.just("\0"), max_size=5)
rates = st.tuples(st.integers(0, 10**15), st.integers(0, 10**15)).map(
    lambda parts: {"numerator": parts[0], "denominator": parts[1]}
)
splits = st.dictionaries(categories.filter(lambda name: name != "numerator"), counts, min_size=1, max_size=4)
figures = st.dictionaries(codes, counts | rates | splits, max_size=6)
json_values = st.recursive(
    # A whole number that is written with a fraction is one to JSON Schema, and none here.
    st.none() | st.booleans() | st.integers(-5, 10**16) | st.just(0.5) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)

VALIDATORS = {version: jsonschema_rs.validator_for(wire.body_schema(version)) for version in (1, 2)}


def body_with(*values: object) -> bytes:
    """A body of version 2 with these values, whatever they are."""
    said = json.loads(wired.second_body().to_bytes())
    return json.dumps({**said, "values": values}, ensure_ascii=False).encode()


def fault_of(body: bytes, schema_version: int = 2) -> wire.WireFault:
    with pytest.raises(wire.WireFault) as caught:
        wire.read_body(body, schema_version)
    return caught.value


@given(figures)
def test_figures_travel_as_values_and_come_back_as_they_were(content: dict[str, Any]) -> None:
    body = wired.second_body(values=wire.make_values(content))
    read = wire.read_body(body.to_bytes(), 2)
    assert read == body
    assert read.as_figures() == content


@given(figures)
def test_what_was_sealed_in_version_2_opens_as_it_was(content: dict[str, Any]) -> None:
    body = wired.second_body(values=wire.make_values(content))
    opened = wired.opened(wired.sealed(body))
    assert (opened.report, opened.header.schema_version) == (body, 2)
    assert opened.body == body.to_bytes()
    assert wire.sealed_body(wired.sealed(body)) == body.to_bytes()


def test_both_versions_give_their_figures_alike() -> None:
    first = wired.first_body().as_figures()
    second = wired.second_body().as_figures()
    assert second.pop("good_rate") == {"numerator": 2, "denominator": 3}
    assert first == second
    assert wire.shown_figures(first) == wire.shown_figures(wired.second_body().as_figures())


def test_an_older_version_is_read_by_its_own_number_only() -> None:
    assert isinstance(wire.read_body(wired.first_body().to_bytes(), 1), wire.ReportBody)
    assert fault_of(wired.first_body().to_bytes(), 2).code == "bad_body"
    assert fault_of(wired.second_body().to_bytes(), 1).code == "bad_body"
    unknown = fault_of(wired.second_body().to_bytes(), 3)
    assert (unknown.code, unknown.details["supported"]) == ("unknown_schema", [1, 2])


def test_a_report_that_another_release_sealed_opens() -> None:
    raw = bytes.fromhex((Path(__file__).parents[1] / "data" / "sealed-v1.hex").read_text(encoding="ascii"))
    opened = wired.opened(raw)
    assert opened.report == wired.first_body()
    assert wired.sealed(wired.first_body()) == raw


@pytest.mark.parametrize(
    ("period", "kind"),
    [
        ("2026-W46", "weekly"),
        ("2026-11-H1", "half_monthly"),
        ("2026-11-H2", "half_monthly"),
        ("2026-11", "monthly"),
        ("2026-Q4", "quarterly"),
        ("2026", "yearly"),
    ],
)
def test_every_kind_of_period_that_travels_has_its_kind_of_report(period: str, kind: str) -> None:
    assert wire.kind_of(period) == kind


@pytest.mark.parametrize("period", ["2026-11-22", "2026-11-H3", "2026-11-H1 "])
def test_days_and_what_is_no_period_do_not_travel(period: str) -> None:
    with pytest.raises(wire.WireFault) as caught:
        wire.kind_of(period)
    assert caught.value.code == "bad_period"


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"indicator": "ratings", "value": -1}, "value"),
        ({"indicator": "ratings", "value": 10**15 + 1}, "value"),
        ({"indicator": "ratings", "value": 1.5}, "value"),
        ({"indicator": "ratings", "value": "3"}, "value"),
        ({"indicator": "ratings", "value": True}, "value"),
        ({"indicator": "ratings", "value": 3, "rate": 1}, "rate"),
        ({"indicator": "good_rate", "numerator": 3}, ""),
        ({"indicator": "good_rate", "denominator": 3}, ""),
        ({"indicator": "good_rate", "numerator": 3, "denominator": 4, "value": 0}, ""),
        ({"indicator": "good_rate", "numerator": 3, "denominator": 4, "category": "x"}, ""),
        ({"indicator": "a b", "value": 3}, "indicator"),
        ({"indicator": "ratings", "category": "", "value": 3}, "category"),
        ({"indicator": "ratings_by_level", "category": "a\0b", "value": 3}, "category"),
        ({"value": 3}, "indicator"),
        ({"indicator": "ratings"}, ""),
        ({"indicator": ["x"], "value": 3}, "indicator"),
        ([], ""),
        (None, ""),
    ],
)
def test_a_wrong_value_is_refused_by_its_index(value: object, where: str) -> None:
    fault = fault_of(body_with({"indicator": "persons", "value": 1}, value))
    assert (fault.code, fault.details["index"], fault.details["where"]) == ("bad_value", 1, where)


def test_half_a_letter_is_refused_by_its_index() -> None:
    whole = body_with({"indicator": "ratings_by_level", "category": "xx", "value": 1})
    fault = fault_of(whole.replace(b'"xx"', b'"\\ud800"'))
    assert (fault.code, fault.details["index"]) == ("bad_value", 0)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"value":1', '"value":1,"value":1'),
        ('"value":1', '"value" : 2 ,\n "value"\t:1'),
        ('"value":1', '"value":1,"\\u0076alue":1'),
        ('"category":"a"', '"category":"b","category":"a"'),
        ('"centre":', '"centre":"310114-902","centre":'),
        ('"values":', '"values":[],"values":'),
        ('"audit_head":', '"audit_head":null,"audit_head":'),
    ],
)
def test_a_key_that_stands_twice_is_refused_however_it_is_written(before: str, after: str) -> None:
    body = wired.second_body(values=wire.values_of([("a", "a", 1, None, None)])).to_bytes().decode()
    assert before in body
    assert wire.read_body(body.encode(), 2).period == wired.second_body().period
    assert fault_of(body.replace(before, after, 1).encode()).code == "bad_body"


@given(st.binary(max_size=3), st.integers(0, 400), st.integers(0, 3))
@example(b":", 20, 0)
@example(b".0", 399, 0)
def test_a_body_is_read_alike_at_once_and_step_by_step(piece: bytes, place: int, left_out: int) -> None:
    body = wired.second_body(values=wire.values_of([("a", "x:y", 1, None, None), ("b", None, None, 1, 2)])).to_bytes()
    changed = body[:place] + piece + body[place + left_out :]

    def read() -> object:
        try:
            return wire.read_body(changed, 2)
        except wire.WireFault as fault:
            return fault.code, fault.details

    at_once = read()
    with patch("frontdesk.sync.body._read_at_once", return_value=None):
        assert read() == at_once


def test_two_values_for_one_key_are_both_named() -> None:
    one, other = {"indicator": "ratings", "value": 1}, {"indicator": "persons", "value": 1}
    fault = fault_of(body_with(one, other, one))
    assert (fault.code, fault.details["indexes"]) == ("duplicate_value", [0, 2])
    split = {"indicator": "ratings_by_level", "category": "5", "value": 1}
    fault = fault_of(body_with(split, {**split, "category": "4"}, {**split, "value": 7}))
    assert (fault.code, fault.details["indexes"]) == ("duplicate_value", [0, 2])


def test_an_indicator_both_with_and_without_a_category_is_refused() -> None:
    fault = fault_of(body_with({"indicator": "a", "category": "x", "value": 1}, {"indicator": "a", "value": 1}))
    assert (fault.code, fault.details["index"]) == ("bad_value", 1)


def test_more_values_than_a_report_may_hold_are_refused() -> None:
    values = [{"indicator": f"i{number}", "value": 1} for number in range(wire.MAX_VALUES + 1)]
    assert fault_of(body_with(*values)).code == "bad_body"
    assert len(wire.read_body(body_with(*values[:-1]), 2).as_figures()) == wire.MAX_VALUES


@pytest.mark.parametrize(
    ("content", "schema_version"),
    [
        pytest.param(b"[" + b"[]," * 1_300_000 + b"1]", 1, id="small things"),
        pytest.param(b"{" + b",".join(b'"%d":-1' % one for one in range(50_000)) + b"}", 2, id="unknown keys"),
        pytest.param(b'{"figures":{' + b",".join(b'"%d":-1' % one for one in range(90_000)) + b"}}", 1, id="figures"),
        pytest.param(b'{"values":[' + b"1," * 90_000 + b"1]}", 2, id="values"),
        pytest.param(b'{"figures":' * 50_000, 1, id="depth"),
        pytest.param(b'"' + b"a" * 4_000_000 + "😀".encode() + b'"', 2, id="wide letters"),
    ],
)
def test_a_body_of_a_few_megabytes_takes_no_more_than_its_share_of_memory(content: bytes, schema_version: int) -> None:
    tracemalloc.start()
    try:
        assert fault_of(content, schema_version).code == "bad_body"
        assert tracemalloc.get_traced_memory()[1] < 80_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("row", [("a", None, -1, None, None), ("a", "x", None, 1, 2), ("a", None, 1, 1, 2)])
def test_a_row_that_is_no_value_is_refused_by_its_index(row: tuple[str, str | None, Any, Any, Any]) -> None:
    with pytest.raises(wire.WireFault) as caught:
        wire.values_of([("b", None, 1, None, None), row])
    assert (caught.value.code, caught.value.details["index"]) == ("bad_value", 1)


@given(
    st.lists(
        json_values
        | st.fixed_dictionaries(
            {"indicator": codes},
            optional={
                "category": json_values | categories,
                "value": json_values | counts,
                "numerator": json_values | counts,
                "denominator": json_values | counts,
            },
        ),
        max_size=2,
    )
)
def test_what_the_published_schema_takes_in_is_what_is_read(values: list[object]) -> None:
    said = json.loads(body_with(*values))
    by_schema = VALIDATORS[2].is_valid(said)
    try:
        wire.read_body(body_with(*values), 2)
    except wire.WireFault as fault:
        # That no indicator stands twice is said in the schema's words only.
        assert not by_schema or fault.code == "duplicate_value" or fault.details["where"] == "category"
    else:
        assert by_schema


@pytest.mark.parametrize("version", [1, 2])
def test_the_schema_takes_in_a_genuine_report_and_no_unknown_key(version: int) -> None:
    body = wired.first_body() if version == 1 else wired.second_body()
    said = json.loads(body.to_bytes())
    assert VALIDATORS[version].is_valid(said)
    assert not VALIDATORS[version].is_valid({**said, "phone": "1"})
    assert not VALIDATORS[3 - version].is_valid(said)


def test_the_command_prints_the_schema_or_writes_it(tmp_path: Path) -> None:
    run = CliRunner()
    assert json.loads(run.invoke(schema_command, []).output) == wire.body_schema(2)
    out = tmp_path / "schema.json"
    assert run.invoke(schema_command, ["--schema-version", "1", "--out", str(out)]).exit_code == 0
    assert json.loads(out.read_text(encoding="utf-8")) == wire.body_schema(1)
    refused = run.invoke(schema_command, ["--out", str(tmp_path / "none" / "x.json")])
    assert getattr(refused.exception, "code", "") == "schema_not_written"
