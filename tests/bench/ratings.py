"""The statistics of a month among 500,000 ratings against one query written by hand: `python -m tests.bench --ratings`.

The query asks for no more than the counts that the statistics stand on: this month and the one before, by what was
rated and by level. Names, rates, intervals, attendance, follow-ups and all that is hidden are on our side only.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from frontdesk.common.periods import parse_period
from frontdesk.context import Context
from frontdesk.feedback.statistics.service import statistics
from tests.bench.ratio import Ratio, in_turns, of_medians
from tests.bench.volunteers import new_centre

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
MONTH = parse_period("2026-10")
RATINGS = 500_000
YEARS = 5
TARGET = 1.5
RUNS = 60
WARM_UP = 5
SERVICES = 12
SESSIONS_A_DAY = 3

BY_HAND = (
    "SELECT day >= ? AS now, subject_kind, subject, level, excluded, count(*) FROM rating "
    "WHERE day BETWEEN ? AND ? GROUP BY now, subject_kind, subject, level, excluded"
)

_RATING = (
    "INSERT INTO rating (key, day, known_on, subject_kind, subject, level, channel, named, ended, excluded) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SESSION = (
    "INSERT INTO session (code, day, starts_at, ends_at, name, category, activity_type, room, capacity, state) "
    "VALUES (?, ?, 0, 1, ?, ?, '文体活动', '', 30, 'closed')"
)
_CAME = "INSERT INTO attendance (session_code, status, seats) VALUES (?, 'walk_in', ?)"


def ratings_ratios(ratings: int = RATINGS, runs: int = RUNS) -> Iterator[Ratio]:
    """A month's statistics by what was rated, over the query by hand, in a centre of so many ratings."""
    with TemporaryDirectory(prefix="frontdesk-bench-") as name:
        context = rated_centre(Path(name), ratings)
        try:
            connection = context.database.connection
            before = MONTH.previous().first.isoformat()
            span = MONTH.first.isoformat(), before, MONTH.last.isoformat()

            def ours() -> float:
                return _timed(lambda: statistics(context, MONTH, "service"))

            def yardstick() -> float:
                return _timed(lambda: connection.execute(BY_HAND, span).fetchall())

            in_turns(WARM_UP, ours, yardstick)
            mine, theirs = in_turns(runs, ours, yardstick)
            yield of_medians(f"month among {ratings:,} ratings", TARGET, mine, theirs)
        finally:
            context.database.close()


def rated_centre(path: Path, ratings: int) -> Context:
    """A centre in which so many people rated over five years, the last of them yesterday."""
    context = new_centre(path)
    context.clock = lambda: NOW
    connection = context.database.connection
    rng = Random(ratings)
    last = date(2026, 11, 21)
    days = [last - timedelta(days=back) for back in range(365 * YEARS)]
    connection.execute("BEGIN IMMEDIATE")
    _put_sessions(connection, days)
    connection.executemany(_RATING, (_rating(rng, days) for _ in range(ratings)))
    connection.execute("COMMIT")
    return context


def _put_sessions(connection: sqlite3.Connection, days: list[date]) -> None:
    held = [(_code(day, number), day.isoformat(), number) for day in days for number in range(SESSIONS_A_DAY)]
    connection.executemany(_SESSION, [(code, day, f"课程{number}", f"类别{number}") for code, day, number in held])
    connection.executemany(_CAME, [(code, 20 + number) for code, _, number in held])


def _code(day: date, number: int) -> str:
    return f"HD{day:%y%m%d}{number}"


def _rating(rng: Random, days: list[date]) -> tuple[object, ...]:
    day = rng.choice(days)
    kind, subject = "service", f"服务{rng.randrange(SERVICES)}"
    if rng.random() < 0.3:
        kind, subject = "session", _code(day, rng.randrange(SESSIONS_A_DAY))
    level = rng.choices((5, 4, 3, 2, 1), (60, 25, 8, 4, 3))[0]
    channel = rng.choice(("kiosk", "desk", "paper"))
    is_recent = day >= days[30]
    ended = level <= 2 and not (is_recent and rng.random() < 0.3)
    said = day.isoformat()
    named, excluded = int(rng.random() < 0.1), int(level <= 2 and rng.random() < 0.02)
    return rng.randbytes(16), said, said, kind, subject, level, channel, named, int(ended), excluded


def _timed(run: Callable[[], object]) -> float:
    started = perf_counter()
    run()
    return perf_counter() - started
