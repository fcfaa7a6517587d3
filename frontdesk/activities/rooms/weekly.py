"""Bookings that recur every week until a date: seen before they are made, each its own afterwards."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from datetime import date

from db.rooms import Occupation
from frontdesk.activities.rooms import rules
from frontdesk.activities.rooms.availability import in_the_way
from frontdesk.activities.rooms.booking import Booked, Override, book_within, bookable, made
from frontdesk.activities.rooms.errors import RoomError
from frontdesk.activities.rooms.rules import BookingFields
from frontdesk.activities.rooms.typed import checked_booking
from frontdesk.context import Context
from frontdesk.permission import allowed


@dataclass(frozen=True)
class PlannedBooking:
    """One date of a recurring booking, and what takes the room then."""

    day: date
    clashes: tuple[Occupation, ...]


@dataclass(frozen=True)
class WeeklyBooked:
    """What was made of a recurring booking: the bookings, and the days that were left out because the room is taken."""

    booked: tuple[Booked, ...]
    left_out: tuple[PlannedBooking, ...]


def preview_weekly(context: Context, fields: BookingFields, until: date) -> list[PlannedBooking]:
    """Every date of a booking that recurs weekly until a day, with what takes the room then.

    Raises RoomError `unread_until`, `unknown_room`, `room_closed`, and what `typed.checked_booking` raises.
    """
    said = checked_booking(fields, context.today())
    days = _days(said, until)
    context.require_operator()
    with context.database.reading() as connection:
        return [PlannedBooking(day, _clashes(context, connection, replace(said, day=day))) for day in days]


@allowed("writer", partly=("operator",))
def book_weekly(
    context: Context,
    fields: BookingFields,
    until: date,
    *,
    confirmed: bool = False,
    override: Override | None = None,
) -> WeeklyBooked:
    """Book a room every week until a day, all in one transaction; days on which it is taken are left out, with an
    `override` they are booked too.

    Raises RoomError `none_free` where no day is left, and what `preview_weekly` and `booking.book` raise.
    """
    said = checked_booking(fields, context.today())
    days = _days(said, until)
    booked: list[Booked] = []
    left_out: list[PlannedBooking] = []
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        for day in days:
            on_day = checked_booking(replace(said, day=day), context.today())
            clashes = _clashes(context, connection, on_day)
            if clashes and override is None:
                left_out.append(PlannedBooking(day, clashes))
                continue
            booked.append(book_within(context, connection, on_day, confirmed, override))
        if not booked:
            raise RoomError("none_free", room=said.room, count=len(days))
    return WeeklyBooked(tuple(booked), tuple(left_out))


def _days(said: BookingFields, until: date) -> list[date]:
    try:
        return rules.weekly(said.day, until)
    except ValueError as wrong:
        raise RoomError("unread_until", field="until", weeks=rules.MOST_WEEKS) from wrong


def _clashes(context: Context, connection: sqlite3.Connection, said: BookingFields) -> tuple[Occupation, ...]:
    return tuple(in_the_way(connection, made(context, bookable(connection, said.room), said, None)))
