"""Seats. Pure: who sits, who waits, who moves up."""

from __future__ import annotations

from collections.abc import Iterable

from db.activities import Registration


def promotions(capacity: int, registrations: Iterable[Registration]) -> list[Registration]:
    """Which waiting parties get seats now, first come first served by time of sign-up.

    A party is seated whole or waits; a later smaller party may take seats that a larger one could not.
    Whoever is
    confirmed stays confirmed.
    """
    every = list(registrations)
    left = capacity - sum(party.party_size for party in every if party.state == "confirmed")
    waiting = sorted(
        (party for party in every if party.state == "waitlisted"),
        key=lambda party: (party.applied_at, party.seq_no),
    )
    seated = []
    for party in waiting:
        if party.party_size <= left:
            left -= party.party_size
            seated.append(party)
    return seated


def place_in_queue(registrations: Iterable[Registration], registration_id: int) -> int:
    """The place of a waiting party in the queue, counted from 1; 0 for one that is not waiting."""
    waiting = sorted(
        (party for party in registrations if party.state == "waitlisted"),
        key=lambda party: (party.applied_at, party.seq_no),
    )
    return next((place for place, party in enumerate(waiting, 1) if party.id == registration_id), 0)
