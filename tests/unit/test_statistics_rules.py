"""Rate, interval, active rate and change follow from counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.common.wilson import wilson_interval
from frontdesk.feedback.statistics.rules import Figures, active_rate, change_between, figures_of

NS = (*range(1, 60), 99, 100, 145, 500, 1_000, 9_999, 100_000)


def test_the_interval_agrees_with_statsmodels_over_a_grid() -> None:
    proportion = pytest.importorskip("statsmodels.stats.proportion", reason="an extra of the tests")
    for n in NS:
        step = max(1, n // 60)
        for k in (*range(0, n, step), n - 1, n):
            expected = proportion.proportion_confint(k, n, alpha=0.05, method="wilson")
            assert wilson_interval(k, n) == pytest.approx(expected, abs=1e-9), (k, n)


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400), st.integers(0, 400))
def test_a_change_is_called_one_only_where_the_intervals_lie_apart(good: int, bad: int, more: int, less: int) -> None:
    before, now = Figures((good, 0, 0, 0, bad)), Figures((more, 0, 0, less, 0))
    change = change_between(before, now)
    if before.interval is None or now.interval is None:
        assert change is None
        return
    apart = before.interval[1] < now.interval[0] or now.interval[1] < before.interval[0]
    assert (change != "none") == apart
    if apart:
        assert before.rate is not None and now.rate is not None
        assert (change == "up") == (now.rate > before.rate)


def test_one_answer_less_is_no_change() -> None:
    assert change_between(Figures((90, 0, 0, 0, 10)), Figures((80, 0, 0, 0, 20))) == "none"
    assert change_between(Figures((90, 0, 0, 0, 10)), Figures((50, 0, 0, 0, 50))) == "down"
    assert change_between(Figures((50, 0, 0, 0, 50)), Figures((90, 0, 0, 0, 10))) == "up"


def test_excluded_ratings_are_beside_the_rate_and_not_in_it() -> None:
    found = figures_of([(1, 1, 1, 0, 1, 2), (0, 0, 0, 1, 0, 0)])
    assert (found.n, found.good, found.bad, found.excluded, found.answers) == (5, 3, 2, 2, 7)
    assert found.rate == 0.6
    assert figures_of([]) == Figures()
    assert (Figures().rate, Figures().interval) == (None, None)


@pytest.mark.parametrize(
    ("answers", "person_times", "expected"), [(6, 24, 0.25), (6, None, None), (0, 0, None), (7, 6, None), (6, 6, 1.0)]
)
def test_the_active_rate_is_never_guessed(answers: int, person_times: int | None, expected: float | None) -> None:
    assert active_rate(answers, person_times) == expected
