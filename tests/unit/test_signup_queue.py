"""The seats of a session: whatever happens in whatever order, the seats are right and the log tells how they came."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from db.registration_log import LogEntry
from db.registrations import LIVE
from frontdesk.activities.signup.events import (
    Accepted,
    Applied,
    Change,
    Clock,
    Corrected,
    Declined,
    Drawn,
    Event,
    Given,
    Left,
    Listed,
    ListRead,
    Party,
    Seats,
    SeatTerms,
    SessionChanged,
    ToldOf,
)
from frontdesk.activities.signup.lottery import drawn_order, ticket
from frontdesk.activities.signup.queue import place, place_in_queue, queue, shown_rule, step
from frontdesk.activities.signup.replay import OUTCOME, detail_of, differing, event_of, name_of, replayed

MINUTE = 60_000
BEGINS = 1_000 * MINUTE
LASTS = 60 * MINUTE


def written(log: list[LogEntry], event: Event, seats: Seats, changes: Sequence[Change]) -> None:
    """Add the rows of an event to a log, as the program writes them."""
    party = getattr(event, "party", None)
    detail = detail_of(event, seats.terms)
    row = {"at": event.at, "session_code": "HD001", "registration_id": party, "event": name_of(event), "detail": detail}
    log.append(LogEntry.model_validate({"id": len(log) + 1, **row}))
    for one in changes:
        outcome = {**row, "registration_id": one.party, "event": OUTCOME + one.state, "rule": one.rule, "detail": "{}"}
        log.append(LogEntry.model_validate({"id": len(log) + 1, **outcome}))


def confirmed_seats(seats: Seats) -> int:
    return sum(party.seats for party in seats.in_state("confirmed"))


def assert_right(before: Seats, event: Event, after: Seats, changes: Sequence[Change]) -> None:
    """Everything that must hold after an event that settles."""
    for party in after.parties.values():
        assert (party.state in ("confirmed", "offered")) == (party.seats > 0)
        assert (party.state == "offered") == (party.offer_until is not None)
        assert party.seats == 0 or party.least_seats <= party.seats <= party.party_size
        if party.offer_until is not None:
            assert event.at < party.offer_until
            assert not after.terms.offer_minutes or party.offer_until <= event.at + after.terms.offer_minutes * MINUTE
        assert party.offers_expired < 2 or party.state not in LIVE
    assert after.held <= max(after.terms.capacity, confirmed_seats(before))
    gives = after.terms.takes_place and not after.terms.awaits_draw
    if gives:
        assert not list(after.in_state("applied"))
    if gives and after.terms.is_over(event.at):
        got = {one.id for one in after.in_state("confirmed", "offered") if not held_before(before, one)}
        assert got <= seated_late(event)
    elif gives:
        assert all(party.least_seats > after.free for party in queue(after))
        assert_in_turn(before, after)
    elif not isinstance(event, ListRead):
        is_on = after.terms.takes_place and isinstance(event, Given | Corrected)
        assert after.held <= before.held or is_on
    went = isinstance(event, Left) and event.party
    for party in before.in_state("confirmed"):
        assert after.parties[party.id].state == "confirmed" or party.id == went or isinstance(event, ListRead)
    for change in changes:
        assert change.rule or change.state == "waitlisted"


def seated_late(event: Event) -> set[int]:
    """Who may get a seat after the end by an event."""
    if isinstance(event, ListRead):
        return set(event.named or ())
    return {event.party} if isinstance(event, Applied | Given) else set()


def held_before(before: Seats, party: Party) -> bool:
    return party.id in before.parties and before.parties[party.id].seats > 0


def assert_in_turn(before: Seats, after: Seats) -> None:
    """Nobody was passed over who would have fitted when their turn came."""
    new = [party for party in after.in_state("confirmed", "offered") if not held_before(before, party)]
    for waiting in queue(after):
        behind = sum(one.seats for one in new if place(after.terms, one) > place(after.terms, waiting))
        assert waiting.least_seats > after.free + behind


class SeatMachine(RuleBasedStateMachine):
    """Everything that can happen to a session, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0
        self.log: list[LogEntry] = []
        self.seats = Seats(SeatTerms(0, "draft"))

    def happens(self, event: Event) -> list[Change]:
        before = self.seats
        self.seats, changes = step(before, event)
        written(self.log, event, self.seats, changes)
        if not isinstance(event, Listed | ToldOf):
            assert_right(before, event, self.seats, changes)
            again, nothing = step(self.seats, Clock(self.now))
            assert (again, nothing) == (self.seats, [])
        return changes

    def somebody(self, number: int, *states: str) -> Party | None:
        found = [one for one in self.seats.parties.values() if not states or one.state in states]
        return found[number % len(found)] if found else None

    @initialize(
        capacity=st.integers(0, 8),
        offer_minutes=st.sampled_from([0, 30, 5_000]),
        returning_first=st.booleans(),
        lottery=st.booleans(),
        ends=st.booleans(),
    )
    def begin(self, capacity: int, offer_minutes: int, returning_first: bool, lottery: bool, ends: bool) -> None:
        terms = SeatTerms(
            capacity,
            starts_at=BEGINS,
            allocation="lottery" if lottery else "first_come",
            returning_first=returning_first,
            offer_minutes=offer_minutes,
            ends_at=BEGINS + LASTS if ends else None,
        )
        self.happens(SessionChanged(0, "created", terms))

    @rule(size=st.integers(1, 5), fewer=st.integers(0, 4), returning=st.booleans(), reserve=st.booleans())
    def sign_up(self, size: int, fewer: int, returning: bool, reserve: bool) -> None:
        number = len(self.seats.parties) + 1
        least = max(1, size - fewer)
        self.happens(Applied(self.now, number, number, size, least, is_returning=returning, on_reserve=reserve))
        assert self.seats.parties[number].state in LIVE

    @rule(number=st.integers(0, 99), size=st.integers(1, 5))
    def sign_up_again(self, number: int, size: int) -> None:
        party = self.somebody(number)
        if party is not None:
            before = party if party.state in LIVE else None
            self.happens(Applied(self.now, party.id, party.seq_no, size, size))
            assert before is None or self.seats.parties[party.id] == before

    @rule(number=st.integers(0, 99), how=st.sampled_from(["in_time", "late", "by_centre", "moved_away"]))
    def leave(self, number: int, how: str) -> None:
        party = self.somebody(number)
        if party is not None:
            self.happens(Left(self.now, party.id, how))  # type: ignore[arg-type]
            assert self.seats.parties[party.id].state not in LIVE

    @rule(number=st.integers(0, 99), take=st.booleans())
    def answer(self, number: int, take: bool) -> None:
        party = self.somebody(number, "offered")
        if party is not None:
            self.happens(Accepted(self.now, party.id) if take else Declined(self.now, party.id))
            assert self.seats.parties[party.id].state == ("confirmed" if take else "dropped")

    @rule(number=st.integers(0, 99), size=st.integers(1, 5), fewer=st.integers(0, 4))
    def correct(self, number: int, size: int, fewer: int) -> None:
        party = self.somebody(number)
        if party is not None:
            self.happens(Corrected(self.now, party.id, size, max(1, size - fewer)))

    @rule(number=st.integers(0, 99))
    def out_of_turn(self, number: int) -> None:
        party = self.somebody(number)
        if party is not None:
            self.happens(Given(self.now, party.id))

    @rule(capacity=st.integers(0, 10))
    def other_capacity(self, capacity: int) -> None:
        self.happens(SessionChanged(self.now, "capacity", replace(self.seats.terms, capacity=capacity)))

    @rule(by=st.integers(-300, 300))
    def move(self, by: int) -> None:
        starts_at = self.seats.terms.starts_at + by * MINUTE
        terms = replace(self.seats.terms, starts_at=starts_at, ends_at=starts_at + LASTS)
        self.happens(SessionChanged(self.now, "moved", terms))

    @rule()
    def cancel_or_restore(self) -> None:
        is_on = self.seats.terms.state == "published"
        kind, state = ("cancelled", "cancelled") if is_on else ("restored", "published")
        self.happens(SessionChanged(self.now, kind, replace(self.seats.terms, state=state)))  # type: ignore[arg-type]
        assert not is_on or not list(self.seats.in_state("offered"))

    @precondition(lambda self: self.seats.terms.awaits_draw)
    @rule(seed=st.text(min_size=1, max_size=5))
    def draw(self, seed: str) -> None:
        self.happens(Drawn(self.now, seed))
        assert self.seats.terms.drawn

    @rule(rows=st.lists(st.tuples(st.integers(0, 12), st.integers(1, 5), st.integers(0, 99)), max_size=6))
    def read_list(self, rows: list[tuple[int, int, int]]) -> None:
        grown, named = [], []
        for place_on_list, size, minute in {row[0]: row for row in rows}.values():
            party = self.seats.parties.get(place_on_list + 1)
            number = party.id if party else len(self.seats.parties) + 1
            if party is not None and party.seats and size > party.party_size:
                grown.append(party.id)
            named.append(number)
            self.happens(Listed(self.now, number, number, size, minute * MINUTE))
        self.happens(ListRead(self.now, tuple(grown), tuple(named)))

    @rule(minutes=st.integers(0, 90))
    def time_passes(self, minutes: int) -> None:
        self.now += minutes * MINUTE
        self.happens(Clock(self.now))

    @rule()
    def the_session_ends(self) -> None:
        self.now = max(self.now, self.seats.terms.ends_at or 0)
        self.happens(Clock(self.now))

    @rule(minutes=st.integers(1, 3_000))
    def clock_is_set_back(self, minutes: int) -> None:
        self.now = max(0, self.now - minutes * MINUTE)
        self.happens(Clock(self.now))

    @rule(minutes=st.sampled_from([0, 10, 30, 5_000]))
    def offers_hold_for_another_time(self, minutes: int) -> None:
        self.happens(SessionChanged(self.now, "terms", replace(self.seats.terms, offer_minutes=minutes)))

    @rule(number=st.integers(0, 99))
    def an_offer_ends_at_this_very_moment(self, number: int) -> None:
        party = self.somebody(number, "offered")
        if party is not None and party.offer_until is not None:
            self.now = party.offer_until
            self.happens(Accepted(self.now, party.id))
            assert self.seats.parties[party.id].offers_expired == party.offers_expired + 1

    @rule(number=st.integers(0, 99))
    def tell(self, number: int) -> None:
        party = self.somebody(number)
        if party is not None:
            self.happens(ToldOf(self.now, party.id))

    @invariant()
    def nobody_stands_twice(self) -> None:
        numbers = [party.seq_no for party in self.seats.parties.values()]
        assert len(numbers) == len(set(numbers))
        waiting = [party.id for party in queue(self.seats)]
        assert [place_in_queue(self.seats, one) for one in waiting] == list(range(1, len(waiting) + 1))

    def teardown(self) -> None:
        assert differing(self.seats.parties.values(), replayed(self.log)) == []
        assert replayed(self.log) == self.seats


