"""A disk that fails at the n-th call, for every n, during each step of a mixed load.

`python -m tests.safe_faults` goes through every call of every step; `--every 7` through one in seven. What it insists
on: the answer is a coded failure with words, or the step was done; once the disk is well again the same window does the
same step; the file is sound; and what was answered is there, whatever failed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import words_for
from tests import safe_disk, safe_load
from tests.safe_disk import ALWAYS, EVERY_CHANGE, FAIL, MAPS, SHORT, Control
from tests.safe_kill import Astray, Window, district, forked, kill, listen
from tests.safe_load import PARTS, SOURCES, Centre, Turn

MANY = 40
KINDS_OF_STEPS = {"visitors": 6, "sign-ups": 3, "office": 8, "keeping": 4, "cases": 5}
"""After how many steps each part has done everything that it does."""


NEEDED = {("sign-ups", 2): 2, ("office", 2): 1, ("office", 6): 1, ("keeping", 3): 3} | {
    ("cases", kind): kind for kind in (1, 2, 3)
}
"""How many steps before it lies what a step needs: somebody to take off the list or to erase, a report to send, a case
to move.
"""


@dataclass(frozen=True)
class Fault:
    """What a disk does from its `first` call on that is counted: once, or until it is mended."""

    name: str
    first: int
    lasts: bool

    def order(self, control: Control) -> None:
        """Have it happen."""
        until = ALWAYS if self.lasts else self.first
        if self.name == "short":
            # Half of it is written; asked for the rest, the disk is full.
            control.order(SHORT, self.first, until, safe_disk.ERRORS["full"])
        else:
            control.order(FAIL, self.first, until, safe_disk.ERRORS[self.name])


@dataclass
class Outcome:
    """What became of the faults."""

    faults: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    done: int = 0
    most_calls: Counter[str] = field(default_factory=Counter)
    astray: list[str] = field(default_factory=list)


def faults(chance: random.Random, every: int) -> Iterator[Fault]:
    """Every kind of fault at every call, for as long as somebody asks; or one in `every`. Of long operations, behind
    `MANY` calls, some: what they do there they do again and again.
    """
    first = 1
    while True:
        for name in (*safe_disk.ERRORS, "short"):
            for lasts in (False, True):
                if chance.randrange(every * (1 + first // MANY)) == 0:
                    yield Fault(name, first, lasts)
        first += 1


class Bench:
    """One centre whose disk can be broken, and what was answered on it."""

    def __init__(self, centre: Centre, part: str, outcome: Outcome) -> None:
        self.part, self.centre, self.outcome = part, centre, outcome
        self.control = Control(centre.base.with_suffix(f".{part}"), centre.base, kinds=EVERY_CHANGE | MAPS)
        safe_disk.attach(self.control)
        self.said: list[dict[str, Any]] = []
        self.turn = Turn(centre, self._opened(), self._say)

    def _opened(self) -> Context:
        return self.centre.opened(SOURCES.get(self.part, "desk"))

    def _say(self, kind: str, **what: Any) -> None:
        self.said.append({"kind": kind, **what})

    def try_fault(self, step: int, fault: Fault) -> bool:
        """Do a step on a disk with a fault, then again on a well one; False where the fault lies behind its end."""
        fault.order(self.control)
        told = ""
        try:
            PARTS[self.part](self.turn, step)
        except CodedError as refused:
            told = refused.code
            words = words_for(refused)
            if not words or "{" in words or words.startswith(refused.area):
                self._astray(step, fault, f"{refused.code} has no words: {words}")
        except Exception as failure:  # noqa: BLE001 - whatever it is, nobody could read it on the screen
            where = traceback.format_exc(limit=-6)
            self._astray(step, fault, f"answered by {failure!r}: {where}")
        happened, counted = self.control.happened, self.control.counted
        self.control.well()
        kind = f"{self.part} {step % KINDS_OF_STEPS[self.part]}"
        if not happened:
            self.outcome.most_calls[kind] = max(self.outcome.most_calls[kind], counted)
            return False
        self.outcome.faults += 1
        self.outcome.refused[told] += bool(told)
        self.outcome.done += not told
        if told:
            self._once_more(step, fault)
        return True

    def _once_more(self, step: int, fault: Fault) -> None:
        try:
            PARTS[self.part](self.turn, step)
        except Exception as failure:  # noqa: BLE001 - as above
            self._astray(step, fault, f"and on a well disk, in the same window, by {failure!r}")
            self.turn.context.database.close()
            self.turn.context = self._opened()

    def try_opening(self, fault: Fault) -> bool:
        """Open a window on a disk with a fault, then on a well one."""
        self.turn.context.database.close()
        fault.order(self.control)
        try:
            self.centre.opened().database.close()
        except CodedError as refused:
            self.outcome.refused[refused.code] += 1
        except Exception as failure:  # noqa: BLE001 - as above
            self._astray(-1, fault, f"opening answered by {failure!r}")
        happened = self.control.happened
        self.control.well()
        self.turn.context = self._opened()
        self.outcome.faults += bool(happened)
        return bool(happened)

    def look(self) -> None:
        """Open the centre anew: it is sound, and what was answered is there."""
        from frontdesk.check.service import look_over

        self.turn.context.database.close()
        context = self._opened()
        findings = look_over(context)
        if not findings.is_sound:
            self.outcome.astray.append(f"{self.part}: the check found {findings}")
        if lost := safe_load.missing(self.centre, context, self.said):
            self.outcome.astray.append(f"{self.part}: answered and not there: {lost}")
        self.said.clear()
        self.turn.context = context

    def close(self) -> None:
        """Done with this centre."""
        self.turn.context.database.close()
        shutil.rmtree(self.centre.base)

    def _astray(self, step: int, fault: Fault, what: str) -> None:
        self.outcome.astray.append(f"{self.part} step {step}, {fault}: {what}")


def try_part(centre: Centre, part: str, every: int, seed: int) -> Outcome:
    """Every fault at every call of every step of a part, each kind of step on a centre of its own."""
    outcome = Outcome()
    chance = random.Random(f"{seed}-{part}")
    kinds = KINDS_OF_STEPS[part]
    for kind in range(kinds):
        bench = Bench(centre.copied(centre.base.with_name(f"{part} {kind}")), part, outcome)
        if (part, kind) == ("visitors", 0):
            for fault in faults(chance, every):
                if not bench.try_opening(fault):
                    break
        for tried, fault in enumerate(faults(chance, every)):
            # Each fault meets a step that was not done yet, after what that one needs.
            step = tried * kinds + kind
            if (part, kind) in NEEDED:
                PARTS[part](bench.turn, step - NEEDED[part, kind])
            if not bench.try_fault(step, fault):
                break
            if tried % 20 == 19:
                bench.look()
        bench.look()
        bench.close()
    return outcome


def run(every: int, seed: int) -> dict[str, Outcome]:
    """Each part in a process of its own, two at a time. Raises Astray where one of them broke."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-faults-") as name, district(Path(name), "310114-901") as file:
        base = safe_load.made(Path(name) / "centre", file)

        def window(part: str) -> Window:
            return forked(part, lambda say: say("outcome", **vars(try_part(base, part, every, seed))))

        windows = [window(part) for part in PARTS]
        try:
            listen(windows)
        finally:
            kill_if_open = [one for one in windows if one.pipe >= 0]
            kill(kill_if_open)
        outcomes = {}
        for one in windows:
            _, status = os.waitpid(one.process, 0)
            if status or not one.said:
                raise Astray(f"{one.part} ended with {status}")
            told = {key: value for key, value in one.said[-1].items() if key != "kind"}
            outcomes[one.part] = Outcome(**told)
        return outcomes


def main() -> int:
    """The command; 1 where anything went astray."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seed", type=int, default=20261122)
    given = parser.parse_args()
    if reason := safe_disk.run_with_disk("tests.safe_faults"):
        sys.stderr.write(f"{reason}\n")
        return 2
    begun = time.monotonic()
    outcomes = run(given.every, given.seed)
    told = {part: vars(outcome) for part, outcome in outcomes.items()}
    sys.stdout.write(json.dumps({**told, "seconds": round(time.monotonic() - begun, 1)}, ensure_ascii=False) + "\n")
    return int(any(outcome.astray for outcome in outcomes.values()))


if __name__ == "__main__":
    sys.exit(main())
