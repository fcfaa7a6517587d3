"""The log of sign-ups read back: what happened, and the seats that follow from it alone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import MISSING, asdict, fields
from typing import Any, get_args

from db.registration_log import LogEntry
from frontdesk.activities.signup.events import (
    Accepted,
    Applied,
    Carried,
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
    SessionChange,
    SessionChanged,
    ToldOf,
)
from frontdesk.activities.signup.queue import step

NAMES: dict[str, type[Any]] = {
    "carried": Carried,
    "applied": Applied,
    "listed": Listed,
    "list_read": ListRead,
    "corrected": Corrected,
    "left": Left,
    "accepted": Accepted,
    "declined": Declined,
    "given": Given,
    "drawn": Drawn,
    "clock": Clock,
    "told": ToldOf,
}
"""What an event is called in the log; those of the session are called by their kind."""

MARKS = frozenset(("attended", "absent_notified", "no_show", "unmarked"))
"""Rows that say what became of a party at the session; they change no seats."""

OUTCOME = "became_"
"""What a row of the log begins with that says what the rules made of an event; the state follows."""

NOTHING = Seats(SeatTerms(0, "draft"))
"""The seats of a session of which nothing has happened."""

_NAME_OF = {kind: name for name, kind in NAMES.items()}
_TERMS = frozenset(field.name for field in fields(SeatTerms))
_TERMS_OF_NONE = asdict(SeatTerms(0))


def name_of(event: Event) -> str:
    """What an event is called in the log."""
    return event.kind if isinstance(event, SessionChanged) else _NAME_OF[type(event)]


def detail_of(event: Event, terms: SeatTerms) -> str:
    """What the log keeps of an event beside its time and its party, as JSON; values that go without saying are left
    out. A row that is about the whole session also says the terms after it.
    """
    said = {field.name: getattr(event, field.name) for field in fields(event)}
    without = {field.name: field.default for field in fields(event) if field.default is not MISSING}
    kept = {key: value for key, value in said.items() if key not in ("at", "party", "kind", "terms")}
    kept = {key: value for key, value in kept.items() if key not in without or without[key] != value}
    if not hasattr(event, "party"):
        now = asdict(terms)
        kept |= {key: value for key, value in now.items() if key == "capacity" or value != _TERMS_OF_NONE[key]}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def terms_in(detail: str) -> SeatTerms:
    """The terms that a row about the whole session says."""
    return SeatTerms(**{key: value for key, value in json.loads(detail).items() if key in _TERMS})


def event_of(entry: LogEntry) -> Event | None:
    """The event that a row of the log tells of; None for one that tells what the rules made of it, or who came."""
    if entry.event.startswith(OUTCOME) or entry.event in MARKS:
        return None
    if entry.event in get_args(SessionChange) or (entry.event == "carried" and entry.registration_id is None):
        kind: SessionChange = "created" if entry.event == "carried" else entry.event  # type: ignore[assignment]
        return SessionChanged(entry.at, kind, terms_in(entry.detail))
    kind_of_event = NAMES[entry.event]
    known = {field.name for field in fields(kind_of_event)}
    said = {key: value for key, value in json.loads(entry.detail).items() if key in known}
    said = {key: tuple(value) if isinstance(value, list) else value for key, value in said.items()}
    if "party" in known:
        said["party"] = entry.registration_id
    event: Event = kind_of_event(at=entry.at, **said)
    return event


def replayed(entries: Iterable[LogEntry]) -> Seats:
    """The seats of a session as they follow from the events in its log, oldest first. What the log says of outcomes is
    not looked at. Raises KeyError, TypeError or ValueError where a row is none that the program writes.
    """
    seats = NOTHING
    for entry in entries:
        event = event_of(entry)
        if event is not None:
            seats, _ = step(seats, event)
    return seats


def differing(found: Iterable[Party], seats: Seats) -> list[int]:
    """The sign-ups, by id, of which table and log say different things, or only one of them says anything."""
    stored = {party.id: party for party in found}
    return sorted(one for one in stored.keys() | seats.parties.keys() if stored.get(one) != seats.parties.get(one))
