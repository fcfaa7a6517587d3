"""A centre of ten years against the same centre of one: what is looked at and done must not grow with the years.

Both put on a hundred sessions a month for which 33 parties sign up, and this month is the same in both. Residents come
and go over two years; four hundred regulars come all the years. The years are written by plain SQL; what is measured
are the use cases behind the screens. `python -m tests.bench --years`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from db import activities as records
from db.activities import Session
from frontdesk.activities import service
from frontdesk.activities.sessions.service import add_session, month_lines
from frontdesk.activities.signup.queue import queue
from frontdesk.activities.signup.settling import seats_of
from frontdesk.context import Context, open_context, to_ms
from frontdesk.settings.service import set_setting
from tests.bench.ratio import Ratio, in_turns, of_medians
from tests.bench.volunteers import new_centre

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
MONTH = "2026-11"
SESSIONS_A_YEAR = 1_200
PARTIES = 33
TARGET = 1.3
YEARS = 10
RUNS = 60
WARM_UP = 5
SIGN_UPS = 320
OPEN_SESSIONS = 8
LISTED = 30
"""So many have signed up for each session that is open before somebody is measured."""

_CATEGORIES = ("文体服务", "为老服务", "健康服务", "亲子服务", "教育服务")
_REGULARS = 400
_A_YEAR = 2_000
"""So many residents are new each year, and come for two years."""
_SESSION = (
    "INSERT INTO session (code, day, starts_at, ends_at, name, category, activity_type, room, capacity, state) "
    "VALUES (?, ?, ?, ?, ?, ?, '文体活动', ?, 30, 'closed')"
)
_RESIDENT = (
    "INSERT INTO resident (id, name, phone_key, phone_tail_key, phone_cipher, birth, area, indexed) "
    "VALUES (?, ?, ?, ?, ?, '1956', '第一居委', 1)"
)
_SIGN_UP = (
    "INSERT INTO registration (id, session_code, resident_id, party_size, least_seats, seats, applied_at, queue_at, "
    "seq_no, state, rule) VALUES (?, ?, ?, 1, 1, ?, ?, ?, ?, ?, ?)"
)
_LOG = "INSERT INTO registration_log (at, session_code, registration_id, event, rule, detail) VALUES (?, ?, ?, ?, ?, ?)"
_MARK = "INSERT INTO attendance (session_code, registration_id, status, seats, at, way) VALUES (?, ?, ?, ?, ?, 'list')"


def years_ratios(years: int = YEARS, runs: int = RUNS) -> Iterator[Ratio]:
    """Each measurement in a centre of so many years over the same in a centre of one."""
    with TemporaryDirectory(prefix="frontdesk-bench-") as name:
        old, new = (_centre(Path(name) / str(length), length) for length in (years, 1))
        try:
            for words, measure in _MEASUREMENTS.items():
                yield _ratio(f"{words}, {years} years to 1", measure, old, new, runs)
            for synchronous in ("FULL", "OFF"):
                yield _sign_up_ratio(f"sign-up {synchronous}, {years} years to 1", old, new, synchronous)
        finally:
            old.database.close()
            new.database.close()


def _ratio(words: str, measure: Callable[[Context], object], old: Context, new: Context, runs: int) -> Ratio:
    ours, yardstick = (lambda: _timed(lambda: measure(old))), (lambda: _timed(lambda: measure(new)))
    in_turns(WARM_UP, ours, yardstick)
    mine, theirs = in_turns(runs, ours, yardstick)
    return of_medians(words, TARGET, mine, theirs)


def _sign_up_ratio(words: str, old: Context, new: Context, synchronous: str) -> Ratio:
    for context in (old, new):
        context.database.connection.execute(f"PRAGMA synchronous = {synchronous}")
    ours, yardstick = _signer(old, synchronous), _signer(new, synchronous)
    in_turns(WARM_UP, ours, yardstick)
    mine, theirs = in_turns(SIGN_UPS, ours, yardstick)
    return of_medians(words, TARGET, mine, theirs)


def _signer(context: Context, synchronous: str) -> Callable[[], float]:
    """Sign up people of this year, every other one a regular, by turns for the sessions that are open."""
    connection = context.database.connection
    newest = connection.execute("SELECT max(id) FROM resident").fetchone()[0]
    offset = 0 if synchronous == "FULL" else _REGULARS // 2
    people = (
        offset + turn // 2 + 1 if turn % 2 else newest - LISTED * OPEN_SESSIONS - offset - turn // 2 for turn in count()
    )
    places = count()

    def once() -> float:
        code = f"HD{next(places) % OPEN_SESSIONS + 1:03}"
        person = next(people)
        return _timed(lambda: service.sign_up_resident(context, code, person, 1))

    return once


def month_screen(context: Context) -> int:
    """What the screen of a month reads."""
    return len(month_lines(context, MONTH))


def month_report(context: Context) -> object:
    """The figures of a month with those of attendance by category."""
    first, last = date(2026, 10, 1), date(2026, 10, 31)
    return service.figures(context, first, last), service.attendance_by(context, first, last, "category")


def day_screen(context: Context) -> int:
    """What the screen of a day reads: offers that ran out, its sessions, the sign-ups of one, whom to tell."""
    service.settle_due(context)
    listed = service.sessions(context, TODAY, TODAY)
    chosen = listed[0].code
    told = service.to_tell(context)
    return len(listed) + len(service.registrations(context, chosen)) + service.walk_ins(context, chosen) + len(told)


def session_queue(context: Context) -> int:
    """What the screen of a queue reads: whoever signed up, in which order they wait, and why the last one does."""
    listed = service.registrations(context, "HD001")
    found = records.get(context.database.connection, "HD001")
    assert found is not None
    waiting = queue(seats_of(context, context.database.connection, found))
    return len(listed) + len(service.why_not_yet(context, waiting[-1].id))


_MEASUREMENTS: dict[str, Callable[[Context], object]] = {
    "month screen": month_screen,
    "month report": month_report,
    "day screen": day_screen,
    "queue of a session": session_queue,
}


def _centre(path: Path, years: int) -> Context:
    """A centre with so many years behind it, opened as a window opens it."""
    made = new_centre(path)
    fill(made.database.connection, years)
    operator, home = made.operator, made.home
    made.database.close()
    context = open_context(home, source="desk", operator=operator, synchronous="OFF", clock=lambda: NOW)
    # Whoever stayed away too often waits: another look at what somebody's years were.
    set_setting(context, "no_show_limit", "3")
    _open_sessions(context)
    return context


def fill(connection: sqlite3.Connection, years: int) -> None:
    """The past, up to yesterday: sessions, who signed up for them and came, with the log of it."""
    rng = Random(years)
    people = _REGULARS + _A_YEAR * (years + 1)
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(_RESIDENT, _residents(people))
    step = timedelta(days=365 * years) / (SESSIONS_A_YEAR * years)
    begins = NOW - timedelta(days=365 * years)
    party = 0
    for number in range(SESSIONS_A_YEAR * years):
        starts = (begins + step * number).replace(minute=0, second=0, microsecond=0)
        at, code = to_ms(starts), f"A{number:06}"
        day = (starts + timedelta(hours=8)).date().isoformat()
        name = f"课程{number % 60}"
        room = f"教室{number % 12}"
        category = _CATEGORIES[number % len(_CATEGORIES)]
        connection.execute(_SESSION, (code, day, at, at + 3_600_000, name, category, room))
        year = number // SESSIONS_A_YEAR
        chosen = rng.sample(range(1, _REGULARS + 1), 4)
        newest = _REGULARS + _A_YEAR * (year + 2)
        chosen += rng.sample(range(newest - 2 * _A_YEAR + 1, newest + 1), PARTIES + rng.randrange(2) - 4)
        connection.executemany(_LOG, [(at - 86_400_000, code, None, "created", "", _terms(at))])
        _sign_ups(connection, rng, code, at, chosen, party)
        party += len(chosen)
    connection.execute("COMMIT")


def _sign_ups(connection: sqlite3.Connection, rng: Random, code: str, at: int, chosen: list[int], party: int) -> None:
    rows, log, marks = [], [], []
    for place, person in enumerate(chosen, 1):
        own, applied = party + place, at - 86_400_000 + place * 60_000
        seated = place <= 30
        state, rule = ("confirmed", "free_seat") if seated else ("waitlisted", "")
        rows.append((own, code, person, int(seated), applied, applied, place, state, rule))
        detail = json.dumps({"seq_no": place, "party_size": 1, "least_seats": 1})
        log.append((applied, code, own, "applied", "", detail))
        log.append((applied, code, own, f"became_{state}", rule, json.dumps({"seats": int(seated)})))
        if seated:
            status = rng.choices(("attended", "absent_notified", "no_show"), (88, 8, 4))[0]
            marks.append((code, own, status, 1, at))
            log.append((at, code, own, status, "", '{"seats": 1, "way": "list"}'))
    connection.executemany(_SIGN_UP, rows)
    connection.executemany(_LOG, log)
    connection.executemany(_MARK, [*marks, (code, None, "walk_in", 5, at)])


def _residents(people: int) -> Iterator[tuple[object, ...]]:
    for number in range(1, people + 1):
        key = number.to_bytes(16, "big")
        yield number, f"居民{number}", key, key, bytes(80)


def _terms(at: int) -> str:
    return json.dumps({"capacity": 30, "state": "closed", "starts_at": at})


def _open_sessions(context: Context) -> None:
    """This week's sessions with their lists, made by the use cases: today's, and those for which people sign up."""
    starts = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
    newest = context.database.connection.execute("SELECT max(id) FROM resident").fetchone()[0]
    for number in range(OPEN_SESSIONS):
        at = to_ms(starts + timedelta(hours=number // 2 * 24))
        add_session(
            context,
            Session(
                code="",
                day=(TODAY + timedelta(days=number // 2)).isoformat(),
                starts_at=at + number % 2 * 7_200_000,
                ends_at=at + number % 2 * 7_200_000 + 3_600_000,
                name=f"新课{number}",
                category=_CATEGORIES[0],
                room=f"新教室{number}",
                capacity=20,
            ),
        )
        for place in range(LISTED):
            service.sign_up_resident(context, f"HD{number + 1:03}", newest - number * LISTED - place, 1)


def _timed(run: Callable[[], object]) -> float:
    started = perf_counter()
    run()
    return perf_counter() - started
