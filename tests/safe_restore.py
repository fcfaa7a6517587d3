"""A restoration killed at any call that changes a file: the centre that was there stands, or the restored one, whole.

`python -m tests.safe_restore` kills it at every call, over a centre that is there and into an empty home; `--every 5`
at one in five. It ends with 0 where each time one whole centre was found at the next start.
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
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from frontdesk.backup import service as backup
from frontdesk.home import Home
from tests import safe_disk, safe_load
from tests.safe_disk import KILL_AFTER, KILL_BEFORE, KILL_TORN, Control
from tests.safe_kill import Astray, forked, listen
from tests.safe_load import Centre

LATER = "15799999999"


def prepared(base: Path) -> tuple[Centre, Path, backup.RecoveryKey]:
    """A centre, a backup of it with its key, and somebody who was entered after the backup."""
    from frontdesk.residents import service as residents

    centre = safe_load.made(base)
    context = centre.opened("cli")
    with context.database:
        key = backup.new_recovery_key(context)
        backup.confirm_groups(context, key, dict(enumerate(key.groups)))
        made = backup.make_now(context)
        file = base.with_name("kept.fdbackup")
        shutil.copyfile(made.path, file)
        residents.add(context, {"name": "后来人", "phone": LATER})
    return centre, file, key


def restored(centre: Centre, file: Path, key: backup.RecoveryKey, control: Control, *, over: bool) -> bool:
    """Restore in a process of its own, whatever the control has happen to it; whether it came to its end."""

    def act(say: Callable[..., None]) -> None:
        replacing = centre.opened("cli") if over else None
        safe_disk.attach(control)
        backup.restore(Home(centre.home), file, key, replacing=replacing, force=over, clock=centre.clock)
        say("done")

    window = forked("restoring", act)
    listen([window])
    os.waitpid(window.process, 0)
    return bool(window.said)


def look(centre: Centre, *, over: bool) -> str:
    """Which centre stands at the next start: `before`, `restored` or, where none was, `none`. Raises Astray."""
    from frontdesk.check.service import look_over

    backup.settle_home(Home(centre.home))
    if not Home(centre.home).exists():
        if over:
            raise Astray("no centre stands there any more")
        return "none"
    context = centre.opened("cli")
    with context.database:
        findings = look_over(context)
        if not findings.is_sound:
            raise Astray(f"the check found: {findings}")
        if unreadable := safe_load.unreadable(context):
            raise Astray(f"{unreadable} phones are not opened by the keys that are there")
        later = context.database.connection.execute("SELECT count(*) FROM resident WHERE name = '后来人'").fetchone()[0]
    if left := [str(path) for path in centre.home.rglob("*") if path.parent.name == "scratch"]:
        raise Astray(f"clear copies are left: {left}")
    return "before" if later else "restored"


def run(every: int, seed: int) -> dict[str, Any]:
    """Kill at the calls; how often which centre stood there. Raises Astray."""
    chance, found = random.Random(seed), Counter[str]()
    with tempfile.TemporaryDirectory(prefix="frontdesk-restore-") as name:
        folder = Path(name).resolve()
        template, file, key = prepared(folder / "template")
        for over in (True, False):
            number, ended = 0, False
            while not ended:
                number += chance.randint(1, 2 * every - 1)
                centre = template.copied(folder / "tried")
                if not over:
                    shutil.rmtree(centre.home)
                control = Control(folder / "control", centre.base)
                control.order(chance.choice((KILL_BEFORE, KILL_AFTER, KILL_TORN)), number)
                ended = restored(centre, file, key, control, over=over)
                try:
                    stands = look(centre, over=over)
                except Astray as astray:
                    raise Astray(f"killed at call {number}, over={over}: {astray}") from astray
                if ended and stands != "restored":
                    raise Astray(f"restored, and {stands} stands there, over={over}")
                found[f"{'over' if over else 'empty'}: {stands}"] += 1
                shutil.rmtree(centre.base)
    return dict(found)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seed", type=int, default=20261122)
    given = parser.parse_args()
    if reason := safe_disk.run_with_disk("tests.safe_restore"):
        sys.stderr.write(f"{reason}\n")
        return 2
    begun = time.monotonic()
    told = {"stood": run(given.every, given.seed), "seconds": round(time.monotonic() - begun, 1)}
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
