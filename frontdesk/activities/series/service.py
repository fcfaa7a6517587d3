"""Use cases of series: looked at before they are made, changed for one session, this and following, or all."""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import date, timedelta

from db import activities as sessions
from db import series as records
from db.activities import Session
from db.errors import NothingWritten
from db.series import Series, SeriesLine
from frontdesk.activities.reasons import kept_reason
from frontdesk.activities.series.changing import plan_change, why_kept
from frontdesk.activities.series.dates import (
    coming_of,
    planned_of,
    says_the_same,
    session_of,
    with_dates_of,
)
from frontdesk.activities.series.errors import SeriesError
from frontdesk.activities.series.making import let_go, make_sessions, place_sessions
from frontdesk.activities.series.outcome import ChangePreview, Coming, Preview, SeriesOutcome
from frontdesk.activities.series.rules import pattern_dates
from frontdesk.activities.sessions.rules import is_planned
from frontdesk.context import Context
from frontdesk.permission import allowed


def all_series(context: Context, *, ended: bool = False) -> list[SeriesLine]:
    """The series that go on or have sessions to come, with `ended` every one, by name."""
    return records.lines(context.database.connection, context.today().isoformat(), ended=ended)


def series(context: Context, series_id: int) -> Series:
    """One series. Raises SeriesError `unknown_series`."""
    found = records.get(context.database.connection, series_id)
    if found is None:
        raise SeriesError("unknown_series", series=series_id)
    return found


def sessions_of(context: Context, series_id: int) -> list[Session]:
    """The sessions of a series by the date that it gave them, whatever their state."""
    return sessions.of_series(context.database.connection, series_id)


def preview(context: Context, wanted: Series) -> Preview:
    """Every date of a series that is not made yet, with what stands in its way; nothing is written.

    Raises SeriesError `no_dates`, `too_many_dates`, `bad_span`.
    """
    planned, unknown = planned_of(context, wanted)
    with context.database.reading() as connection:
        coming = tuple(coming_of(context, connection, wanted, one, ()) for one in planned)
    return Preview(coming, unknown)


def preview_change(context: Context, series_id: int, wanted: Series, *, following: date | None = None) -> ChangePreview:
    """What a change would do, the dates as in `preview`; nothing is written.

    Raises SeriesError `unknown_series`, and what `preview` raises.
    """
    stored = series(context, series_id)
    wanted = _successor(stored, wanted, following)
    planned, unknown = planned_of(context, wanted)
    with context.database.reading() as connection:
        concerned = _concerned(connection, stored, following)
        change = plan_change(concerned, planned, context.now_ms(), context.today(), wanted.terms)
        own = {one.code for one, _ in change.placed} | {one.code for one in change.left_over}
        by_date = {planned.series_day: one.code for one, planned in change.placed}
        # What stays as it is takes its room already: nothing can be in its way.
        staying = {day: one.code for one, day in change.kept_dates}
        coming = tuple(
            Coming(one, staying[one.series_day])
            if one.series_day in staying
            else coming_of(context, connection, wanted, one, own, by_date.get(one.series_day, ""))
            for one in planned
        )
    unchanged = sum(says_the_same(two, session_of(context, wanted, day, two)) for two, day in change.placed)
    return ChangePreview(Preview(coming, unknown), change, unchanged)


@allowed("writer")
def create_series(
    context: Context, wanted: Series, *, as_drafts: bool | None = None, force_room: bool = False, reason: str = ""
) -> SeriesOutcome:
    """Make a series and a session for every date that is held.

    A session is a draft while the list of its month is being planned; where a month has no list, `as_drafts` decides,
    and without it whether the centre keeps monthly lists at all. Raises what `preview` raises, SeriesError
    `missing_reason`, and ActivityError `room_taken` unless `force_room` with a reason.
    """
    why = _reason(reason, needed=force_room)
    planned, _ = planned_of(context, wanted)
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        plain = wanted.model_copy(update={"id": 0, "revision": 0, "state": "active", "changed_at": context.now_ms()})
        series_id = records.add(connection, plain)
        made = plain.model_copy(update={"id": series_id})
        held = [one for one in planned if one.day is not None]
        outcome = SeriesOutcome(series_id)
        make_sessions(context, connection, made, held, outcome, why, as_drafts=as_drafts, force_room=force_room)
        # The audit entry has the number, which is only known now.
        context.note(connection, "series.created", str(series_id), sessions=len(held))
    return outcome


