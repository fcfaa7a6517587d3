"""Seats follow the session: what becomes of its sign-ups when it is changed."""

from __future__ import annotations

import json
import sqlite3

from db import registrations
from db.activities import Session
from frontdesk.activities.signup.service import seat_waiting
from frontdesk.context import Context


def session_changed(
    context: Context, connection: sqlite3.Connection, before: Session | None, after: Session, reason: str = ""
) -> list[int]:
    """Log what a stored change of a session means for its seats and settle them, inside the transaction of the change.

    Returns the sign-ups that got a seat by it, by number. The events are `created`, `capacity`, `moved`, `cancelled`,
    `restored` and `published`, each with capacity, state and beginning as they are now.
    """
    events = session_events(before, after)
    if not events:
        return []
    detail = json.dumps({"capacity": after.capacity, "starts_at": after.starts_at, "state": after.state})
    operator = context.require_operator().no
    for event in events:
        registrations.append(
            connection, context.now_ms(), after.code, None, event, reason=reason, detail=detail, operator_no=operator
        )
    return seat_waiting(connection, after) if before is not None and after.state == "published" else []


def session_events(before: Session | None, after: Session) -> list[str]:
    """What a change means for the seats, in the order in which it is taken."""
    if before is None:
        return ["created"]
    events = []
    if before.capacity != after.capacity:
        events.append("capacity")
    if (before.starts_at, before.ends_at, before.room) != (after.starts_at, after.ends_at, after.room):
        events.append("moved")
    if before.state != after.state:
        if after.state == "cancelled":
            events.append("cancelled")
        elif before.state == "cancelled":
            events.append("restored")
        elif after.state == "published":
            events.append("published")
    return events
