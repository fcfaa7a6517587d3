"""Bars in plain characters: as wide as the window, aligned in both languages, and drawn by any console."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from frontdesk.common.text import display_width
from frontdesk.feedback.statistics.chart import level_lines, rate_lines
from frontdesk.feedback.statistics.rules import Figures
from frontdesk.locale import LANGUAGES, use_language

ROWS = [
    ("44周", Figures((50, 20, 10, 15, 5))),
    ("综合服务台以及其他很长的名字", Figures((9, 0, 0, 0, 0))),
    ("W46", None),
    ("W47", Figures()),
]


@pytest.fixture(params=LANGUAGES, autouse=True)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    yield use_language(request.param)
    use_language("zh_CN")


@pytest.mark.parametrize("width", [76, 116])
def test_every_line_fills_the_window_whatever_script_its_name_is_in(width: int) -> None:
    for lines in (rate_lines(ROWS, width), level_lines(ROWS[0][1] or Figures(), width)):
        assert {display_width(line) for line in lines} == {width}


def test_a_bar_is_as_long_as_the_rate_and_the_brackets_are_its_interval() -> None:
    found = Figures((50, 20, 10, 15, 5))
    (line,) = rate_lines([("x", found)], 100 + 1 + 4 + len("80.0%   100"))
    bar = line.split("|")[1]
    assert found.interval is not None
    assert (len(bar), bar.rindex("=")) == (100, 79)
    assert (bar.index("["), bar.index("]")) == tuple(int(bound * 100) for bound in found.interval)


def test_a_bar_is_drawn_in_ascii_and_what_has_no_rate_has_none() -> None:
    bars = [line.split("|")[1] for line in rate_lines(ROWS, 76)]
    assert all(bar.isascii() for bar in bars)
    assert [bar.strip() == "" for bar in bars] == [False, False, True, True]
    assert level_lines(Figures(), 76)[0].split("|")[1].strip() == ""
