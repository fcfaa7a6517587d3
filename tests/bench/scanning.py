"""A scan as the counter records it, against one bare row written to a file of its own with the same pragmas.

The yardstick is the least that any durable record costs on this disk: `BEGIN IMMEDIATE`, one insert into a table like
that of the scans but without an index, `COMMIT`. Ours is the whole use case: the code is read and its MAC checked,
card, volunteer and visits are looked up, and scan, visit and chained audit entry are committed together.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from db.connection import BUSY_TIMEOUT_MS
from db.volunteers import Volunteer
from frontdesk.clock import system_clock
from frontdesk.context import Context, open_context
from frontdesk.home import Home
from frontdesk.staff.service import set_up_centre
from frontdesk.volunteers import service
from tests.bench.ratio import Ratio, in_turns, of_medians

VOLUNTEERS = 300
WARM_UP = 40
COLUMNS = "at, volunteer_no, serial, result, reason, source, operator_no, nonce, given_time, code_length, code_hash"
ROW = ("0310001", 1, "entered", "", "desk", "M001", None, 0, None, None)


def scan_ratio(synchronous: str, target: float, scans: int) -> Ratio:
    """The ratio over `scans` scans at `synchronous` FULL or OFF."""
    with TemporaryDirectory(prefix="frontdesk-bench-") as name:
        folder = Path(name)
        context, codes = _centre(folder / "home", synchronous)
        bare = _bare_file(folder / "bare.db", synchronous, _definition(context))
        try:
            ours, yardstick = scanner(context, codes), _inserter(bare)
            in_turns(WARM_UP, ours, yardstick)
            mine, theirs = in_turns(scans, ours, yardstick)
        finally:
            bare.close()
            context.database.close()
    return of_medians(f"durable scan, {synchronous}", target, mine, theirs)


def _centre(path: Path, synchronous: str) -> tuple[Context, list[str]]:
    """A centre with volunteers and their cards, opened as a window opens it."""
    home = Home(path)
    made = set_up_centre(
        home,
        code="310114-901",
        name="示范邻里中心",
        street="示范街道",
        district="示范区",
        manager_no="M001",
        manager_name="王五",
        pin=None,
        synchronous="OFF",
    )
    with made.change("bench.filled", "centre") as connection:
        for number in range(VOLUNTEERS):
            volunteer = Volunteer(no=f"{310000 + number:07d}", name=f"张{chr(0x4E00 + number)}", team="护河队")
            service.store(made, connection, volunteer, f"1540000{number:04d}")
    codes = [code for _, code in service.issue_cards(made)]
    operator = made.operator
    made.database.close()
    return open_context(home, source="desk", operator=operator, synchronous=synchronous), codes


def _definition(context: Context) -> str:
    """The statement that makes the table of scans, as the centre's file has it."""
    query = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'scan'"
    return str(context.database.connection.execute(query).fetchone()[0])


def _bare_file(path: Path, synchronous: str, table: str) -> sqlite3.Connection:
    """A file of its own with one bare table, opened with the pragmas of the centre's file."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute(table)
    return connection


def scanner(context: Context, codes: list[str], ahead: int = 1) -> Callable[[], float]:
    """Scan one volunteer after another, an hour later each time round, so that all enter, all leave, and so on; on a
    day that lies so many days ahead, because nobody is checked in before what the file already holds.
    """
    begin = system_clock().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=ahead)
    turn = count()

    def once() -> float:
        place = next(turn)
        code = codes[place % len(codes)]
        at = begin + timedelta(hours=place // len(codes), seconds=place % len(codes))
        # By the clock, as the scanner's own scans come; a time given by hand is judged besides.
        context.clock = lambda: at
        started = perf_counter()
        outcome = service.scan(context, code)
        took = perf_counter() - started
        assert outcome.result in ("entered", "left"), outcome
        return took

    return once


def _inserter(bare: sqlite3.Connection) -> Callable[[], float]:
    statement = f"INSERT INTO scan ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    at = count(1_763_000_000_000)

    def once() -> float:
        row = (next(at), *ROW)
        started = perf_counter()
        bare.execute("BEGIN IMMEDIATE")
        bare.execute(statement, row)
        bare.execute("COMMIT")
        return perf_counter() - started

    return once
