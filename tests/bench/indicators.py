"""The figures of a week in a centre of ten years: against the same week in a centre of one, and against bare SQL.

Ten years are 2,000,000 visits, 400,000 sign-ups and 500,000 ratings; every year is like the last one. The yardstick is
what somebody would write by hand for these figures and nothing else. `python -m tests.bench --indicators`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from frontdesk.common.periods import Period, week_of
from frontdesk.context import Context, open_context
from frontdesk.reports import service as reports
from frontdesk.reports.indicators import service as indicators
from tests.bench.ratio import Ratio, in_turns, of_medians
from tests.bench.volunteers import new_centre
from tests.bench.years import NOW, TODAY, YEARS, fill

AGAINST_ONE_YEAR = 1.3
AGAINST_SQL = 2.0
RUNS = 40
WARM_UP = 5
VISITS_A_YEAR = 200_000
RATINGS_A_YEAR = 50_000
_VOLUNTEERS = 1_000
_DAY_MS = 86_400_000
_EPOCH = date(1970, 1, 1)

BY_HAND = (
    "SELECT category, count(*), sum(state <> 'cancelled') FROM session WHERE day BETWEEN :first AND :last GROUP BY 1",
    "SELECT sum(iif(r.state = 'confirmed', r.seats, 0)), sum(r.state = 'waitlisted') FROM session s "
    "JOIN registration r ON r.session_code = s.code WHERE s.day BETWEEN :first AND :last",
    "SELECT sum(iif(a.status IN ('attended', 'walk_in'), a.seats, 0)), sum(iif(a.status = 'no_show', a.seats, 0)), "
    "count(DISTINCT iif(a.status = 'attended', p.phone_key, NULL)) FROM session s "
    "JOIN attendance a ON a.session_code = s.code LEFT JOIN registration r ON r.id = a.registration_id "
    "LEFT JOIN resident p ON p.id = r.resident_id WHERE s.day BETWEEN :first AND :last AND s.state <> 'cancelled'",
    "SELECT count(DISTINCT iif(left_at IS NOT NULL AND review = '', volunteer_no, NULL)), "
    "sum(iif(basis = 'measured' AND left_at IS NOT NULL, (left_at - entered_at) / 1000, 0)), "
    "sum(left_at IS NULL OR review = 'pending') FROM visit WHERE day BETWEEN :first AND :last AND NOT annulled",
    "SELECT level, count(*) FROM rating WHERE day BETWEEN :first AND :last GROUP BY 1",
)
"""The same figures, each table read once and no word about what they mean."""


def indicators_ratios(years: int = YEARS, runs: int = RUNS) -> Iterator[Ratio]:
    """The figures of the week before this one, then every indicator of it."""
    week = week_of(TODAY).previous()
    with TemporaryDirectory(prefix="frontdesk-bench-") as name:
        old, new = (grown_centre(Path(name) / str(length), length) for length in (years, 1))
        try:
            for words, measure in (("figures of a week", figures), ("all indicators of a week", everything)):
                mine, theirs = by_turns(partial(measure, old, week), partial(measure, new, week), runs)
                yield of_medians(f"{words}, {years} years to 1", AGAINST_ONE_YEAR, mine, theirs)
            mine, theirs = by_turns(partial(figures, old, week), partial(by_hand, old, week), runs)
            yield of_medians("figures of a week to bare SQL", AGAINST_SQL, mine, theirs)
        finally:
            old.database.close()
            new.database.close()


def figures(context: Context, week: Period) -> object:
    """What the report shows."""
    return reports.figures(context, week)


def everything(context: Context, week: Period) -> object:
    """Every indicator that is defined."""
    return indicators.values(context, [one.code for one in indicators.indicators()], week.first, week.last)


def by_hand(context: Context, week: Period) -> object:
    """The figures of the report on the bare connection."""
    span = {"first": week.first.isoformat(), "last": week.last.isoformat()}
    return [context.database.connection.execute(sql, span).fetchall() for sql in BY_HAND]


def grown_centre(path: Path, years: int) -> Context:
    """A centre with so many years behind it, opened as a window opens it."""
    made = new_centre(path)
    connection = made.database.connection
    fill(connection, years)
    connection.execute("BEGIN IMMEDIATE")
    _fill_service(connection, years)
    _fill_opinions(connection, years)
    connection.execute("COMMIT")
    home, operator = made.home, made.operator
    made.database.close()
    return open_context(home, source="desk", operator=operator, synchronous="OFF", clock=lambda: NOW)


def _fill_service(connection: sqlite3.Connection, years: int) -> None:
    """Visits evenly over the years; one in fifty has no exit, one in fifty an inferred one. Supplements with them."""
    rng = Random(years)
    connection.executemany(
        "INSERT INTO volunteer (no, name, team) VALUES (?, ?, ?)",
        ((f"{number:07}", f"志愿者{number}", f"第{number % 20}队") for number in range(_VOLUNTEERS)),
    )
    connection.executemany(
        "INSERT INTO visit (volunteer_no, day, number, entered_at, left_at, basis, review, credit_seconds) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        _visits(rng, years),
    )
    connection.executemany(
        "INSERT INTO supplement (volunteer_no, day, seconds, reason, operator_no, at) "
        "VALUES (?, ?, 3600, '补', 'M001', 1)",
        ((f"{rng.randrange(_VOLUNTEERS):07}", _day(back)) for back in range(365 * years) for _ in range(5)),
    )


def _visits(rng: Random, years: int) -> Iterator[tuple[object, ...]]:
    each = VISITS_A_YEAR * years // _VOLUNTEERS
    for volunteer in range(_VOLUNTEERS):
        backs = sorted((rng.randrange(365 * years) for _ in range(each)), reverse=True)
        for number, back in enumerate(backs, 1):
            entered = (TODAY - timedelta(days=back) - _EPOCH).days * _DAY_MS + rng.randrange(_DAY_MS // 4)
            kind = rng.randrange(50)
            left = None if kind == 0 else entered + rng.randrange(1_800_000, 14_400_000)
            said = ("inferred", "accepted", 3600) if kind == 1 else ("measured", "", None)
            yield (f"{volunteer:07}", _day(back), number, entered, left, *said)


def _fill_opinions(connection: sqlite3.Connection, years: int) -> None:
    """Ratings evenly over the years, most of the bad ones followed up to the end."""
    rng = Random(years)
    ratings, followed = [], []
    for number in range(RATINGS_A_YEAR * years):
        back = rng.randrange(365 * years)
        key, level, day = rng.randbytes(16), rng.choices((5, 4, 3, 2, 1), (60, 25, 8, 4, 3))[0], _day(back)
        is_ended = level <= 2 and back > 10
        ratings.append((key, day, day, level, "排队太久" if number % 20 == 0 else "", number % 10 == 0, is_ended))
        if is_ended:
            followed.append((key, f"CP{number}", _day(back - 5), _day(back - 3)))
    connection.executemany(
        "INSERT INTO rating (key, day, known_on, subject_kind, subject, level, comment, named, channel, ended) "
        "VALUES (?, ?, ?, 'service', '综合服务台', ?, ?, ?, 'kiosk', ?)",
        ratings,
    )
    connection.executemany(
        "INSERT INTO follow_up (key, no, state, preset, called_back_on, ended_on) "
        "VALUES (?, ?, 'closed', 'sh_1_5_15', ?, ?)",
        followed,
    )


def _day(back: int) -> str:
    return (TODAY - timedelta(days=back)).isoformat()


def by_turns(ours: Callable[[], object], yardstick: Callable[[], object], runs: int) -> tuple[list[float], list[float]]:
    """So many times of each in seconds, by turns, once both are warm."""

    def timed(run: Callable[[], object]) -> float:
        started = perf_counter()
        run()
        return perf_counter() - started

    in_turns(WARM_UP, partial(timed, ours), partial(timed, yardstick))
    return in_turns(runs, partial(timed, ours), partial(timed, yardstick))
