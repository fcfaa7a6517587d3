"""A pattern is read as people write it, and what is shown is read again as the same pattern."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.series import Pattern
from frontdesk.activities.series.patterns import pattern_words, read_pattern
from frontdesk.locale import use_language
from tests.unit.test_series_rules import WEEKDAYS

TODAY = date(2026, 11, 22)


def weekly(*days: int, every: int = 1) -> Pattern:
    return Pattern(kind="weekly", weekdays=days, every=every)


def monthly(nth: int, *days: int) -> Pattern:
    return Pattern(kind="monthly", weekdays=days, nth=nth)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("每周二", weekly(2)),
        ("每周二、四", weekly(2, 4)),
        ("每周二周四", weekly(2, 4)),
        ("每周一至五", weekly(1, 2, 3, 4, 5)),
        ("隔周 三", weekly(3, every=2)),
        ("每两周的周日", weekly(7, every=2)),
        ("２ ４", weekly(2, 4)),
        ("2、4", weekly(2, 4)),
        ("2, 4", weekly(2, 4)),
        ("3", weekly(3)),
        ("每周24", weekly(2, 4)),
        ("每月第三周二", monthly(3, 2)),
        ("每月最后一周五", monthly(-1, 5)),
        ("每月第2个周二", monthly(2, 2)),
        ("每月最后一个周五", monthly(-1, 5)),
        ("weekly Tue, Thu", weekly(2, 4)),
        ("Weekly on Mon-Fri", weekly(1, 2, 3, 4, 5)),
        ("every other week Wednesday", weekly(3, every=2)),
        ("monthly on the second Tue", monthly(2, 2)),
        ("monthly last Fri", monthly(-1, 5)),
        ("12-3 2026-12-1、12月3日", Pattern(kind="dates", dates=(date(2026, 12, 1), date(2026, 12, 3)))),
    ],
)
def test_what_is_typed_is_understood(text: str, meant: Pattern) -> None:
    assert read_pattern(text, TODAY) == meant


@pytest.mark.parametrize(
    "text",
    [
        *("", "每周", "每周八", "weekly", "weekly Xyz", "13-45", "每月第九个周二", "有空就来"),
        *("31", "15", "24", "1 15", "每月31日", "每月31号", "每月第31日", "每月第1日", "每月最后1日", "monthly 31"),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_pattern(text, TODAY)


@given(
    pattern=st.one_of(
        st.builds(Pattern, kind=st.just("weekly"), weekdays=WEEKDAYS, every=st.sampled_from([1, 2])),
        st.builds(Pattern, kind=st.just("monthly"), weekdays=WEEKDAYS, nth=st.sampled_from([1, 2, 3, 4, 5, -1])),
        st.sets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), min_size=1).map(
            lambda days: Pattern(kind="dates", dates=tuple(sorted(days)))
        ),
    ),
    language=st.sampled_from(["zh_CN", "en"]),
)
def test_what_is_shown_is_read_again_as_the_same(pattern: Pattern, language: str) -> None:
    use_language(language)
    try:
        assert read_pattern(pattern_words(pattern), TODAY) == pattern
    finally:
        use_language("zh_CN")
