"""Use cases of demands (居民需求, mechanisms J17): registered at the desk, ranked, merged, and led to a session."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, get_args

from db import activities as sessions
from db import demands as records
from db import series
from db.activities import Session
from db.demands import Demand, DemandLine, DemandSource
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.monthly.errors import MonthlyError
from frontdesk.activities.reasons import kept_reason
from frontdesk.activities.sessions.kinds import categories, meant
from frontdesk.activities.sessions.storing import Stored, first_state, next_code, store_session
from frontdesk.common.names import clean_line
from frontdesk.context import Context
from frontdesk.permission import allowed

SOURCES: Final[tuple[DemandSource, ...]] = get_args(DemandSource)
LARGEST_HEAD_COUNT = 100_000
LONGEST: Final = {"words": 200, "audience": 20, "area": 20}
DAYS_BACK = 366
"""How far back demands are listed: those of the running yearly round (mechanisms X07), so that a list stays short."""


@dataclass(frozen=True)
class Wanted:
    """A demand as it is typed; the category by its name or its place in the list, "" for none."""

    words: str
    category: str = ""
    source: DemandSource = "desk"
    audience: str = ""
    head_count: int = 1
    area: str = ""


def begins(context: Context) -> date:
    """The day from which demands are listed where no other is asked for."""
    return context.today() - timedelta(days=DAYS_BACK)


def ranked(context: Context, *, every: bool = False, since: date | None = None) -> list[DemandLine]:
    """The open demands of the last year, or every one of it, those first for which most people have asked."""
    first = since or begins(context)
    with context.database.reading() as connection:
        return records.lines(connection, context.now_ms(), first.isoformat(), every=every)


def demand(context: Context, demand_id: int) -> DemandLine:
    """One demand with what became of it. Raises MonthlyError `unknown_demand`."""
    found = records.line(context.database.connection, demand_id, context.now_ms())
    if found is None:
        raise MonthlyError("unknown_demand", number=demand_id)
    return found


def demands_of_session(context: Context, code: str) -> list[Demand]:
    """The demands that led to a session."""
    return records.of_session(context.database.connection, code)


def demands_like(context: Context, text: str, limit: int) -> list[Demand]:
    """At most `limit` demands with this number or with a text in their words, the latest first."""
    return records.like(context.database.connection, text, limit)


@allowed("writer")
def add_demand(context: Context, wanted: Wanted, *, day: date | None = None) -> int:
    """Register a demand; returns its number.

    Raises MonthlyError `missing_words`, `bad_words`, `unknown_category`, `bad_head_count`; DeskError `long_number`.
    """
    read = read_wanted(context, wanted)
    with context.change("demand.added", "+", source=wanted.source, head_count=wanted.head_count) as connection:
        return records.add(connection, new_demand(context, read, day or context.today()))


@allowed("writer")
def change_demand(context: Context, demand_id: int, wanted: Wanted, revision: int) -> None:
    """Correct what a demand says. Raises what `add_demand` raises, `unknown_demand` and `demand_changed`."""
    with context.change("demand.changed", str(demand_id)) as connection:
        before = _stored(connection, demand_id)
        read = read_wanted(context, wanted, before.category)
        if before.revision != revision:
            raise MonthlyError("demand_changed", number=demand_id)
        _put(connection, before, **read)


@allowed("writer")
def merge_demand(context: Context, demand_id: int, into: int) -> None:
    """Say that a demand is the same as another, which is from then on asked for by both their heads.

    Raises MonthlyError `unknown_demand`, `same_demand`, `merged_already`, `led_somewhere` for one that led to a
    session itself.
    """
    with context.change("demand.merged", str(demand_id), into=into) as connection:
        one, target = _stored(connection, demand_id), _stored(connection, into)
        if target.merged_into is not None:
            target = _stored(connection, target.merged_into)
        if one.id == target.id:
            raise MonthlyError("same_demand", number=demand_id)
        if one.state == "merged":
            raise MonthlyError("merged_already", number=demand_id)
        if one.state == "planned":
            raise MonthlyError("led_somewhere", number=demand_id)
        records.move_merged(connection, one.id, target.id)
        _put(connection, one, state="merged", merged_into=target.id, reason="")


@allowed("writer")
def accept_demand(context: Context, demand_id: int) -> None:
    """Take a demand up. Raises MonthlyError `unknown_demand`, `not_open`."""
    with context.change("demand.accepted", str(demand_id)) as connection:
        one = _stored(connection, demand_id)
        if one.state not in ("new", "accepted"):
            raise MonthlyError("not_open", number=demand_id)
        _put(connection, one, state="accepted")


@allowed("writer")
def decline_demand(context: Context, demand_id: int, reason: str) -> None:
    """Turn a demand down with a reason. Raises MonthlyError `unknown_demand`, `not_open`, `missing_reason`."""
    why = kept_reason(reason)
    if not why:
        raise MonthlyError("missing_reason")
    with context.change("demand.declined", str(demand_id)) as connection:
        one = _stored(connection, demand_id)
        if one.state not in ("new", "accepted"):
            raise MonthlyError("not_open", number=demand_id)
        _put(connection, one, state="declined", reason=why)


@allowed("writer")
def link_demand(
    context: Context, demand_id: int, *, session_code: str | None = None, series_id: int | None = None
) -> None:
    """Say to which session or series a demand led; it is planned from then on, and delivered once one was held.

    Raises MonthlyError `unknown_demand`, `not_open`, `link_one`, `unknown_series`; ActivityError `unknown_session`.
    """
    if (session_code is None) == (series_id is None):
        raise MonthlyError("link_one")
    with context.change("demand.linked", str(demand_id), session=session_code, series=series_id) as connection:
        one = _stored(connection, demand_id)
        if one.state not in records.OPEN:
            raise MonthlyError("not_open", number=demand_id)
        if session_code is not None and sessions.get(connection, session_code) is None:
            raise ActivityError("unknown_session", session=session_code)
        if series_id is not None and series.get(connection, series_id) is None:
            raise MonthlyError("unknown_series", series=series_id)
        _put(connection, one, state="planned", session_code=session_code, series_id=series_id)


def lead_to_session(connection: sqlite3.Connection, demand_id: int, session_code: str) -> bool:
    """Have a demand that waits for it be led to a session, inside a running transaction; whether it was one."""
    one = records.get(connection, demand_id)
    if one is None or one.state not in ("new", "accepted"):
        return False
    _put(connection, one, state="planned", session_code=session_code, series_id=None)
    return True


@allowed("writer")
def plan_demand(
    context: Context, demand_id: int, wanted: Session, *, force_room: bool = False, reason: str = ""
) -> Stored:
    """Put on a session for a demand, which has led to it from then on: a draft while the list of its month is planned.

    Raises MonthlyError `unknown_demand`, `not_open`; ActivityError `room_taken` unless `force_room` with a reason,
    `missing_reason`.
    """
    why = kept_reason(reason)
    if force_room and not why:
        raise ActivityError("missing_reason")
    with context.change("demand.planned", str(demand_id)) as connection:
        one = _stored(connection, demand_id)
        if one.state not in records.OPEN:
            raise MonthlyError("not_open", number=demand_id)
        said = {"code": next_code(connection), "state": first_state(connection, wanted.day)}
        done = store_session(context, connection, None, wanted.model_copy(update=said), why, force_room=force_room)
        _put(connection, one, state="planned", session_code=done.session.code, series_id=None)
        return done


@allowed("writer")
def reopen_demand(context: Context, demand_id: int) -> None:
    """Take merging, declining, accepting or linking back: the demand is new again.

    Raises MonthlyError `unknown_demand`, `is_new`.
    """
    with context.change("demand.reopened", str(demand_id)) as connection:
        one = _stored(connection, demand_id)
        if one.state == "new":
            raise MonthlyError("is_new", number=demand_id)
        _put(connection, one, state="new", merged_into=None, session_code=None, series_id=None, reason="")


def met(found: Sequence[DemandLine]) -> tuple[int, int]:
    """Of these demands how many were delivered, and how many were accepted in all (需求满足率, mechanisms §5.4)."""
    accepted = [one for one in found if one.stands in ("accepted", "planned", "delivered")]
    return sum(one.stands == "delivered" for one in accepted), len(accepted)


def read_wanted(context: Context, wanted: Wanted, stood: str = "") -> dict[str, Any]:
    """What a typed demand says, by the names of the record; see `add_demand` for what is refused. `stood` is its
    category until now, which may stay though it is no longer in the list.
    """
    read: dict[str, Any] = {"source": wanted.source, "head_count": wanted.head_count}
    for name, longest in LONGEST.items():
        try:
            read[name] = clean_line(getattr(wanted, name))
        except ValueError as wrong:
            raise MonthlyError("bad_words", field=name, limit=longest) from wrong
        if len(read[name]) > longest:
            raise MonthlyError("bad_words", field=name, limit=longest)
    if not read["words"]:
        raise MonthlyError("missing_words", field="words")
    if not 1 <= wanted.head_count <= LARGEST_HEAD_COUNT:
        raise MonthlyError("bad_head_count", field="head_count", most=LARGEST_HEAD_COUNT)
    read["category"] = read_category(context, wanted.category, stood)
    return read


def read_category(context: Context, text: str, stood: str = "") -> str:
    """A service category by its name or its place in the list, "" for none; `stood` is one that may stay. Raises
    MonthlyError `unknown_category`.
    """
    kinds, typed = categories(context), text.strip()
    if not typed:
        return ""
    if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(kinds):
        return kinds[int(typed) - 1]
    found = meant(typed, (*kinds, stood) if stood else kinds)
    if found is None:
        choices = " ".join(f"{place}{kind}" for place, kind in enumerate(kinds, 1))
        raise MonthlyError("unknown_category", field="category", choices=choices)
    return found


def new_demand(context: Context, read: Mapping[str, Any], day: date) -> Demand:
    """The record of a demand that was put on a day, taken down by who is signed in."""
    operator_no = context.require_operator().no
    return Demand(day=day.isoformat(), operator_no=operator_no, at=context.now_ms(), **read)


def _stored(connection: sqlite3.Connection, demand_id: int) -> Demand:
    found = records.get(connection, demand_id)
    if found is None:
        raise MonthlyError("unknown_demand", number=demand_id)
    return found


def _put(connection: sqlite3.Connection, before: Demand, **said: object) -> None:
    records.put(connection, before.model_copy(update={**said, "revision": before.revision + 1}))
