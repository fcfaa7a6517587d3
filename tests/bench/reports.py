"""A month's report with 20,000 rows of attendance against XlsxWriter alone: `python -m tests.bench --reports`.

The yardstick is given every cell of every sheet but the cover, whose charts it does not draw: it only writes them, each
by the method of its type and with a format that is there already. Reading the records, masking names, measuring texts
for the widths of columns and the heights of rows, and setting the sheets up for printing are on our side only.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from xlsxwriter import Workbook

from frontdesk.common.periods import parse_period
from frontdesk.context import Context, to_ms
from frontdesk.demo.names import full_name
from frontdesk.reports.exporting import export_workbook
from frontdesk.reports.filling import report_of
from frontdesk.reports.tables import Table, tables
from tests.bench.ratio import Ratio, in_turns, of_medians
from tests.bench.volunteers import new_centre

MONTH = parse_period("2026-10")
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
ROWS = 20_000
PARTIES = 25
RUNS = 9
TARGET = 1.5
_NAMES = ("智能手机", "书法", "合唱", "太极")

_RESIDENT = (
    "INSERT INTO resident (id, name, phone_key, phone_tail_key, phone_cipher, indexed) VALUES (?, ?, ?, ?, ?, 1)"
)
_SESSION = (
    "INSERT INTO session (code, day, starts_at, ends_at, name, category, activity_type, room, capacity, state) "
    "VALUES (?, ?, ?, ?, ?, ?, '文体活动', ?, 30, 'closed')"
)
_SIGN_UP = (
    "INSERT INTO registration (id, session_code, resident_id, party_size, least_seats, seats, applied_at, queue_at, "
    "seq_no, state, rule) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'confirmed', 'free_seat')"
)
_MARK = "INSERT INTO attendance (session_code, registration_id, status, seats, at, way) VALUES (?, ?, ?, ?, ?, ?)"


def report_ratios(rows: int = ROWS, runs: int = RUNS) -> Iterator[Ratio]:
    """A month's workbook with so many rows of attendance over XlsxWriter with the same cells."""
    with TemporaryDirectory(prefix="frontdesk-bench-") as name:
        folder = Path(name)
        context = attended_centre(folder / "home", rows)
        try:
            made = tables(report_of(context, MONTH))

            def ours() -> float:
                return _timed(lambda: export_workbook(context, MONTH, folder / "ours.xlsx"))

            def yardstick() -> float:
                return _timed(lambda: write_bare(made, folder / "bare.xlsx"))

            in_turns(1, ours, yardstick)
            mine, theirs = in_turns(runs, ours, yardstick)
            yield of_medians(f"workbook of {rows:,} rows", TARGET, mine, theirs)
        finally:
            context.database.close()


def write_bare(sheets: Iterable[Table], out: Path) -> None:
    """The cells of these sheets by XlsxWriter alone."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(out, options) as book:
        text = book.add_format({"border": 1, "text_wrap": True, "indent": 1})
        day = book.add_format({"border": 1, "num_format": "yyyy-mm-dd"})
        for one in sheets:
            sheet = book.add_worksheet(one.sheet.name)
            numbers = [book.add_format({"border": 1, "num_format": column.number_format}) for column in one.columns]
            for place, column in enumerate(one.columns):
                sheet.write_string(0, place, column.heading, text)
            for number, row in enumerate(one.rows, 1):
                for place, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(number, place, value, text)
                    elif isinstance(value, date):
                        sheet.write_datetime(number, place, datetime.combine(value, time()), day)
                    elif value is None:
                        sheet.write_blank(number, place, None, text)
                    else:
                        sheet.write_number(number, place, value, numbers[place])


def attended_centre(path: Path, rows: int) -> Context:
    """A centre in whose sessions of October there are so many rows of attendance."""
    context = new_centre(path)
    context.clock = lambda: NOW
    rng = Random(rows)
    connection = context.database.connection
    people = max(PARTIES, rows // 5)
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(_RESIDENT, _residents(rng, people))
    for number in range(-(-rows // PARTIES)):
        _hold(connection, rng, number, people, min(PARTIES, rows - number * PARTIES))
    connection.execute("COMMIT")
    return context


def _residents(rng: Random, people: int) -> Iterator[tuple[object, ...]]:
    for number in range(1, people + 1):
        key = number.to_bytes(16, "big")
        yield number, full_name(rng, rng.choice("女男"), rng.randrange(3)), key, key, bytes(80)


def _hold(connection: sqlite3.Connection, rng: Random, number: int, people: int, parties: int) -> None:
    """A session of the month for which so many parties signed up and most of them came."""
    day = MONTH.first + timedelta(days=number % MONTH.days)
    starts = to_ms(datetime.combine(day, time(1 + number % 10), UTC))
    code = f"HD{number:06}"
    name, room = f"{_NAMES[number % 4]}班{number % 40}", f"教室{number % 12}"
    connection.execute(_SESSION, (code, day.isoformat(), starts, starts + 5_400_000, name, f"类别{number % 9}", room))
    chosen: Sequence[int] = rng.sample(range(1, people + 1), parties)
    first = number * PARTIES + 1
    seats = [rng.choice((1, 1, 1, 2, 3)) for _ in chosen]
    connection.executemany(
        _SIGN_UP,
        [
            (first + place, code, person, size, size, size, starts - 86_400_000, starts - 86_400_000, place + 1)
            for place, (person, size) in enumerate(zip(chosen, seats, strict=True))
        ],
    )
    ways = rng.choices(("scan", "list", "import"), k=parties)
    statuses = rng.choices(("attended", "absent_notified", "no_show"), (88, 8, 4), k=parties)
    connection.executemany(
        _MARK,
        [
            (code, first + place, status, size, starts, way)
            for place, (status, size, way) in enumerate(zip(statuses, seats, ways, strict=True))
        ],
    )


def _timed(run: Callable[[], object]) -> float:
    started = perf_counter()
    run()
    return perf_counter() - started
