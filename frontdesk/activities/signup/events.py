"""What the queue of a session knows, what can happen to it, and what becomes of a party. Plain values, no I/O.

An event is what somebody did, or that time has passed; a change is what the rules made of it. Events alone give the
state of all seats (`frontdesk.activities.signup.replay`), changes say why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from db.activities import SessionState
from db.registrations import RegistrationState, Tell

SeatRule = Literal[
    "",
    "free_seat",
    "promoted",
    "drawn",
    "not_drawn",
    "out_of_turn",
    "offer_expired",
    "offer_expired_twice",
    "offer_declined",
    "capacity_fell",
    "session_cancelled",
    "session_closed",
    "outgrown",
    "in_time",
    "late",
    "by_centre",
    "moved_away",
]
"""By which rule a party stands where it stands; '' while nothing has been decided."""


@dataclass(frozen=True, slots=True)
class SeatTerms:
    """What of a session decides about its seats. `offer_minutes` is how long a seat from the queue is held on offer; 0:
    it is given at once. Instants in UTC milliseconds; without `ends_at`, as logs of old have it, there is no end.
    """

    capacity: int
    state: SessionState = "published"
    starts_at: int = 0
    allocation: Literal["first_come", "lottery"] = "first_come"
    returning_first: bool = False
    offer_minutes: int = 0
    drawn: bool = False
    ends_at: int | None = None

    @property
    def takes_place(self) -> bool:
        """Whether seats are given; a session that is planned, cancelled or closed gives none."""
        return self.state == "published"

    @property
    def awaits_draw(self) -> bool:
        """Whether everybody waits for the lottery."""
        return self.allocation == "lottery" and not self.drawn

    def is_over(self, at: int) -> bool:
        """Whether the session is over: whoever waits is promoted no more, for nobody could come any more."""
        return self.ends_at is not None and at >= self.ends_at


@dataclass(frozen=True, slots=True)
class Party:
    """One sign-up as the queue sees it: nothing of who they are. See `db.registrations.Registration`."""

    id: int
    seq_no: int
    party_size: int
    least_seats: int
    applied_at: int
    queue_at: int
    seats: int = 0
    is_returning: bool = False
    drawn_place: int | None = None
    state: RegistrationState = "applied"
    offer_until: int | None = None
    offers_expired: int = 0
    rule: SeatRule = ""
    cancelled_at: int | None = None
    cancelled_late: bool = False
    turn: Literal[-1, 0, 1] = 0
    """-1 before everybody else, 1 behind everybody else: on reserve."""
    tell: Tell = ""
    told_at: int | None = None


@dataclass(frozen=True)
class Seats:
    """The seats of one session: its terms and the parties that ever signed up, by id."""

    terms: SeatTerms
    parties: Mapping[int, Party] = field(default_factory=dict)

    @property
    def held(self) -> int:
        """Seats that are given or on offer."""
        return sum(party.seats for party in self.parties.values())

    @property
    def free(self) -> int:
        """Seats that nobody holds; negative where the capacity sank below what was given."""
        return self.terms.capacity - self.held

    def in_state(self, *states: RegistrationState) -> Iterator[Party]:
        """The parties in one of some states."""
        return (party for party in self.parties.values() if party.state in states)


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a party, and by which rule; `seats` are those it holds from now on."""

    party: int
    state: RegistrationState
    seats: int
    rule: SeatRule
    offer_until: int | None = None


SessionChange = Literal["created", "terms", "capacity", "published", "closed", "cancelled", "restored", "moved"]


@dataclass(frozen=True, slots=True)
class SessionChanged:
    """The session is another than before: `terms` are those from now on, `kind` what it is to the people."""

    at: int
    kind: SessionChange
    terms: SeatTerms


@dataclass(frozen=True, slots=True)
class Carried:
    """A party as it stood before there was a log."""

    at: int
    party: int
    seq_no: int
    party_size: int
    state: RegistrationState
    seats: int
    applied_at: int


@dataclass(frozen=True, slots=True)
class Applied:
    """A party signs up, for the first time or again after it left."""

    at: int
    party: int
    seq_no: int
    party_size: int
    least_seats: int
    is_returning: bool = False
    on_reserve: bool = False
    """Stands behind everybody else: it is given what nobody else wants."""
    forced: tuple[str, ...] = ()
    """What spoke against it and was put up with, by code; for whoever reads the log."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a list of sign-ups says that a party signed up at `applied_at`, or corrects it. Gives no seats yet."""

    at: int
    party: int
    seq_no: int
    party_size: int
    applied_at: int


@dataclass(frozen=True, slots=True)
class ListRead:
    """All rows of a list have been read: seats are given as the list would have given them, cancelled since or not.
    Of the parties in `grown` those give theirs back for which the seats do not suffice. When the session is over, seats
    go to the parties in `named` alone, those on the list; without it, as logs of old have it, to whoever waits.
    """

    at: int
    grown: tuple[int, ...] = ()
    named: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """A party wishes another number of seats, or takes fewer."""

    at: int
    party: int
    party_size: int
    least_seats: int


@dataclass(frozen=True, slots=True)
class Left:
    """A party goes, or is taken off the list by the centre."""

    at: int
    party: int
    rule: Literal["in_time", "late", "by_centre", "moved_away"] = "in_time"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A party takes the seat on offer."""

    at: int
    party: int


@dataclass(frozen=True, slots=True)
class Declined:
    """A party does not take the seat on offer, and waits for no other."""

    at: int
    party: int


@dataclass(frozen=True, slots=True)
class Given:
    """Out of turn: this party comes before everybody else, now or with the next seat that is free."""

    at: int
    party: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """The lottery is drawn."""

    at: int
    seed: str


@dataclass(frozen=True, slots=True)
class Clock:
    """Time has passed."""

    at: int


@dataclass(frozen=True, slots=True)
class ToldOf:
    """Somebody has told a party what it had to be told."""

    at: int
    party: int


Event = (
    SessionChanged
    | Carried
    | Applied
    | Listed
    | ListRead
    | Corrected
    | Left
    | Accepted
    | Declined
    | Given
    | Drawn
    | Clock
    | ToldOf
)
