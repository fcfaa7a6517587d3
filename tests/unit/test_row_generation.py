"""The program over whole rows: prices find the cheapest row, its bound holds, what it narrows to is legal."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.planning.construct import NoLegalRow, construct
from frontdesk.planning.cover import roster_model
from frontdesk.planning.generation import Generation, affordable
from frontdesk.planning.highs import solve
from frontdesk.planning.pricing import IMPOSSIBLE, Pricing
from frontdesk.planning.problem import History, Person, Problem, Window
from tests.bench.rosters.reading import parse_instance
from tests.unit.test_published_rosters import SMALL, assert_legal, text_of

PEOPLE = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3), st.integers(0, 2)), min_size=1, max_size=3
)

HISTORIES = st.none() | st.builds(
    lambda length, work, last, settled: (
        History(run=length, last_shift=last, settled=settled) if work else History(days_off=length, settled=settled)
    ),
    st.integers(1, 4),
    st.booleans(),
    st.sampled_from("EL"),
    st.booleans(),
)


def legal_rows(pricing: Pricing, days: int) -> list[tuple[int | None, ...]]:
    return [row for row in product([None, 0, 1], repeat=days) if pricing.legal(row)]


@settings(max_examples=60)
@given(PEOPLE, HISTORIES, st.integers(0, 6), st.lists(st.integers(-9, 9), min_size=14, max_size=14))
def test_the_cheapest_row_is_found_at_any_prices(
    people: list[tuple[int, int, int, int]], history: History | None, weekday: int, prices: list[int]
) -> None:
    problem = parse_instance(text_of(7, people[:1], [], [0] * 7))
    problem = replace(problem, first_weekday=weekday)
    person = replace(problem.people[0], history=history)
    pricing = Pricing(problem, person)
    costs = np.array(prices, dtype=np.float64).reshape(7, 2)
    least, rows = pricing.cheapest(costs, 3)
    legal = legal_rows(pricing, 7)
    worth = {row: sum(costs[day, shift] for day, shift in enumerate(row) if shift is not None) for row in legal}
    assert set(rows) <= set(legal)
    if not legal:
        assert rows == []
        return
    assert least == pytest.approx(min(worth.values()))
    assert worth[rows[0]] == pytest.approx(least)


@settings(max_examples=20)
@given(
    PEOPLE,
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 13), st.integers(1, 5)), max_size=4),
    st.lists(st.integers(0, 5), min_size=14, max_size=14),
    st.integers(0, 99),
)
def test_the_bound_holds_and_the_narrowed_problem_gives_nothing_illegal_or_dearer(
    people: list[tuple[int, int, int, int]],
    wishes: list[tuple[int, int, int]],
    needs: list[int],
    seed: int,
) -> None:
    text = text_of(14, people, wishes, needs)
    problem = parse_instance(text)
    try:
        roster = construct(problem, Random(seed))
    except NoLegalRow:
        return
    generation = Generation(problem)
    generation.add_roster(roster)
    bounds: list[float] = []
    assert generation.close(bounds.append, lambda: False)
    best = solve(roster_model(problem).model, seconds=30, step=1.0).objective
    assert bounds == sorted(bounds)
    assert generation.bound <= best + 1e-6
    narrowed = roster_model(generation.narrowed(roster))
    found = narrowed.roster(solve(narrowed.model, seconds=30, step=1.0).values)
    assert best <= assert_legal(text, problem, found) <= problem.cost(roster)


def test_a_person_without_any_row_has_no_price() -> None:
    problem = parse_instance(SMALL)
    person = replace(problem.people[0], windows=(Window(0, 7, 4800, 4800),))
    assert Pricing(problem, person).cheapest(np.zeros((8, 2)), 3) == (IMPOSSIBLE, [])


def test_without_a_row_for_everybody_there_is_no_program() -> None:
    problem = parse_instance(SMALL.replace("2400,960,3,2,2,1", "9999,3840,3,2,2,1"))
    assert not Generation(problem).close(lambda bound: None, lambda: False)


def test_rows_are_priced_only_where_that_is_quick() -> None:
    problem = parse_instance(SMALL)
    assert affordable(problem)
    year = Person("C", max_run=9, windows=(Window(0, 363, 0, 363 * 600),))
    assert not affordable(Problem(days=364, shifts=problem.shifts, people=(year,) * 100))
