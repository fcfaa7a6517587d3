"""Use cases of single sessions: on, off, and what they come to."""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import date

from db import activities as records
from db import attendance
from db.activities import Session, SessionLine
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.reasons import kept_reason
from frontdesk.activities.sessions.kinds import categories, in_order
from frontdesk.activities.sessions.rules import OF_SERIES, detached, is_planned
from frontdesk.activities.sessions.storing import Stored, first_state, next_code, store_session
from frontdesk.context import Context
from frontdesk.permission import allowed


def sessions(context: Context, first: date, last: date) -> list[SessionLine]:
    """The sessions of a span of local days with their counts, in the order in which they begin; without what is only
    planned.
    """
    return records.published(context.database.connection, first.isoformat(), last.isoformat())


def any_between(context: Context, first: date, last: date) -> bool:
    """Whether there are sessions in a span of local days, held or cancelled."""
    return records.any_between(context.database.connection, first.isoformat(), last.isoformat())


def session(context: Context, code: str) -> SessionLine:
    """One session with its counts. Raises ActivityError `unknown_session`."""
    found = records.line(context.database.connection, code)
    if found is None:
        raise ActivityError("unknown_session", session=code)
    return found


def sessions_like(context: Context, text: str, limit: int) -> list[Session]:
    """At most `limit` sessions with this code or with a text in their names, planned ones too, the latest first."""
    return records.like(context.database.connection, text, limit)


def exists(context: Context, code: str) -> bool:
    """Whether there is a session with this code."""
    return records.get(context.database.connection, code) is not None


def month_lines(context: Context, month: str) -> list[SessionLine]:
    """The sessions of a month ('2026-11') with their counts, planned ones too, in the order in which they begin.

    What it costs grows with the sessions of the month, not with the years: one index is read.
    """
    return records.lines(context.database.connection, f"{month}-01", f"{month}-31")


@allowed("writer")
def add_session(context: Context, wanted: Session, *, force_room: bool = False, reason: str = "") -> Stored:
    """Put on a single session; its code is the next free one where `wanted.code` is "".

    It is a draft while the list of its month is being planned, else published at once. Raises `code_taken`,
    `room_taken` unless `force_room` with a reason, `missing_reason`.
    """
    why = _override_reason(force_room, reason)
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        said = {"code": wanted.code or next_code(connection), "state": first_state(connection, wanted.day)}
        stored = store_session(context, connection, None, wanted.model_copy(update=said), why, force_room=force_room)
        # The audit entry has the code, which is only known now.
        context.note(connection, "session.added", stored.session.code)
    return stored


def put_on(
    context: Context,
    connection: sqlite3.Connection,
    wanted: Session,
    *,
    force_room: bool = False,
    reason: str = "",
) -> Stored:
    """Put on a session inside a running transaction, under the next free code. Raises what `add_session` raises."""
    why = _override_reason(force_room, reason)
    said = {"code": next_code(connection), "state": first_state(connection, wanted.day)}
    return store_session(context, connection, None, wanted.model_copy(update=said), why, force_room=force_room)


@allowed("writer")
def change_session(
    context: Context, before: Session, wanted: Session, *, force_room: bool = False, reason: str = ""
) -> Stored:
    """Change one session; one of a series is a single one from then on. `before` is what whoever changes it has seen.

    State, code and series are not changed by it. Raises `unknown_session`, `changed_meanwhile`, `drawn_terms`,
    `session_closed`, `room_taken` unless `force_room` with a reason, `missing_reason`, and `attendance_moved` where it
    would get another day though attendance is recorded.
    """
    why = _override_reason(force_room, reason)
    with context.change("session.changed", before.code) as connection:
        found = records.line(connection, before.code)
        if found is None:
            raise ActivityError("unknown_session", session=before.code)
        stored = records.plain(found)
        if stored.revision != before.revision:
            raise ActivityError("changed_meanwhile", session=before.code)
        if found.attendance_rows and wanted.day != stored.day:
            raise ActivityError("attendance_moved", name=stored.name)
        said = {name: getattr(wanted, name) for name in OF_SERIES}
        after = detached(stored, stored.model_copy(update=said))
        return store_session(context, connection, stored, after, why, force_room=force_room)


@allowed("writer")
def change_capacity(context: Context, before: Session, seats: int) -> list[int]:
    """Give a session another number of seats; returns the sign-ups that moved up by it. `before` is what whoever
    changes it has seen. Raises what `change_session` raises.
    """
    seen = records.plain(before)
    return list(change_session(context, seen, seen.model_copy(update={"capacity": seats})).moved_up)


@allowed("writer")
def close_session(context: Context, code: str) -> Stored:
    """Close a session that is over: what is recorded of it is complete. Raises `unknown_session`, `not_over`,
    `not_on`.
    """
    with context.change("session.closed", code) as connection:
        before = _published(connection, code)
        if before.ends_at > context.now_ms():
            raise ActivityError("not_over", name=before.name)
        return store_session(context, connection, before, before.model_copy(update={"state": "closed"}))


