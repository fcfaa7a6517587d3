"""When a room is free for a booking, what stands in its way, and what whoever books should know."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

from db import rooms as records
from db.rooms import Booking, Occupation, Room
from frontdesk.activities.rooms import rules
from frontdesk.activities.rooms.errors import RoomError
from frontdesk.activities.rooms.keeping import known
from frontdesk.activities.rooms.occupancy import clashes
from frontdesk.activities.rooms.rules import Stretch
from frontdesk.activities.rooms.words import (
    Warned,
    minute_on,
    moment_words,
    occupation_words,
    phone_in,
    purpose_words,
)
from frontdesk.context import Context
from frontdesk.locale import t


def free_times(
    context: Context,
    room: str,
    day: date,
    minutes: int,
    *,
    setup_minutes: int | None = None,
    clearing_minutes: int | None = None,
    except_booking: int | None = None,
) -> list[Stretch]:
    """When a room is free for an event of `minutes` within its opening hours, in minutes after the local midnight of
    `day`, by beginning; setting up and clearing as the room usually takes. Raises RoomError `unknown_room`.
    """
    with context.database.reading() as connection:
        place = known(connection, room)
        around = (
            place.setup_minutes if setup_minutes is None else setup_minutes,
            place.clearing_minutes if clearing_minutes is None else clearing_minutes,
        )
        return free_within(context, connection, place, day, minutes, around, except_booking)


def free_within(
    context: Context,
    connection: sqlite3.Connection,
    place: Room,
    day: date,
    minutes: int,
    around: tuple[int, int],
    except_booking: int | None = None,
) -> list[Stretch]:
    """As `free_times`, inside a transaction; `around` are the minutes of setting up and of clearing."""
    before, after = (context.midnight(day + timedelta(days=days)) for days in (-1, 2))
    taken = [
        Stretch(minute_on(context, day, one.taken_from), minute_on(context, day, one.taken_until))
        for one in clashes(connection, place.name, day.isoformat(), before, after, except_booking=except_booking)
    ]
    opens, closes = rules.minute_of(place.opens), rules.minute_of(place.closes)
    return rules.free_times(opens, closes, taken, minutes, *around)


def in_the_way(connection: sqlite3.Connection, one: Booking) -> list[Occupation]:
    """What else takes the room at the time of a booking, by when it begins to."""
    return clashes(
        connection,
        one.room,
        one.day,
        one.starts_at - one.setup_minutes * 60_000,
        one.ends_at + one.clearing_minutes * 60_000,
        except_booking=one.id,
    )


def taken(context: Context, connection: sqlite3.Connection, one: Booking, other: Occupation) -> RoomError:
    """The refusal that names what a booking collides with and the next free stretch that has room for it."""
    day = date.fromisoformat(one.day)
    starts, ends = (minute_on(context, day, at) for at in (one.starts_at, one.ends_at))
    around = (one.setup_minutes, one.clearing_minutes)
    place = known(connection, one.room)
    free = free_within(context, connection, place, day, ends - starts, around, one.id)
    next_one = rules.next_free(free, starts, ends - starts)
    return RoomError(
        "room_taken",
        field="times",
        room=one.room,
        words=occupation_words(other),
        ref=other.ref,
        start=moment_words(context, other.taken_from, day),
        end=moment_words(context, other.taken_until, day),
        free=rules.span_words(*next_one) if next_one else t("rooms.free_none"),
    )


def warnings(context: Context, connection: sqlite3.Connection, place: Room, one: Booking) -> list[Warned]:
    """What is to be said of a booking that stands: too many people, outside the opening hours, a person elsewhere."""
    day = date.fromisoformat(one.day)
    starts, ends = (minute_on(context, day, at) for at in (one.starts_at, one.ends_at))
    found: list[Warned] = []
    if place.capacity and one.head_count > place.capacity:
        found.append(Warned("over_capacity", {"count": one.head_count, "room": place.name, "capacity": place.capacity}))
    if starts < rules.minute_of(place.opens) or ends > rules.minute_of(place.closes):
        found.append(Warned("outside_opening", {"room": place.name, "opens": place.opens, "closes": place.closes}))
    if one.booked_by:
        for code, name in records.led_by(connection, one.booked_by, one.day, one.starts_at, one.ends_at):
            found.append(Warned("leads_elsewhere", {"code": code, "name": name}))
    phone = phone_in(context, one)
    if phone:
        span = [(day + timedelta(days=days)).isoformat() for days in (-1, 1)]
        for other in records.bookings(connection, span[0], span[1]):
            meets = rules.overlap(one.starts_at, one.ends_at, other.starts_at, other.ends_at)
            if other.id != one.id and other.state in records.LIVE and meets and phone_in(context, other) == phone:
                words = {"room": other.room, "purpose": purpose_words(other.purpose), "id": other.id}
                found.append(Warned("booked_elsewhere", words))
    return found