@allowed("writer")
def change_series(
    context: Context,
    series_id: int,
    wanted: Series,
    *,
    following: date | None = None,
    force_room: bool = False,
    reason: str = "",
    as_drafts: bool | None = None,
) -> SeriesOutcome:
    """Change all sessions of a series, or with `following` (a date that the series gives) that one and those after it.

    With `following` the old series ends the day before and a successor goes on from it; sessions keep their codes and
    sign-ups. Sessions that were changed by themselves, have begun, are closed or cancelled, or were drawn on other
    terms stay as they are. Drafts for which there is no date any more are deleted, published sessions cancelled.
    `wanted.revision` is what whoever changes it has seen.

    Raises SeriesError `unknown_series`, `series_ended`, `changed_meanwhile`, `missing_reason` where sessions are
    cancelled or a taken room is overridden, what `preview` raises, and ActivityError `room_taken`.
    """
    with context.change("series.changed", str(series_id)) as connection:
        return _changed(
            context,
            connection,
            series_id,
            wanted,
            following,
            _reason(reason, needed=force_room),
            force_room=force_room,
            as_drafts=as_drafts,
        )


@allowed("writer")
def try_change(
    context: Context,
    series_id: int,
    wanted: Series,
    *,
    following: date | None = None,
    force_room: bool = False,
    reason: str = "",
    as_drafts: bool | None = None,
) -> SeriesOutcome:
    """What `change_series` would do with the same words, whom it would have to tell included; nothing is written.

    It is done and taken back, so that whatever would be refused is refused here too: what is asked after it is asked
    once. Raises what `change_series` raises.
    """
    why = _reason(reason, needed=force_room)
    context.require_writer()
    tried: list[SeriesOutcome] = []
    try:
        with context.database.write() as connection:
            context.confirm_operator(connection)
            tried.append(
                _changed(
                    context, connection, series_id, wanted, following, why, force_room=force_room, as_drafts=as_drafts
                )
            )
            raise NothingWritten
    except NothingWritten:
        return tried[0]


def _changed(
    context: Context,
    connection: sqlite3.Connection,
    series_id: int,
    wanted: Series,
    following: date | None,
    why: str,
    *,
    force_room: bool,
    as_drafts: bool | None,
) -> SeriesOutcome:
    stored = _stored(connection, series_id, wanted.revision)
    wanted = _successor(stored, wanted, following)
    concerned = _concerned(connection, stored, following)
    planned, _ = planned_of(context, wanted)
    change = plan_change(concerned, planned, context.now_ms(), context.today(), wanted.terms)
    target = _write_series(context, connection, stored, wanted, following)
    outcome = SeriesOutcome(target.id, kept=dict(Counter(kept for _, kept in change.kept)))
    records.release(connection, [one.code for one in concerned])
    answered = {session.code: day.isoformat() for session, day in change.kept_dates}
    for session, _ in change.kept:
        records.place(connection, session.code, target.id, answered.get(session.code, session.series_day))
    place_sessions(context, connection, target, change, outcome, why, force_room=force_room)
    for session in change.left_over:
        records.place(connection, session.code, target.id, session.series_day)
        let_go(context, connection, session.model_copy(update={"series_id": target.id}), outcome, why)
    make_sessions(context, connection, target, change.created, outcome, why, as_drafts=as_drafts, force_room=force_room)
    return outcome


@allowed("writer")
def end_series(context: Context, series_id: int, last_day: date, reason: str = "", *, revision: int) -> SeriesOutcome:
    """End a series after a day: later drafts are deleted, later published sessions cancelled with the reason.

    What has begun, is closed or was changed by itself stays. Raises SeriesError `unknown_series`, `series_ended`,
    `changed_meanwhile`, `missing_reason`.
    """
    why = _reason(reason, needed=False)
    with context.change("series.ended", str(series_id)) as connection:
        stored = _stored(connection, series_id, revision)
        outcome = SeriesOutcome(series_id)
        for session in sessions.of_series(connection, series_id):
            if session.series_day <= last_day.isoformat():
                continue
            kept = why_kept(session, context.now_ms())
            if kept is None:
                let_go(context, connection, session, outcome, why)
            else:
                outcome.kept[kept] = outcome.kept.get(kept, 0) + 1
        ends = max(stored.first_day, min(stored.last_day, last_day.isoformat()))
        _put(context, connection, stored.model_copy(update={"last_day": ends, "state": "ended"}))
    return outcome


