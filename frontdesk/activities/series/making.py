"""The sessions of a series written: given their dates, made, deleted or cancelled, inside a running transaction."""

from __future__ import annotations

import sqlite3

from db import activities as sessions
from db import monthly
from db import series as records
from db.activities import Session
from db.series import Series
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.series.changing import SeriesChange
from frontdesk.activities.series.dates import says_the_same, session_of
from frontdesk.activities.series.errors import SeriesError
from frontdesk.activities.series.outcome import SeriesOutcome
from frontdesk.activities.series.rules import PlannedDay
from frontdesk.activities.sessions.rules import is_planned
from frontdesk.activities.sessions.storing import FIRST_CODE, Stored, first_state, store_session
from frontdesk.context import Context


def place_sessions(
    context: Context,
    connection: sqlite3.Connection,
    target: Series,
    change: SeriesChange,
    outcome: SeriesOutcome,
    why: str,
    *,
    force_room: bool,
) -> None:
    """Give sessions their dates; one whose room is still taken by another of them waits until that one has gone."""
    waiting = []
    for before, planned in change.placed:
        after = session_of(context, target, planned, before)
        if says_the_same(before, after):
            records.place(connection, before.code, target.id, after.series_day)
            outcome.unchanged += 1
        else:
            waiting.append((before, after))
    while waiting:
        refused: list[tuple[Session, Session]] = []
        refusal: ActivityError | None = None
        for before, after in waiting:
            try:
                stored = store_session(context, connection, before, after, why)
            except ActivityError as taken:
                if taken.code != "room_taken":
                    raise
                refusal = refusal or taken
                refused.append((before, after))
                continue
            _note(outcome, stored)
            outcome.changed.append(after.code)
        if refusal is not None and len(refused) == len(waiting):
            if not force_room:
                raise refusal
            for before, after in refused:
                _note(outcome, store_session(context, connection, before, after, why, force_room=True))
                outcome.changed.append(after.code)
            return
        waiting = refused


def make_sessions(
    context: Context,
    connection: sqlite3.Connection,
    target: Series,
    planned: list[PlannedDay] | tuple[PlannedDay, ...],
    outcome: SeriesOutcome,
    why: str,
    *,
    as_drafts: bool | None,
    force_room: bool,
) -> None:
    """Make a session for every planned day, each with the next code of its own, inside a running transaction."""
    drafts = records.lists_are_kept(connection) if as_drafts is None else as_drafts
    number = sessions.highest_number(connection, FIRST_CODE)
    for place, one in enumerate(planned, number + 1):
        fresh = session_of(context, target, one, None, f"{FIRST_CODE}{place:03}")
        has_list = monthly.get(connection, fresh.day[:7]) is not None
        state = first_state(connection, fresh.day) if has_list or not drafts else "draft"
        fresh = fresh.model_copy(update={"state": state})
        _note(outcome, store_session(context, connection, None, fresh, why, force_room=force_room))
        outcome.created.append(fresh.code)
        outcome.drafts += state == "draft"


def let_go(
    context: Context, connection: sqlite3.Connection, session: Session, outcome: SeriesOutcome, why: str
) -> None:
    """Delete a session that is only planned; cancel one that has been announced, for which `why` is needed.

    Raises SeriesError `missing_reason`.
    """
    if is_planned(session) and not sessions.is_used(connection, session.code):
        sessions.remove(connection, session.code)
        outcome.deleted.append(session.code)
        return
    if not why:
        raise SeriesError("missing_reason", field="reason")
    after = session.model_copy(update={"state": "cancelled", "cancel_reason": why})
    _note(outcome, store_session(context, connection, session, after, why))
    outcome.cancelled.append(session.code)


def _note(outcome: SeriesOutcome, stored: Stored) -> None:
    outcome.to_tell += stored.to_tell
    outcome.clashes += len(stored.clashes)
    outcome.elsewhere += len(stored.elsewhere)
    outcome.room_closed += stored.room_closed
    outcome.unapproved += stored.is_unapproved
