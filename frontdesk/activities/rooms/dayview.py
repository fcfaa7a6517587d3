"""A day of all rooms as it is shown: what is in which room in which half hour, and the list of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from db import activities as sessions
from db import rooms as records
from db.activities import Session
from db.rooms import Booking, Occupation, Room
from frontdesk.activities.rooms import rules
from frontdesk.activities.rooms.words import minute_on
from frontdesk.context import Context

SLOT = 30
"""Minutes of a column."""
LATEST = 30 * 60
"""Of what runs past midnight the day shows so much."""


@dataclass(frozen=True)
class Taken:
    """A stretch in which a room is taken, in minutes of the day, with what takes it."""

    what: Occupation
    taken_from: int
    taken_until: int
    starts: int
    ends: int
    booking: Booking | None


@dataclass(frozen=True)
class DayView:
    """All that a day of the rooms shows; `first` and `last` are its half hours, in minutes after midnight."""

    day: date
    rooms: tuple[Room, ...]
    taken: dict[str, tuple[Taken, ...]]
    sessions: tuple[Session, ...]
    bookings: tuple[Booking, ...]
    first: int
    last: int

    @property
    def slots(self) -> range:
        """When each column begins."""
        return range(self.first, self.last, SLOT)

    def at(self, room: str, minute: int) -> list[Taken]:
        """What takes a room in the half hour from a minute on; what goes on first, then what is set up or cleared."""
        here = [
            one
            for one in self.taken.get(room, ())
            if rules.overlap(one.taken_from, one.taken_until, minute, minute + SLOT)
        ]
        return sorted(
            here, key=lambda one: (not rules.overlap(one.starts, one.ends, minute, minute + SLOT), one.starts)
        )

    def sign(self, room: Room, minute: int) -> str:
        """What stands for a half hour: "session", "booking", "held", "around" for setting up and clearing, "double",
        "free", or "shut" outside the opening hours and in a closed room.
        """
        here = self.at(room.name, minute)
        if any(
            rules.overlap(max(one.taken_from, minute), min(one.taken_until, minute + SLOT), *_span(other))
            for place, one in enumerate(here)
            for other in here[place + 1 :]
        ):
            return "double"
        if here:
            one = here[0]
            if not rules.overlap(one.starts, one.ends, minute, minute + SLOT):
                return "around"
            if one.booking is None:
                return "session"
            return "held" if one.booking.state == "held" else "booking"
        is_open = rules.minute_of(room.opens) <= minute < rules.minute_of(room.closes)
        return "free" if is_open and room.bookable else "shut"


def _span(one: Taken) -> tuple[int, int]:
    return one.taken_from, one.taken_until


def day_view(context: Context, day: date) -> DayView:
    """The day, read at one moment; what runs over from the day before is in it."""
    around = [(day + timedelta(days=days)).isoformat() for days in (-1, 1)]
    with context.database.reading() as connection:
        rooms = records.rooms(connection)
        found = records.occupations(connection, around[0], around[1])
        bookings = records.bookings(connection, around[0], around[1])
        on_day = _sessions(connection, day)
    by_number = {str(one.id): one for one in bookings}
    around_day = [_taken(context, day, one, by_number) for one in found]
    on_it = [one for one in around_day if one.taken_from < rules.DAY_MINUTES and one.taken_until > 0]
    opens = [rules.minute_of(room.opens) for room in rooms] + [max(0, one.taken_from) for one in on_it]
    closes = [rules.minute_of(room.closes) for room in rooms] + [min(LATEST, one.taken_until) for one in on_it]
    last = -(-max(closes, default=1260) // SLOT) * SLOT
    taken: dict[str, list[Taken]] = {}
    for one in around_day:
        # Where the half hours run past midnight, so does what the next day has in them.
        if one.taken_from < max(last, rules.DAY_MINUTES) and one.taken_until > 0:
            taken.setdefault(one.what.room, []).append(one)
    return DayView(
        day,
        tuple(rooms),
        {room: tuple(listed) for room, listed in taken.items()},
        tuple(on_day),
        tuple(one for one in bookings if one.day == day.isoformat()),
        min(opens, default=480) // 60 * 60,
        last,
    )


def _taken(context: Context, day: date, one: Occupation, by_number: Mapping[str, Booking]) -> Taken:
    """An occupation in the minutes of a day."""
    booking = by_number.get(one.ref) if one.kind == "booking" else None
    instants = (one.taken_from, one.taken_until, one.starts_at, one.ends_at)
    taken_from, taken_until, starts, ends = (minute_on(context, day, at) for at in instants)
    return Taken(one, taken_from, taken_until, starts, ends, booking)


def _sessions(connection: sqlite3.Connection, day: date) -> list[Session]:
    iso = day.isoformat()
    return [sessions.plain(one) for one in sessions.lines(connection, iso, iso) if one.room]
