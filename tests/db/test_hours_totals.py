"""Totals equal what a plain recomputation gives, and add up over any split of the days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.reports.indicators.service import value
from frontdesk.volunteers.hours.statement import statement
from frontdesk.volunteers.hours.supplements import add_supplement
from frontdesk.volunteers.hours.totals import TOTALS_BY, TotalsBy, grand_total, label_of, totals
from tests.desks import new_desk, passing_desk
from tests.hoursdesks import MONDAY, add_job, add_visit, add_volunteer

PEOPLE = {"0310001": "护河队", "0310002": "", "0310003": "护河队"}
FIRST = date(2026, 9, 28)
DAYS = 40


class Stay(NamedTuple):
    """A visit that was made up."""

    no: str
    day: date
    seconds: int | None
    basis: str
    review: str
    credit: int | None
    credited: bool
    annulled: bool


@st.composite
def stays(draw: st.DrawFn) -> Stay:
    basis = draw(st.sampled_from(["measured", "measured", "corrected", "inferred"]))
    review = draw(st.sampled_from(["pending", "accepted", "refused"])) if basis == "inferred" else ""
    length = st.integers(0, 20_000)
    return Stay(
        draw(st.sampled_from(sorted(PEOPLE))),
        FIRST + timedelta(days=draw(st.integers(0, DAYS - 1))),
        draw(length) if basis != "measured" else draw(st.one_of(st.none(), length)),
        basis,
        review,
        draw(st.sampled_from([0, 1800])) if basis == "inferred" else None,
        draw(st.booleans()),
        draw(st.integers(0, 9)) == 0,
    )


def fill(context: Context, made_up: Sequence[Stay]) -> None:
    """Write them, with an assignment a day under one title."""
    for no, team in PEOPLE.items():
        add_volunteer(context, no, team=team)
    jobs: dict[date, int] = {}
    numbers: dict[tuple[str, date], int] = defaultdict(int)
    for stay in made_up:
        if stay.credited and stay.day not in jobs:
            jobs[stay.day] = add_job(context, stay.day, 540, 60)
        numbers[stay.no, stay.day] += 1
        add_visit(
            context,
            stay.no,
            stay.day,
            540,
            stay.seconds,
            number=numbers[stay.no, stay.day],
            basis=stay.basis,  # type: ignore[arg-type]
            review=stay.review,  # type: ignore[arg-type]
            credit=stay.credit,
            job=jobs[stay.day] if stay.credited else None,
            annulled=stay.annulled,
        )


def worth(stay: Stay) -> tuple[int, int]:
    """Measured and supplemented seconds of a stay, by the rule of mechanisms §8.5."""
    if stay.annulled or stay.seconds is None:
        return 0, 0
    if stay.basis == "measured":
        return stay.seconds, 0
    return 0, stay.seconds if stay.basis == "corrected" else stay.credit or 0


def key_of(stay: Stay, by: TotalsBy) -> str:
    """Under what a stay is added up."""
    year, week, _ = stay.day.isocalendar()
    return {
        "volunteer": stay.no,
        "team": PEOPLE[stay.no],
        "content": "平安巡逻" if stay.credited else "",
        "week": f"{year}-W{week:02d}",
        "month": f"{stay.day:%Y-%m}",
        "quarter": f"{stay.day.year}-Q{(stay.day.month + 2) // 3}",
        "year": str(stay.day.year),
    }[by]


@settings(max_examples=25)
@given(st.lists(stays(), max_size=25), st.integers(0, DAYS), st.integers(0, DAYS))
def test_totals_equal_an_independent_recomputation(made_up: list[Stay], one: int, other: int) -> None:
    first, last = (FIRST + timedelta(days=place) for place in sorted((one, other)))
    inside = [stay for stay in made_up if first <= stay.day <= last]
    with passing_desk() as (context, _):
        fill(context, made_up)
        for by in TOTALS_BY:
            wanted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
            for stay in inside:
                for kind, seconds in enumerate(worth(stay)):
                    wanted[key_of(stay, by)][kind] += seconds
            found = {line.key: [line.measured, line.supplemented] for line in totals(context, first, last, by)}
            assert {key: both for key, both in found.items() if any(both)} == {
                key: both for key, both in wanted.items() if any(both)
            }
        whole = grand_total(context, first, last)
        waiting = sum(stay.review == "pending" and not stay.annulled for stay in inside)
        assert (whole.pending, whole.measured) == (waiting, sum(worth(stay)[0] for stay in inside))
        assert value(context, "volunteer_seconds_measured", first, last) == whole.measured
        assert value(context, "volunteer_seconds", first, last) == whole.measured + whole.supplemented
        for no in PEOPLE:
            made = statement(context, no, first, last)
            mine = [worth(stay) for stay in inside if stay.no == no]
            assert (made.measured, made.supplemented) == (sum(m for m, _ in mine), sum(s for _, s in mine))
            assert sum(part.measured for part in made.contents) == made.measured


@settings(max_examples=15)
@given(st.lists(stays(), max_size=25), st.sets(st.integers(1, DAYS - 1), max_size=4))
def test_the_parts_of_any_split_add_up_to_the_whole(made_up: list[Stay], cuts: set[int]) -> None:
    edges = [0, *sorted(cuts), DAYS]
    parts = [(FIRST + timedelta(days=begin), FIRST + timedelta(days=end - 1)) for begin, end in pairwise(edges)]
    with passing_desk() as (context, _):
        fill(context, made_up)
        whole = grand_total(context, FIRST, FIRST + timedelta(days=DAYS - 1))
        split = [grand_total(context, *part) for part in parts]
        for name in ("measured", "supplemented", "visits", "pending"):
            assert sum(getattr(part, name) for part in split) == getattr(whole, name)
        for no in PEOPLE:
            mine = [statement(context, no, *part) for part in parts]
            made = statement(context, no, FIRST, FIRST + timedelta(days=DAYS - 1))
            assert sum(part.measured for part in mine) == made.measured
            assert sum(part.supplemented for part in mine) == made.supplemented


def test_a_period_at_the_edge_counts_only_the_days_that_were_asked_for(tmp_path: Any) -> None:
    context = new_desk(tmp_path / "home")
    add_volunteer(context, "0310001")
    for place in range(4):
        add_visit(context, "0310001", MONDAY + timedelta(days=place), 540, 3600)
    found = totals(context, MONDAY + timedelta(days=1), MONDAY + timedelta(days=2), "week")
    assert [(line.key, line.measured) for line in found] == [("2026-W45", 7200)]
    context.database.close()


def test_a_supplement_alone_makes_somebody_one_of_the_people(tmp_path: Any) -> None:
    context = new_desk(tmp_path / "home")
    add_volunteer(context, "0310001", "欧阳娜娜", "")
    add_supplement(context, "0310001", minutes=30, reason="忘带卡", day=MONDAY)
    [line] = totals(context, MONDAY, MONDAY, "volunteer")
    assert (line.volunteers, line.visits, line.supplemented) == (1, 0, 1800)
    assert (label_of(line, "volunteer", t), label_of(line, "volunteer", t, masked=False)) == ("欧阳**", "欧阳娜娜")
    assert value(context, "volunteers_served", MONDAY, MONDAY) == 0
    context.database.close()
