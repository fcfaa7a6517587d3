"""The log of follow-ups written and read back: the table follows from it alone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from itertools import count
from typing import NamedTuple, get_args

from db import follow_ups as records
from db.follow_ups import FollowUpRow, LogEntry
from frontdesk.feedback.followup.rules import Event, EventKind, FollowUp, replayed, step

KINDS: frozenset[str] = frozenset(get_args(EventKind))

_KEPT = tuple(field.name for field in fields(FollowUp) if field.name in FollowUpRow.model_fields)


class Done(NamedTuple):
    """Something that was done, by whom (staff number), at which instant (UTC milliseconds), in which words."""

    event: Event
    operator_no: str
    at: int
    note: str = ""


def event_of(entry: LogEntry) -> Event:
    """The event that a row of the log tells of. Raises ValueError or KeyError where it is none that is ever written."""
    if entry.event not in KINDS:
        raise KeyError(entry.event)
    kind: EventKind = entry.event  # type: ignore[assignment]
    return Event(kind, entry.day, str(json.loads(entry.detail).get("value", "")))


def follow_up_of(entries: Iterable[LogEntry]) -> FollowUp:
    """The follow-up that its log makes, oldest entry first. Raises as `event_of` does."""
    return replayed(event_of(entry) for entry in entries)


def row_of(key: bytes, no: str, now: FollowUp) -> FollowUpRow:
    """A follow-up as the table has it."""
    return FollowUpRow(key=key, no=no, **{name: getattr(now, name) for name in _KEPT})


def kept(connection: sqlite3.Connection, key: bytes) -> tuple[str, FollowUp]:
    """The number of the follow-up of a rating, and how far it is by its log; "" and new where it has none."""
    row = records.get(connection, key)
    if row is None:
        return "", FollowUp()
    return row.no, follow_up_of(records.log_of(connection, row.no))


def take(connection: sqlite3.Connection, key: bytes, no: str, now: FollowUp, done: Sequence[Done]) -> FollowUp:
    """Log what was done to a follow-up and keep what it has become, inside a running transaction; returns that."""
    for one in done:
        now = step(now, one.event)
        detail = json.dumps({"value": one.event.value} if one.event.value else {}, ensure_ascii=False)
        records.append(connection, no, one.at, one.event.day, one.event.kind, one.operator_no, one.note, detail)
    records.put(connection, row_of(key, no, now))
    records.mark(connection, key, ended=now.has_ended, excluded=now.state == "appeal_upheld")
    return now


class PastStep(NamedTuple):
    """A step of the staff as it was taken on a local day: what it says, its words, by whom, at which instant."""

    kind: EventKind
    day: str
    value: str
    note: str
    operator_no: str
    at: int


def follow_through(connection: sqlite3.Connection, key: bytes, preset: str, steps: Sequence[PastStep]) -> str:
    """Write down a whole follow-up that nobody has begun yet, inside a running transaction; returns its number.

    For a centre that is made up or carried over: nothing is asked, and no step has an audit entry of its own.
    """
    first = steps[0]
    done = [Done(Event("opened", first.day, preset), first.operator_no, first.at)]
    done += [Done(Event(one.kind, one.day, one.value), one.operator_no, one.at, one.note) for one in steps]
    no = next_number(connection, int(first.day[:4]))
    take(connection, key, no, FollowUp(), done)
    return no


def next_number(connection: sqlite3.Connection, year: int) -> str:
    """The number of the next follow-up that is begun in a year: CP2026-0001."""
    return next(next_numbers(connection, year))


def next_numbers(connection: sqlite3.Connection, year: int) -> Iterator[str]:
    """The numbers of the next follow-ups of a year, for many in one transaction."""
    beginning = f"CP{year}-"
    last = records.last_number(connection, beginning)
    first = int(last.removeprefix(beginning)) + 1 if last else 1
    return (f"{beginning}{number:04d}" for number in count(first))
