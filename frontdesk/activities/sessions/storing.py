"""The one way a session is written: whatever changes it, the same is checked, logged and set in motion."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from db import activities as records
from db import monthly, rooms
from db.activities import Session, SessionState
from db.rooms import Occupation
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.sessions.rules import changes_closed, draws_otherwise, is_moved, is_planned
from frontdesk.context import Context

FIRST_CODE = "HD"
"""Before the number of a session that was made at the desk; the office's own codes are free text."""

_TIMES = ("day", "starts_at", "ends_at", "setup_minutes", "clearing_minutes", "room")


class LeadElsewhere(NamedTuple):
    """A session that the same lead has at the same time."""

    code: str
    name: str


class Stored(NamedTuple):
    """What was written and what is to be known of it.

    `clashes` is what else takes the room, where that was put up with; `elsewhere` the other sessions of the lead at the
    same time; `people_elsewhere` how many parties of a moved session have another one at its new time; `moved_up` the
    sign-ups that got a seat by it; `to_tell` those who hold a seat, have it on offer or wait, and whose session was
    cancelled, moved or restored. `is_unapproved`: it had been approved and is a draft again, as it now says something
    else than a manager approved. `room_closed`: it comes into a room that is closed for bookings;
    `is_new_room`: it comes into one that was not on the list of rooms.
    """

    session: Session
    clashes: tuple[Occupation, ...] = ()
    elsewhere: tuple[LeadElsewhere, ...] = ()
    people_elsewhere: int = 0
    moved_up: tuple[int, ...] = ()
    to_tell: tuple[int, ...] = ()
    is_unapproved: bool = False
    room_closed: bool = False
    is_new_room: bool = False


def store_session(
    context: Context,
    connection: sqlite3.Connection,
    before: Session | None,
    after: Session,
    reason: str = "",
    *,
    force_room: bool = False,
) -> Stored:
    """Write a session inside a running transaction; `before` is what whoever changes it has seen, None for a new one.

    Raises ActivityError `changed_meanwhile` where the stored session is another than `before`, `code_taken` for a new
    one whose code is used, `drawn_terms` where a lottery that was drawn would have other terms, `session_closed` where
    a closed one would say something else but its note and stay closed, `room_taken` where the room is not free: with
    `force_room` it is put up with and logged.
    """
    stored = records.get(connection, after.code)
    if before is None and stored is not None:
        raise ActivityError("code_taken", session=after.code)
    if before is not None and (stored is None or stored.revision != before.revision):
        raise ActivityError("changed_meanwhile", session=after.code)
    if stored is not None and draws_otherwise(stored, after.terms):
        raise ActivityError("drawn_terms", name=stored.name)
    if stored is not None and changes_closed(stored, after):
        raise ActivityError("session_closed", name=stored.name)
    clashes = _clashes(connection, stored, after)
    if clashes and not force_room:
        raise _room_taken(context, clashes[0])
    revision = stored.revision + 1 if stored else 0
    said = {"revision": revision, "changed_at": context.now_ms(), "state": _state(context, connection, stored, after)}
    kept = records.plain(after).model_copy(update=said)
    records.put(connection, kept)
    from frontdesk.activities.rooms.occupancy import known_room

    is_new_room = known_room(connection, kept.room)
    if clashes:
        context.note(connection, "session.room_forced", kept.code, reason=reason, taken_by=[one.ref for one in clashes])
    from frontdesk.activities.monthly.changes import note_change
    from frontdesk.activities.signup.settling import session_changed

    note_change(context, connection, stored, kept, reason)
    # Nobody signs up for what is only planned: it has no history of seats and may be deleted.
    moved_up = (
        [] if is_planned(stored) and is_planned(kept) else session_changed(context, connection, stored, kept, reason)
    )
    return Stored(
        kept,
        tuple(clashes),
        _lead_elsewhere(connection, stored, kept),
        _people_elsewhere(connection, stored, kept),
        tuple(moved_up),
        _to_tell(connection, stored, kept),
        stored is not None and (stored.state, after.state, kept.state) == ("approved", "approved", "draft"),
        _room_closed(connection, stored, kept),
        is_new_room,
    )


