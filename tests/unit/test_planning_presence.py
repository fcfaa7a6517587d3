"""Presence without shortest runs is the stretch flow's projection: the same rows, and the same relaxation."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.planning.abflow import add_presence
from frontdesk.planning.highs import Solution, solve
from frontdesk.planning.linear import LinearModel
from frontdesk.planning.problem import History, Person, Problem, Shift
from frontdesk.planning.stretch import add_person

BEFORE = st.one_of(
    st.none(),
    st.builds(History, run=st.integers(1, 5), settled=st.booleans()),
    st.builds(History, days_off=st.integers(1, 3)),
)


def cheapest(problem: Problem, person: Person, costs: list[int], *, flow: bool, relaxed: bool) -> Solution:
    """The cheapest row of one person by the flow or by its projection."""
    model = LinearModel()
    duty = add_person(model, problem, person).duty if flow else add_presence(model, problem, person).duty
    columns = [column for row in duty for column in row]
    for column, cost in zip(columns, costs, strict=False):
        if column is not None:
            model.set_cost(column, cost)
    return solve(model, seconds=20, step=1.0, relaxed=relaxed)


@settings(max_examples=80)
@given(
    days=st.integers(1, 9),
    max_run=st.integers(1, 4),
    history=BEFORE,
    barred=st.frozensets(st.tuples(st.integers(0, 8), st.sampled_from("EL")), max_size=4),
    after_late=st.frozensets(st.sampled_from("EL")),
    costs=st.lists(st.integers(-9, 5), min_size=18, max_size=18),
)
def test_the_projection_costs_what_the_flow_costs_whole_and_relaxed(
    days: int,
    max_run: int,
    history: History | None,
    barred: frozenset[tuple[int, str]],
    after_late: frozenset[str],
    costs: list[int],
) -> None:
    problem = Problem(days=days, shifts=(Shift("E", 480), Shift("L", 480, after_late)), people=())
    person = Person("p", max_run=max_run, barred=barred, history=history)
    for relaxed in (False, True):
        of_flow = cheapest(problem, person, costs, flow=True, relaxed=relaxed)
        projected = cheapest(problem, person, costs, flow=False, relaxed=relaxed)
        assert projected.objective == pytest.approx(of_flow.objective, abs=1e-6)
