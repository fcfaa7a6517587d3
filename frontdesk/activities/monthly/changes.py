"""A published monthly list is frozen: what changes afterwards becomes a change line (mechanisms H01)."""

from __future__ import annotations

import json
import sqlite3

from db import monthly as records
from db.activities import Session
from db.monthly import ChangeKind, MonthlyList
from frontdesk.activities.monthly.rules import is_out
from frontdesk.activities.sessions.rules import is_moved, is_planned
from frontdesk.context import Context

LISTED = ("day", "starts_at", "ends_at", "name", "category", "activity_type", "room", "capacity", "min_enrol", "lead")
"""What the list says of a session; a change of anything else is nobody's business but the desk's."""


def content(session: Session) -> dict[str, object]:
    """What the monthly list says of a session."""
    return {name: getattr(session, name) for name in LISTED}


def note_change(
    context: Context, connection: sqlite3.Connection, before: Session | None, after: Session, reason: str = ""
) -> None:
    """Write the change lines that a changed session makes, inside a running transaction.

    Nothing is written where no published list is concerned, or where the list says the same as before. A session that
    moves to another month is a change of both lists. What is changed of a cancelled session changes nothing that the
    list announces: the line of its restoring says what it is then.
    """
    for month in sorted({one.day[:7] for one in (before, after) if one is not None}):
        kept = records.get(connection, month)
        if kept is None or not is_out(kept.state):
            continue
        said = (_said(connection, kept, before, after), _json(after))
        operator = context.require_operator().no
        for kind in _kinds(before, after):
            records.add_change(connection, month, after.code, kind, *said, reason, context.now_ms(), operator)
            said = (said[1], said[1])


def _said(connection: sqlite3.Connection, kept: MonthlyList, before: Session | None, after: Session) -> str:
    """What the list said before: of one that is restored it is what it said last, whatever was changed meanwhile."""
    if before is not None and before.state == "cancelled":
        lines = records.changes(connection, kept.month, kept.edition)
        return next((one.after for one in reversed(lines) if one.session_code == after.code), _json(before))
    return _json(before)


def _kinds(before: Session | None, after: Session) -> tuple[ChangeKind, ...]:
    """The lines of a change: what is announced as cancelled at once is added and cancelled."""
    kind = _kind(before, after)
    return () if kind is None else ("added", "cancelled") if kind == "added" and after.state == "cancelled" else (kind,)


def _kind(before: Session | None, after: Session) -> ChangeKind | None:
    if before is None or is_planned(before):
        return None if is_planned(after) else "added"
    if before.state != after.state and "cancelled" in (before.state, after.state):
        return "cancelled" if after.state == "cancelled" else "restored"
    if after.state == "cancelled" or content(before) == content(after):
        return None
    return "moved" if is_moved(before, after) else "changed"


def _json(session: Session | None) -> str:
    return json.dumps(content(session), ensure_ascii=False, sort_keys=True) if session else "{}"
