"""What the queue says of itself: why somebody has no seat yet, who is to be told what, and the list for the wall."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from db import activities, registration_log
from db import registrations as records
from db.activities import Session
from db.registration_log import LogEntry
from db.registrations import LIVE, RegistrationState, ToTell
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.signup.eligibility import draw_due_at
from frontdesk.activities.signup.events import Party, Seats, SeatTerms
from frontdesk.activities.signup.queue import place, queue, shown_rule
from frontdesk.activities.signup.replay import OUTCOME
from frontdesk.activities.signup.settling import seats_of
from frontdesk.locale import t
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from frontdesk.context import Context


class Reason(NamedTuple):
    """One reason for the place of a party; `rule` is the further code that its words name, if any."""

    code: str
    details: Mapping[str, object]
    rule: str = ""

    def words(self) -> str:
        """The reason as a sentence."""
        named = {"rule": t(f"signup.{self.rule}", **self.details)} if self.rule else {}
        return t(f"signup.why.{self.code}", **self.details, **named)


class PublicLine(NamedTuple):
    """What a list on the wall says of a party: never who it is."""

    seq_no: int
    state: RegistrationState
    seats: int
    place: int
    """In the queue, counted from 1; 0 for one that does not wait."""
    drawn_place: int | None


class SeatLook(NamedTuple):
    """How a party stands among the others: its place in the queue, counted from 1, else 0; and by which rule
    (`signup.rule.<code>`), '' where nothing has been decided.
    """

    place: int
    rule: str


def seat_looks(context: Context, code: str) -> dict[int, SeatLook]:
    """How everybody who ever signed up for a session stands now, by sign-up. Raises ActivityError `unknown_session`."""
    with context.database.reading() as connection:
        session = activities.get(connection, code)
        if session is None:
            raise ActivityError("unknown_session", session=code)
        seats = seats_of(context, connection, session)
    places = {party.id: number for number, party in enumerate(queue(seats), 1)}
    return {one.id: SeatLook(places.get(one.id, 0), shown_rule(seats, one)) for one in seats.parties.values()}


def why_not_yet(context: Context, registration_id: int) -> list[Reason]:
    """Why a party has no seat yet: its place, how many seats are free, who is before it by which rule, what it waits
    for. Of one that has seats, or is gone, by which rule. Raises ActivityError `unknown_registration`.
    """
    with context.database.reading() as connection:
        kept = records.registration(connection, registration_id)
        session = activities.get(connection, kept.session_code) if kept else None
        if kept is None or session is None:
            raise ActivityError("unknown_registration")
        seats = seats_of(context, connection, session)
    party = seats.parties[registration_id]
    if party.state == "confirmed":
        return [Reason("has_seat", {"seats": party.seats}, f"rule.{shown_rule(seats, party)}")]
    if party.state == "offered":
        return [Reason("has_offer", {"seats": party.seats, "until": _moment(context, party.offer_until)})]
    if party.state not in LIVE:
        return [Reason("gone", {}, f"rule.{party.rule}")]
    return [*_of_session(context, session, seats), *_of_party(context, seats, party)]


@allowed("shown")
def to_tell(context: Context) -> list[ToTell]:
    """Everybody who got a seat or an offer from the queue, lost an offer, or whose session was cancelled, restored or
    moved, and who has not been told: whoever has least time left first. Of sessions that are over nobody is told.
    """
    connection = context.database.connection
    return records.to_tell(connection, context.today().isoformat(), context.now_ms())


def tell_words(context: Context, one: ToTell) -> str:
    """What somebody is to be told, in a few words; whoever now has seats in two places at once is to be asked."""
    begins = context.local(one.starts_at)
    values = {
        "until": _moment(context, one.offer_until),
        "reason": one.cancel_reason,
        "time": f"{begins:%m-%d %H:%M}",
        "room": one.room,
    }
    said = t(f"signup.tell.{one.tell}", **values).strip()
    return said + t("signup.tell.elsewhere", name=one.elsewhere) if one.seats and one.elsewhere else said


@allowed("shown")
def public_list(context: Context, code: str) -> list[PublicLine]:
    """The list of a session for the wall, by sign-up number: numbers only. Whoever has left is not on it.

    Raises ActivityError `unknown_session`.
    """
    with context.database.reading() as connection:
        session = activities.get(connection, code)
        if session is None:
            raise ActivityError("unknown_session", session=code)
        seats = seats_of(context, connection, session)
    places = {party.id: number for number, party in enumerate(queue(seats), 1)}
    return [
        PublicLine(party.seq_no, party.state, party.seats, places.get(party.id, 0), party.drawn_place)
        for party in sorted(seats.in_state(*LIVE), key=lambda one: one.seq_no)
    ]


def seat_log(context: Context, code: str, registration_id: int | None = None) -> list[LogEntry]:
    """What happened to the seats of a session, or of one of its sign-ups, oldest first."""
    entries = registration_log.entries(context.database.connection, code)
    return [one for one in entries if registration_id is None or one.registration_id == registration_id]


def log_words(entry: LogEntry) -> str:
    """A row of the log in a few words: what somebody did, or what the rules made of it."""
    if not entry.event.startswith(OUTCOME):
        return t(f"signup.event.{entry.event}", **entry.said())
    state = t(f"activities.state.{entry.event.removeprefix(OUTCOME)}")
    return t("signup.event_with_rule", state=state, rule=t(f"signup.rule.{entry.rule}")) if entry.rule else state


def _of_session(context: Context, session: Session, seats: Seats) -> Iterator[Reason]:
    """What of the session keeps everybody from a seat, and how its seats stand."""
    terms = seats.terms
    if terms.state == "cancelled":
        yield Reason("session_cancelled", {})
    elif terms.state == "closed":
        yield Reason("session_closed", {})
    elif not terms.takes_place:
        yield Reason("session_not_published", {})
    elif terms.is_over(context.now_ms()):
        yield Reason("session_over", {})
    elif terms.awaits_draw:
        yield Reason("awaits_draw", {"due": _moment(context, draw_due_at(session, context.zone))})
    offered = list(seats.in_state("offered"))
    held = {
        "capacity": terms.capacity,
        "confirmed": sum(one.seats for one in seats.in_state("confirmed")),
        "offered": sum(one.seats for one in offered),
        "free": max(0, seats.free),
    }
    yield Reason("seats", held)
    if offered:
        until = min(one.offer_until or 0 for one in offered)
        yield Reason("offers_out", {"count": held["offered"], "until": _moment(context, until)})


def _of_party(context: Context, seats: Seats, party: Party) -> Iterator[Reason]:
    """What of the party itself, and of the others, makes its place."""
    waiting = queue(seats)
    if party.state == "waitlisted":
        number = [one.id for one in waiting].index(party.id)
        yield Reason("place", {"place": number + 1, "count": len(waiting)})
        for one in waiting[:number]:
            size: dict[str, object] = {"seq_no": one.seq_no, "size": one.party_size, "place": one.drawn_place}
            yield Reason("before", size, f"order.{before_by(seats.terms, one, party)}")
    if party.turn:
        yield Reason("out_of_turn" if party.turn < 0 else "on_reserve", {})
    if party.offers_expired:
        yield Reason("offer_expired", {"until": _moment(context, party.queue_at)})
    least = {"least": party.least_seats, "capacity": seats.terms.capacity, "free": max(0, seats.free)}
    if party.least_seats > seats.terms.capacity:
        yield Reason("larger_than_session", least)
    elif 0 < seats.free < party.least_seats:
        yield Reason("does_not_fit", least)
    mine = place(seats.terms, party)
    for one in sorted(seats.in_state("confirmed", "offered"), key=lambda other: other.seq_no):
        if one.rule != "out_of_turn" and one.seats < party.least_seats and place(seats.terms, one) > mine:
            yield Reason("smaller_fitted", {"seq_no": one.seq_no, "size": one.seats})


def before_by(terms: SeatTerms, one: Party, other: Party) -> str:
    """By which rule one party stands before another in the queue."""
    ranks = zip(place(terms, one), place(terms, other), ("turn", "returning", "drawn"), strict=False)
    first = next((name for mine, theirs, name in ranks if mine != theirs), "earlier")
    if first == "turn":
        return "out_of_turn" if one.turn < 0 else "not_on_reserve"
    return first


def _moment(context: Context, at: int | None) -> str:
    return "" if at is None else f"{context.local(at):%m-%d %H:%M}"
