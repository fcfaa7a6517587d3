"""What stays hidden in one table of groups beside its total."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from frontdesk.feedback.statistics.suppression import hidden_groups

COUNTS = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 12), max_size=9)
MINIMUM = st.integers(1, 8)


def test_a_single_small_group_takes_the_next_smallest_with_it() -> None:
    """The total less the two others would be what three people said."""
    assert hidden_groups({"counter": 40, "library": 3, "canteen": 9}, 5) == {"library", "canteen"}


def test_small_groups_that_are_enough_together_hide_nobody_else() -> None:
    assert hidden_groups({"counter": 40, "library": 3, "canteen": 2}, 5) == {"library", "canteen"}


def test_two_small_groups_that_are_too_few_together_take_a_third_with_them() -> None:
    assert hidden_groups({"counter": 40, "library": 1, "canteen": 2, "gym": 7}, 5) == {"library", "canteen", "gym"}


def test_a_group_without_answers_is_shown_and_protects_nobody() -> None:
    assert hidden_groups({"counter": 40, "library": 3, "canteen": 0}, 5) == {"counter", "library"}


def test_nothing_is_hidden_where_everybody_has_enough() -> None:
    assert hidden_groups({"counter": 5, "library": 6, "canteen": 0}, 5) == set()


@given(COUNTS, MINIMUM)
def test_what_is_hidden_is_never_one_group_nor_too_few_answers_unless_there_is_nothing_more(
    counts: dict[str, int], minimum: int
) -> None:
    hidden = hidden_groups(counts, minimum)
    answered = {name for name, count in counts.items() if count}
    assert {name for name in answered if counts[name] < minimum} <= hidden <= answered
    rest = sum(counts[name] for name in hidden)
    assert not hidden or hidden == answered or (rest >= minimum and len(hidden) >= 2)


@given(COUNTS, MINIMUM)
def test_no_group_is_hidden_without_need(counts: dict[str, int], minimum: int) -> None:
    """Showing the largest of those hidden besides the small ones would leave one group, or too few answers."""
    hidden = hidden_groups(counts, minimum)
    beside = sorted((counts[name], name) for name in hidden if counts[name] >= minimum)
    if beside:
        without = hidden - {beside[-1][1]}
        assert sum(counts[name] for name in without) < minimum or len(without) < 2
