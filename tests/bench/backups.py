"""A backup against a bare copy with zlib, and scans while one is made: `python -m tests.bench --backups`.

The yardstick is the least that a compressed copy of the file costs here: SQLite's backup into a file in one go, and
that file through zlib at the same level into another, on the disk at the end. Ours besides digests every row of the
moment, encrypts, reads the sealed file back from the disk, restores it into scratch, has SQLite check every page of it
and every reference, and compares every row.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from time import perf_counter, sleep

from frontdesk.backup import making
from frontdesk.backup import service as backup
from frontdesk.backup.container import CHUNK, LEVEL
from frontdesk.backup.recovery import RecoveryKey
from frontdesk.context import Context, open_context
from frontdesk.volunteers import service as volunteers
from tests.bench.ratio import Ratio, in_turns, of_medians
from tests.bench.scanning import scanner
from tests.bench.volunteers import fill, new_centre

KEY = RecoveryKey(bytes(16))
PEOPLE = 30_000
RUNS = 3
CARDS = 300
ROUNDS = 2
PAUSE = 0.02
"""Seconds between two scans: fifty a second are more than any door sees."""
WARM_UP = 60
AGAINST_A_COPY = 5.0
BESIDE = 3.0


def backup_ratios(people: int = PEOPLE, runs: int = RUNS, rounds: int = ROUNDS) -> Iterator[Ratio]:
    """Both ratios, in a centre with so many volunteers."""
    with TemporaryDirectory(prefix="frontdesk-bench-") as name:
        folder = Path(name)
        context = _centre(folder / "home", people)
        try:
            mine, theirs = in_turns(runs, lambda: _ours(context), lambda: _bare(context, folder))
            size = context.home.database.stat().st_size // 1_000_000
            yield of_medians(f"backup of {size} MB to a zlib copy", AGAINST_A_COPY, mine, theirs)
            yield _scans(context, rounds)
        finally:
            context.database.close()


def _centre(path: Path, people: int) -> Context:
    made = new_centre(path)
    fill(made, people)
    backup.keep_key(made, KEY)
    operator = made.operator
    made.database.close()
    return open_context(made.home, source="desk", operator=operator)


def _ours(context: Context) -> float:
    """One backup in this process, as a command makes it."""
    started = perf_counter()
    made = making.make(context, "manual")
    took = perf_counter() - started
    made.path.unlink()
    return took


def _bare(context: Context, folder: Path) -> float:
    """A copy of the file and a zlib stream of it, both on the disk."""
    copy, packed = folder / "bare.db", folder / "bare.z"
    started = perf_counter()
    with closing(sqlite3.connect(context.home.database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    engine = zlib.compressobj(LEVEL)
    with copy.open("rb") as clear, packed.open("wb") as out:
        while piece := clear.read(CHUNK):
            out.write(engine.compress(piece))
        out.write(engine.flush())
        out.flush()
        os.fsync(out.fileno())
    took = perf_counter() - started
    copy.unlink()
    packed.unlink()
    return took


def _scans(context: Context, rounds: int) -> Ratio:
    """The 99th percentile of a scan while backups are made, as a window has them made, over that of one without."""
    numbers = [row[0] for row in context.database.connection.execute("SELECT no FROM volunteer LIMIT ?", (CARDS,))]
    scan = scanner(context, [code for _, code in volunteers.issue_cards(context, numbers)])
    in_turns(WARM_UP, scan, scan)
    idle: list[float] = []
    busy: list[float] = []
    for _ in range(rounds):
        with _making(context) as is_made:
            while not is_made():
                busy.append(scan())
                sleep(PAUSE)
        while len(idle) < len(busy):
            idle.append(scan())
            sleep(PAUSE)
    ours, yardstick = (sorted(times)[len(times) * 99 // 100] for times in (busy, idle))
    return Ratio("scan p99 beside a backup", ours / yardstick, BESIDE, ours, yardstick, len(busy))


@contextmanager
def _making(context: Context) -> Iterator[Callable[[], bool]]:
    """Have a backup made beside the scans; answers what tells whether it is done."""
    made: list[backup.BackupMade] = []

    def make() -> None:
        desk = open_context(context.home, source="desk", operator=context.operator)
        try:
            made.append(backup.make_now(desk))
        finally:
            desk.database.close()

    maker = Thread(target=make)
    maker.start()
    try:
        yield lambda: not maker.is_alive()
    finally:
        maker.join()
        for one in made:
            one.path.unlink()
