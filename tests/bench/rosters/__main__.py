"""`python -m tests.bench.rosters FILE... --seconds N --out DIR --json`: plans published instances and checks.

One line per instance with its cost as the independent checker counts it, the proven bound, the status and the seconds;
the roster itself goes to `DIR/<instance>.csv`: one row per person, id and one cell per day with the shift or nothing.
Exit 1 when a roster is missing or illegal, or its cost is not the engine's.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from pathlib import Path

from frontdesk.planning.problem import Problem, Roster
from frontdesk.planning.search import PlanProgress, plan
from tests.bench.rosters.checker import check
from tests.bench.rosters.reading import read_instance


def roster_text(problem: Problem, roster: Roster) -> str:
    """The roster as CSV: id, then a cell per day."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for person, row in zip(problem.people, roster, strict=True):
        writer.writerow([person.id, *(problem.shifts[shift].id if shift is not None else "" for shift in row)])
    return text.getvalue()


def run(path: Path, seconds: float, out: Path | None, seed: int, verbose: bool) -> dict[str, object]:
    """Plan one instance and check the roster; what is printed for it."""
    problem = read_instance(path)

    def show(progress: PlanProgress) -> None:
        if verbose:
            print(f"{progress.seconds:8.1f} {progress.cost} {progress.bound}", file=sys.stderr, flush=True)

    found = plan(problem, seconds, on_progress=show, seed=seed)
    line: dict[str, object] = {
        "instance": path.stem,
        "cost": None,
        "bound": found.bound,
        "status": found.status,
        "seconds": round(found.seconds, 2),
    }
    if found.roster is not None:
        text = roster_text(problem, found.roster)
        verdict = check(path.read_text(encoding="utf-8-sig"), text)
        line["cost"] = verdict.cost
        faults = verdict.faults
        if verdict.cost != found.cost:
            faults = [*faults, f"the engine counted {found.cost}"]
        if faults:
            line |= {"status": "illegal", "faults": faults}
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            (out / f"{path.stem}.csv").write_text(text, encoding="utf-8")
    return line


def main() -> int:
    """Plan every instance that was named."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.rosters", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0, help="for each instance")
    parser.add_argument("--out", type=Path, help="directory of the rosters")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="one JSON document a line")
    parser.add_argument("--verbose", action="store_true", help="every better cost and bound on standard error")
    given = parser.parse_args()
    sound = True
    for path in given.files:
        line = run(path, given.seconds, given.out, given.seed, given.verbose)
        sound = sound and line["status"] in ("optimal", "feasible")
        print(json.dumps(line) if given.json else "  ".join(f"{k} {v}" for k, v in line.items()), flush=True)
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
