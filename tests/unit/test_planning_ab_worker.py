"""The planning process answers, stops, dies and comes back without the desk losing a roster."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from threading import Event, Thread

import pytest

from frontdesk.planning.ab import AbPlan, AbProgress, plan
from frontdesk.planning.abproblem import AbPerson, AbProblem, as_json
from frontdesk.planning.client import PlanningClient, PlanningError
from frontdesk.planning.protocol import document, line
from tests.bench.abroster.cases import CASES, Case, make
from tests.bench.abroster.evaluator import faults

LONG = 120.0


@pytest.fixture(scope="module")
def client() -> Iterator[PlanningClient]:
    with PlanningClient() as started:
        started.warm()
        yield started


def hard_problem() -> AbProblem:
    """One that is not closed in the time of a test."""
    return make(CASES["30x4"], 1)


def tiny_problem() -> AbProblem:
    problem = make(CASES["12x4"], 1)
    slots = tuple(slot for slot in problem.slots if slot.day < 2)
    return replace(problem, days=2, slots=slots, holidays=frozenset(), people=tuple(_short(problem)))


def _short(problem: AbProblem) -> Iterator[AbPerson]:
    for person in problem.people:
        near = frozenset((day, window) for day, window in person.away if day < 2)
        yield replace(person, away=near, wishes=tuple(wish for wish in person.wishes if wish.day < 2))


def test_one_process_plans_replans_remedies_and_explains(client: PlanningClient) -> None:
    problem = tiny_problem()
    found = client.plan(problem, LONG, team=False)
    assert found.status == "optimal"
    assert faults(problem, found.holders) == []
    published = problem.with_holders(found.holders)
    mended = client.replan(published)
    assert (mended.status, mended.changes) == ("optimal", ())
    nobody = replace(published, people=tuple(replace(person, ranks={}) for person in published.people))
    empty = nobody.with_holders([(None, None, None)] * len(nobody.slots))
    assert client.remedies(empty)[0].steps
    conflict = client.explain(empty, 0, 0)
    assert conflict is not None
    assert {one.kind for one in conflict.demands} == {"demand", "qualified"}


def test_a_stop_keeps_the_best_so_far(client: PlanningClient) -> None:
    problem, first = hard_problem(), Event()
    found: list[AbPlan] = []

    def heard(progress: AbProgress) -> None:
        if progress.holders is not None:
            first.set()

    thread = Thread(target=lambda: found.append(client.plan(problem, LONG, on_progress=heard, team=False)))
    thread.start()
    assert first.wait(30)
    client.stop()
    thread.join(30)
    assert found[0].status == "feasible"
    assert faults(problem, found[0].holders) == []
    assert client.replan(tiny_problem()).status in ("optimal", "feasible")


def test_a_process_killed_midway_leaves_the_best_so_far_and_the_next_question_a_new_one(
    client: PlanningClient,
) -> None:
    problem = hard_problem()

    def heard(progress: AbProgress) -> None:
        process = client._process
        if progress.holders is not None and process is not None:
            process.kill()

    found = client.plan(problem, LONG, on_progress=heard, team=False)
    assert found.status == "feasible"
    assert faults(problem, found.holders) == []
    assert client.plan(tiny_problem(), LONG, team=False).status == "optimal"


def test_two_processes_side_by_side_find_the_proven_roster(client: PlanningClient) -> None:
    problem = make(CASES["12x4"], 2)
    slots = tuple(slot for slot in problem.slots if slot.day < 14)
    people = tuple(
        replace(person, wishes=tuple(wish for wish in person.wishes if wish.day < 14)) for person in problem.people
    )
    shorter = replace(problem, days=14, slots=slots, people=people, holidays=frozenset({5, 6, 7}))
    found = client.plan(shorter, LONG)
    assert found.status == "optimal"
    assert faults(shorter, found.holders) == []


def test_two_processes_fill_as_many_acting_roles_as_one_and_then_as_many_standbys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = make(Case("too few people", 8, 1, 6, dense=True), 1)
    alone = plan(problem, LONG, team=False)
    monkeypatch.setattr("frontdesk.planning.ab.TEAM_COLUMNS", 0)
    found = plan(problem, LONG)
    assert faults(problem, found.holders) == []
    assert found.terms["vacant_acting"] > 0
    assert (found.status, found.cost, found.bound) == ("optimal", alone.cost, alone.cost)


def test_a_process_that_cannot_start_is_a_coded_error() -> None:
    for command in ((sys.executable, "-c", "raise SystemExit(1)"), ("/nowhere/planner",)):
        with PlanningClient(command) as lost, pytest.raises(PlanningError) as refusal:
            lost.plan(tiny_problem(), 1.0)
        assert refusal.value.code == "planner_died"


def test_a_question_that_is_none_is_refused_and_the_process_goes_on(client: PlanningClient) -> None:
    broken = replace(tiny_problem(), slots=(replace(tiny_problem().slots[0], window=99),))
    with pytest.raises(PlanningError) as refusal:
        client.plan(broken, 1.0)
    assert refusal.value.code in ("planner_refused", "planner_died")
    assert client.plan(tiny_problem(), LONG, team=False).status == "optimal"


def test_the_process_ends_when_its_parent_is_gone() -> None:
    command = [sys.executable, "-m", "frontdesk.planning.worker"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None and process.stdout is not None
    assert document(process.stdout.readline())["kind"] == "ready"
    problem = as_json(hard_problem())
    process.stdin.write(line({"id": 1, "kind": "plan", "seconds": LONG, "problem": problem, "team": True}))
    process.stdin.flush()
    assert document(process.stdout.readline())["kind"] == "progress"
    process.stdin.close()
    assert process.wait(20) == 0
    process.stdout.close()


READY = 'print(\'{"id":0,"kind":"ready"}\', flush=True)'
GARBAGE = {
    "no kind": "print('{}', flush=True)",
    "no document": "print('[1]', flush=True)",
    "an answer without a kind": f"{READY}; input(); print('{{\"id\":1}}', flush=True)",
    "an empty answer": f'{READY}; input(); print(\'{{"id":1,"kind":"result","said":{{}}}}\', flush=True)',
    "a list for an answer": f'{READY}; input(); print(\'{{"id":1,"kind":"result","said":[]}}\', flush=True)',
    "empty progress": f'{READY}; input(); print(\'{{"id":1,"kind":"progress","said":{{}}}}\', flush=True)',
}


@pytest.mark.parametrize("code", GARBAGE.values(), ids=GARBAGE.keys())
def test_a_process_that_says_something_else_is_a_coded_error_and_is_gone(code: str) -> None:
    with PlanningClient((sys.executable, "-c", code)) as other:
        with pytest.raises(PlanningError) as refusal:
            other.plan(tiny_problem(), LONG)
        assert refusal.value.code == "planner_died"
        assert other._process is None


@pytest.mark.skipif(sys.platform == "win32", reason="the process has no console there, so no Ctrl+C reaches it")
def test_ctrl_c_at_the_terminal_is_for_the_desk_alone() -> None:
    with PlanningClient() as started:
        started.warm()
        process = started._process
        assert process is not None
        process.send_signal(signal.SIGINT)
        assert started.plan(tiny_problem(), LONG, team=False).status == "optimal"
        assert started._process is process


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="this system gives way by the flags of the process")
def test_planning_gives_way_to_the_desk(client: PlanningClient) -> None:
    client.warm()
    assert client._process is not None
    assert os.getpriority(os.PRIO_PROCESS, client._process.pid) > os.getpriority(os.PRIO_PROCESS, 0)