def first_state(connection: sqlite3.Connection, day: str) -> SessionState:
    """The state of a new session on a local day: draft while the list of its month is being planned, else published."""
    kept = monthly.get(connection, day[:7])
    return "draft" if kept is not None and kept.state in ("draft", "approved") else "published"


def next_code(connection: sqlite3.Connection) -> str:
    """The code of the next session that is made at the desk."""
    return f"{FIRST_CODE}{records.highest_number(connection, FIRST_CODE) + 1:03}"


def _state(context: Context, connection: sqlite3.Connection, stored: Session | None, after: Session) -> SessionState:
    """The state to be stored: a draft that comes into another month waits for the list of that one, and where it is
    published already nobody would publish it any more. What the list says of an approved session and somebody changes
    who could not approve it is to be approved once more.
    """
    if stored is None or not is_planned(after):
        return after.state
    if stored.day[:7] == after.day[:7]:
        return "draft" if _loses_approval(context, stored, after) else after.state
    kept = monthly.get(connection, after.day[:7])
    return "published" if kept is not None and kept.state in ("published", "closed") else "draft"


def _loses_approval(context: Context, stored: Session, after: Session) -> bool:
    from frontdesk.activities.monthly.changes import content

    if (stored.state, after.state) != ("approved", "approved") or context.require_operator().role == "manager":
        return False
    return content(stored) != content(after)


def _clashes(connection: sqlite3.Connection, stored: Session | None, after: Session) -> list[Occupation]:
    """What else takes the room, asked only where this change makes the session take it."""
    if not _takes_room(stored, after):
        return []
    from frontdesk.activities.rooms.occupancy import session_clashes

    return session_clashes(connection, after)


def _takes_room(stored: Session | None, after: Session) -> bool:
    """Whether this change makes the session take its room at a time at which it did not."""
    if after.state == "cancelled":
        return False
    if stored is None or stored.state == "cancelled":
        return True
    return any(getattr(stored, name) != getattr(after, name) for name in _TIMES)


def _room_closed(connection: sqlite3.Connection, stored: Session | None, after: Session) -> bool:
    place = rooms.room(connection, after.room) if _takes_room(stored, after) else None
    return place is not None and not place.bookable


def _room_taken(context: Context, taken: Occupation) -> ActivityError:
    return ActivityError(
        "room_taken",
        room=taken.room,
        words=taken.words,
        ref=taken.ref,
        day=taken.day,
        start=f"{context.local(taken.taken_from):%H:%M}",
        end=f"{context.local(taken.taken_until):%H:%M}",
    )


def _lead_elsewhere(
    connection: sqlite3.Connection, stored: Session | None, after: Session
) -> tuple[LeadElsewhere, ...]:
    if after.state == "cancelled" or (
        stored is not None and stored.lead == after.lead and not is_moved(stored, after) and stored.state == after.state
    ):
        return ()
    from frontdesk.activities.rooms.occupancy import lead_elsewhere

    return tuple(LeadElsewhere(*one) for one in lead_elsewhere(connection, after))


def _people_elsewhere(connection: sqlite3.Connection, stored: Session | None, after: Session) -> int:
    if stored is None or after.state == "cancelled" or not is_moved(stored, after):
        return 0
    return records.parties_elsewhere(connection, after)


def _to_tell(connection: sqlite3.Connection, stored: Session | None, after: Session) -> tuple[int, ...]:
    if stored is None or stored.state not in ("published", "closed", "cancelled"):
        return ()
    if stored.state == after.state == "cancelled":
        # They are told when it is restored, of the time and place that it has then.
        return ()
    if (stored.state == "cancelled") == (after.state == "cancelled") and not is_moved(stored, after):
        return ()
    return records.parties_to_tell(connection, after.code)
