"""Cases and registers among 200,000 open and closed ones against bare SQL: `python -m tests.bench --cases`.

The records are those of the made-up centre, made by the use cases of the desk, over and over: each with its log, its
people, its limits and its terms to be found by, of which only the ids, the numbers and the days are others. The
yardsticks read the same rows by statements written by hand and do nothing with them. Both are measured in seconds of
the processor: neither waits for anything, and what else the machine is doing falls on neither.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import cycle
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import thread_time
from typing import TypeVar

from db.cases import CaseRow
from frontdesk.cases import listing, service
from frontdesk.cases.drafts import drafts
from frontdesk.cases.listing import View
from frontdesk.common.pinyin import query_key
from frontdesk.context import Context, open_context
from frontdesk.demo.generate import AFTERNOON, make_demo
from frontdesk.home import Home
from frontdesk.shell.rowsource import PAGE
from tests.bench.ratio import Ratio, in_turns, of_medians

TODAY = date(2026, 11, 18)
CASES = 200_000
TARGET = 1.5
SHOWN_TARGET = 2.5
"""What follows from a record (its state, limits and steps) is reckoned and what it says of people opened, which no
statement does: so many times the bare rows keep it from growing unseen, and beside it stands how long a person waits.
Of what it takes beside reading them, JSON of the row and the log has a quarter; what is said of people, the limits, and
how far it is a fifth each; the steps an eighth.
"""
RUNS = 400
WEEKS = 260
"""The copies lie in the last five years."""
OPEN_OF = 8
"""Of what has not ended every eighth copy is made: most of what an office has done is done."""

WORK = (
    "SELECT * FROM case_record WHERE ended_on IS NULL AND coalesce(due_on, '9999') >= ?1 "
    "AND (coalesce(due_on, '9999') > ?1 OR id > ?2) ORDER BY coalesce(due_on, '9999'), id LIMIT ?3"
)
WORK_OF = WORK.replace("ended_on IS NULL", "ended_on IS NULL AND definition = ?4")
DUE = "coalesce(due_on, '9999')"
COUNT = "SELECT count(*) FROM case_record WHERE ended_on IS NULL"
PAGED = "SELECT * FROM case_record WHERE ended_on IS NULL ORDER BY coalesce(due_on, '9999'), id LIMIT ? OFFSET ?"
REGISTER = (
    "SELECT * FROM case_record WHERE definition = ? AND (opened_on, id) < (?, ?) "
    "ORDER BY opened_on DESC, id DESC LIMIT ?"
)
FIND = (
    "SELECT * FROM case_record WHERE id IN (SELECT CAST(ref AS INTEGER) FROM search_term WHERE kind = 'case' "
    "AND term >= ? AND term < ? ORDER BY term, ref LIMIT ?)"
)
WHOLE = (
    "SELECT * FROM case_record WHERE id = ?",
    "SELECT * FROM case_log WHERE case_id = ? ORDER BY position",
    "SELECT * FROM case_person WHERE case_id = ?",
    "SELECT * FROM case_link WHERE case_id = ?",
    "SELECT * FROM case_link WHERE other = 'case' AND ref = CAST(? AS TEXT)",
)
"""One record whole: its row, its log, what it says of people, its links from and to; read at one moment."""
FRAME = 0.016
"""Seconds within which a key must be answered."""
NAMES = ("宋", "songjindi", "sjd", "yuanzhiming", "乔佳怡", "qjy", "陶荣根", "cheng")
FOUND = 50
SAMPLE = 400
"""So many places and records take their turns."""


def cases_ratios(cases: int = CASES, runs: int = RUNS) -> Iterator[Ratio]:
    """The work list, one definition's work, a register, finding by name and one record whole, each over its rows."""
    with TemporaryDirectory(prefix="frontdesk-bench-") as name:
        context = crowded_centre(Path(name) / "home", cases)
        try:
            yield from measured(context, cases, runs)
        finally:
            context.database.close()


def measured(context: Context, cases: int, runs: int) -> Iterator[Ratio]:
    """The ratios on a centre that is filled already."""
    rng = Random(cases)
    yield from _lists(context, cases, runs, rng)
    yield from _records(context, cases, runs)


