"""What always holds of the centre's file itself: its pages, its schema, its audit log and the times in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

from db import audit, latest, schema, soundness
from db.connection import APPLICATION_ID, SCHEMA_VERSION
from db.migrations import MODULES
from frontdesk.checking import Finding, Invariant, Watch, listed
from frontdesk.clock import BEHIND_MS, is_behind
from frontdesk.context import Context

FILE, AUDIT, CLOCK = "file", "audit", "clock"

QUICK_ENTRIES = 200
"""So many of the newest audit entries are looked at whenever the program starts."""
DAY_MS = 86_400_000
LEAP_MS = 366 * DAY_MS
"""No centre leaves its desk alone for so long: rather has somebody set the clock."""


def _pages(_: Context, connection: sqlite3.Connection, watch: Watch) -> Iterator[dict[str, object]]:
    watch.tell()
    for words in soundness.page_faults(connection):
        yield {"words": words}


def _references(_: Context, connection: sqlite3.Connection, watch: Watch) -> Iterator[dict[str, object]]:
    watch.tell()
    for table, refers_to in soundness.broken_references(connection):
        yield {"table": table, "refers_to": refers_to}


def _header(_: Context, connection: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    found = soundness.header(connection)
    if (found.application_id, found.version) != (APPLICATION_ID, SCHEMA_VERSION):
        yield {"file": found.version, "program": SCHEMA_VERSION}
    elif soundness.applied(connection) != list(MODULES):
        yield {"file": len(soundness.applied(connection)), "program": SCHEMA_VERSION}


def _schema(how: schema.How) -> Callable[[Context, sqlite3.Connection, Watch], Iterator[dict[str, object]]]:
    def found(_: Context, connection: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
        for one in schema.differences(connection):
            if one.how == how:
                yield {"kind": one.kind, "name": one.name}

    return found


def _chain(context: Context, connection: sqlite3.Connection, watch: Watch) -> Finding | None:
    broken = audit.walk(connection, progress=lambda _: watch.tell(), key=context.keys.audit).first_broken
    if broken is None:
        return None
    return Finding(AUDIT, "chain_broken", 1, {"entry": broken, "entries": audit.count(connection)})


def _newest(_: Context, connection: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    broken = audit.tail_broken(connection, QUICK_ENTRIES) or audit.entry_cut_off(connection)
    if broken is not None:
        yield {"entry": broken, "entries": audit.newest(connection)}


def _back(context: Context, connection: sqlite3.Connection, watch: Watch) -> Iterator[dict[str, object]]:
    for step in watch.through(soundness.steps(connection), 2_000):
        if step.before - step.at > BEHIND_MS:
            yield {"entry": step.entry, "day": context.local_day(step.at), "before": context.local_day(step.before)}


def _leaps(context: Context, connection: sqlite3.Connection, watch: Watch) -> Iterator[dict[str, object]]:
    for step in watch.through(soundness.steps(connection), 2_000):
        if step.at - step.before > LEAP_MS:
            yield {"entry": step.entry, "day": context.local_day(step.at), "before": context.local_day(step.before)}


def _behind(context: Context, connection: sqlite3.Connection, _: Watch) -> Iterator[dict[str, object]]:
    newest, now = latest.latest(connection), context.now_ms()
    if newest is not None and is_behind(now, newest):
        yield _moments(context, newest, now)


def _ahead(context: Context, connection: sqlite3.Connection, _: Watch) -> Iterator[dict[str, object]]:
    newest, now = latest.latest(connection), context.now_ms()
    if newest is not None and now - newest > LEAP_MS:
        yield _moments(context, newest, now)


def _moments(context: Context, newest: int, now: int) -> dict[str, object]:
    return {"latest": f"{context.local(newest):%Y-%m-%d %H:%M}", "now": f"{context.local(now):%Y-%m-%d %H:%M}"}


NEWEST = listed(AUDIT, "chain_broken", _newest, quick=True)
"""What a quick look takes of the chain; the full one follows all of it."""

PAGES = listed(FILE, "page_faults", _pages)
"""Where it finds anything the rows say nothing that could be compared."""

INVARIANTS: tuple[Invariant, ...] = (
    listed(FILE, "other_version", _header, quick=True),
    listed(FILE, "schema_missing", _schema("missing"), quick=True),
    listed(FILE, "schema_otherwise", _schema("otherwise"), quick=True),
    listed(FILE, "schema_strange", _schema("strange"), "warning", quick=True),
    listed(CLOCK, "behind", _behind, "warning", quick=True),
    listed(CLOCK, "far_ahead", _ahead, "warning", quick=True),
    listed(FILE, "broken_references", _references),
    Invariant(AUDIT, "chain_broken", _chain),
    listed(CLOCK, "went_back", _back, "note"),
    listed(CLOCK, "leapt", _leaps, "note"),
)
