"""Seats are settled in one place: whatever happens to a session goes through here, is logged, and seats are given."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace

from db import activities, registration_log
from db import registrations as records
from db.activities import Session
from db.registrations import Registration
from db.savepoint import savepoint
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
    context: Context, connection: sqlite3.Connection, session: Session, *events: Event, reason: str = ""
) -> list[Change]:
    """Log what happened to the seats of a session and give the free ones, inside a running transaction; returns what
    became of whom. See `Seating.settle`; whoever settles often in one transaction keeps a `Seating`.
    """
    return Seating(context, connection).settle(session, *events, reason=reason)


def session_changed(
    context: Context, connection: sqlite3.Connection, before: Session | None, after: Session, reason: str = ""
) -> list[int]:
    """Log what a stored change of a session means for its seats and settle them, inside the transaction of the change.

    Returns the sign-ups that got a seat or an offer by it. The events are `created`, or of `cancelled`, `restored`,
    `published`, `closed`, `moved` and `capacity` those that apply, in this order, each with the terms as they are now.
    """
    terms = _terms(context, after)
    ledger = Ledger(connection, after.code, _operator_no(context))
    if before is None:
        ledger.begin(terms, context.now_ms(), reason)
        return []
    known = ledger.known_terms
    drawn = known.drawn if known else terms.drawn
    kinds = session_events(before, after)
    if not kinds and known == terms:
        return []
    events = [SessionChanged(context.now_ms(), kind, replace(terms, drawn=drawn)) for kind in kinds]
    return moved_up(ledger.settle(terms, context.now_ms(), events, reason))


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
        ends_at=session.ends_at,
    )


def party_of(stored: Registration) -> Party:
    """A stored sign-up as the queue sees it."""
    return Party(**{name: getattr(stored, name) for name in _PARTY_FIELDS})


def seats_of(context: Context, connection: sqlite3.Connection, session: Session) -> Seats:
    """The seats of a session as they are stored."""
    found = records.of_session(connection, session.code)
    return Seats(_terms(context, session), {one.id: party_of(one) for one in found})


class Seating:
    """The seats of the sessions that one transaction touches: the list of each is read once, however many sign up.

    Nothing else may write a list that was read here while this is in use, but for new rows that `enter` is told of.
    """

    def __init__(self, context: Context, connection: sqlite3.Connection) -> None:
        self._context = context
        self._connection = connection
        self._ledgers: dict[str, Ledger] = {}
        self._touched: set[str] = set()

    def settle(self, session: Session, *events: Event, reason: str = "") -> list[Change]:
        """Log what happened to the seats of a session and give the free ones; returns what became of whom.

        `session` is as it is stored now. What its capacity, state, time or terms became since the log last told of them
        is logged as an event by itself, before `events`: nobody who stores a session can forget it. The reason goes
        into the log, and to the sign-ups that `events` are about.
        """
        self._touched.add(session.code)
        terms = _terms(self._context, session)
        return self._ledger(session.code).settle(terms, self._context.now_ms(), events, reason)

    def trial(self, session: Session, *events: Event) -> Seats:
        """The seats as they would be after these events; nothing is written."""
        return self._ledger(session.code).trial(_terms(self._context, session), self._context.now_ms(), events)

    def seats(self, session: Session) -> Seats:
        """The seats as they are stored."""
        return Seats(_terms(self._context, session), self._ledger(session.code).parties)

    def read(self, code: str) -> None:
        """Read the list of a session, so that rows that are stored from now on are new to it."""
        self._ledger(code)

    def enter(self, kept: Registration) -> None:
        """Take over a row that was just stored, after its session was `read`: a new one, of which an event is to tell,
        or one of which the channel or the reason is another.
        """
        self._touched.add(kept.session_code)
        self._ledger(kept.session_code).enter(kept)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of the transaction that is undone, here as in the file, where it fails."""
        self._touched.clear()
        try:
            with savepoint(self._connection):
                yield
        except BaseException:
            for code in self._touched:
                self._ledgers.pop(code, None)
            raise

    def _ledger(self, code: str) -> Ledger:
        if code not in self._ledgers:
            self._ledgers[code] = Ledger(self._connection, code, _operator_no(self._context))
        return self._ledgers[code]


class Ledger:
    """The seats of one session while events happen to them, each written into the log with what it led to.

    It reads the list of the session when it is made. A sign-up that is stored later is told of by `enter`.
    """

    def __init__(self, connection: sqlite3.Connection, code: str, operator_no: str | None) -> None:
        self._connection = connection
        self._code = code
        self._operator_no = operator_no
        self._rows = {one.id: one for one in records.of_session(connection, code)}
        known = registration_log.last_of_session(connection, code)
        self._is_known = known is not None
        self._stored: Mapping[int, Party] = {one.id: party_of(one) for one in self._rows.values()}
        self._seats = Seats(terms_in(known.detail), self._stored) if known else NOTHING
        self._changes: list[Change] = []

    @property
    def known_terms(self) -> SeatTerms | None:
        """The terms of which the log last told; None where it tells nothing yet."""
        return self._seats.terms if self._is_known else None

    @property
    def parties(self) -> Mapping[int, Party]:
        """The sign-ups as they are stored, by id."""
        return self._stored

    def enter(self, kept: Registration) -> None:
        """Take over a row that was just stored; see `Seating.enter`."""
        self._rows[kept.id] = kept

    def begin(self, terms: SeatTerms, now: int, reason: str = "") -> None:
        """Log a session that is new and has no sign-ups."""
        self._take(SessionChanged(now, "created", terms), reason)

    def settle(self, terms: SeatTerms, now: int, events: Sequence[Event], reason: str = "") -> list[Change]:
        """Let events happen; `terms` are those of the session as it is stored now. See `Seating.settle`."""
        self._changes = []
        if not self._is_known and not self._stored and not events:
            return []
        for event in self._catch_up(terms, now, events):
            self._take(event, reason if isinstance(event, SessionChanged) else "")
        for event in events:
            self._take(event, reason)
        meant = {getattr(event, "party", None) for event in events}
        for registration_id, party in self._seats.parties.items():
            before = self._stored.get(registration_id)
            # Almost all of them are the very same ones.
            if before is not party and before != party:
                kept = _stored(self._rows[registration_id], party, reason if registration_id in meant else "")
                records.save(self._connection, kept)
                self._rows[registration_id] = kept
        self._stored = self._seats.parties
        return self._changes

    def trial(self, terms: SeatTerms, now: int, events: Sequence[Event]) -> Seats:
        """The seats as they would be after these events; nothing is written."""
        seats = self._seats
        for event in (*self._catch_up(terms, now, events), *events):
            seats, _ = step(seats, event)
        return seats

    def _catch_up(self, terms: SeatTerms, now: int, events: Sequence[Event]) -> list[Event]:
        """What happened to the session without being logged, and to parties that are older than the log."""
        if any(isinstance(event, Drawn) for event in events):
            terms = replace(terms, drawn=self._seats.terms.drawn)
        if not self._is_known:
            return [SessionChanged(now, "created", terms), *(_carried(party) for party in self._stored.values())]
        if self._seats.terms == terms or (events and isinstance(events[0], SessionChanged)):
            return []
        return [SessionChanged(now, _kind(self._seats.terms, terms), terms)]

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
        self._is_known = True
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
    # What was logged before sessions told their end says nothing of it.
    if before.starts_at != after.starts_at or before.ends_at not in (None, after.ends_at):
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