TestSeatMachine = SeatMachine.TestCase
TestSeatMachine.settings = settings(max_examples=50, stateful_step_count=40)


def seated(capacity: int, *sizes: int, **terms: object) -> Seats:
    """A session with parties of these sizes, numbered from 1 in the order in which they signed up, a minute apart."""
    seats = Seats(SeatTerms(capacity, starts_at=BEGINS, **terms))  # type: ignore[arg-type]
    for number, size in enumerate(sizes, 1):
        seats, _ = step(seats, Applied(number * MINUTE, number, number, size, size))
    return seats


def states(seats: Seats) -> dict[int, str]:
    return {number: party.state for number, party in seats.parties.items()}


def in_state(seats: Seats, state: str) -> list[int]:
    return [number for number, found in states(seats).items() if found == state]


def test_a_ticket_is_what_b2sum_says() -> None:
    # printf 'abc:7' | b2sum
    assert ticket("abc", 7) == (
        "4896ae6e7234d37756e9c1dd5c8cab14be83fdd0b1dbe8f1c70c0b135a0a796f"
        "6e953462cf1e2fab5a723baaa34d74424b8fc56356fe7a51791ba9c1176a13b9"
    )


@pytest.mark.parametrize("seed", ["1", "2026-11-22", "x" * 64])
def test_a_draw_does_not_depend_on_the_order_of_sign_up(seed: str) -> None:
    numbers = list(range(1, 30))
    order = drawn_order(seed, numbers)
    Random(3).shuffle(numbers)
    assert drawn_order(seed, numbers) == order
    assert sorted(order) == list(range(1, 30))


