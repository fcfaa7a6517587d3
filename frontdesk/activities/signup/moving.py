"""Use cases of a party that is on the list: it goes, takes or declines an offer, becomes another size, moves on."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from db import activities, attendance
from db import registrations as records
from db.activities import Session
from db.registrations import LIVE, Registration
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.reasons import kept_reason
from frontdesk.activities.signup.events import Accepted, Corrected, Declined, Given, Left, ToldOf
from frontdesk.activities.signup.service import SignUp, Wish, checked_wish, open_session, outcome, take
from frontdesk.activities.signup.settling import Seating, moved_up, settle, settle_due
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from typing import Literal

    from frontdesk.context import Context

HOUR = 3_600_000


@allowed("writer")
def cancel_sign_up(context: Context, registration_id: int, *, by_centre: bool = False, reason: str = "") -> list[int]:
    """Take a party off the list; returns the sign-ups that got its seats, or an offer of them.

    A resident who gives up seats within `late_cancel_hours` of the beginning does so late.

    Raises ActivityError `unknown_registration`, or `already_attended` while attendance is recorded for it.
    """
    with context.change("registration.cancelled", str(registration_id), by_centre=by_centre) as connection:
        return cancel_within(context, connection, registration_id, by_centre=by_centre, reason=reason)


def cancel_within(
    context: Context,
    connection: sqlite3.Connection,
    registration_id: int,
    *,
    by_centre: bool,
    reason: str,
    seating: Seating | None = None,
) -> list[int]:
    """As `cancel_sign_up`, inside a running transaction; with a `seating` where many are changed in one."""
    why = kept_reason(reason)
    party, session = _live(connection, registration_id)
    _refuse_attended(connection, party)
    now = context.now_ms()
    rule: Literal["in_time", "late", "by_centre"] = "by_centre" if by_centre else "in_time"
    if not by_centre and party.state == "confirmed" and _is_late(context, session):
        rule = "late"
    seating = seating or Seating(context, connection)
    changes = seating.settle(session, Left(now, party.id, rule), reason=why)
    return moved_up(changes, without=party.id)


@allowed("writer")
def leave_queue(context: Context, registration_id: int, *, reason: str = "") -> list[int]:
    """Take a party that waits off the list. Raises what `cancel_sign_up` raises, and `not_waiting`."""
    with context.change("registration.cancelled", str(registration_id), by_centre=False) as connection:
        party, _ = _live(connection, registration_id)
        if party.state == "confirmed":
            raise ActivityError("not_waiting", seq_no=party.seq_no)
        return cancel_within(context, connection, registration_id, by_centre=False, reason=reason)


@allowed("writer")
def accept_offer(context: Context, registration_id: int) -> None:
    """Take the seats on offer. Raises ActivityError `unknown_registration`, `no_offer`, `offer_ran_out`."""
    settle_due(context)
    with context.change("registration.accepted", str(registration_id)) as connection:
        party, session = _offered(context, connection, registration_id)
        settle(context, connection, session, Accepted(context.now_ms(), party.id))


@allowed("writer")
def decline_offer(context: Context, registration_id: int, *, reason: str = "") -> list[int]:
    """Leave the seats on offer to others; returns who got them. Raises what `accept_offer` raises."""
    why = kept_reason(reason)
    settle_due(context)
    with context.change("registration.declined", str(registration_id)) as connection:
        party, session = _offered(context, connection, registration_id)
        changes = settle(context, connection, session, Declined(context.now_ms(), party.id), reason=why)
        return moved_up(changes, without=party.id)


@allowed("writer")
def change_party(context: Context, registration_id: int, party_size: int, least_seats: int | None = None) -> list[int]:
    """Make a party another size; it keeps its place in the queue. Returns the sign-ups that moved up by it.

    A party that has seats gives back those it no longer wants, and gets more only as far as they are free.

    Raises ActivityError `unknown_registration`, `already_attended`, `bad_party_size`, `bad_least_seats`,
    `too_many_members`, `party_too_large`, `no_seats_for_more` with the seats that are free.
    """
    action = "registration.party_changed"
    with context.change(action, str(registration_id), seats=party_size) as connection:
        return change_within(context, connection, registration_id, party_size, least_seats)


def change_within(
    context: Context,
    connection: sqlite3.Connection,
    registration_id: int,
    party_size: int,
    least_seats: int | None,
    seating: Seating | None = None,
) -> list[int]:
    """As `change_party`, inside a running transaction; with a `seating` where many are changed in one."""
    party, session = _live(connection, registration_id)
    _refuse_attended(connection, party)
    persons = len(records.members(connection, party.id)) + 1
    least, _ = checked_wish(party_size, least_seats, persons)
    if party_size > max(session.terms.largest_party, party.party_size):
        raise ActivityError("party_too_large", largest=session.terms.largest_party)
    seating = seating or Seating(context, connection)
    event = Corrected(context.now_ms(), party.id, party_size, least)
    tried = seating.trial(session, event)
    after = tried.parties[party.id]
    if (after.party_size, after.least_seats) != (party_size, least):
        raise ActivityError("no_seats_for_more", count=max(0, tried.free))
    return moved_up(seating.settle(session, event), without=party.id)


@allowed("writer")
def move_sign_up(
    context: Context, registration_id: int, to_code: str, *, force: bool = False, reason: str = ""
) -> SignUp:
    """Take a party off one list and put it at the end of another, in one step: where the other session refuses it, it
    stays where it is. Whoever moves does not cancel late.

    Raises ActivityError `unknown_registration`, `already_attended`, and whatever `sign_up_resident` raises.
    """
    settle_due(context)
    with context.change("registration.moved", str(registration_id), to=to_code) as connection:
        party, session = _live(connection, registration_id)
        _refuse_attended(connection, party)
        target = open_session(connection, to_code)
        if target.code == session.code:
            raise ActivityError("already_signed_up", seq_no=party.seq_no)
        members = records.members(connection, party.id)
        _, why = checked_wish(party.party_size, party.least_seats, 1, force=force, reason=reason)
        settle(context, connection, session, Left(context.now_ms(), party.id, "moved_away"), reason=why)
        residents = (party.resident_id, *members)
        wish = Wish(residents, party.party_size, party.least_seats, party.channel, force, why)
        return take(context, connection, target, wish)


@allowed("writer")
def give_seat(context: Context, registration_id: int, reason: str) -> SignUp:
    """Put a party before everybody else, out of turn: it gets seats at once if they are free, else the next ones.

    Raises ActivityError `missing_override_reason`, `unknown_registration`, `already_seated`, and what `open_session`
    raises.
    """
    why = kept_reason(reason)
    if not why:
        raise ActivityError("missing_override_reason")
    with context.change("registration.given_out_of_turn", str(registration_id), reason=why) as connection:
        party, session = _live(connection, registration_id)
        open_session(connection, session.code)
        if party.state == "confirmed":
            raise ActivityError("already_seated", seq_no=party.seq_no)
        seating = Seating(context, connection)
        seating.settle(session, Given(context.now_ms(), party.id), reason=why)
        return outcome(seating, session, party.id)


@allowed("writer")
def told(context: Context, registration_id: int) -> None:
    """Note that a party has been told what it had to be told. Raises ActivityError `unknown_registration`."""
    with context.change("registration.told", str(registration_id)) as connection:
        party = records.registration(connection, registration_id)
        if party is None:
            raise ActivityError("unknown_registration")
        session = activities.get(connection, party.session_code)
        assert session is not None
        if party.tell:
            settle(context, connection, session, ToldOf(context.now_ms(), party.id))


def _live(connection: sqlite3.Connection, registration_id: int) -> tuple[Registration, Session]:
    party = records.registration(connection, registration_id)
    if party is None or party.state not in LIVE:
        raise ActivityError("unknown_registration")
    session = activities.get(connection, party.session_code)
    assert session is not None
    return party, session


def _offered(context: Context, connection: sqlite3.Connection, registration_id: int) -> tuple[Registration, Session]:
    party = records.registration(connection, registration_id)
    if party is None:
        raise ActivityError("unknown_registration")
    if party.rule in ("offer_expired", "offer_expired_twice"):
        raise ActivityError("offer_ran_out", seq_no=party.seq_no)
    party, session = _live(connection, registration_id)
    if party.state != "offered" or party.offer_until is None:
        raise ActivityError("no_offer", seq_no=party.seq_no)
    if party.offer_until <= context.now_ms():
        raise ActivityError("offer_ran_out", seq_no=party.seq_no)
    return party, session


def _refuse_attended(connection: sqlite3.Connection, party: Registration) -> None:
    if attendance.attendance_of(connection, party.session_code, party.id) is not None:
        raise ActivityError("already_attended")


def _is_late(context: Context, session: Session) -> bool:
    hours = context.settings.late_cancel_hours
    return hours > 0 and context.now_ms() > session.starts_at - hours * HOUR
