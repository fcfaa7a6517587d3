"""Closing the days behind us: exits that were forgotten are inferred by rule, listed, and judged by a person."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

from db import checkin_log, day_closings, visits
from db.checkin_log import ExitLine
from db.visits import PageMark, VisitLine, VisitRow
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.volunteers.checkin import rules
from frontdesk.volunteers.checkin.attempts import MINUTE, kept_words
from frontdesk.volunteers.checkin.correcting import found_visit, log_values, midnight_after, room_left
from frontdesk.volunteers.checkin.errors import CheckinError
from frontdesk.volunteers.hours.plan import credit_of, recount

EXITS_SHOWN_DAYS = 60
OLD_DAYS = 30
"""What has waited for longer is listed apart and last: hardly anybody remembers how it was."""

OLD_AT_ONCE = 200
"""So many old exits are settled in one transaction, so that scans come between them."""


class VisitKey(NamedTuple):
    """By what a visit is found: volunteer, local day (YYYY-MM-DD) and its number of that day."""

    volunteer_no: str
    day: str
    number: int


@allowed("writer")
def close_day(context: Context, day: date) -> int:
    """Infer the exits that were forgotten on a local day; returns how many.

    A visit whose assignment is still going on stays open, and the day with it, until it has ended. Raises CheckinError
    `day_not_over`, and what `Context.change` raises.
    """
    if day >= context.today():
        raise CheckinError("day_not_over", day=day.isoformat())
    with context.change("visit.day_closed", day.isoformat()) as connection:
        return _close(context, connection, day.isoformat())


@allowed("writer")
def close_past_days(context: Context) -> int:
    """Close every day before today that has visits and is not closed; returns how many exits were inferred.

    Each day is a transaction of its own, so that years of days keep nobody from scanning meanwhile. Where there is
    nothing to close, nothing is written. Raises what `Context.change` raises.
    """
    context.require_writer()
    yesterday = (context.today() - timedelta(days=1)).isoformat()
    closed = 0
    for day in day_closings.unclosed_days(context.database.connection, yesterday):
        with context.change("visit.day_closed", day) as connection:
            closed += _close(context, connection, day)
    return closed


@allowed("shown")
def reviews(context: Context, limit: int = visits.PAGE, after: VisitKey | None = None) -> list[VisitLine]:
    """The visits whose exit was inferred and which wait for somebody to judge them, by day and number; the first
    `limit`, or those that follow `after`.
    """
    mark = PageMark(after.day, after.volunteer_no, after.number) if after is not None else None
    return visits.pending(context.database.connection, limit, mark)


def newest_reviews(context: Context) -> list[VisitLine]:
    """The first page of what `reviews` has, the latest days first."""
    return visits.pending_newest(context.database.connection)


def old_day(context: Context, days: int = OLD_DAYS) -> date:
    """The local day before which what waits is older than so many days."""
    return context.today() - timedelta(days=days)


def old_count(context: Context, before: date) -> int:
    """How many inferred exits of the local days before one wait for somebody to judge them."""
    with context.database.reading() as connection:
        return visits.pending_before(connection, before.isoformat())


@allowed("writer")
def refuse_old(context: Context, before: date, reason: str) -> int:
    """Refuse, for one reason, every inferred exit of the local days before one that still waits; returns how many.

    Each has its row in the log and its audit entry, as if it had been refused by itself, and can be put right one by
    one later. Some hundreds are a transaction, so that years of them keep nobody from scanning. Raises CheckinError
    `reason_required`, `bad_words`, and what `Context.change` raises.
    """
    reason = kept_words(reason, required=True)
    context.require_writer()
    refused = 0
    while True:
        with context.database.write() as connection:
            context.confirm_operator(connection)
            waiting = [one for one in visits.pending(connection, OLD_AT_ONCE) if one.day < before.isoformat()]
            for visit in waiting:
                key = VisitKey(visit.volunteer_no, visit.day, visit.number)
                _judge(context, connection, found_visit(connection, *key), "refused", reason)
                context.note(
                    connection, "visit.reviewed", key.volunteer_no, day=key.day, number=key.number, verdict="refused"
                )
        refused += len(waiting)
        if len(waiting) < OLD_AT_ONCE:
            return refused


def open_exits(context: Context) -> list[ExitLine]:
    """The exits without an entry of the last 60 days that nobody has settled, in the order of the log."""
    return checkin_log.unmatched_exits(context.database.connection, _since(context))


def review_count(context: Context) -> int:
    """How many visits and exits wait for somebody to judge them."""
    with context.database.reading() as connection:
        return visits.pending_count(connection) + checkin_log.unmatched_exit_count(connection, _since(context))


@allowed("writer")
def review_visit(
    context: Context, volunteer_no: str, day: str | date, number: int, accepted: bool, reason: str = ""
) -> None:
    """Accept an inferred exit, which credits its length as far as the plan allows, or refuse it, which credits
    nothing.

    Raises CheckinError `unknown_visit`, `visit_annulled`, `not_pending`, and what `Context.change` raises.
    """
    key, reason = str(day), kept_words(reason)
    verdict: Literal["accepted", "refused"] = "accepted" if accepted else "refused"
    with context.change("visit.reviewed", volunteer_no, day=key, number=number, verdict=verdict) as connection:
        visit = found_visit(connection, volunteer_no, key, number)
        if visit.review != "pending" or visit.left_at is None:
            raise CheckinError("not_pending")
        _judge(context, connection, visit, verdict, reason)


@allowed("writer")
def accept_ended(context: Context, keys: Sequence[VisitKey]) -> int:
    """Accept, of these visits, all whose inferred exit is the end of what they are credited to, in one transaction;
    returns how many.

    What waits no more, or ends otherwise, is passed over. Raises what `Context.change` raises.
    """
    accepted = 0
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        for key in keys:
            visit = visits.get(connection, *key)
            if visit is None or visit.annulled or visit.review != "pending" or not visit.ends_as_planned:
                continue
            _judge(context, connection, visit, "accepted", "")
            context.note(
                connection, "visit.reviewed", key.volunteer_no, day=key.day, number=key.number, verdict="accepted"
            )
            accepted += 1
    return accepted


def _judge(
    context: Context,
    connection: sqlite3.Connection,
    visit: VisitRow,
    verdict: Literal["accepted", "refused"],
    reason: str,
) -> None:
    """Write down the verdict on an inferred exit, with what it credits."""
    credit = _creditable(context, connection, visit) if verdict == "accepted" else 0
    values = log_values(context, "reviewed", visit, reason)
    checkin_log.append(connection, values | {"reason": verdict, "credit_seconds": credit})
    visits.put(connection, visit.model_copy(update={"review": verdict, "credit_seconds": credit}))
    recount(context, connection, visit.volunteer_no, visit.day)


def _close(context: Context, connection: sqlite3.Connection, day: str) -> int:
    """Stamp the exits that are missing on a day, except of those whose exit may still come: until `late_minutes` after
    an assignment or session that runs over midnight.
    """
    settings, closed, waiting = context.settings, 0, False
    midnight, grace = midnight_after(context, day), settings.late_minutes * MINUTE
    following = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    for visit in visits.left_open(connection, day, day):
        credit = credit_of(connection, visit.assignment_id, visit.session_code)
        ends_at = credit.ends_at if credit else None
        if rules.latest_exit(midnight, ends_at, grace) > context.now_ms():
            waiting = True
            continue
        left_at = rules.inferred_exit(
            visit.entered_at,
            ends_at,
            midnight,
            visits.next_entry(connection, visit.volunteer_no, day, following, visit.entered_at),
            at_end=settings.forgotten_exit == "assignment_end",
            maximum=settings.forgotten_maximum_minutes * MINUTE,
        )
        inferred = visit.model_copy(update={"left_at": left_at, "basis": "inferred", "review": "pending"})
        seconds = _creditable(context, connection, inferred) if settings.forgotten_credit else 0
        values = log_values(context, "closed", visit, "")
        checkin_log.append(connection, values | {"left_at": left_at, "credit_seconds": seconds})
        visits.put(connection, inferred.model_copy(update={"credit_seconds": seconds}))
        if seconds:
            recount(context, connection, visit.volunteer_no, day)
        closed += 1
    if not waiting:
        operator_no = context.operator.no if context.operator else None
        day_closings.put_closing(connection, day, context.now_ms(), operator_no, closed)
    return closed


def _creditable(context: Context, connection: sqlite3.Connection, visit: VisitRow) -> int:
    """The seconds of an inferred visit that may be credited: its length, never above what the plan has left."""
    assert visit.left_at is not None
    room = room_left(context, connection, visit, visit.assignment_id, visit.session_code)
    return min((visit.left_at - visit.entered_at) // 1000, room)


def _since(context: Context) -> int:
    return context.midnight(context.today() - timedelta(days=EXITS_SHOWN_DAYS))