def _lists(context: Context, cases: int, runs: int, rng: Random) -> Iterator[Ratio]:
    query = context.database.connection.execute
    work = _some(query("SELECT * FROM case_record WHERE ended_on IS NULL").fetchall(), rng)
    repairs = [one for one in work if one.definition == "repair"]
    contacts = _some(query("SELECT * FROM case_record WHERE definition = 'first_contact'").fetchall(), rng)
    firsts = [rng.randrange(max(1, len(work))) for _ in range(SAMPLE)]

    def named(text: str) -> object:
        key = query_key(text)
        return query(FIND, (key, key + "\U0010ffff", FOUND)).fetchall()

    yield _ratio(
        f"work list, {cases:,}",
        runs,
        work,
        lambda one: service.work_list(context, PAGE, after=one),
        lambda one: query(WORK, (*_place(one), PAGE)).fetchall(),
    )
    yield _ratio(
        f"work list as the desk draws it, {cases:,}",
        runs,
        firsts,
        lambda first: listing.page(context, View(), first, PAGE),
        lambda first: (query(COUNT).fetchall(), query(PAGED, (PAGE, first)).fetchall()),
    )
    yield _ratio(
        f"work list as the desk loads it, {cases:,}",
        runs,
        firsts,
        lambda first: _loaded(context, first),
        lambda first: _loaded_bare(context, first),
    )
    yield _ratio(
        f"work of one definition, {cases:,}",
        runs,
        repairs,
        lambda one: service.work_list(context, PAGE, definition="repair", after=one),
        lambda one: query(WORK_OF, (*_place(one), PAGE, "repair")).fetchall(),
    )
    yield _ratio(
        f"register, {cases:,}",
        runs,
        contacts,
        lambda one: service.register(context, "first_contact", PAGE, before=one),
        lambda one: query(REGISTER, ("first_contact", one.opened_on, one.id, PAGE)).fetchall(),
    )
    yield _ratio(
        f"found by name, {cases:,}",
        runs,
        NAMES,
        lambda one: service.find(context, one, FOUND),
        named,
    )


def _loaded(context: Context, first: int) -> None:
    """What the desk reads for its list: a page, the counts of the views, forms begun, the steps of a record."""
    page = listing.page(context, View(), first, PAGE)
    listing.counts_of_views(context)
    drafts(context)
    if page.rows and page.rows[0].definition is not None:
        listing.steps_of(context, page.rows[0].row.id)


def _loaded_bare(context: Context, first: int) -> None:
    query = context.database.connection.execute
    operator, today = context.require_operator().no, context.today()
    tomorrow = (today + timedelta(days=1)).isoformat()
    query(COUNT).fetchall()
    rows = query(PAGED, (PAGE, first)).fetchall()
    query(COUNT).fetchall()
    query(f"{COUNT} AND responsible = ?", (operator,)).fetchall()
    query(f"{COUNT} AND {DUE} >= ? AND {DUE} < ?", (today.isoformat(), tomorrow)).fetchall()
    query(f"{COUNT} AND {DUE} < ?", (today.isoformat(),)).fetchall()
    query("SELECT * FROM case_draft WHERE operator_no = ?", (operator,)).fetchall()
    if rows:
        _whole_bare(context, rows[0]["id"])


def _whole_bare(context: Context, case_id: int) -> None:
    query = context.database.connection.execute
    query("BEGIN")
    for statement in WHOLE:
        query(statement, (case_id,)).fetchall()
    query("ROLLBACK")


def _records(context: Context, cases: int, runs: int) -> Iterator[Ratio]:
    query = context.database.connection.execute
    ids = [row[0] for row in query("SELECT id FROM case_record ORDER BY random() LIMIT ?", (SAMPLE,))]

    def shown(case_id: int) -> None:
        found = service.view(context, case_id)
        # Also what it says of people, and whether what was said before can be read, before any of it is drawn.
        assert found.now.values is not None and found.limits is not None and found.steps is not None
        assert found.history

    yield _ratio(
        f"one record whole, {cases:,}",
        runs,
        ids,
        lambda one: service.view(context, one),
        lambda one: _whole_bare(context, one),
    )
    yield _ratio(
        f"one record as the desk shows it, {cases:,}",
        runs,
        ids,
        shown,
        lambda one: _whole_bare(context, one),
        SHOWN_TARGET,
    )
    shows = _over(ids, shown)
    times = sorted(shows() for _ in ids)
    slowest = times[min(len(times) - 1, round(len(times) * 0.99))]
    yield Ratio("record with steps, p99 of a frame", slowest / FRAME, 1.0, slowest, FRAME, len(times))