def test_returning_people_are_drawn_first_and_offers_go_on_in_the_order_drawn() -> None:
    terms = SeatTerms(2, starts_at=BEGINS, allocation="lottery", returning_first=True, offer_minutes=60)
    seats = Seats(terms)
    for number in range(1, 9):
        seats, _ = step(seats, Applied(0, number, number, 1, 1, is_returning=number in (3, 7, 8)))
    assert set(states(seats).values()) == {"applied"}
    seats, changes = step(seats, Drawn(1, "种子"))
    order = drawn_order("种子", range(1, 9))
    returning = [number for number in order if number in (3, 7, 8)]
    assert sorted(in_state(seats, "confirmed")) == sorted(returning[:2])
    assert {one.rule for one in changes if one.state == "confirmed"} == {"drawn"}
    seats, _ = step(seats, Left(2, returning[0]))
    assert in_state(seats, "offered") == [returning[2]]
    others = [number for number in order if number not in returning]
    seats, _ = step(seats, Declined(3, returning[2]))
    assert in_state(seats, "offered") == others[:1]
    again, nothing = step(seats, Drawn(4, "其他"))
    assert (again, nothing) == (seats, [])


def test_an_offer_that_ran_out_costs_priority_and_after_two_of_them_the_place() -> None:
    seats = seated(1, 1, 1, 1, offer_minutes=10)
    seats, _ = step(seats, Given(4 * MINUTE, 3))
    seats, _ = step(seats, Left(5 * MINUTE, 1))
    assert in_state(seats, "offered") == [3]
    seats, _ = step(seats, Clock(15 * MINUTE - 1))
    assert in_state(seats, "offered") == [3]
    seats, changes = step(seats, Clock(15 * MINUTE))
    assert [(one.party, one.state, one.rule) for one in changes] == [
        (3, "waitlisted", "offer_expired"),
        (2, "offered", "promoted"),
    ]
    assert seats.parties[3].queue_at == 15 * MINUTE and seats.parties[3].turn == 0
    seats, _ = step(seats, Clock(99 * MINUTE))
    assert in_state(seats, "offered") == [3]
    seats, _ = step(seats, Clock(200 * MINUTE))
    assert states(seats) == {1: "cancelled_by_resident", 2: "offered", 3: "dropped"}


