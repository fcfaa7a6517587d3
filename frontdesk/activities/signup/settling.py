"""Seats are settled in one place: whatever happens to a session goes through here, is logged, and seats are given."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace

from db import activities, registration_log
from db import registrations as records
from db.activities import Session
from db.registrations import Registration
from frontdesk.activities.sessions.rules import is_moved
from frontdesk.activities.signup.events import (
    Carried,
    Change,
    Clock,
    Drawn,
    Event,
    Party,
    Seats,
    SeatTerms,
    SessionChange,
    SessionChanged,
)
from frontdesk.activities.signup.queue import step
from frontdesk.activities.signup.replay import NOTHING, OUTCOME, detail_of, name_of, terms_in
from frontdesk.context import Context

_PARTY_FIELDS = tuple(field.name for field in fields(Party))


def settle(
    context: Context,
    connection: sqlite3.Connection,
    session: Session,
    *events: Event,
    reason: str = "",
    new: Collection[int] = (),
) -> list[Change]:
    """Log what happened to the seats of a session and give the free ones, inside a running transaction; returns what
    became of whom.

    `session` is as it is stored now. What its capacity, state, time or terms became since the log last told of them is
    logged as an event by itself, before `events`: nobody who stores a session can forget it. `new` are the sign-ups
    that have just been stored and of which `events` tell. The reason goes into the log, and to the sign-ups that
    `events` are about.
    """
    ledger = Ledger(connection, session, _terms(context, session), context.now_ms(), _operator_no(context))
    return ledger.settle(events, reason, new)


def session_changed(
    context: Context, connection: sqlite3.Connection, before: Session | None, after: Session, reason: str = ""
) -> list[int]:
    """Log what a stored change of a session means for its seats and settle them, inside the transaction of the change.

    Returns the sign-ups that got a seat or an offer by it. The events are `created`, or of `cancelled`, `restored`,
    `published`, `closed`, `moved` and `capacity` those that apply, in this order, each with the terms as they are now.
    """
    terms = _terms(context, after)
    ledger = Ledger(connection, after, terms, context.now_ms(), _operator_no(context))
    if before is None:
        ledger.begin(reason)
        return []
    known = registration_log.last_of_session(connection, after.code)
    drawn = terms_in(known.detail).drawn if known else terms.drawn
    kinds = session_events(before, after)
    if not kinds and known is not None and terms_in(known.detail) == terms:
        return []
    events = [SessionChanged(context.now_ms(), kind, replace(terms, drawn=drawn)) for kind in kinds]
    return moved_up(ledger.settle(events, reason))


def session_events(before: Session, after: Session) -> list[SessionChange]:
    """What a change means for the seats, in the order in which it is taken."""
    events: list[SessionChange] = []
    if before.state != after.state:
        if after.state == "cancelled":
            events.append("cancelled")
        elif before.state == "cancelled":
            events.append("restored")
        elif after.state in ("published", "closed"):
            events.append("published" if after.state == "published" else "closed")
    if is_moved(before, after):
        events.append("moved")
    if before.capacity != after.capacity:
        events.append("capacity")
    return events


def settle_due(context: Context) -> list[int]:
    """Let the offers run out whose time is over, anywhere, and shorten those that a wrong clock made too long; returns
    the sign-ups that moved up or are to be told of another end.

    Nothing happens while nobody who may write is signed in: whoever settles next does it.
    """
    operator = context.operator
    due = _due(context, context.database.connection)
    if not due or operator is None or operator.role == "auditor":
        return []
    moved: list[int] = []
    with context.change("registration.offers_ran_out", "", sessions=len(due)) as connection:
        for code in _due(context, connection):
            found = activities.get(connection, code)
            assert found is not None
            moved += moved_up(settle(context, connection, found, Clock(context.now_ms())))
    return moved


def _due(context: Context, connection: sqlite3.Connection) -> list[str]:
    """The sessions with an offer that has run out, or that holds longer than one of this moment would."""
    return records.sessions_with_due_offers(connection, context.now_ms(), context.settings.offer_hold_minutes)


def moved_up(changes: Collection[Change], *, without: int = 0) -> list[int]:
    """The sign-ups that got a seat or an offer, in the order in which they did; `without` the one that acted."""
    up = dict.fromkeys(one.party for one in changes if one.state in ("confirmed", "offered") and one.party != without)
    return list(up)


def terms_of(session: Session, hold_minutes: int) -> SeatTerms:
    """What of a session decides about its seats; `hold_minutes` is how long offers hold where it does not say so."""
    terms = session.terms
    minutes = terms.offer_minutes
    return SeatTerms(
        capacity=session.capacity,
        state=session.state,
        starts_at=session.starts_at,
        allocation=terms.allocation,
        returning_first=terms.returning_first,
        offer_minutes=hold_minutes if minutes is None else minutes,
        drawn=session.drawn_at is not None,
    )


def party_of(stored: Registration) -> Party:
    """A stored sign-up as the queue sees it."""
    return Party(**{name: getattr(stored, name) for name in _PARTY_FIELDS})


def seats_of(context: Context, connection: sqlite3.Connection, session: Session) -> Seats:
    """The seats of a session as they are stored."""
    found = records.of_session(connection, session.code)
    return Seats(_terms(context, session), {one.id: party_of(one) for one in found})


class Ledger:
    """The seats of one stored session while events happen to them, each written into the log with what it led to."""

    def __init__(
        self, connection: sqlite3.Connection, session: Session, terms: SeatTerms, now: int, operator_no: str | None
    ) -> None:
        self._connection = connection
        self._code = session.code
        self._terms = terms
        self._now = now
        self._operator_no = operator_no
        self._seats = NOTHING
        self._changes: list[Change] = []

    def begin(self, reason: str = "") -> None:
        """Log a session that is new and has no sign-ups."""
        self._take(SessionChanged(self._now, "created", self._terms), reason)

    def settle(self, events: Sequence[Event], reason: str = "", new: Collection[int] = ()) -> list[Change]:
        """Let events happen; see `settle`. May be called once."""
        kept = {one.id: one for one in records.of_session(self._connection, self._code)}
        before = {one.id: party_of(one) for one in kept.values() if one.id not in new}
        known = registration_log.last_of_session(self._connection, self._code)
        self._seats = Seats(terms_in(known.detail), before) if known else NOTHING
        if known is None and not before and not events:
            return []
        for event in self._catch_up(known is None, before, events):
            self._take(event, reason if isinstance(event, SessionChanged) else "")
        for event in events:
            self._take(event, reason)
        for registration_id, party in self._seats.parties.items():
            if before.get(registration_id) != party:
                is_meant = any(getattr(event, "party", None) == registration_id for event in events)
                records.save(self._connection, _stored(kept[registration_id], party, reason if is_meant else ""))
        return self._changes

    def _catch_up(self, is_unknown: bool, before: Mapping[int, Party], events: Sequence[Event]) -> list[Event]:
        """What happened to the session without being logged, and to parties that are older than the log."""
        terms = self._terms
        if any(isinstance(event, Drawn) for event in events):
            terms = replace(terms, drawn=self._seats.terms.drawn)
        if is_unknown:
            return [SessionChanged(self._now, "created", terms), *(_carried(party) for party in before.values())]
        if self._seats.terms == terms or (events and isinstance(events[0], SessionChanged)):
            return []
        return [SessionChanged(self._now, _kind(self._seats.terms, terms), terms)]

    def _take(self, event: Event, reason: str) -> None:
        """Let an event happen. That time passed is worth a row only where it changed something."""
        seats, changes = step(self._seats, event)
        if not isinstance(event, Clock) or changes:
            party = getattr(event, "party", None)
            self._append(event.at, party, name_of(event), reason=reason, detail=detail_of(event, seats.terms))
        for change in changes:
            said: dict[str, object] = {"seats": change.seats} if change.seats else {}
            if change.offer_until is not None:
                said["offer_until"] = change.offer_until
            name = OUTCOME + change.state
            self._append(event.at, change.party, name, rule=change.rule, detail=json.dumps(said))
        self._seats = seats
        self._changes += changes

    def _append(
        self, at: int, party: int | None, event: str, *, rule: str = "", reason: str = "", detail: str = "{}"
    ) -> None:
        registration_log.append(
            self._connection,
            at,
            self._code,
            party,
            event,
            rule=rule,
            reason=reason,
            detail=detail,
            operator_no=self._operator_no,
        )


def _terms(context: Context, session: Session) -> SeatTerms:
    return terms_of(session, context.settings.offer_hold_minutes)


def _operator_no(context: Context) -> str | None:
    return context.operator.no if context.operator else None


def _kind(before: SeatTerms, after: SeatTerms) -> SessionChange:
    if before.state != after.state:
        if after.state == "cancelled":
            return "cancelled"
        if before.state == "cancelled":
            return "restored"
        return "published" if after.state == "published" else "closed" if after.state == "closed" else "terms"
    if before.starts_at != after.starts_at:
        return "moved"
    return "capacity" if before.capacity != after.capacity else "terms"


def _carried(party: Party) -> Carried:
    return Carried(
        party.applied_at, party.id, party.seq_no, party.party_size, party.state, party.seats, party.applied_at
    )


def _stored(before: Registration, party: Party, reason: str) -> Registration:
    values: dict[str, object] = {name: getattr(party, name) for name in _PARTY_FIELDS}
    values["revision"] = before.revision + 1
    if reason:
        values["reason"] = reason
    return before.model_copy(update=values)