def crowded_centre(path: Path, cases: int) -> Context:
    """The made-up centre with its records over and over, until there are at least so many."""
    home = Home(path)
    manager = make_demo(home, today=TODAY)
    context = open_context(home, source="cli", operator=manager, synchronous="OFF")
    context.clock = lambda: datetime.combine(TODAY, AFTERNOON, context.zone)
    make_more(context, cases)
    return context


def make_more(context: Context, cases: int) -> None:
    """Copy the records of a centre, some of which have ended, until there are at least so many."""
    connection = context.database.connection
    made = connection.execute("SELECT count(*), sum(ended_on IS NULL), max(id) FROM case_record").fetchone()
    times = (cases - made[0]) * OPEN_OF // ((made[0] - made[1]) * OPEN_OF + made[1]) + 1
    connection.execute("BEGIN IMMEDIATE")
    for table in ("case_record", "case_log", "case_person", "case_limit", "case_link"):
        _copied(connection, table, times, made[2])
    connection.execute(
        f"WITH RECURSIVE {_TIMES} INSERT INTO search_term (kind, term, ref) SELECT kind, term, ref + n * :apart "
        "FROM search_term AS made JOIN times WHERE kind = 'case' "
        "AND ref IN (SELECT id FROM case_record WHERE id <= :apart) "
        f"AND {_is_copied('made.ref')}",
        {"times": times, "apart": made[2]},
    )
    connection.execute("COMMIT")
    connection.execute("ANALYZE")


_TIMES = "times (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM times WHERE n < :times)"


def _is_copied(case_id: str) -> str:
    """Whether a record has a copy of that number; what has not ended only now and then."""
    return f"(n % {OPEN_OF} = 0 OR (SELECT ended_on FROM case_record WHERE id = {case_id}) IS NOT NULL)"


def _copied(connection: sqlite3.Connection, table: str, times: int, apart: int) -> None:
    """Add copies of the rows of a table: other ids and numbers, the days some weeks earlier."""
    others = {
        "id": "id + n * :apart" if table == "case_record" else "NULL",
        "case_id": "case_id + n * :apart",
        "number": "substr(number, 1, instr(number, '-')) || (1000000 + n * :apart + id)",
        "ref": "CASE other WHEN 'case' THEN CAST(ref + n * :apart AS TEXT) ELSE ref END",
        **{
            name: f"date({name}, '-' || (n % {WEEKS} * 7) || ' days')"
            for name in ("opened_on", "ended_on", "due_on", "started_on", "stopped_on", "day")
        },
    }
    names = [row["name"] for row in connection.execute(f"PRAGMA table_info({table})")]
    said = ", ".join(others.get(name, name) for name in names)
    own = "id" if table == "case_record" else "case_id"
    connection.execute(
        f"WITH RECURSIVE {_TIMES} INSERT INTO {table} ({', '.join(names)}) "
        f"SELECT {said} FROM {table} AS made JOIN times WHERE {own} <= :apart AND {_is_copied(f'made.{own}')}",
        {"times": times, "apart": apart},
    )


def _some(rows: Sequence[sqlite3.Row], rng: Random) -> list[CaseRow]:
    return [CaseRow.from_row(row) for row in rng.sample(rows, min(SAMPLE, len(rows)))]


def _place(one: CaseRow) -> tuple[str, int]:
    """Where a record stands in the work list."""
    return one.due_on or "9999", one.id


T = TypeVar("T")


def _over(things: Sequence[T], act: Callable[[T], object]) -> Callable[[], float]:
    """The seconds of doing something to the next of the things, over and over."""
    following = cycle(things)

    def once() -> float:
        thing = next(following)
        started = thread_time()
        act(thing)
        return thread_time() - started

    return once


def _ratio(
    name: str,
    runs: int,
    things: Sequence[T],
    ours: Callable[[T], object],
    yardstick: Callable[[T], object],
    target: float = TARGET,
) -> Ratio:
    # Ours begins in the middle: whichever came second to the same rows would find them in the processor's memory.
    half = len(things) // 2
    mine, theirs = _over([*things[half:], *things[:half]], ours), _over(things, yardstick)
    # Each place is seen once before: a desk draws the same lists again and again, and titles are masked once.
    in_turns(runs, mine, theirs)
    return of_medians(name, target, *in_turns(runs, mine, theirs))
