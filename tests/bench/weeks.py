"""A week's report in a centre of ten years: against the same centre of one, against bare SQL, and beside scans.

The bare SQL is what somebody would write by hand to read the same figures and the same rows, and throws them away; to
it XlsxWriter's own time for the same cells is added where a workbook is written. Scans and reports are run as
the desk runs them. A part of `python -m tests.bench --reports`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from time import perf_counter

from frontdesk.common.periods import Period, week_of
from frontdesk.context import Context
from frontdesk.reports.beside import export_beside
from frontdesk.reports.exporting import export_workbook
from frontdesk.reports.filling import report_of
from frontdesk.reports.tables import tables
from frontdesk.shell.desk import Desk
from frontdesk.volunteers import service as volunteers
from tests.bench.indicators import AGAINST_ONE_YEAR, AGAINST_SQL, BY_HAND, by_turns, grown_centre
from tests.bench.ratio import Ratio, in_turns, of_medians
from tests.bench.reports import write_bare
from tests.bench.years import NOW, TODAY, YEARS

BESIDE_A_REPORT = 1.5
RUNS = 15
WARM_UP = 2
ROUNDS = 6
"""In each of them a report is built, with scans all the while; as many follow while nothing else is done."""
CARDS = 300

ROWS_BY_HAND = (
    "SELECT s.*, (SELECT sum(seats) FROM attendance a WHERE a.session_code = s.code) FROM session s "
    "WHERE day BETWEEN :first AND :last ORDER BY starts_at",
    "SELECT s.day, s.starts_at, s.ends_at, s.code, s.name, r.seq_no, p.name, a.status, a.way, a.seats FROM session s "
    "JOIN attendance a ON a.session_code = s.code LEFT JOIN registration r ON r.id = a.registration_id "
    "LEFT JOIN resident p ON p.id = r.resident_id WHERE s.day BETWEEN :first AND :last ORDER BY s.starts_at",
    "SELECT v.volunteer_no, p.name, p.team, count(*), sum(iif(basis = 'measured', (left_at - entered_at) / 1000, 0)), "
    "sum(left_at IS NULL) FROM visit v JOIN volunteer p ON p.no = v.volunteer_no "
    "WHERE v.day BETWEEN :first AND :last AND NOT v.annulled GROUP BY 1",
    "SELECT volunteer_no, sum(seconds) FROM supplement WHERE day BETWEEN :first AND :last AND annulled_at IS NULL "
    "GROUP BY 1",
    "SELECT subject, level, comment FROM rating WHERE day BETWEEN :first AND :last ORDER BY subject, level, comment",
    "SELECT subject, count(*) FROM rating WHERE day BETWEEN :month AND :last GROUP BY day, subject",
    "SELECT r.subject, r.level, r.comment, f.* FROM rating r LEFT JOIN follow_up f ON f.key = r.key "
    "WHERE r.day BETWEEN :first AND :last AND r.level <= 2",
    "SELECT r.day, r.subject, r.level, f.* FROM rating r LEFT JOIN follow_up f ON f.key = r.key "
    "WHERE r.level <= 2 AND r.ended = 0 AND r.day < :first ORDER BY r.day LIMIT 500",
    "SELECT r.day, r.subject, r.level, f.* FROM follow_up f JOIN rating r ON r.key = f.key "
    "WHERE f.ended_on BETWEEN :first AND :last",
    "SELECT * FROM demand WHERE day BETWEEN :first AND :last OR (state = 'new' AND day < :first)",
)
"""The rows of the sheets, each table read once. What of the ratings may be told takes those of the month."""


def week_ratios(years: int = YEARS, runs: int = RUNS, rounds: int = ROUNDS) -> Iterator[Ratio]:
    """The report of the week before this one, read and written as a workbook, and scans while it is built."""
    week = week_of(TODAY).previous()
    with TemporaryDirectory(prefix="frontdesk-bench-") as name:
        folder = Path(name)
        old, new = (grown_centre(folder / str(length), length) for length in (years, 1))
        try:
            yield from _ratios(old, new, week, folder, years, runs)
            yield scans_ratio(old, week, folder, rounds)
        finally:
            old.database.close()
            new.database.close()


def _ratios(old: Context, new: Context, week: Period, folder: Path, years: int, runs: int) -> Iterator[Ratio]:
    made = tables(report_of(old, week))

    def bare_book() -> None:
        by_hand(old, week)
        write_bare(made, folder / "bare.xlsx")

    steps: dict[str, tuple[Callable[[Context], object], Callable[[], object]]] = {
        "report of a week": (lambda context: report_of(context, week), lambda: by_hand(old, week)),
        "workbook of a week": (
            lambda context: export_workbook(context, week, folder / "ours.xlsx"),
            bare_book,
        ),
    }
    against = {"report of a week": "bare SQL", "workbook of a week": "bare SQL and XlsxWriter"}
    for words, (step, yardstick) in steps.items():
        mine, theirs = by_turns(partial(step, old), partial(step, new), runs)
        yield of_medians(f"{words}, {years} years to 1", AGAINST_ONE_YEAR, mine, theirs)
        mine, theirs = by_turns(partial(step, old), yardstick, runs)
        yield of_medians(f"{words} to {against[words]}", AGAINST_SQL, mine, theirs)


def by_hand(context: Context, week: Period) -> list[object]:
    """The figures and the rows of the report on the bare connection."""
    span = {"first": week.first.isoformat(), "last": week.last.isoformat()}
    span["month"] = week.first.replace(day=1).isoformat()
    return [context.database.connection.execute(sql, span).fetchall() for sql in (*BY_HAND, *ROWS_BY_HAND)]


def scans_ratio(context: Context, week: Period, folder: Path, rounds: int) -> Ratio:
    """The 99th percentile of a scan while reports are built over that of one while nothing else is done, by turns."""
    numbers = context.database.connection.execute("SELECT no FROM volunteer ORDER BY no LIMIT ?", (CARDS,))
    codes = [code for _, code in volunteers.issue_cards(context, [row[0] for row in numbers])]
    clock = _Clock()
    desk = Desk(context.home, "desk", clock)
    desk.operator = context.operator
    idle: list[float] = []
    busy: list[float] = []
    try:
        scan = _scanner(desk, clock, codes)
        in_turns(WARM_UP, scan, scan)
        for _ in range(rounds):
            with _building(desk, week, folder / "beside.xlsx") as is_built:
                while not is_built():
                    busy.append(scan())
            idle += [scan() for _ in range(len(busy) - len(idle))]
    finally:
        desk.close()
    ours, yardstick = _slowest(busy), _slowest(idle)
    return Ratio("scan p99 beside a report", ours / yardstick, BESIDE_A_REPORT, ours, yardstick, len(busy))


@contextmanager
def _building(desk: Desk, week: Period, out: Path) -> Iterator[Callable[[], bool]]:
    """Have a report built beside the scans, as the screen has it; answers what tells whether it is done."""

    def build() -> None:
        asyncio.run(desk.run_slow(lambda context: export_beside(context, week, "xlsx", out)))

    builder = Thread(target=build)
    builder.start()
    try:
        yield lambda: not builder.is_alive()
    finally:
        builder.join()


class _Clock:
    """Stands on the day after all that the centre holds, until it is moved on."""

    def __init__(self) -> None:
        self.now = NOW + timedelta(days=1)

    def __call__(self) -> datetime:
        return self.now


def _scanner(desk: Desk, clock: _Clock, codes: list[str]) -> Callable[[], float]:
    """Scan one volunteer after another, an hour later each time round, so that all enter, all leave, and so on."""
    turn, begin = count(), clock.now

    def once() -> float:
        place = next(turn)
        clock.now = begin + timedelta(hours=place // len(codes), seconds=place % len(codes))
        code = codes[place % len(codes)]
        started = perf_counter()
        outcome = desk.submit_scan(lambda context: volunteers.scan(context, code)).result()
        took = perf_counter() - started
        assert outcome.result in ("entered", "left"), outcome
        return took

    return once


def _slowest(took: list[float]) -> float:
    return sorted(took)[round(len(took) * 0.99) - 1]
