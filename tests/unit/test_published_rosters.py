"""The planning engine reads the published format, proves small instances optimal and never breaks a rule."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import product
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.planning.bound import lagrangian_bound
from frontdesk.planning.construct import NoLegalRow, construct
from frontdesk.planning.cover import roster_model
from frontdesk.planning.highs import solve
from frontdesk.planning.neighbourhood import Neighbourhoods
from frontdesk.planning.neighbourhood_part import Parts
from frontdesk.planning.problem import Cover, Following, History, Problem, Roster, Shift
from frontdesk.planning.search import plan
from frontdesk.planning.stretch import bicliques
from tests.bench.rosters.__main__ import roster_text
from tests.bench.rosters.checker import check
from tests.bench.rosters.reading import UnreadableInstance, parse_instance, read_instance

INSTANCES = os.environ.get("FRONTDESK_ROSTER_INSTANCES")
"""A folder with the published instances; they have no licence and are not part of the project."""

SMALL = """
# A hand-made instance
SECTION_HORIZON
8
SECTION_SHIFTS
E,480,
L,600,E
SECTION_STAFF
A,E=8|L=2,2400,960,3,2,2,1
B,E=8|L=8,3000,480,4,1,1,1
SECTION_DAYS_OFF
A,2
SECTION_SHIFT_ON_REQUESTS
A,4,E,3
B,1,L,2
SECTION_SHIFT_OFF_REQUESTS
B,6,E,4
SECTION_COVER
0,E,1,10,1
1,E,1,10,1
1,L,1,10,1
2,L,1,10,2
3,E,2,10,1
4,E,1,10,1
5,L,1,10,1
6,E,1,10,1
7,E,0,10,1
"""


def text_of(
    days: int, people: list[tuple[int, int, int, int]], wishes: list[tuple[int, int, int]], needs: list[int]
) -> str:
    """An instance of two shifts from (longest run, shortest run, gap, weekends), wishes and needs."""
    staff = "\n".join(
        f"P{n},E={days}|L=2,{480 * (days - 1)},480,{most},{min(least, most)},{gap},{weekends}"
        for n, (most, least, gap, weekends) in enumerate(people)
    )
    on = "\n".join(f"P{n % len(people)},{day % days},{'EL'[day % 2]},{weight}" for n, day, weight in wishes)
    cover = "\n".join(f"{day},{'EL'[need % 2]},{need % 3},9,2" for day, need in enumerate(needs[:days]))
    return (
        f"SECTION_HORIZON\n{days}\nSECTION_SHIFTS\nE,480,\nL,480,E\nSECTION_STAFF\n{staff}\n"
        f"SECTION_SHIFT_ON_REQUESTS\n{on}\nSECTION_COVER\n{cover}\n"
    )


def best_by_trying(text: str) -> int | None:
    """The least cost over all rosters that the independent checker calls legal; None when there is none."""
    problem = parse_instance(text)
    choices = [None, *range(len(problem.shifts))]
    rows: list[list[tuple[int | None, ...]]] = []
    for number in range(len(problem.people)):
        alone = [row for row in product(choices, repeat=problem.days) if not _faults_of_row(text, problem, number, row)]
        if not alone:
            return None
        rows.append(alone)
    return min(problem.cost(roster) for roster in product(*rows))


def _faults_of_row(text: str, problem: Problem, number: int, row: tuple[int | None, ...]) -> bool:
    from tests.bench.rosters.checker import _faults_of, load_rules

    rules = load_rules(text)
    cells = [problem.shifts[shift].id if shift is not None else "" for shift in row]
    return bool(_faults_of(problem.people[number].id, cells, rules))


def assert_legal(text: str, problem: Problem, roster: Roster) -> int:
    verdict = check(text, roster_text(problem, roster))
    assert verdict.faults == []
    assert verdict.cost == problem.cost(roster)
    return verdict.cost


def test_comments_blank_lines_and_spaces_are_read_over() -> None:
    spaced = SMALL.replace(",", " , ").replace("\n", "  # x\n\n")
    assert parse_instance(spaced) == parse_instance(SMALL)


@pytest.mark.parametrize("text", ["", "5", "SECTION_HORIZON\nx", SMALL.replace("A,E=8", "A,E=x"), "SECTION_STAFF\nA"])
def test_what_is_no_instance_is_refused(text: str) -> None:
    with pytest.raises(UnreadableInstance):
        parse_instance(text)


def test_a_hand_made_instance_is_proven_optimal_in_two_processes() -> None:
    problem = parse_instance(SMALL)
    found = plan(problem, 30)
    assert found.status == "optimal"
    assert found.roster is not None
    assert assert_legal(SMALL, problem, found.roster) == found.bound == best_by_trying(SMALL)


def test_a_problem_without_a_legal_roster_is_called_infeasible() -> None:
    text = SMALL.replace("2400,960,3,2,2,1", "9999,3840,3,2,2,1")
    assert plan(parse_instance(text), 30).status == "infeasible"


def test_a_problem_without_people_costs_all_its_demand() -> None:
    problem = Problem(days=1, shifts=(Shift("E", 480),), people=(), covers=(Cover(0, "E", 2, under=10, over=1),))
    found = plan(problem, 30)
    assert (found.status, found.cost, found.roster) == ("optimal", 20, ())


def test_planning_stops_when_asked() -> None:
    found = plan(parse_instance(SMALL), 600, should_stop=lambda: True)
    assert found.status in ("unknown", "feasible", "optimal")
    assert found.seconds < 60


CALLER = """
import multiprocessing
from frontdesk.planning.problem import Problem
from frontdesk.planning.search import plan
from tests.unit.test_published_rosters import parse_instance, text_of