@allowed("manager")
def reopen_series(context: Context, series_id: int, reason: str, *, revision: int) -> None:
    """Take the ending of a series back, so that it can be changed and extended; only a manager may, with a reason.

    Its sessions stay as they are: a later last day makes new ones, and a cancelled one is restored by itself. Raises
    SeriesError `unknown_series`, `changed_meanwhile`, `not_ended`, `went_on` where another series goes on from it,
    `no_reopen_reason`, DeskError `manager_required`.
    """
    why = kept_reason(reason)
    if not why:
        raise SeriesError("no_reopen_reason", field="reason")
    with context.change("series.reopened", str(series_id), reason=why) as connection:
        context.require_manager()
        stored = _stored(connection, series_id, revision, ended=True)
        if stored.state != "ended":
            raise SeriesError("not_ended", name=stored.name)
        if records.has_successor(connection, series_id):
            raise SeriesError("went_on", name=stored.name)
        _put(context, connection, stored.model_copy(update={"state": "active"}))


@allowed("writer")
def delete_drafts(context: Context, series_id: int, *, revision: int) -> SeriesOutcome:
    """Delete the sessions of a series that are only planned, and the series where it has no others.

    Raises SeriesError `unknown_series`, `changed_meanwhile`.
    """
    with context.change("series.drafts_deleted", str(series_id)) as connection:
        stored = _stored(connection, series_id, revision, ended=True)
        outcome = SeriesOutcome(series_id)
        for session in sessions.of_series(connection, series_id):
            if is_planned(session) and not sessions.is_used(connection, session.code):
                sessions.remove(connection, session.code)
                outcome.deleted.append(session.code)
        if records.is_used(connection, series_id):
            _put(context, connection, stored)
        else:
            records.delete(connection, series_id)
    return outcome


def without_date(context: Context, connection: sqlite3.Connection, session: Session) -> None:
    """Take the date of a session out of its series, inside a running transaction, so that no change makes it anew."""
    stored = records.get(connection, session.series_id or 0)
    if stored is None:
        return
    without = sorted({*stored.pattern.without, date.fromisoformat(session.series_day)})
    pattern = stored.pattern.model_copy(update={"without": tuple(without)})
    _put(context, connection, stored.model_copy(update={"pattern": pattern}))


def _stored(connection: sqlite3.Connection, series_id: int, revision: int, *, ended: bool = False) -> Series:
    stored = records.get(connection, series_id)
    if stored is None:
        raise SeriesError("unknown_series", series=series_id)
    if stored.revision != revision:
        raise SeriesError("changed_meanwhile", name=stored.name)
    if stored.state == "ended" and not ended:
        raise SeriesError("series_ended", name=stored.name)
    return stored


def _concerned(connection: sqlite3.Connection, stored: Series, following: date | None) -> list[Session]:
    every = sessions.of_series(connection, stored.id)
    return every if following is None else [one for one in every if one.series_day >= following.isoformat()]


def _successor(stored: Series, wanted: Series, following: date | None) -> Series:
    """The series as it is to be, from `following` on; given dates begin with their first."""
    wanted = with_dates_of(wanted)
    if following is None or following.isoformat() <= stored.first_day:
        return wanted.model_copy(update={"id": stored.id})
    first = max(following.isoformat(), wanted.first_day)
    if wanted.pattern.model_copy(update={"without": ()}) == stored.pattern.model_copy(update={"without": ()}):
        # Every other week goes on in the same weeks, though it may be asked for from a date between them.
        begins, ends = date.fromisoformat(stored.first_day), date.fromisoformat(wanted.last_day)
        dates = pattern_dates(wanted.pattern, begins, ends)
        first = next((day.isoformat() for day in dates if day.isoformat() >= first), first)
    return wanted.model_copy(update={"id": 0, "first_day": first, "predecessor": stored.id})


def _write_series(
    context: Context, connection: sqlite3.Connection, stored: Series, wanted: Series, following: date | None
) -> Series:
    """Store the changed series, or end it and begin its successor; returns the one that goes on."""
    if wanted.id:
        return _put(context, connection, wanted.model_copy(update={"predecessor": stored.predecessor}))
    assert following is not None
    eve = (following - timedelta(days=1)).isoformat()
    _put(context, connection, stored.model_copy(update={"last_day": eve, "state": "ended"}))
    fresh = wanted.model_copy(update={"revision": 0, "state": "active", "changed_at": context.now_ms()})
    return fresh.model_copy(update={"id": records.add(connection, fresh)})


def _put(context: Context, connection: sqlite3.Connection, series: Series) -> Series:
    after = series.model_copy(update={"revision": series.revision + 1, "changed_at": context.now_ms()})
    records.put(connection, after)
    return after


def _reason(reason: str, *, needed: bool) -> str:
    why = kept_reason(reason)
    if needed and not why:
        raise SeriesError("missing_reason", field="reason")
    return why
