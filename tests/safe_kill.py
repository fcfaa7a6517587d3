"""The program killed at any moment of a mixed load, some of it or all at once, again and again.

`python -m tests.safe_kill --kills 1000` takes some minutes on two cores and ends with 0 where everything that was
answered is in the file after each kill, nothing is there by halves, and no part of a file stays. `--seed` says by
which chance; a failure tells the round, which `--seed` repeats.

A process that has everything imported makes each window by a fork, so that nobody waits for an interpreter. Most kills
come from inside: the n-th call that changes a file below the centre's folder is the last one (`tests/faulty/shim.c`).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import safe_disk, safe_load
from tests.safe_disk import Control
from tests.safe_load import Centre

ROUNDS_OF_A_CENTRE = 20
STEPS = {"visitors": 14, "sign-ups": 14, "office": 10, "keeping": 7, "cases": 15}
LEFT_OVER = (".part", ".new", "-journal")
"""How the names of files end that are not to be there when nothing is at work."""

Way = str
WAYS: tuple[Way, ...] = ("power", "power", "power", "one", "one", "answers", "delay")
"""All at the n-th call, one at its n-th call while the others go on, all after so many answers, all after a while."""


class Astray(AssertionError):
    """Something was lost, or is there by halves."""


@dataclass
class Window:
    """A forked process, and what it has said."""

    part: str
    process: int
    pipe: int
    raw: bytes = b""
    status: int | None = None

    @property
    def said(self) -> list[dict[str, Any]]:
        """What it said whole."""
        return [json.loads(line) for line in self.raw.split(b"\n")[:-1]]


@dataclass
class Outcome:
    """What a run of kills came to."""

    rounds: int = 0
    killed: int = 0
    confirmed: int = 0
    ways: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)


def forked(part: str, run: Callable[[Callable[..., None]], None]) -> Window:
    """A process that does something and says what it answers. It ends with 0 unless it fails or is killed."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return Window(part, process, reading)
    os.close(reading)
    code = 1

    def say(kind: str, **what: Any) -> None:
        os.write(writing, json.dumps({"kind": kind, **what}).encode() + b"\n")

    try:
        run(say)
        code = 0
    finally:
        # Nothing of the process that was copied is to be done at its end.
        if code:
            traceback.print_exc()
        sys.stderr.flush()
        os._exit(code)


def listen(windows: Sequence[Window], *, until: Callable[[], bool] = lambda: False) -> None:
    """Take in what the windows say, until all have ended or `until` holds."""
    still = {one.pipe: one for one in windows if one.pipe >= 0}
    while still and not until():
        for pipe in select.select(list(still), [], [], 0.05)[0]:
            piece = os.read(pipe, 65_536)
            still[pipe].raw += piece
            if not piece:
                os.close(pipe)
                still.pop(pipe).pipe = -1


def kill(windows: Sequence[Window]) -> None:
    """End every window at once, if it has not ended, and wait for it."""
    for one in windows:
        with contextlib.suppress(ProcessLookupError):
            if one.status is None:
                os.kill(one.process, signal.SIGKILL)
    for one in windows:
        if one.status is None:
            one.status = os.waitstatus_to_exitcode(os.waitpid(one.process, 0)[1])


@contextmanager
def district(folder: Path, code: str) -> Iterator[bytes]:
    """A district in a process of its own, which none of the kills concerns; what a centre enrols with."""

    def serve(say: Callable[..., None]) -> None:
        from tests.sync.ends import running_district

        with running_district(folder / "district.db") as running:
            say("ready", enrolment=running.enrolment(code).hex())
            signal.pause()

    server = forked("district", serve)
    try:
        listen([server], until=lambda: b"\n" in server.raw)
        yield bytes.fromhex(server.said[0]["enrolment"])
    finally:
        kill([server])
        os.close(server.pipe)


