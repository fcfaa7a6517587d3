"""`python -m tests.bench.abroster`: AB rosters planned, replanned and remedied, beside what one would use instead.

Every roster is checked and priced by an evaluator apart from the model. Times are wall seconds with both processes
warm, `cpu` those of the processor; `load` says how many processes shared the cores: on a busy machine the wall tells
more of the others than of the planner.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from random import Random
from time import monotonic, process_time
from typing import Any

from frontdesk.planning.ab import AbProgress
from frontdesk.planning.abcost import Holders, total
from frontdesk.planning.abproblem import AbProblem, as_json
from frontdesk.planning.abreplan import replan
from frontdesk.planning.client import PlanningClient
from frontdesk.planning.greedy import first_fit
from tests.bench.abroster.cases import CASES, make
from tests.bench.abroster.evaluator import cost, faults, holes

TARGETS = {"12x4": (10, 0.3), "30x4": (60, 1.0), "12x13": (60, 0.3)}
"""Seconds to the proof, and of the 95th percentile of replans."""

Row = dict[str, Any]


def row(name: str, seed: int, way: str, problem: AbProblem, holders: list[Holders], seconds: float, **more: Any) -> Row:
    """What one way made of one problem, by the evaluator."""
    found = cost(problem, holders)
    quality = sum(amount for term, amount in found.items() if not term.startswith("vacant"))
    return {
        "case": name,
        "seed": seed,
        "way": way,
        "seconds": round(seconds, 2),
        "vacant_acting": found["vacant_acting"],
        "vacant_standby": found["vacant_standby"],
        "quality": quality,
        "n1_holes": holes(problem, holders),
        "faults": len(faults(problem, holders)),
        **more,
    }


def planned(client: PlanningClient, name: str, seed: int, seconds: float) -> tuple[Row, AbProblem]:
    """Our plan, and the problem with it as published."""
    problem = make(CASES[name], seed)
    first: list[float] = []

    def heard(progress: AbProgress) -> None:
        if not first and progress.holders is not None:
            first.append(progress.seconds)

    began = monotonic()
    found = client.plan(problem, seconds, on_progress=heard)
    spent = monotonic() - began
    base = total(problem, found.terms) - sum(v for k, v in found.terms.items() if not k.startswith("vacant"))
    told = {
        "status": found.status,
        "bound": found.bound - base,
        "gap": round(found.gap, 4),
        "first": round(first[0], 2),
    }
    return row(name, seed, "frontdesk", problem, found.holders, spent, **told), problem.with_holders(found.holders)


def replanned(name: str, seed: int, published: AbProblem, count: int) -> Row:
    """Random absences of 1 to 7 days, each from the published roster."""
    random = Random(f"{name} {seed}")
    times, work, changes, proven = [], [], [], 0
    for _ in range(count):
        number, first, length = (
            random.randrange(len(published.people)),
            random.randrange(published.days),
            random.randint(1, 7),
        )
        days = range(first, min(published.days, first + length))
        person = published.people[number]
        away = person.away | {(day, window) for day in days for window in range(len(published.windows))}
        people = list(published.people)
        people[number] = replace(person, away=frozenset(away))
        disturbed = replace(published, people=tuple(people))
        began, used = monotonic(), process_time()
        found = replan(disturbed)
        times.append(monotonic() - began)
        work.append(process_time() - used)
        proven += found.status == "optimal"
        changes.append(len(found.changes))
        assert faults(disturbed, found.holders) == []
    times.sort()
    work.sort()
    return {
        "case": name,
        "seed": seed,
        "way": f"replan x {count}",
        "proven": proven,
        "p50": round(times[count // 2], 3),
        "p95": round(times[int(count * 0.95) - 1], 3),
        "max": round(times[-1], 3),
        "cpu_p50": round(work[count // 2], 3),
        "cpu_p95": round(work[int(count * 0.95) - 1], 3),
        "cpu_max": round(work[-1], 3),
        "changes": sum(changes) / count,
    }


def remedied(client: PlanningClient, name: str, seed: int) -> Row:
    """Everybody who holds a post is away for a week: why, and what would help."""
    problem = make(CASES[name], seed)
    window = {(day, w) for day in range(7, 12) for w in range(len(problem.windows))}
    people = tuple(
        replace(one, away=one.away | window) if one.ranks.get("post3", 2) < 2 else one for one in problem.people
    )
    short = replace(problem, people=people)
    tight = short.with_holders(client.plan(short, 10.0).holders)
    empty = [(n, role) for n, slot in enumerate(tight.slots) for role in (0, 1) if slot.holders[role] is None]
    began = monotonic()
    found = client.remedies(tight)
    between = monotonic()
    conflict = client.explain(tight, *empty[0]) if empty else None
    return {
        "case": name,
        "seed": seed,
        "way": "remedies",
        "seconds": round(between - began, 2),
        "vacant": len(empty),
        "remedies": [one.cost for one in found],
        "proven": bool(found) and found[0].proven,
        "explained": round(monotonic() - between, 2),
        "demands": len(conflict.demands) if conflict else 0,
        "minimal": conflict.minimal if conflict else None,
    }


def contenders(name: str, seed: int, seconds: float) -> Iterator[Row]:
    """First fit by hand rules, and a plain CP-SAT model."""
    problem = make(CASES[name], seed)
    began = monotonic()
    by_hand = first_fit(problem)
    yield row(name, seed, "first fit", problem, by_hand, monotonic() - began)
    if find_spec("ortools") is None:
        return
    command = [sys.executable, "-m", "tests.bench.abroster.contender", str(seconds)]
    began = monotonic()
    done = subprocess.run(command, input=json.dumps(as_json(problem)), capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    holders: list[Holders] = [(acting, standby, None) for acting, standby, _ in said["holders"]]
    yield row(name, seed, "plain CP-SAT", problem, holders, monotonic() - began, status=said["status"])


def main() -> None:
    """Measure and print a line for each result."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.abroster", description=__doc__)
    parser.add_argument("--case", nargs="+", choices=sorted(CASES), default=["12x4", "30x4", "12x13"])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--replans", type=int, default=100)
    parser.add_argument("--only", choices=["plan", "replan", "remedies", "contenders"], nargs="+")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    wanted = given.only or ["plan", "replan", "remedies", "contenders"]

    def say(one: Row) -> None:
        told = {**one, "load": round(os.getloadavg()[0], 1)} if hasattr(os, "getloadavg") else one
        words = json.dumps(told, ensure_ascii=False) if given.json else "  ".join(f"{k} {v}" for k, v in told.items())
        print(words, flush=True)

    with PlanningClient() as client:
        client.warm()
        for name in given.case:
            for seed in given.seeds:
                if {"plan", "replan"} & set(wanted):
                    result, published = planned(client, name, seed, given.seconds)
                    say(result)
                    if "replan" in wanted:
                        say(replanned(name, seed, published, given.replans))
                if "remedies" in wanted:
                    say(remedied(client, name, seed))
                if "contenders" in wanted:
                    for one in contenders(name, seed, given.seconds):
                        say(one)


if __name__ == "__main__":
    main()
