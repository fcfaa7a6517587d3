"""The Wilson interval, and text in columns and in CSV."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.common.text import display_width, neutralise_cell, pad, shorten, wrap
from frontdesk.common.wilson import wilson_interval

EXPECTED = Path(__file__).parents[1] / "data" / "centre-a" / "expected.json"


def test_the_interval_is_that_of_the_office_files() -> None:
    weeks = json.loads(EXPECTED.read_text(encoding="utf-8"))["weeks"]
    for week in weeks.values():
        good = week["ratings"] - week["bad_ratings"]
        low, high = wilson_interval(good, week["ratings"])
        assert [round(low, 6), round(high, 6)] == week["good_rate_interval95"]


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_rate_and_stays_within_bounds(counts: tuple[int, int]) -> None:
    k, n = counts
    low, high = wilson_interval(k, n)
    assert 0 <= low <= k / n <= high <= 1
    assert low < high
    mirrored = wilson_interval(n - k, n)
    assert low == pytest.approx(1 - mirrored[1], abs=1e-9)


@pytest.mark.parametrize(("k", "n"), [(0, 0), (1, 0), (-1, 5), (6, 5), (0, -1)])
def test_there_is_no_interval_without_answers(k: int, n: int) -> None:
    with pytest.raises(ValueError):
        wilson_interval(k, n)


def test_wide_characters_take_two_columns_and_marks_none() -> None:
    assert [display_width(text) for text in ("张三", "ab", "Ａ", "é", "e\u0301", "…", "𬭎")] == [
        4,
        2,
        2,
        1,
        1,
        1,
        2,
    ]


@given(st.text(), st.integers(0, 40))
def test_padded_text_has_exactly_the_width(text: str, width: int) -> None:
    aligns: tuple[Literal["left", "right", "centre"], ...] = ("left", "right", "centre")
    for align in aligns:
        assert display_width(pad(text, width, align)) == width
    assert display_width(shorten(text, width)) <= width


def test_text_is_shortened_only_where_it_must_be() -> None:
    assert shorten("张三李四", 8) == "张三李四"
    assert shorten("张三李四", 7) == "张三.."
    assert pad("张三", 6, "right") == "  张三"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\tx", "\rx", " =1", "＝1", "　@a"])
def test_what_looks_like_a_formula_is_neutralised_once(text: str) -> None:
    assert neutralise_cell(text) == f"'{text}"
    assert neutralise_cell(neutralise_cell(text)) == f"'{text}"


@given(st.text(st.characters(categories=["L", "N"])))
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert neutralise_cell(text) == text


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Mn", "Me", "Cf"))), st.integers(2, 40))
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join(lines) == text
    assert all(display_width(line) <= width for line in lines)


def test_a_time_behind_chinese_is_not_broken() -> None:
    assert wrap("书画室 15:00 已占，空档：16:30-17:30。", 30) == ["书画室 15:00 已占，空档：", "16:30-17:30。"]


@given(st.text("甲乙ab，。）", min_size=1), st.integers(8, 20))
def test_no_line_begins_with_a_closing_mark_that_stands_behind_a_word(text: str, width: int) -> None:
    for before, line in pairwise(wrap(text, width)):
        assert line[0] not in "，。）" or set(before) <= set("，。）") or before[-1] in "，。）"