def test_an_offer_of_a_clock_that_was_ahead_is_shortened_and_told_again() -> None:
    seats = seated(1, 1, 1, offer_minutes=10)
    seats, _ = step(seats, Left(500 * MINUTE, 1))
    seats, _ = step(seats, ToldOf(501 * MINUTE, 2))
    assert seats.parties[2].offer_until == 510 * MINUTE
    seats, changes = step(seats, Clock(20 * MINUTE))
    assert [(one.party, one.state, one.offer_until) for one in changes] == [(2, "offered", 30 * MINUTE)]
    assert (seats.parties[2].tell, seats.parties[2].told_at) == ("offer", None)
    assert step(seats, Clock(25 * MINUTE)) == (seats, [])
    seats, _ = step(seats, Clock(30 * MINUTE))
    assert seats.parties[2].offers_expired == 1


def test_of_two_offers_that_of_the_later_party_is_taken_back_first() -> None:
    seats = seated(2, 2, 1, 1, offer_minutes=60)
    seats, _ = step(seats, Left(4 * MINUTE, 1))
    assert in_state(seats, "offered") == [2, 3]
    seats, changes = step(seats, SessionChanged(5 * MINUTE, "capacity", replace(seats.terms, capacity=1)))
    assert [(one.party, one.state, one.rule) for one in changes] == [(3, "waitlisted", "capacity_fell")]


def test_a_session_that_does_not_take_place_gives_no_seat_out_of_turn_either() -> None:
    seats = seated(1, 1, 1)
    seats, _ = step(seats, SessionChanged(3 * MINUTE, "cancelled", replace(seats.terms, state="cancelled", capacity=5)))
    seats, changes = step(seats, Given(4 * MINUTE, 2))
    assert changes == [] and seats.parties[2].turn == -1
    seats, _ = step(seats, SessionChanged(5 * MINUTE, "restored", replace(seats.terms, state="published")))
    assert seats.parties[2].rule == "out_of_turn" and in_state(seats, "confirmed") == [1, 2]


