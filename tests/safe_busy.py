"""Two desks, a kiosk, backups and reports on one centre at once, at twenty times the speed of people.

`python -m tests.safe_busy --seconds 600` is the ten minutes of issue 8; it ends with 0 where nobody was told that
another window was busy, nothing was lost and the file is sound, and tells how long scans took.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frontdesk.errors import CodedError
from tests import safe_load
from tests.safe_kill import Astray, Window, district, forked, listen, look
from tests.safe_load import PARTS, Centre, Turn

SPEED = 20
ROUND = 24
"""After so many steps every part has come round."""


@dataclass(frozen=True)
class Role:
    """Who acts in a window: a part of the load, as what kind of window, and every how many seconds people do that."""

    name: str
    part: str
    source: str
    pause: float
    number: int = 0
    steps: tuple[int, ...] = tuple(range(ROUND))
    """Which steps of a round of the part it takes."""


ROLES = (
    Role("kiosk", "visitors", "kiosk", 3),
    Role("first desk", "sign-ups", "desk", 8, 1),
    Role("second desk", "sign-ups", "desk", 8, 200),
    Role("reports", "office", "desk", 10),
    # The key is changed once in years, and people are erased when nobody stands at the door.
    Role("safe-keeping", "keeping", "cli", 40, steps=(0, 1)),
)


def work(centre: Centre, role: Role, seconds: float, say: Callable[..., None]) -> None:
    """Act until the time is over; each action with what it took, in milliseconds."""
    chance, pausing = random.Random(role.name), threading.Event()
    context = centre.opened(role.source)
    told: list[str] = []

    def answered(kind: str, **what: Any) -> None:
        told.append(kind)
        say(kind, **what)

    turn, ends, step = Turn(centre, context, answered, role.number), time.monotonic() + seconds, 0
    try:
        while time.monotonic() < ends:
            begun = time.perf_counter()
            try:
                context.refresh_settings()
                PARTS[role.part](turn, role.steps[step % len(role.steps)] + step // len(role.steps) * ROUND)
            except CodedError as refused:
                # It says that nothing was written and to do the same once more.
                if refused.code != "key_changed":
                    raise
                continue
            took = (time.perf_counter() - begun) * 1000
            if told:
                say("took", what=told[-1], ms=round(took, 2))
            told.clear()
            step += 1
            pausing.wait(chance.expovariate(SPEED / role.pause))
        say("done")
    except CodedError as refused:
        say("refused", code=refused.code, why=str(refused))
    finally:
        context.database.close()


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that is not below this share of them."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def crowd(centre: Centre, count: int) -> None:
    """Residents besides, so that backups and changes of the key have something to do."""
    from frontdesk.residents import service as residents

    context = centre.opened(synchronous="OFF")
    with context.database, context.change("test.crowd", "residents") as connection:
        for number in range(count):
            residents.resident(context, connection, f"周{chr(0x5000 + number)}", f"157{number:08d}")


def run(seconds: float, people: int) -> dict[str, Any]:
    """Have everybody act; how many of what, and what it took. Raises Astray."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-busy-") as name, district(Path(name), "310114-901") as file:
        # What a window imports when it first does something is imported before there are windows.
        warm = safe_load.made(Path(name) / "warm")
        for part in PARTS:
            safe_load.act(warm, part, 0, lambda *_, **__: None, 8)
        centre = safe_load.made(Path(name) / "centre", file)
        crowd(centre, people)

        def window(role: Role) -> Window:
            return forked(role.name, lambda say: work(centre, role, seconds, say))

        windows = [window(role) for role in ROLES]
        listen(windows)
        for one in windows:
            one.status = os.waitstatus_to_exitcode(os.waitpid(one.process, 0)[1])
        if ended := [one.part for one in windows if not one.said or one.said[-1]["kind"] != "done"]:
            raise Astray(f"{ended} did not come to the end: {[one.said[-1:] for one in windows]}")
        taken: dict[str, list[float]] = {}
        for one in windows:
            for said in one.said:
                if said["kind"] == "took":
                    taken.setdefault(said["what"], []).append(said["ms"])
            one.raw = b"".join(line + b"\n" for line in one.raw.split(b"\n")[:-1] if b'"kind": "took"' not in line)
        look(centre, windows)
        return {
            what: {
                "count": len(ms),
                "p50": percentile(ms, 0.5),
                "p99": percentile(ms, 0.99),
                "most": max(ms),
            }
            for what, ms in sorted(taken.items())
        }


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--people", type=int, default=5000)
    given = parser.parse_args()
    sys.stdout.write(json.dumps(run(given.seconds, given.people), ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