if __name__ == "__main__":
    text = text_of(28, [(5, 2, 2, 2)] * 12, [(n, 3 * n, n % 4) for n in range(12)], list(range(28)))
    told = []

    def tell(progress):
        if progress.roster is not None and not told:
            told.append(True)
            print(len(multiprocessing.active_children()), flush=True)

    while True:
        plan(parse_instance(text), 600, on_progress=tell)
"""


def test_nothing_is_left_running_when_the_caller_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "caller.py"
    script.write_text(CALLER, encoding="utf-8")
    root = str(Path(__file__).parents[2])
    caller = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": root}, text=True
    )
    assert caller.stdout is not None
    assert caller.stdout.readline().strip() == "2"
    caller.kill()
    # The two processes hold the other end of this pipe: it ends when they do.
    caller.communicate(timeout=60)


@settings(max_examples=25)
@given(
    st.integers(3, 6),
    st.lists(
        st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3), st.integers(0, 1)), min_size=1, max_size=2
    ),
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 5), st.integers(1, 5)), max_size=3),
    st.lists(st.integers(0, 5), min_size=6, max_size=6),
)
def test_the_model_agrees_with_trying_every_roster(
    days: int, people: list[tuple[int, int, int, int]], wishes: list[tuple[int, int, int]], needs: list[int]
) -> None:
    text = text_of(days, people, wishes, needs)
    problem = parse_instance(text)
    best = best_by_trying(text)
    whole = roster_model(problem)
    solution = solve(whole.model, seconds=30, step=1.0)
    if best is None:
        assert solution.status == "infeasible"
        return
    roster = whole.roster(solution.values)
    assert assert_legal(text, problem, roster) == best
    assert whole.model.broken(whole.values(roster)) == []
    assert lagrangian_bound(problem, 0.1, lambda bound: None, lambda: False) <= best + 1e-6


@settings(max_examples=15)
@given(
    st.lists(
        st.tuples(st.integers(2, 5), st.integers(1, 2), st.integers(1, 3), st.integers(1, 2)), min_size=2, max_size=4
    ),
    st.integers(0, 1000),
)
def test_no_neighbourhood_breaks_a_rule_or_costs_more(people: list[tuple[int, int, int, int]], seed: int) -> None:
    text = text_of(15, people, [(0, 3, 4), (1, 7, 2)], [seed % 4] * 15)
    problem = parse_instance(text)
    try:
        roster = construct(problem, Random(seed))
    except NoLegalRow:
        return
    cost = assert_legal(text, problem, roster)
    neighbourhoods = Neighbourhoods(problem, Random(seed))
    for _ in range(6):
        roster, new_cost = neighbourhoods.improve(roster, cost, 5)
        assert assert_legal(text, problem, roster) == new_cost <= cost
        cost = new_cost


@settings(max_examples=30)
@given(
    st.tuples(st.integers(2, 5), st.integers(1, 3), st.integers(1, 3), st.integers(1, 2)),
    st.integers(0, 14),
    st.integers(1, 14),
    st.integers(0, 1000),
)
def test_a_part_allows_just_the_rows_that_are_legal_in_the_whole(
    person: tuple[int, int, int, int], first: int, length: int, seed: int
) -> None:
    text = text_of(15, [person], [], [seed % 4] * 15)
    problem = parse_instance(text)
    try:
        roster = construct(problem, Random(seed))
    except NoLegalRow:
        return
    parts = Parts(problem)
    span = parts.aligned(range(first, min(15, first + min(length, 5))))
    if not span:
        return
    part = parts.cut(roster, [0], span)
    whole = roster_model(part)
    legal, allowed = set(), set()
    for row in product([None, 0, 1], repeat=len(span)):
        changed = roster[0][: span.start] + row + roster[0][span.stop :]
        if not _faults_of_row(text, problem, 0, changed):
            legal.add(row)
        try:
            values = whole.values((row,))
        except KeyError:
            continue
        if not whole.model.broken(values):
            allowed.add(row)
    assert allowed == legal
    least = min(part.cost((row,)) for row in legal)
    assert lagrangian_bound(part, 0.1, lambda bound: None, lambda: False) <= least + 1e-6


def test_bicliques_cover_the_relation_and_nothing_else() -> None:
    problem = parse_instance(SMALL.replace("L,600,E", "M,480,E\nL,600,E|M\nN,600,E|M|L"))
    pairs = {(a, b) for before, after in bicliques(problem.shifts) for a in before for b in after}
    index = problem.shift_index
    assert pairs == {(index[s.id], index[n]) for s in problem.shifts for n in s.forbidden_next}


def test_beside_the_horizon_lies_either_work_or_rest() -> None:
    for kind in (History, Following):
        with pytest.raises(ValueError, match="either"):
            kind()
        with pytest.raises(ValueError, match="either"):
            kind(run=1, days_off=1)


@pytest.mark.skipif(not INSTANCES, reason="FRONTDESK_ROSTER_INSTANCES names no folder with the published instances")
@pytest.mark.parametrize(("name", "best"), [("Instance1", 607), ("Instance2", 828), ("Instance3", 1001)])
def test_published_instances_are_proven_optimal(name: str, best: int) -> None:
    path = Path(INSTANCES or "") / f"{name}.txt"
    problem = read_instance(path)
    found = plan(problem, 60)
    assert found.status == "optimal"
    assert found.roster is not None
    assert assert_legal(path.read_text("utf-8"), problem, found.roster) == found.bound == best