def test_a_list_unseats_no_party_that_grew_into_free_seats() -> None:
    seats = seated(6, 2, 2, 3)
    for number, size, minute in ((1, 3, 1), (3, 3, 0)):
        seats, _ = step(seats, Listed(5 * MINUTE, number, number, size, minute * MINUTE))
    seats, changes = step(seats, ListRead(5 * MINUTE, (1,)))
    assert changes == [] and in_state(seats, "waitlisted") == [3]


def test_a_whole_party_takes_several_small_seats_only_together() -> None:
    seats = seated(4, 1, 1, 2, 3)
    for number in (1, 2):
        seats, _ = step(seats, Left(BEGINS, number))
        assert states(seats)[4] == "waitlisted"
    seats, changes = step(seats, Left(BEGINS, 3))
    assert [(one.party, one.seats) for one in changes if one.state == "confirmed"] == [(4, 3)]


def test_a_session_that_moves_clips_its_offers_and_tells_everybody() -> None:
    seats = seated(1, 1, 1, 1, offer_minutes=600)
    seats, _ = step(seats, Left(4 * MINUTE, 1))
    seats, _ = step(seats, ToldOf(5 * MINUTE, 2))
    sooner = replace(seats.terms, starts_at=60 * MINUTE)
    seats, _ = step(seats, SessionChanged(6 * MINUTE, "moved", sooner))
    assert seats.parties[2].offer_until == 60 * MINUTE
    assert [party.tell for party in seats.parties.values()] == ["", "moved", "moved"]
    seats, _ = step(seats, Clock(60 * MINUTE))
    assert states(seats)[3] == "confirmed"


def test_nobody_who_waits_is_promoted_when_the_session_is_over() -> None:
    end = BEGINS + LASTS
    seats = seated(2, 1, 1, 1, 1, ends_at=end)
    roomy, dropped = replace(seats.terms, capacity=9), replace(seats.terms, state="cancelled")
    for event in (Left(end, 1), SessionChanged(end, "capacity", roomy), Corrected(end, 3, 2, 1), Clock(end)):
        assert in_state(step(seats, event)[0], "waitlisted") == [3, 4]
    off, _ = step(seats, SessionChanged(end, "cancelled", dropped))
    assert in_state(step(off, SessionChanged(end, "restored", roomy))[0], "waitlisted") == [3, 4]
    last, _ = step(seats, Left(end - 1, 1))
    assert in_state(last, "confirmed") == [2, 3]


def test_an_offer_that_runs_out_only_after_the_end_is_given_to_nobody_else() -> None:
    seats = seated(1, 1, 1, 1, offer_minutes=60, ends_at=BEGINS + LASTS)
    seats, _ = step(seats, Left(BEGINS - MINUTE, 1))
    assert in_state(seats, "offered") == [2]
    seats, _ = step(seats, Clock(BEGINS + LASTS))
    assert in_state(seats, "waitlisted") == [2, 3]


def test_whoever_is_entered_or_listed_after_the_end_is_seated() -> None:
    end = BEGINS + LASTS
    seats = seated(1, 1, 1, ends_at=end)
    seats, _ = step(seats, Left(end, 1))
    walk_up, _ = step(seats, Applied(end + MINUTE, 3, 3, 1, 1))
    assert (in_state(walk_up, "confirmed"), in_state(walk_up, "waitlisted")) == ([3], [2])
    listed, _ = step(seats, Listed(end, 3, 3, 1, 0))
    assert in_state(step(listed, ListRead(end))[0], "confirmed") == [3]
    late, _ = step(seats, Listed(end, 3, 3, 1, 99 * MINUTE))
    assert in_state(step(late, ListRead(end, (), (3,)))[0], "confirmed") == [3], "not whoever waited and is not on it"
    assert in_state(step(late, ListRead(end))[0], "confirmed") == [2], "a log of old goes on meaning what it meant"
    assert in_state(step(seats, Given(end, 2))[0], "confirmed") == [2], "with a reason, somebody who did come"