@allowed("writer")
def reopen_session(context: Context, code: str) -> Stored:
    """Take the closing of a session back. Raises `unknown_session`, `not_closed`."""
    with context.change("session.reopened", code) as connection:
        before = records.get(connection, code)
        if before is None:
            raise ActivityError("unknown_session", session=code)
        if before.state != "closed":
            raise ActivityError("not_closed", name=before.name)
        return store_session(context, connection, before, before.model_copy(update={"state": "published"}))


@allowed("writer")
def delete_session(context: Context, code: str) -> None:
    """Delete a session that is only planned; one of a series is taken out of its dates.

    Raises `unknown_session`, and `not_a_draft` for one that has been announced or that something refers to.
    """
    with context.change("session.deleted", code) as connection:
        found = records.get(connection, code)
        if found is None:
            raise ActivityError("unknown_session", session=code)
        if not is_planned(found) or records.is_used(connection, code):
            raise ActivityError("not_a_draft", name=found.name)
        records.remove(connection, code)
        if found.series_id is not None:
            from frontdesk.activities.series.service import without_date

            without_date(context, connection, found)


def _published(connection: sqlite3.Connection, code: str) -> Session:
    """A published session as it is stored. Raises `unknown_session`, `not_on`."""
    found = records.get(connection, code)
    if found is None:
        raise ActivityError("unknown_session", session=code)
    if found.state != "published":
        raise ActivityError("not_on", name=found.name)
    return found


def to_cancel(context: Context, code: str) -> SessionLine:
    """A session that can be cancelled, or is cancelled already. Raises what `cancel_session` raises of any other."""
    found = session(context, code)
    if found.state != "cancelled":
        _may_be_cancelled(found)
    return found


@allowed("writer")
def cancel_session(context: Context, code: str, reason: str) -> Stored:
    """Cancel a session; its sign-ups stay on record, and `to_tell` of what comes back names them.

    Raises `unknown_session`, `missing_reason`, `already_cancelled`, `attendance_recorded`, `only_planned` for a draft,
    `session_closed`, and DeskError `long_number`.
    """
    why = kept_reason(reason)
    if not why:
        raise ActivityError("missing_reason")
    with context.change("session.cancelled", code) as connection:
        found = records.line(connection, code)
        if found is None:
            raise ActivityError("unknown_session", session=code)
        _may_be_cancelled(found)
        before = records.plain(found)
        after = before.model_copy(update={"state": "cancelled", "cancel_reason": why})
        return store_session(context, connection, before, after, why)


def _may_be_cancelled(found: SessionLine) -> None:
    if found.attendance_rows:
        raise ActivityError("attendance_recorded", name=found.name)
    if found.state == "cancelled":
        raise ActivityError("already_cancelled", name=found.name)
    if is_planned(found):
        raise ActivityError("only_planned", name=found.name)
    if found.state == "closed":
        raise ActivityError("session_closed", name=found.name)


@allowed("writer")
def restore_session(context: Context, code: str, *, force_room: bool = False, reason: str = "") -> Stored:
    """Take a cancellation back; free seats go to whoever waits. Where the list of the month is being planned, a session
    that nobody signed up for is a draft of it: it is announced with the others.

    Raises `unknown_session`, `not_cancelled`, and `room_taken` where the room is used otherwise by now.
    """
    why = _override_reason(force_room, reason)
    with context.change("session.restored", code) as connection:
        before = records.get(connection, code)
        if before is None:
            raise ActivityError("unknown_session", session=code)
        if before.state != "cancelled":
            raise ActivityError("not_cancelled", name=before.name)
        has_people = bool(records.parties_to_tell(connection, code))
        state = "published" if has_people else first_state(connection, before.day)
        after = before.model_copy(update={"state": state, "cancel_reason": ""})
        return store_session(context, connection, before, after, why, force_room=force_room)


def _override_reason(force_room: bool, reason: str) -> str:
    """The reason as it is kept. Raises `missing_reason` where a taken room is overridden without one, `long_number`."""
    why = kept_reason(reason)
    if force_room and not why:
        raise ActivityError("missing_reason")
    return why


def figures(context: Context, first: date, last: date) -> dict[str, object]:
    """The report's figures about sessions, sign-ups and attendance.

    A session was held when it was not cancelled; seats and waiting parties count for cancelled ones too, no-shows and
    categories for held ones only.
    """
    lines = sessions(context, first, last)
    held = [line for line in lines if line.state != "cancelled"]
    return {
        "sessions_planned": len(lines),
        "sessions_held": len(held),
        "sessions_cancelled": len(lines) - len(held),
        "person_times": sum(line.person_times for line in held),
        "named_persons": attendance.named_persons(context.database.connection, first.isoformat(), last.isoformat()),
        "sessions_by_category": in_order(Counter(line.category for line in held), categories(context)),
        "seats_confirmed": sum(line.seats_confirmed for line in lines),
        "parties_waitlisted": sum(line.parties_waitlisted for line in lines),
        "no_show_seats": sum(line.no_show_seats for line in held),
    }


def without_attendance(context: Context, first: date, last: date) -> list[SessionLine]:
    """The sessions of a span of days that are over and for which nothing was recorded."""
    now = context.now_ms()
    return [
        line
        for line in sessions(context, first, last)
        if line.state != "cancelled" and not line.attendance_rows and line.ends_at < now
    ]
