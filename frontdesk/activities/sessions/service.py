"""Use cases of single sessions: on, off, and what they come to."""

from __future__ import annotations

from collections import Counter
from datetime import date

from db import activities as records
from db import attendance
from db.activities import SessionLine
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.signup.service import seat_waiting
from frontdesk.common.longnumbers import refuse_long_number
from frontdesk.context import Context


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


def exists(context: Context, code: str) -> bool:
    """Whether there is a session with this code."""
    return records.get(context.database.connection, code) is not None


def cancel_session(context: Context, code: str, reason: str) -> None:
    """Cancel a session; its sign-ups stay on record.

    Raises `unknown_session`, `missing_reason`, `attendance_recorded`, and DeskError `long_number`.
    """
    why = refuse_long_number(reason.strip())
    if not why:
        raise ActivityError("missing_reason")
    with context.change("session.cancelled", code) as connection:
        found = records.line(connection, code)
        if found is None:
            raise ActivityError("unknown_session", session=code)
        if found.attendance_rows:
            raise ActivityError("attendance_recorded", name=found.name)
        changed = records.plain(found).model_copy(update={"state": "cancelled", "cancel_reason": why})
        records.put(connection, changed)


def restore_session(context: Context, code: str) -> None:
    """Take a cancellation back. Raises `unknown_session`."""
    with context.change("session.restored", code) as connection:
        found = records.get(connection, code)
        if found is None:
            raise ActivityError("unknown_session", session=code)
        records.put(connection, found.model_copy(update={"state": "published", "cancel_reason": ""}))
        seat_waiting(connection, found)


def figures(context: Context, first: date, last: date) -> dict[str, object]:
    """The report's figures about sessions, sign-ups and attendance.

    A session was held when it was not cancelled; seats and waiting parties count for cancelled ones too,
    no-shows
    and categories for held ones only.
    """
    lines = sessions(context, first, last)
    held = [line for line in lines if line.state != "cancelled"]
    return {
        "sessions_planned": len(lines),
        "sessions_held": len(held),
        "sessions_cancelled": len(lines) - len(held),
        "person_times": sum(line.person_times for line in held),
        "named_persons": attendance.named_persons(context.database.connection, first.isoformat(), last.isoformat()),
        "sessions_by_category": dict(Counter(line.category for line in held)),
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
