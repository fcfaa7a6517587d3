"""No row of a workbook says who rated: which may stand there is the statistics', and their sums tell no more."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from frontdesk.feedback.service import ListedRating
from frontdesk.reports.anonymity import anonymous_rows, subject_totals

OTHERS, WHOLE = "其他", "合计"

listed = st.lists(
    st.builds(ListedRating, st.sampled_from(["S1", "S2", ""]), st.integers(1, 5), st.sampled_from(["", "慢"])),
    max_size=30,
)


@given(listed)
def test_a_rating_whose_subject_must_not_be_said_stands_among_the_others(given: list[ListedRating]) -> None:
    rows = anonymous_rows(given, OTHERS)
    assert [(row.subject, row.level, row.comment) for row in rows] == [
        (one.subject or OTHERS, one.level, one.comment) for one in given
    ]


@given(listed)
def test_the_totals_are_those_of_the_rows_and_of_nothing_else(given: list[ListedRating]) -> None:
    rows = anonymous_rows(given, OTHERS)
    totals = subject_totals(rows, WHOLE)
    counts = Counter(row.subject for row in rows)
    assert {row[0]: row[1] for row in totals} == counts | ({WHOLE: len(rows)} if rows else {})
    assert not rows or totals[-1][0] == WHOLE
    assert {row[0]: row[2] for row in totals}.get(WHOLE, 0) == sum(row.level >= 3 for row in rows)


def test_numbers_in_a_comment_are_masked() -> None:
    (row,) = anonymous_rows([ListedRating("S1", 1, "打 13800001234 找我")], OTHERS)
    assert row.comment == "打 ***1234 找我"
