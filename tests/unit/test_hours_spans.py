"""The days that hours are counted over, as they are typed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.volunteers.hours.errors import HoursError
from frontdesk.volunteers.hours.spans import SPAN_NAMES, Span, named_span, read_length, read_span

TODAY = date(2026, 11, 9)


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2026-11", "2026-11-01", "2026-11-30"),
        ("2026-w46", "2026-11-09", "2026-11-15"),
        ("２０２６-Q4", "2026-10-01", "2026-12-31"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("昨天", "2026-11-08", "2026-11-08"),
        ("2026-11-01 2026-11-15", "2026-11-01", "2026-11-15"),
        ("11-1至11-15", "2026-11-01", "2026-11-15"),
        ("11-1 ~ 11-15", "2026-11-01", "2026-11-15"),
    ],
)
def test_a_period_or_two_days_are_understood(typed: str, first: str, last: str) -> None:
    span = read_span(typed, TODAY)
    assert (span.first.isoformat(), span.last.isoformat()) == (first, last)


@pytest.mark.parametrize("typed", ["", "x", "2026-13", "11-15 11-1", "11-1 11-2 11-3", "1900-1-1 2199-1-1", "2026-W54"])
def test_what_is_no_period_is_refused(typed: str) -> None:
    with pytest.raises(HoursError) as refused:
        read_span(typed, TODAY)
    assert refused.value.code == "bad_period"


@given(st.dates(date(2001, 1, 1), date(2100, 1, 1)), st.sampled_from(SPAN_NAMES))
def test_spans_follow_each_other_without_gap(today: date, name: str) -> None:
    span = named_span(name, today)  # type: ignore[arg-type]
    assert span.moved(1).first == span.last + timedelta(days=1)
    assert span.moved(-1).last == span.first - timedelta(days=1)
    assert span.moved(1).moved(-1) == span
    assert (span.first <= today <= span.last) == name.startswith("this")


@given(st.dates(date(2001, 1, 1), date(2100, 1, 1)), st.integers(0, 400))
def test_typed_days_move_by_their_own_length(first: date, days: int) -> None:
    span = Span(first, first + timedelta(days=days))
    assert span.moved(1).first == span.last + timedelta(days=1)
    assert span.moved(1).moved(-1) == span


@pytest.mark.parametrize(
    ("typed", "minutes"), [("90", 90), ("1:30", 90), ("1.5h", 90), ("1.5小时", 90), ("４５分钟", 45), ("0:05", 5)]
)
def test_a_length_is_understood_as_an_office_writes_it(typed: str, minutes: int) -> None:
    assert read_length(typed) == minutes


@pytest.mark.parametrize("typed", ["0", "-5", "1:75", "x", "1.5"])
def test_what_is_no_length_is_refused(typed: str) -> None:
    with pytest.raises(HoursError) as refused:
        read_length(typed)
    assert refused.value.code == "bad_length"


def test_an_empty_length_is_said_to_be_empty() -> None:
    with pytest.raises(HoursError) as refused:
        read_length(" ")
    assert refused.value.code == "no_length"