def one_round(centre: Centre, number: int, chance: random.Random, calls: int, outcome: Outcome) -> int:
    """Start every part of the load, kill, and look; returns how many calls were counted."""
    way = chance.choice(WAYS) if calls else ""
    shared, alone = (Control(centre.base.with_suffix(f".{name}"), centre.base) for name in ("all", "one"))
    victim = chance.choice(list(STEPS)) if way == "one" else ""
    what = chance.choice((safe_disk.KILL_BEFORE, safe_disk.KILL_AFTER, safe_disk.KILL_TORN))
    if way == "power":
        shared.order(what, chance.randint(1, calls))
    elif way == "one":
        alone.order(what, chance.randint(1, max(1, calls // 3)))

    def window(part: str) -> Window:
        def run(say: Callable[..., None]) -> None:
            safe_disk.attach(alone if part == victim else shared)
            safe_load.act(centre, part, number, say, STEPS[part])

        return forked(part, run)

    windows = [window(part) for part in STEPS]
    if way == "answers":
        wanted = chance.randint(1, sum(STEPS.values()))
        listen(windows, until=lambda: sum(one.raw.count(b"\n") for one in windows) >= wanted)
        kill(windows)
    elif way == "delay":
        ends = time.monotonic() + chance.uniform(0, 0.25)
        listen(windows, until=lambda: time.monotonic() >= ends)
        kill(windows)
    listen(windows)
    for one in windows:
        one.status = os.waitstatus_to_exitcode(os.waitpid(one.process, 0)[1]) if one.status is None else one.status
    look(centre, windows)
    outcome.rounds += 1
    outcome.killed += sum(one.status == -signal.SIGKILL for one in windows)
    outcome.ways[way or "none"] += 1
    for one in windows:
        outcome.kinds.update(said["kind"] for said in one.said)
        outcome.confirmed += len(one.said)
    return shared.counted + alone.counted


def look(centre: Centre, windows: Sequence[Window]) -> None:
    """Open the centre as the next start does, and find everything as it was told. Raises Astray."""
    from frontdesk.check.service import look_over

    for one in windows:
        if one.status not in (0, -signal.SIGKILL):
            raise Astray(f"{one.part} ended with {one.status}")
        if refused := [said["why"] for said in one.said if said["kind"] == "refused"]:
            raise Astray(f"{one.part} was refused: {refused}")
    context = centre.opened()
    try:
        findings = look_over(context)
        if not findings.is_sound:
            raise Astray(f"the check found: {findings}")
        if lost := safe_load.missing(centre, context, [said for one in windows for said in one.said]):
            raise Astray(f"answered and not there: {lost}")
        if unreadable := safe_load.unreadable(context):
            raise Astray(f"{unreadable} phones are not opened by the key that counts")
    finally:
        context.database.close()
    safe_load.start_again(centre)
    if left := [str(path) for path in centre.base.rglob("*") if path.name.endswith(LEFT_OVER)]:
        raise Astray(f"left over after the next start: {left}")


def run(kills: int, seed: int, say: Callable[[str], None] = lambda _: None) -> Outcome:
    """Kill until so many rounds are done. Raises Astray with the round in its words."""
    outcome, calls = Outcome(), 0
    with tempfile.TemporaryDirectory(prefix="frontdesk-kill-") as name:
        for epoch in range(-(-kills // ROUNDS_OF_A_CENTRE)):
            folder = Path(name) / str(epoch)
            folder.mkdir()
            with district(folder, "310114-901") as enrolment:
                centre = safe_load.made(folder / "centre", enrolment)
                for number in range(min(ROUNDS_OF_A_CENTRE, kills - epoch * ROUNDS_OF_A_CENTRE)):
                    place = epoch * ROUNDS_OF_A_CENTRE + number
                    chance = random.Random(f"{seed}-{place}")
                    try:
                        calls = one_round(centre, number, chance, calls, outcome) if number else calls
                        # The first round of all is left alone: it tells how many calls there are.
                        calls = calls or one_round(centre, 50, chance, 0, outcome)
                    except Astray as astray:
                        raise Astray(f"seed {seed}, round {place}: {astray}") from astray
                    calls = max(calls, 200)
                say(f"{outcome.rounds} rounds, {outcome.killed} processes killed, {outcome.confirmed} answers")
            shutil.rmtree(folder)
    return outcome


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if reason := safe_disk.run_with_disk("tests.safe_kill"):
        sys.stderr.write(f"{reason}\n")
        return 2
    begun = time.monotonic()
    outcome = run(given.kills, given.seed, lambda line: None if given.json else print(line, flush=True))  # noqa: T201
    told = {**vars(outcome), "seconds": round(time.monotonic() - begun, 1)}
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
