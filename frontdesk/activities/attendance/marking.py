"""Marks: what became of a party at its session, each written in one way, logged, and taken back the same way."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Literal, NamedTuple

from db import activities, registration_log, registrations
from db import attendance as records
from db.activities import Session
from db.attendance import AttendanceStatus, AttendanceWay
from db.registrations import GONE, Registration
from frontdesk.activities.attendance.errors import AttendanceError
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.reasons import kept_reason
from frontdesk.activities.sessions.rules import is_planned
from frontdesk.activities.signup.service import LARGEST_PARTY
from frontdesk.context import Context
from frontdesk.permission import allowed

LARGEST_HEAD_COUNT = 9_999

PartyStatus = Literal["attended", "absent_notified", "no_show"]


class Mark(NamedTuple):
    """What stands of a party: its status, and how many of it (of a no-show: how many stayed away)."""

    status: AttendanceStatus
    seats: int


class Marked(NamedTuple):
    """What was changed of one party, so that it can be taken back."""

    registration_id: int
    before: Mark | None
    after: Mark | None


class Wanted(NamedTuple):
    """What is to stand of one party: None for nothing, `seats` None for all that it holds."""

    registration_id: int
    status: PartyStatus | None
    seats: int | None = None


@allowed("writer")
def mark(
    context: Context,
    registration_id: int,
    status: PartyStatus | None,
    seats: int | None = None,
    *,
    way: AttendanceWay = "list",
    reason: str = "",
) -> Marked:
    """Record what became of a party, `seats` of it (all that it holds by default); None takes the record back.

    Raises ActivityError `unknown_registration`, `session_cancelled`, `bad_party_size`, and AttendanceError `too_early`
    before the day of the session, `not_published`, `holds_no_seat` for a no-show of somebody who had no seat,
    `session_closed` and `closed_reason` for a session that is closed: that takes a manager and a reason, and
    ActivityError `bad_reason` for one that is too long or no line of text.
    """
    with context.change("attendance.marked", str(registration_id), status=status, way=way) as connection:
        return put_mark(context, connection, Wanted(registration_id, status, seats), way=way, reason=reason)


@allowed("writer")
def mark_many(
    context: Context, code: str, wanted: Sequence[Wanted], *, way: AttendanceWay = "list", reason: str = ""
) -> list[Marked]:
    """Record what became of several parties of a session, all or none; raises what `mark` raises."""
    with context.change("attendance.marked_many", code, parties=len(wanted), way=way) as connection:
        return [put_mark(context, connection, one, way=way, reason=reason) for one in wanted]


def unmarked(context: Context, code: str) -> list[Registration]:
    """The parties with a seat of a session of which nothing stands yet, by sign-up number."""
    return _unmarked(context.database.connection, code)


@allowed("writer")
def mark_rest(context: Context, code: str, status: PartyStatus, *, reason: str = "") -> list[Marked]:
    """Record the same of every party with a seat of which nothing stands yet, in one act; raises what `mark` raises.

    Whoever has not been told of the seat is no no-show by this: nobody stays away from what nobody told them of.
    """
    with context.change("attendance.rest_marked", code, status=status) as connection:
        found = [one for one in _unmarked(connection, code) if status != "no_show" or not is_untold(one)]
        return [put_mark(context, connection, Wanted(one.id, status), way="list", reason=reason) for one in found]


def is_untold(party: Registration) -> bool:
    """Whether a party has a seat, or one on offer, from the queue and nobody has told it so."""
    return party.tell in ("seat", "offer")


@allowed("writer")
def take_back(context: Context, marked: Sequence[Marked], *, reason: str = "") -> None:
    """Let everything stand as it did before these marks, all or none.

    Raises AttendanceError `marked_meanwhile` where something else was recorded since, and what `mark` raises.
    """
    with context.change("attendance.taken_back", str(len(marked)), parties=[one.registration_id for one in marked]) as (
        connection
    ):
        for one in reversed(marked):
            party = registrations.registration(connection, one.registration_id)
            if party is None or _mark_of(connection, party) != one.after:
                raise AttendanceError("marked_meanwhile")
            before = one.before
            wanted = Wanted(one.registration_id, before.status if before else None, before.seats if before else None)  # type: ignore[arg-type]
            put_mark(context, connection, wanted, way="list", reason=reason)


def put_mark(
    context: Context, connection: sqlite3.Connection, wanted: Wanted, *, way: AttendanceWay, reason: str = ""
) -> Marked:
    """Record what became of one party inside a running transaction; see `mark`. What stands already is left."""
    why = kept_reason(reason)
    party = registrations.registration(connection, wanted.registration_id)
    if party is None or party.state in GONE:
        raise ActivityError("unknown_registration")
    require_markable(context, connection, party.session_code, why)
    if wanted.status in ("no_show", "absent_notified") and party.seats == 0:
        raise AttendanceError("holds_no_seat", seq_no=party.seq_no)
    after = None
    if wanted.status is not None:
        count = (party.seats or party.party_size) if wanted.seats is None else wanted.seats
        if not 1 <= count <= LARGEST_PARTY:
            raise ActivityError("bad_party_size", largest=LARGEST_PARTY)
        after = Mark(wanted.status, count)
    before = _mark_of(connection, party)
    if before != after:
        write_mark(context, connection, party, after, way=way, reason=why)
    return Marked(party.id, before, after)


def write_mark(
    context: Context,
    connection: sqlite3.Connection,
    party: Registration,
    after: Mark | None,
    *,
    way: AttendanceWay,
    reason: str = "",
) -> None:
    """Write a mark and its row of the log inside a running transaction, whatever the rules say. Whoever comes while a
    seat is on offer takes it by that.
    """
    if after is not None and after.status == "attended" and party.state == "offered":
        _take_offer(context, connection, party)
    now, operator_no = context.now_ms(), context.operator.no if context.operator else None
    if after is None:
        records.clear_attendance(connection, party.session_code, party.id)
    else:
        records.put_attendance(
            connection,
            party.session_code,
            party.id,
            after.status,
            after.seats,
            at=now,
            operator_no=operator_no,
            way=way,
        )
    registration_log.append(
        connection,
        now,
        party.session_code,
        party.id,
        after.status if after else "unmarked",
        reason=reason,
        detail=json.dumps({"seats": after.seats, "way": way} if after else {"way": way}),
        operator_no=operator_no,
    )


def require_markable(context: Context, connection: sqlite3.Connection, code: str, reason: str = "") -> Session:
    """The session, if attendance of it may be recorded now by whoever is signed in.

    Raises ActivityError `unknown_session`, `session_cancelled`, AttendanceError `not_published`, `too_early`,
    `session_closed`, `closed_reason`.
    """
    found = activities.get(connection, code)
    if found is None:
        raise ActivityError("unknown_session", session=code)
    if found.state == "cancelled":
        raise ActivityError("session_cancelled", name=found.name)
    if is_planned(found):
        raise AttendanceError("not_published", name=found.name)
    if context.today().isoformat() < found.day:
        raise AttendanceError("too_early", name=found.name, day=found.day)
    if found.state == "closed":
        operator = context.operator
        if operator is None or operator.role != "manager":
            raise AttendanceError("session_closed", name=found.name)
        if not reason:
            raise AttendanceError("closed_reason", name=found.name)
    return found


def walk_ins(context: Context, code: str) -> int:
    """The head count of people who came to a session without a name."""
    found = records.attendance_of(context.database.connection, code, None)
    return found[1] if found else 0


@allowed("writer")
def set_walk_ins(context: Context, code: str, count: int, *, reason: str = "", seen: int | None = None) -> int:
    """Record the head count of people who came without a name; 0 takes it back. Returns what stood before.

    Raises ActivityError `bad_head_count`, AttendanceError `marked_meanwhile` where something else than `seen` stands,
    and what `require_markable` raises.
    """
    if not 0 <= count <= LARGEST_HEAD_COUNT:
        raise ActivityError("bad_head_count")
    with context.change("attendance.walk_ins", code, seats=count) as connection:
        require_markable(context, connection, code, kept_reason(reason))
        found = records.attendance_of(connection, code, None)
        before = found[1] if found else 0
        if seen is not None and before != seen:
            raise AttendanceError("marked_meanwhile")
        if count == 0:
            records.clear_attendance(connection, code, None)
        else:
            operator_no = context.operator.no if context.operator else None
            records.put_attendance(
                connection, code, None, "walk_in", count, at=context.now_ms(), operator_no=operator_no, way="list"
            )
        return before


def _take_offer(context: Context, connection: sqlite3.Connection, party: Registration) -> None:
    from frontdesk.activities.signup.events import Accepted
    from frontdesk.activities.signup.settling import settle

    session = activities.get(connection, party.session_code)
    assert session is not None
    settle(context, connection, session, Accepted(context.now_ms(), party.id))


def _mark_of(connection: sqlite3.Connection, party: Registration) -> Mark | None:
    found = records.attendance_of(connection, party.session_code, party.id)
    return Mark(*found) if found else None


def _unmarked(connection: sqlite3.Connection, code: str) -> list[Registration]:
    marked = records.marked_registrations(connection, code)
    return [one for one in registrations.of_session(connection, code) if one.seats > 0 and one.id not in marked]
