"""The figures of a period beside those of two others: what is shown, and what too few ratings hide."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from frontdesk.common.wilson import wilson_interval
from frontdesk.reports.comparing import Compared, FigureRow, figure_rows
from frontdesk.reports.words import COUNTS

levels = st.fixed_dictionaries({str(level): st.integers(0, 6) for level in (5, 4, 3, 2, 1)})
categories = st.dictionaries(st.sampled_from(["文体服务", "为老服务", "法律服务"]), st.integers(1, 9))


@st.composite
def figures(draw: st.DrawFn) -> dict[str, Any]:
    """The figures of a period as the report has them."""
    by_level = draw(levels)
    total, bad = sum(by_level.values()), by_level["2"] + by_level["1"]
    good = total - bad
    return {
        **dict.fromkeys(COUNTS, 1000),
        "sessions_by_category": draw(categories),
        "volunteer_seconds_measured": draw(st.integers(0, 10**6)),
        "ratings": total,
        "ratings_by_level": by_level,
        "bad_ratings": bad,
        "good_rate": round(good / total, 6) if total else None,
        "good_rate_interval95": list(wilson_interval(good, total)) if total else None,
    }


def told_of_levels(row: FigureRow) -> tuple[str, str, str]:
    """What a row says of how people rated in each of the three periods."""
    of_levels = row.code in ("ratings_by_level", "bad_ratings", "good_rate")
    return (row.value, row.before, row.ago) if of_levels else ("-", "-", "-")


@given(figures(), st.none() | figures(), st.none() | figures(), st.sampled_from(["week", "day"]), st.integers(0, 9))
def test_of_too_few_ratings_and_too_short_periods_only_the_number_is_shown(
    own: dict[str, Any], before: dict[str, Any] | None, ago: dict[str, Any] | None, kind: Any, minimum: int
) -> None:
    rows = figure_rows(kind, own, Compared(before, ago), minimum)
    for place, values in enumerate((own, before, ago)):
        number = next((row.value, row.before, row.ago)[place] for row in rows if row.code == "ratings")
        assert number == ("-" if values is None else str(values["ratings"]))
        told = {told_of_levels(row)[place] for row in rows}
        if values is None or kind == "day" or values["ratings"] < max(1, minimum):
            assert not any(letter.isdigit() for one in told - {f"不足 {minimum} 条，不显示"} for letter in one)
        elif place == 0:
            assert f"{values['ratings'] - values['bad_ratings']}/{values['ratings']}" in told


@given(figures(), figures())
def test_a_category_that_one_period_lacks_counts_nothing_there(own: dict[str, Any], before: dict[str, Any]) -> None:
    rows = figure_rows("week", own, Compared(before, None), 5)
    parts = {row.key: (row.value, row.before, row.ago) for row in rows if row.code == "sessions_by_category"}
    assert set(parts) == {*own["sessions_by_category"], *before["sessions_by_category"]}
    for key, shown in parts.items():
        now, then = (str(one["sessions_by_category"].get(key, 0)) for one in (own, before))
        assert shown == (now, then, "-")
    hours = next(row for row in rows if row.code == "volunteer_seconds_measured")
    assert hours.before == f"{before['volunteer_seconds_measured'] / 3600:.2f}"
