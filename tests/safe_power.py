"""The power goes: of what was written and not synced, any part may have reached the disk, and any part not.

A load is done once while every call that changes a file is written down; then the disk is played back as it may look
after a cut at some call: what was synced is there, of the rest some sectors, of the changed names the first some. Each
such disk is opened as the next start does. `python -m tests.safe_power --cuts 500`.

Names follow ext4: they reach the disk in their order, and a file that is synced takes its own name with it.
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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import safe_disk, safe_load
from tests.safe_disk import CUTS, EVERY_CHANGE, FOLDERS, NAMES, OPENS, REMOVES, SYNCS, WRITES, Call, Control
from tests.safe_kill import Astray, district, forked, listen
from tests.safe_load import Centre

STEPS = {"visitors": 18, "sign-ups": 12, "office": 8, "keeping": 8, "cases": 15}
SECTOR = 512


@dataclass(eq=False)
class File:
    """What a file holds for sure, and what was done to it since: writes (place, bytes) and cuts (length, None)."""

    safe: bytes = b""
    since: list[tuple[int, bytes | None]] = field(default_factory=list)

    def settle(self) -> None:
        """All of it is on the disk."""
        self.safe, self.since = _applied(self.safe, self.since), []

    def after_a_cut(self, chance: random.Random) -> bytes:
        """What may be left of it."""
        kept: list[tuple[int, bytes | None]] = []
        share = chance.choice((0.0, 0.3, 0.7, 1.0))
        for place, data in self.since:
            if data is None:
                # Its length goes with the names: in order.
                kept.append((place, None))
                continue
            for start in range(0, len(data), SECTOR):
                if chance.random() < share:
                    kept.append((place + start, data[start : start + SECTOR]))
        return _applied(self.safe, kept)


def _applied(content: bytes, changes: Sequence[tuple[int, bytes | None]]) -> bytes:
    changed = bytearray(content)
    for place, data in changes:
        if len(changed) < place:
            changed.extend(bytes(place - len(changed)))
        if data is None:
            del changed[place:]
        else:
            changed[place : place + len(data)] = data
    return bytes(changed)


Names = dict[str, File]
Step = Callable[[Names], None]


class Disk:
    """A folder on a disk whose power may go."""

    def __init__(self, folder: Path) -> None:
        self.safe: Names = {str(path): File(path.read_bytes()) for path in folder.rglob("*") if path.is_file()}
        self.now: Names = dict(self.safe)
        self.folders = {str(path) for path in folder.rglob("*") if path.is_dir()} | {str(folder)}
        self.since: list[Step] = []
        """What was done to the names that is not on the disk yet."""

    def _name(self, step: Step) -> None:
        step(self.now)
        self.since.append(step)

    def _settle_names(self) -> None:
        for step in self.since:
            step(self.safe)
        self.since.clear()

    def do(self, call: Call) -> None:
        """Have a call done."""
        path, found = call.path, self.now.get(call.path)
        if call.kind == FOLDERS:
            self.folders.add(path)
        elif call.kind == OPENS:
            fresh = File()
            if call.place or found is None:
                self._name(lambda names: names.__setitem__(path, fresh))
            else:
                found.since.append((0, None))
        elif call.kind == WRITES and found is not None:
            found.since.append((call.place, call.data))
        elif call.kind == CUTS and found is not None:
            found.since.append((call.place, None))
        elif call.kind == SYNCS and found is not None:
            found.settle()
            self._settle_names()
        elif call.kind == SYNCS:
            self._settle_names()
        elif call.kind == REMOVES:
            self._name(lambda names: _forget(names, path))
        elif call.kind == NAMES and found is not None:
            self._name(_renaming(path, os.fsdecode(call.data), found, is_link=bool(call.place)))

    def play_back(self, chance: random.Random, old: Path, new: Path) -> None:
        """Write what may be left after a cut now, from the folder `old` to the folder `new`."""
        names = dict(self.safe)
        for step in self.since[: chance.randint(0, len(self.since))]:
            step(names)
        for folder in sorted(self.folders):
            (new / Path(folder).relative_to(old)).mkdir(parents=True, exist_ok=True)
        for path, file in names.items():
            target = new / Path(path).relative_to(old)
            if target.parent.is_dir():
                target.write_bytes(file.after_a_cut(chance))


def _forget(names: Names, path: str) -> None:
    names.pop(path, None)


def _renaming(old: str, new: str, file: File, *, is_link: bool) -> Step:
    def step(names: Names) -> None:
        names[new] = file
        if not is_link:
            names.pop(old, None)

    return step


def traced(centre: Centre, part: str, trace: Path) -> list[dict[str, Any]]:
    """Do a part of the load; what was answered, each with how long the trace was then (`at`)."""
    control = Control(trace.with_suffix(".control"), centre.base, kinds=EVERY_CHANGE, trace=trace)

    def act(say: Callable[..., None]) -> None:
        safe_disk.attach(control)

        def told(kind: str, **what: Any) -> None:
            say(kind, **what, at=trace.stat().st_size)

        safe_load.act(centre, part, 0, told, STEPS[part])

    window = forked(part, act)
    listen([window])
    os.waitpid(window.process, 0)
    if not window.said or window.said[-1]["kind"] != "done":
        raise Astray(f"{part} did not come to its end: {window.said[-1:]}")
    return window.said


def states(before: Path, trace: Path, cuts: Sequence[int]) -> Iterator[tuple[int, Disk]]:
    """The disk at each of the cuts, which are numbers of calls, with how long the trace was then."""
    disk, length = Disk(before), 0
    wanted = set(cuts)
    for number, call in enumerate(safe_disk.calls(trace), 1):
        disk.do(call)
        length += safe_disk.HEAD_BYTES + len(os.fsencode(call.path)) + len(call.data)
        if number in wanted:
            yield length, disk


def look(base: Path, centre: Centre, said: Sequence[dict[str, Any]]) -> None:
    """Open what is left: it is sound, and what had been answered is there. Raises Astray."""
    from frontdesk.check.service import look_over

    left = Centre(base, centre.codes, centre.began)
    context = left.opened()
    try:
        findings = look_over(context)
        if not findings.is_sound:
            raise Astray(f"the check found: {findings}")
        if lost := safe_load.missing(left, context, said):
            raise Astray(f"answered and not there: {lost}")
        if unreadable := safe_load.unreadable(context):
            raise Astray(f"{unreadable} phones are not opened by the key that counts")
    finally:
        context.database.close()


def run(cuts: int, seed: int) -> dict[str, int]:
    """Cut the power so often in each part; how many calls each part has. Raises Astray."""
    counted = {}
    with tempfile.TemporaryDirectory(prefix="frontdesk-power-") as name, district(Path(name), "310114-901") as file:
        folder = Path(name).resolve()
        template = safe_load.made(folder / "template", file)
        for part in STEPS:
            centre = template.copied(folder / part)
            # What stood there is the disk before; it is played back under the same names.
            before = centre.base
            trace = folder / f"{part}.trace"
            disk_before = folder / f"{part} before"
            shutil.copytree(before, disk_before)
            said = traced(centre, part, trace)
            shutil.rmtree(before)
            shutil.copytree(disk_before, before)
            total = sum(1 for _ in safe_disk.calls(trace))
            counted[part] = total
            chance = random.Random(f"{seed}-{part}")
            chosen = sorted(chance.sample(range(1, total + 1), min(cuts, total)))
            for number, (length, disk) in enumerate(states(before, trace, chosen)):
                left = folder / "left"
                disk.play_back(chance, before, left)
                try:
                    look(left, centre, [one for one in said if one["at"] <= length])
                except Astray as astray:
                    raise Astray(f"seed {seed}, {part}, cut at call {chosen[number]}: {astray}") from astray
                shutil.rmtree(left)
    return counted


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=500)
    parser.add_argument("--seed", type=int, default=20261122)
    given = parser.parse_args()
    if reason := safe_disk.run_with_disk("tests.safe_power"):
        sys.stderr.write(f"{reason}\n")
        return 2
    begun = time.monotonic()
    told = {"calls": run(given.cuts, given.seed), "seconds": round(time.monotonic() - begun, 1)}
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
