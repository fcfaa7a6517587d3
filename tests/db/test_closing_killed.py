"""Killed while it closes periods, the program leaves each of them closed as a whole or not at all."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from db import audit
from db import closings as records
from frontdesk.common.periods import parse_period
from frontdesk.context import open_context
from frontdesk.home import Home
from frontdesk.reports import service as reports
from frontdesk.reports.closing.rules import digest_of
from tests.desks import DESK, NOON, new_desk
from tests.programs import ROOT, assert_sound

KILLS = 4
CLOSE_ALL = """
import sys
from pathlib import Path
from frontdesk.common.periods import parse_period
from frontdesk.context import Operator, open_context
from frontdesk.home import Home
from frontdesk.reports import service as reports
from tests.desks import DESK, NOON

context = open_context(
    Home(Path(sys.argv[1])), source="cli", clock=lambda: NOON, operator=Operator(DESK.manager_no, "", "manager")
)
period = parse_period(sys.argv[2])
while True:
    period = period.previous()
    reports.close_period(context, period)
    print(period.key, flush=True)
"""


def closed_until_killed(home: Path, before: str, read: int, wait_seconds: float) -> list[str]:
    """Close the weeks before one, the latest first, and kill the program when it has told of so many and a moment has
    passed; the keys that it told.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", CLOSE_ALL, str(home), before],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout
    with process.stdout:
        told = "".join(process.stdout.readline() for _ in range(read))
        end = perf_counter() + wait_seconds
        while perf_counter() < end:
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
        told += process.stdout.read()
    return [line.strip() for line in told.splitlines(keepends=True) if line.endswith("\n")]


def test_killed_among_closings_each_period_is_closed_whole_or_not_at_all(tmp_path: Path) -> None:
    home = tmp_path / "home"
    new_desk(home).database.close()
    chance = random.Random(20261109)
    before, closed = "2026-W46", 0
    for _ in range(KILLS):
        read = chance.randrange(1, 12)
        told = closed_until_killed(home, before, read, chance.uniform(0, 0.004))
        assert_sound(home / "centre.db")
        context = open_context(Home(home), source="cli", clock=lambda: NOON, synchronous="OFF")
        with context.database, context.database.reading() as connection:
            assert reports.closings_astray(connection) == []
            kept = list(records.all_editions(connection))
            entries = [one.subject for one in audit.entries_of(connection, ("period.closed",))]
            assert all(one.digest == digest_of(one) for one in kept)
            assert all(one.closed_by == DESK.manager_no for one in kept)
        new = entries[closed:]
        assert sorted(entries) == sorted(one.period for one in kept)
        # All that was told is there, and of what was not told at most the closing that was just committed.
        assert len(told) >= read and new[: len(told)] == told and len(new) - len(told) in (0, 1)
        before, closed = min(entries, key=lambda key: parse_period(key).first), len(entries)
