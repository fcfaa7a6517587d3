"""The part with its edge proves the same number of changes as the whole roster does."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.planning import abreplan
from frontdesk.planning.abpart import edge
from frontdesk.planning.abproblem import AbProblem
from frontdesk.planning.abreplan import AbReplan, replan
from frontdesk.planning.abstate import AbState
from frontdesk.planning.greedy import greedy
from tests.bench.abroster.cases import CASES, make
from tests.bench.abroster.evaluator import faults


@cache
def published() -> AbProblem:
    """Twelve people and four weeks, every role filled."""
    problem = make(CASES["12x4"], 3)
    begun = problem.with_holders(greedy(problem, seconds=0.5))
    return problem.with_holders(replan(begun).holders)


def without(problem: AbProblem, number: int, first: int, length: int) -> AbProblem:
    """The roster as it stands, with one person away."""
    person = problem.people[number]
    days = range(first, min(problem.days, first + length))
    away = person.away | {(day, window) for day in days for window in range(len(problem.windows))}
    people = list(problem.people)
    people[number] = replace(person, away=frozenset(away))
    return replace(problem, people=tuple(people))


def by_the_whole(problem: AbProblem, monkeypatch: pytest.MonkeyPatch) -> AbReplan:
    with monkeypatch.context() as patched:
        patched.setattr(abreplan, "mend", lambda *_: None)
        return replan(problem, seconds=30.0)


@settings(
    max_examples=4,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(who=st.integers(0, 11), first=st.integers(0, 27), length=st.integers(1, 7))
def test_a_part_changes_no_more_than_the_whole_roster_would(
    who: int, first: int, length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = without(published(), who, first, length)
    found, whole = replan(problem), by_the_whole(problem, monkeypatch)
    assert found.status == "optimal"
    assert faults(problem, found.holders) == []
    if whole.status == "optimal":
        assert (found.vacant, len(found.changes)) == (whole.vacant, len(whole.changes))


@given(who=st.integers(0, 11), first=st.integers(0, 27), length=st.integers(1, 7))
@settings(max_examples=20)
def test_the_edge_of_all_roles_is_empty_and_no_edge_holds_roles_of_the_part(who: int, first: int, length: int) -> None:
    problem = without(published(), who, first, length)
    state = AbState(problem)
    state.load([slot.holders for slot in problem.slots])
    seeds = set(state.vacancies())
    around = edge(state, seeds)
    assert not around & seeds
    assert all(state.holder[slot][role] is not None for slot, role in around)
    every = {(slot, role) for slot in range(len(problem.slots)) for role in range(state.width)}
    assert edge(state, every) == set()
