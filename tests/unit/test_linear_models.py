"""A linear model adds up what names one column twice, and the solver's answer is rounded and checked again."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.planning.highs import Progress, solve
from frontdesk.planning.linear import LinearModel


def knapsack() -> LinearModel:
    model = LinearModel()
    columns = [model.add_column(cost) for cost in (-5.0, -4.0, -3.0)]
    model.add_row(zip(columns, (2.0, 3.0, 1.0), strict=True), upper=5)
    model.add_row(zip(columns, (4.0, 1.0, 2.0), strict=True), upper=11)
    model.add_row(zip(columns, (3.0, 4.0, 2.0), strict=True), upper=8)
    return model


def test_a_small_model_is_solved_to_its_optimum() -> None:
    solution = solve(knapsack(), seconds=10)
    assert solution.status == "optimal"
    assert solution.objective == pytest.approx(-9)
    assert list(solution.values) == [1, 1, 0]


def test_terms_of_one_column_are_added_up() -> None:
    model = LinearModel()
    column = model.add_column(-1.0, 0, 10)
    row = model.add_row([(column, 1.0), (column, 1.0)], upper=6)
    assert model.row(row) == [(column, 2.0)]
    assert solve(model, seconds=10).objective == pytest.approx(-3)


def test_terms_that_cancel_are_left_out() -> None:
    model = LinearModel()
    column = model.add_column(1.0)
    assert model.row(model.add_row([(column, 1.0), (column, -1.0)])) == []


def test_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(IndexError):
        LinearModel().add_row([(0, 1.0)])


def test_fixed_bounds_leave_the_model_as_it_is() -> None:
    model = knapsack()
    bounds = model.bounds()
    bounds.fix(0, 0.0)
    assert solve(model, bounds=bounds, seconds=10).objective == pytest.approx(-7)
    assert solve(model, seconds=10).objective == pytest.approx(-9)


def test_an_infeasible_model_says_so() -> None:
    model = LinearModel()
    model.add_row([(model.add_column(1.0), 1.0)], lower=2)
    assert solve(model, seconds=10).status == "infeasible"


def test_nothing_below_the_cutoff_is_infeasible() -> None:
    assert solve(knapsack(), seconds=10, cutoff=-20).status == "infeasible"


def test_improving_solutions_are_reported() -> None:
    reports: list[Progress] = []
    solve(knapsack(), seconds=10, on_progress=reports.append, options={"presolve": "off"})
    assert any(report.values is not None for report in reports)


@settings(max_examples=40)
@given(
    st.integers(1, 5).flatmap(
        lambda size: st.tuples(
            st.lists(st.integers(-9, 9), min_size=size, max_size=size),
            st.lists(
                st.tuples(st.lists(st.integers(-4, 4), min_size=size, max_size=size), st.integers(-3, 8)), max_size=4
            ),
        )
    )
)
def test_the_solver_agrees_with_trying_everything(given: tuple[list[int], list[tuple[list[int], int]]]) -> None:
    costs, rows = given
    model = LinearModel()
    columns = [model.add_column(cost) for cost in costs]
    for coefficients, limit in rows:
        model.add_row(zip(columns, map(float, coefficients), strict=True), upper=limit)
    best = min(
        (
            sum(c * v for c, v in zip(costs, values, strict=True))
            for values in product((0, 1), repeat=len(costs))
            if all(sum(c * v for c, v in zip(row, values, strict=True)) <= limit for row, limit in rows)
        ),
        default=None,
    )
    solution = solve(model, seconds=10)
    if best is None:
        assert solution.status == "infeasible"
    else:
        assert solution.objective == pytest.approx(best)
        assert model.broken(solution.values) == []