def test_a_session_that_moves_into_the_future_promotes_again() -> None:
    seats = seated(1, 1, 1, ends_at=BEGINS + LASTS)
    seats, _ = step(seats, Left(BEGINS + LASTS, 1))
    later = replace(seats.terms, starts_at=BEGINS + 2 * LASTS, ends_at=BEGINS + 3 * LASTS)
    seats, _ = step(seats, SessionChanged(BEGINS + LASTS, "moved", later))
    assert in_state(seats, "confirmed") == [2] and seats.parties[2].tell == "seat"


def test_a_log_from_before_sessions_told_their_end_promotes_as_it_did() -> None:
    log: list[LogEntry] = []
    seats = Seats(SeatTerms(0, "draft"))
    for event in (
        SessionChanged(0, "created", SeatTerms(1, starts_at=BEGINS)),
        Applied(1, 1, 1, 1, 1),
        Applied(2, 2, 2, 1, 1),
        Left(BEGINS + 99 * LASTS, 1),
    ):
        seats, changes = step(seats, event)
        written(log, event, seats, changes)
    assert all("ends_at" not in entry.said() for entry in log)
    assert replayed(log) == seats and in_state(seats, "confirmed") == [2]


def test_whoever_overtook_a_party_that_did_not_fit_has_seats_that_fit_exactly() -> None:
    seats = seated(2, 2, 3, 2, 1, 1)
    seats, _ = step(seats, Left(BEGINS, 1))
    assert in_state(seats, "confirmed") == [3]
    assert [shown_rule(seats, party) for party in seats.parties.values()] == ["in_time", "", "fitted", "", ""]
    larger, _ = step(seats, SessionChanged(BEGINS, "capacity", replace(seats.terms, capacity=6)))
    rules = [shown_rule(larger, party) for party in larger.parties.values()]
    assert rules == ["in_time", "promoted", "promoted", "promoted", ""], "it waits no more"
    assert larger.parties[3].rule == "promoted", "what is stored is the rule of the machine"


def test_every_event_is_read_back_from_the_log_as_it_was_written() -> None:
    terms = SeatTerms(3, "closed", 5, "lottery", True, 7, True, 9)
    events: list[Event] = [
        SessionChanged(1, "terms", terms),
        Applied(2, 4, 1, 3, 2, is_returning=True, on_reserve=True, forced=("too_old",)),
        Listed(3, 4, 1, 2, 99),
        ListRead(4, (4, 5)),
        ListRead(4, (), (4, 6)),
        ListRead(4),
        Corrected(5, 4, 2, 1),
        Left(6, 4, "late"),
        Left(6, 4),
        Accepted(7, 4),
        Declined(8, 4),
        Given(9, 4),
        Drawn(10, "abc"),
        Clock(11),
        ToldOf(12, 4),
    ]
    log: list[LogEntry] = []
    for event in events:
        written(log, event, Seats(terms), [])
    assert [event_of(entry) for entry in log] == events


def test_what_is_no_event_of_ours_cannot_be_replayed() -> None:
    log: list[LogEntry] = []
    written(log, Clock(1), Seats(SeatTerms(1)), [])
    with pytest.raises(KeyError):
        replayed([log[0].model_copy(update={"event": "invented"})])
    with pytest.raises(TypeError):
        replayed([log[0].model_copy(update={"event": "drawn"})])


def test_a_difference_is_named_by_the_sign_up() -> None:
    seats = seated(1, 1, 1)
    stored: Iterable[Party] = [seats.parties[1], replace(seats.parties[2], queue_at=0), replace(seats.parties[2], id=9)]
    assert differing(stored, seats) == [2, 9]


def test_a_clock_that_was_set_back_lets_nobody_jump_the_queue() -> None:
    seats, _ = step(Seats(SeatTerms(0)), Applied(500 * MINUTE, 1, 1, 1, 1))
    seats, _ = step(seats, Applied(20 * MINUTE, 2, 2, 1, 1))
    assert [party.id for party in queue(seats)] == [1, 2]
    assert seats.parties[2].applied_at == 20 * MINUTE, "what the clock said is kept"
    seats, _ = step(seats, Left(30 * MINUTE, 1))
    seats, _ = step(seats, Applied(40 * MINUTE, 1, 1, 1, 1))
    assert [party.id for party in queue(seats)] == [2, 1]
