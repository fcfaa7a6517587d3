"""Who sits, who waits, who moves up: one pure machine for everything that can happen to the seats of a session.

Mechanisms §6.2. The seat rule is the office's: whoever comes first in the queue and fits is seated; a party that does
not fit waits, and a smaller one behind it may take the seats. Whoever is confirmed stays confirmed. When the session
is over nobody who waits is promoted; whoever is entered late, or stands on a list of the office, is still seated.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from db.registrations import LIVE, RegistrationState
from frontdesk.activities.signup.events import (
    Accepted,
    Applied,
    Carried,
    Change,
    Corrected,
    Declined,
    Drawn,
    Event,
    Given,
    Left,
    Listed,
    ListRead,
    Party,
    SeatRule,
    Seats,
    SeatTerms,
    SessionChanged,
    ToldOf,
)
from frontdesk.activities.signup.lottery import drawn_order

MOST_EXPIRED = 2
"""After so many offers that ran out a party is dropped."""

Place = tuple[int, bool, int, int, int]

_AFTER_THE_DRAW = 1 << 31


def place(terms: SeatTerms, party: Party) -> Place:
    """What the queue is sorted by: out of turn, as usual or on reserve; who returns, where the terms put them first;
    the drawn place; the time in the queue; the number. An offer that ran out costs what comes before the time.
    """
    fresh = party.offers_expired == 0
    returns = terms.returning_first and party.is_returning and fresh
    drawn = party.drawn_place if fresh and party.drawn_place is not None else _AFTER_THE_DRAW
    return (party.turn, not returns, drawn, party.queue_at, party.seq_no)


def queue(seats: Seats) -> list[Party]:
    """Who waits for a seat, the next one first."""
    return sorted(seats.in_state("waitlisted"), key=lambda party: place(seats.terms, party))


def place_in_queue(seats: Seats, party: int) -> int:
    """The place of a waiting party in the queue, counted from 1; 0 for one that is not waiting."""
    found = seats.parties.get(party)
    if found is None or found.state != "waitlisted":
        return 0
    own = place(seats.terms, found)
    return 1 + sum(place(seats.terms, one) < own for one in seats.in_state("waitlisted"))


def shown_rule(seats: Seats, party: Party) -> str:
    """The rule by which a party stands where it stands, as people are told it: `fitted` for one from the queue that has
    seats which somebody before it, who still waits, is too many for.
    """
    if party.rule != "promoted" or not party.seats:
        return party.rule
    own = place(seats.terms, party)
    waiting = (one for one in seats.in_state("waitlisted") if one.least_seats > party.seats)
    return "fitted" if any(place(seats.terms, one) < own for one in waiting) else party.rule


def step(seats: Seats, event: Event) -> tuple[Seats, list[Change]]:
    """What an event makes of the seats, and what became of whom, in the order in which it did.

    Offers that have run out by the event's time run out first; then it happens; then offers that hold longer than they
    may are shortened, and free seats are given. An event that cannot happen (whoever accepts has no offer) leaves
    everything else as it is: the use cases refuse it.
    """
    work = _Work(seats, event.at)
    match event:
        case Carried():
            work.carry(event)
        case Listed():
            work.list(event)
        case ToldOf():
            work.told(event)
        case _:
            work.expire()
            work.happen(event)
            work.clip()
            work.fill()
    return Seats(work.terms, work.parties), work.changes


class _Work:
    """The seats while an event happens to them."""

    def __init__(self, seats: Seats, at: int) -> None:
        self.terms = seats.terms
        self.parties = dict(seats.parties)
        self.at = at
        self.changes: list[Change] = []
        self.heard: set[int] = set()
        """Who hears at once what becomes of them: seats are given to them, not offered, and nobody has to call."""
        self.arrived: set[int] = set()
        """Who signs up by this very event, or stands on the list that is read: they get seats after the end, too."""
        self.is_draw = False
        self.is_list = False

    def carry(self, event: Carried) -> None:
        """A party as it stood before there was a log."""
        self._put(
            Party(
                id=event.party,
                seq_no=event.seq_no,
                party_size=event.party_size,
                least_seats=event.party_size,
                applied_at=event.applied_at,
                queue_at=event.applied_at,
                seats=event.seats,
                state=event.state,
            )
        )

    def list(self, event: Listed) -> None:
        """A row of a list: a party that is new or corrected. Whoever has left stays away."""
        party = self.parties.get(event.party)
        size, at = event.party_size, event.applied_at
        if party is None:
            self._put(Party(event.party, event.seq_no, size, size, at, at))
        elif party.state in LIVE:
            has_all = party.seats == party.party_size
            seats = size if has_all else min(party.seats, size)
            least = size if party.least_seats == party.party_size else min(party.least_seats, size)
            self._set(party, party_size=size, least_seats=least, seats=seats, applied_at=at, queue_at=at)

    def told(self, event: ToldOf) -> None:
        """A party knows now."""
        party = self.parties.get(event.party)
        if party is not None:
            self._set(party, tell="", told_at=event.at)

    def expire(self) -> None:
        """Offers that have run out: their party waits at the end of the queue, or is dropped."""
        over = [one for one in self.parties.values() if one.offer_until is not None and one.offer_until <= self.at]
        for party in sorted(over, key=lambda one: (one.offer_until or 0, place(self.terms, one))):
            ran_out = party.offers_expired + 1
            kept = {"offers_expired": ran_out, "turn": max(party.turn, 0), "queue_at": party.offer_until}
            if ran_out >= MOST_EXPIRED:
                self._become(party, "dropped", "offer_expired_twice", **kept, cancelled_at=self.at)
            else:
                self._become(party, "waitlisted", "offer_expired", **kept)

    def happen(self, event: Event) -> None:
        """What somebody did."""
        match event:
            case SessionChanged():
                self._session(event)
            case Applied():
                self._apply(event)
            case ListRead():
                self._read(event)
            case Drawn():
                self._draw(event)
            case Corrected() | Left() | Accepted() | Declined() | Given():
                party = self.parties.get(event.party)
                if party is not None and party.state in LIVE:
                    self._of_party(party, event)
            case _:
                pass

    def clip(self) -> None:
        """Offers that hold longer than one of this moment would: a clock that was wrong made them, or the session
        holds its offers for less time now. Whoever was told of the later end is to be told again.
        """
        latest = self.at + self.terms.offer_minutes * 60_000
        if not self.terms.offer_minutes:
            return
        for party in list(self.parties.values()):
            if party.offer_until is not None and party.offer_until > latest:
                self._note(self._set(party, offer_until=latest, tell=party.tell or "offer", told_at=None))

    def fill(self) -> None:
        """Give the free seats to whoever waits, the first that fits first; after the end to who is entered just now."""
        if not self.terms.takes_place and not (self.is_list and self.terms.state in ("closed", "cancelled")):
            return
        if self.terms.awaits_draw:
            return
        new = [party for party in self.parties.values() if party.state == "applied"]
        for party in new:
            self._set(party, state="waitlisted")
        state = Seats(self.terms, self.parties)
        free = state.free
        fresh = {party.id for party in new}
        is_over = self.terms.is_over(self.at)
        for party in queue(state) if free > 0 else ():
            if free <= 0:
                break
            if party.least_seats <= free and (party.id in self.arrived or not is_over):
                seats = min(free, party.party_size)
                free -= seats
                self._seat(party, seats, is_new=party.id in fresh)
        for party in new:
            left = self.parties[party.id]
            if left.state == "waitlisted":
                self._note(left)

    # --- The session

    def _session(self, event: SessionChanged) -> None:
        self.terms = event.terms
        live = [party for party in self.parties.values() if party.state in LIVE]
        for party in live:
            if event.kind == "cancelled":
                self._set(party, tell="cancelled", told_at=None)
            elif event.kind == "restored":
                self._set(party, **_restored(party))
            elif event.kind == "moved" and self.terms.takes_place:
                self._set(party, **_moved(party, self.terms.starts_at, self.at))
        if not self.terms.takes_place:
            rule: SeatRule = "session_cancelled" if self.terms.state == "cancelled" else "session_closed"
            self._withdraw(len(live), rule)
        else:
            self._withdraw(-Seats(self.terms, self.parties).free, "capacity_fell")

    def _withdraw(self, seats: int, rule: SeatRule) -> None:
        """Take back offers of so many seats, that of the last in the queue first."""
        offered = [party for party in self.parties.values() if party.state == "offered"]
        for party in sorted(offered, key=lambda one: place(self.terms, one), reverse=True):
            if seats <= 0 and self.terms.takes_place:
                break
            seats -= party.seats
            # Whoever was called about the offer is to be called about its end; a cancelled session says so by itself.
            tell = party.tell if party.tell == "cancelled" else "" if party.tell == "offer" else "withdrawn"
            self._become(party, "waitlisted", rule, tell=tell)

    # --- One party

    def _apply(self, event: Applied) -> None:
        before = self.parties.get(event.party)
        if before is not None and before.state in LIVE:
            return
        # A clock that was set back puts nobody before those who were there already, also not by a lower number.
        others = [one.queue_at + 1 for one in self.parties.values() if one.state in LIVE]
        self._put(
            Party(
                id=event.party,
                seq_no=event.seq_no,
                party_size=event.party_size,
                least_seats=event.least_seats,
                applied_at=event.at,
                queue_at=max([event.at, *others]),
                is_returning=event.is_returning,
                turn=1 if event.on_reserve else 0,
            )
        )
        self.heard.add(event.party)
        self.arrived.add(event.party)

    def _of_party(self, party: Party, event: Corrected | Left | Accepted | Declined | Given) -> None:
        match event:
            case Corrected():
                self._correct(party, event)
            case Left(rule=rule):
                gone: RegistrationState = "cancelled_by_centre" if rule == "by_centre" else "cancelled_by_resident"
                tell = "removed" if rule == "by_centre" else ""
                self._become(party, gone, rule, tell=tell, cancelled_at=self.at, cancelled_late=rule == "late")
            case Accepted() if party.state == "offered":
                self._become(party, "confirmed", party.rule, seats=party.seats, told_at=self.at)
            case Declined() if party.state == "offered":
                self._become(party, "dropped", "offer_declined", cancelled_at=self.at)
            case Given() if party.state != "confirmed":
                self._give(party)
            case _:
                pass

    def _correct(self, party: Party, event: Corrected) -> None:
        size, least = event.party_size, event.least_seats
        if not party.seats:
            self.heard.add(party.id)
            self._set(party, party_size=size, least_seats=least)
            return
        more = max(0, Seats(self.terms, self.parties).free) if self.terms.takes_place else 0
        seats = min(size, party.seats + more)
        if seats < least:
            return
        changed = self._set(party, party_size=size, least_seats=least, seats=seats)
        if seats != party.seats:
            self._note(changed)

    def _give(self, party: Party) -> None:
        free = Seats(self.terms, self.parties).free + party.seats
        if self.terms.takes_place and free >= party.least_seats:
            self._become(party, "confirmed", "out_of_turn", seats=min(free, party.party_size), turn=-1)
        else:
            self._set(party, rule="out_of_turn", turn=-1)

    def _seat(self, party: Party, seats: int, *, is_new: bool) -> None:
        rule: SeatRule = "free_seat" if is_new or party.id in self.heard else "promoted"
        if party.turn < 0:
            rule = "out_of_turn"
        elif self.is_draw:
            rule = "drawn"
        until = min(self.at + self.terms.offer_minutes * 60_000, self.terms.starts_at)
        is_direct = is_new or self.is_draw or self.is_list or party.id in self.heard
        if not is_direct and until > self.at:
            self._become(party, "offered", rule, seats=seats, offer_until=until, tell="offer", told_at=None)
            return
        knows = party.id in self.heard or (self.is_list and is_new) or not self.terms.takes_place
        tell = "" if knows else "seat"
        self._become(party, "confirmed", rule, seats=seats, tell=tell, told_at=None if tell else party.told_at)

    # --- Lists and lotteries

    def _read(self, event: ListRead) -> None:
        """Of those that a list made larger, the latest give their seats back, no more of them than needed."""
        self.is_list = True
        self.arrived = set(self.parties if event.named is None else event.named)
        over = -Seats(self.terms, self.parties).free
        grown = [self.parties[one] for one in event.grown if one in self.parties and self.parties[one].seats]
        for party in sorted(grown, key=lambda one: (one.queue_at, one.seq_no), reverse=True):
            if over <= 0:
                break
            over -= party.seats
            self._become(party, "waitlisted", "outgrown")
        self._withdraw(over, "outgrown")

    def _draw(self, event: Drawn) -> None:
        if not self.terms.awaits_draw:
            return
        self.is_draw = True
        self.terms = replace(self.terms, drawn=True)
        waiting = {party.seq_no: party for party in self.parties.values() if party.state in ("applied", "waitlisted")}
        for number, seq_no in enumerate(drawn_order(event.seed, waiting), 1):
            self._set(waiting[seq_no], drawn_place=number, state="waitlisted", rule="not_drawn")

    # --- Writing it down

    def _become(self, party: Party, state: RegistrationState, rule: SeatRule, **values: Any) -> None:
        """A party in another state: what it says of seats, offers and telling begins anew."""
        values = {"seats": 0, "offer_until": None, "tell": "", **values}
        self._note(self._set(party, state=state, rule=rule, **values))

    def _set(self, party: Party, **values: Any) -> Party:
        changed = replace(party, **values)
        self.parties[party.id] = changed
        return changed

    def _put(self, party: Party) -> None:
        self.parties[party.id] = party

    def _note(self, party: Party) -> None:
        self.changes.append(Change(party.id, party.state, party.seats, party.rule, party.offer_until))


def _restored(party: Party) -> dict[str, Any]:
    """What is to be told when a cancellation is taken back: nothing to whoever has not heard of it."""
    if party.tell in ("seat", "offer"):
        return {}
    if party.tell != "cancelled":
        return {"tell": "restored", "told_at": None}
    return {"tell": "seat" if party.state == "confirmed" and party.rule in ("promoted", "drawn") else ""}


def _moved(party: Party, starts_at: int, at: int) -> dict[str, Any]:
    """What is to be told when a session is at another time or place, and until when an offer is held then."""
    is_told = party.tell in ("seat", "offer", "restored")
    told: dict[str, Any] = {} if is_told else {"tell": "moved", "told_at": None}
    if party.offer_until is not None and at < starts_at < party.offer_until:
        told["offer_until"] = starts_at
    return told
