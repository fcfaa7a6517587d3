"""When a room is free, and how times of bookings are typed: against counting minute by minute."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.activities.rooms.rules import (
    RoomUse,
    Stretch,
    Use,
    add_day,
    free_times,
    minute_of,
    next_free,
    overlap,
    purpose_meant,
    read_clock,
    read_span,
    span_words,
    weekly,
)
from frontdesk.activities.rooms.words import amount_words
from frontdesk.locale import t, use_language

TAKEN = st.lists(
    st.tuples(st.integers(-60, 200), st.integers(1, 80)).map(lambda one: Stretch(one[0], one[0] + one[1])), max_size=6
)


@given(TAKEN, st.integers(1, 60), st.integers(0, 15), st.integers(0, 15))
def test_free_times_are_just_the_moments_at_which_an_event_fits(
    taken: list[Stretch], minutes: int, before: int, after: int
) -> None:
    opens, closes = 0, 150
    fitting = {
        start
        for start in range(opens, closes - minutes + 1)
        if not any(overlap(start - before, start + minutes + after, one.starts, one.ends) for one in taken)
    }
    found = free_times(opens, closes, taken, minutes, before, after)
    assert {start for one in found for start in range(one.starts, one.ends - minutes + 1)} == fitting
    assert found == sorted(found)
    for wished in (0, 70, 149):
        later = [start for start in fitting if start >= wished]
        expected = min(later) if later else max(fitting, default=None)
        got = next_free(found, wished, minutes)
        assert got == next((one for one in found if expected in range(one.starts, one.ends - minutes + 1)), None)


@given(st.integers(0, 300), st.integers(1, 99), st.integers(0, 300), st.integers(1, 99))
def test_two_times_overlap_if_they_share_a_minute_and_touching_is_none(a: int, m: int, b: int, n: int) -> None:
    assert overlap(a, a + m, b, b + n) == bool(set(range(a, a + m)) & set(range(b, b + n)))
    assert not overlap(a, a + m, a + m, a + m + n)


@given(st.integers(0, 1439), st.integers(1, 960))
def test_what_a_form_shows_is_read_back(starts: int, length: int) -> None:
    assert read_span(span_words(starts, starts + length)) == (starts, starts + length)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14-1530", (840, 930)),
        ("９：００—１１：３０", (540, 690)),
        ("900 1130", (540, 690)),
        ("22:00-次日1:00", (1320, 1500)),
        ("22-1", (1320, 1500)),
        ("9点至11点30分", (540, 690)),
    ],
)
def test_times_are_typed_as_people_write_them(text: str, expected: tuple[int, int]) -> None:
    assert read_span(text) == expected


@pytest.mark.parametrize("text", ["", "14", "14-14", "8-25:70", "6-23", "abc", "-5-7"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_span(text)


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 60)), max_size=6))
def test_a_day_counts_each_minute_of_the_opening_hours_once(spans: list[tuple[int, int]]) -> None:
    use = RoomUse("A", 60)
    add_day(use, 20, 80, [Use(first, first + length, "x", 2) for first, length in spans])
    inside = {minute for first, length in spans for minute in range(first, first + length) if 20 <= minute < 80}
    assert (use.within, use.used) == (len(inside), sum(length for _, length in spans))
    assert (use.uses, use.person_times) == (len(spans), 2 * len(spans))


def test_purposes_are_chosen_by_digit_word_or_freely() -> None:
    words = {"legal": "Legal services"}
    assert [purpose_meant(text, words) for text in ("6", "法律服务对接", "legal services", "legal", "电影夜", "7")] == [
        *["法律服务对接"] * 4,
        "电影夜",
        "7",
    ]


def test_weeks_are_counted_from_the_first_day_to_the_last() -> None:
    assert weekly(date(2026, 12, 25), date(2027, 1, 7)) == [date(2026, 12, 25), date(2027, 1, 1)]
    for until in (date(2026, 12, 24), date(2028, 6, 1)):
        with pytest.raises(ValueError, match="weeks"):
            weekly(date(2026, 12, 25), until)


def test_a_clock_time_is_read_up_to_midnight() -> None:
    assert [read_clock(text) for text in ("8", "830", "8:30", "24")] == [480, 510, 510, 1440]
    assert minute_of("08:30") == 510
    with pytest.raises(ValueError, match="time"):
        read_clock("24:30")


def test_hours_in_a_sentence_say_hours_and_minutes_in_both_languages() -> None:
    assert [amount_words(minutes) for minutes in (1890, 1860, 5, 0)] == ["31小时30分", "31小时", "0小时5分", "0小时"]
    use_language("en")
    try:
        said = t("rooms.use.purpose_line", purpose="x", used=amount_words(1890), uses=2)
    finally:
        use_language("zh_CN")
    assert said.strip() == "x: 31 h 30 min, 2 uses"
