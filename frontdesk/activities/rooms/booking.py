"""Use cases of bookings: a room is held, confirmed, used or not, moved and called off; two are never in it at once
unless a manager wants it and says why.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from datetime import date

from db import rooms as records
from db.rooms import Booking, BookingState, Occupation, Room
from frontdesk.activities.rooms import rules
from frontdesk.activities.rooms.availability import in_the_way, taken, warnings
from frontdesk.activities.rooms.errors import RoomError
from frontdesk.activities.rooms.keeping import known
from frontdesk.activities.rooms.rules import BookingFields
from frontdesk.activities.rooms.typed import checked_booking, reason_line
from frontdesk.activities.rooms.words import (
    Warned,
    instant,
    minute_on,
    phone_in,
    state_words,
)
from frontdesk.context import Context, to_ms
from frontdesk.permission import allowed


@dataclass(frozen=True)
class Booked:
    """A booking as it is kept, what is to be known of it, and what else is in the room, where that was overridden."""

    booking: Booking
    warnings: tuple[Warned, ...] = ()
    clashes: tuple[Occupation, ...] = ()


@dataclass(frozen=True)
class Override:
    """That a taken room is taken all the same, by a manager, and why; logged."""

    reason: str


@allowed("shown")
def bookings(context: Context, first: date, last: date, room: str = "") -> list[Booking]:
    """The bookings of a span of local days, of every room or one, cancelled ones included, by beginning."""
    return records.bookings(context.database.connection, first.isoformat(), last.isoformat(), room)


def booking(context: Context, booking_id: int) -> Booking:
    """One booking. Raises RoomError `unknown_booking`."""
    return _known(context.database.connection, booking_id)


def fields_of(context: Context, kept: Booking) -> BookingFields:
    """What a person said of a booking, to be changed; of the phone that it stays."""
    day = date.fromisoformat(kept.day)
    return BookingFields(
        kept.room,
        day,
        minute_on(context, day, kept.starts_at),
        minute_on(context, day, kept.ends_at),
        kept.purpose,
        kept.booked_by,
        None,
        kept.head_count,
        kept.setup_minutes,
        kept.clearing_minutes,
        kept.note,
    )


@allowed("writer", partly=("operator",))
def book(
    context: Context, fields: BookingFields, *, confirmed: bool = False, override: Override | None = None
) -> Booked:
    """Hold a room, or have it at once where the booking is `confirmed`.

    Raises RoomError `unknown_room`, `room_closed`, `room_taken` with what it collides with, from when to when that
    takes the room and the next free time of the day; what `typed.checked_booking` raises; and with an `override`
    DeskError `manager_required` and RoomError `reason_needed`.
    """
    said = checked_booking(fields, context.today())
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        return book_within(context, connection, said, confirmed, override)


def book_within(
    context: Context,
    connection: sqlite3.Connection,
    said: BookingFields,
    confirmed: bool,
    override: Override | None,
) -> Booked:
    """Book a room for what is checked, inside a running transaction; raises what `book` raises."""
    place = bookable(connection, said.room)
    new = made(context, place, said, None)
    found = settle(context, connection, new, override)
    new = new.model_copy(update={"state": "confirmed" if confirmed else "held"})
    new = new.model_copy(update={"id": records.add_booking(connection, new)})
    context.note(connection, "booking.added", str(new.id), room=new.room, day=new.day, state=new.state)
    _note_override(context, connection, new, found, override)
    return Booked(new, tuple(warnings(context, connection, place, new)), tuple(found))


@allowed("writer", partly=("operator",))
def change(
    context: Context,
    booking_id: int,
    fields: BookingFields,
    *,
    seen: int | None = None,
    override: Override | None = None,
) -> Booked:
    """Change or move a booking that is held or confirmed; `seen` is the revision that whoever changes it has seen.

    Raises RoomError `unknown_booking`, `not_open`, `changed_meanwhile`, and what `book` raises.
    """
    said = checked_booking(fields, context.today())
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        before = _open(connection, booking_id)
        if seen is not None and before.revision != seen:
            raise RoomError("changed_meanwhile", id=booking_id)
        place = known(connection, said.room) if said.room == before.room else bookable(connection, said.room)
        after = made(context, place, said, before)
        if not is_changed(before, after):
            return Booked(before)
        found = settle(context, connection, after, override) if is_moved(before, after) else []
        after = revised(context, before, after)
        records.save_booking(connection, after)
        context.note(connection, "booking.changed", str(booking_id), room=after.room, day=after.day)
        _note_override(context, connection, after, found, override)
        return Booked(after, tuple(warnings(context, connection, place, after)), tuple(found))


@allowed("writer", partly=("operator",))
def move(
    context: Context,
    booking_id: int,
    *,
    room: str | None = None,
    day: date | None = None,
    times: tuple[int, int] | None = None,
    override: Override | None = None,
) -> Booked:
    """Move a booking to another room, day or time; what is not said stays. Raises what `change` raises."""
    before = booking(context, booking_id)
    said = fields_of(context, before)
    said = replace(said, room=room or said.room, day=day or said.day)
    if times is not None:
        said = replace(said, starts=times[0], ends=times[1])
    if room is not None and room != before.room:
        # Another room takes its own time to set up and to clear, unless this booking said something else.
        place = known(context.database.connection, before.room)
        usual = (before.setup_minutes, before.clearing_minutes) == (place.setup_minutes, place.clearing_minutes)
        said = replace(said, setup_minutes=None, clearing_minutes=None) if usual else said
    return change(context, booking_id, said, seen=before.revision, override=override)


@allowed("writer")
def confirm(context: Context, booking_id: int) -> Booking:
    """Confirm a held booking. Raises RoomError `unknown_booking`, `not_held`."""
    with context.change("booking.confirmed", str(booking_id)) as connection:
        before = _known(connection, booking_id)
        if before.state != "held":
            raise RoomError("not_held", id=booking_id, state=state_words(before.state))
        return _set_state(context, connection, before, "confirmed")


@allowed("writer", partly=("operator",))
def mark_used(context: Context, booking_id: int) -> Booking:
    """Say that a booking was used, also of one that was thought to be a no-show.

    Raises RoomError `unknown_booking`, `not_begun`, `not_open`, `room_taken`.
    """
    with context.change("booking.used", str(booking_id)) as connection:
        before = _begun(context, connection, booking_id, "no_show")
        if before.state == "no_show":
            settle(context, connection, before, None)
        return _set_state(context, connection, before, "used")


@allowed("writer")
def mark_no_show(context: Context, booking_id: int) -> Booking:
    """Say that nobody came, also of a booking that was thought to be used; the room is free.

    Raises RoomError `unknown_booking`, `not_begun`, `not_open`.
    """
    with context.change("booking.no_show", str(booking_id)) as connection:
        return _set_state(context, connection, _begun(context, connection, booking_id, "used"), "no_show")


@allowed("writer")
def cancel(context: Context, booking_id: int, reason: str) -> Booking:
    """Call a booking off, for a reason. Raises RoomError `unknown_booking`, `not_open`, `reason_needed`."""
    why = reason_line(reason)
    with context.change("booking.cancelled", str(booking_id)) as connection:
        before = _open(connection, booking_id)
        return _set_state(context, connection, before, "cancelled", why)


@allowed("writer")
def contact(context: Context, booking_id: int) -> tuple[str, str]:
    """Who booked, in full, and the phone, '' where there is none; that it was looked at is logged.

    Raises RoomError `unknown_booking`.
    """
    with context.change("booking.contact_shown", str(booking_id)) as connection:
        kept = _known(connection, booking_id)
        return kept.booked_by, phone_in(context, kept)


def bookable(connection: sqlite3.Connection, name: str) -> Room:
    """The room, if it may be booked. Raises RoomError `unknown_room`, `room_closed`."""
    place = known(connection, name)
    if not place.bookable:
        raise RoomError("room_closed", field="room", name=place.name, note=place.note or "-")
    return place


def made(context: Context, place: Room, said: BookingFields, before: Booking | None) -> Booking:
    """What a person said, checked, as it is kept; of a new booking with the number 0."""
    starts, ends = (to_ms(instant(context, said.day, at)) for at in (said.starts, said.ends))
    values: dict[str, object] = {
        "room": place.name,
        "day": said.day.isoformat(),
        "starts_at": starts,
        "ends_at": ends,
        "setup_minutes": place.setup_minutes if said.setup_minutes is None else said.setup_minutes,
        "clearing_minutes": place.clearing_minutes if said.clearing_minutes is None else said.clearing_minutes,
        "purpose": said.purpose,
        "booked_by": said.booked_by,
        "head_count": said.head_count,
        "note": said.note,
    }
    if said.phone is not None and (before is None or phone_in(context, before) != said.phone):
        # Sealed anew a phone looks different although it is the same.
        values["phone_cipher"] = context.keys.seal(said.phone) if said.phone else None
    if before is not None:
        return before.model_copy(update=values)
    now, operator = context.now_ms(), context.require_operator().no
    return Booking.model_validate({**values, "id": 0, "operator_no": operator, "at": now, "changed_at": now})


def is_moved(before: Booking, after: Booking) -> bool:
    """Whether a booking takes a room at another time, or another room."""
    names = ("room", "starts_at", "ends_at", "setup_minutes", "clearing_minutes")
    return any(getattr(before, name) != getattr(after, name) for name in names)


def is_changed(before: Booking, after: Booking) -> bool:
    """Whether anything that a person said is different."""
    return before != after


def revised(context: Context, before: Booking, after: Booking) -> Booking:
    """The booking as it is kept after a change."""
    return after.model_copy(update={"revision": before.revision + 1, "changed_at": context.now_ms()})


def settle(
    context: Context, connection: sqlite3.Connection, one: Booking, override: Override | None
) -> list[Occupation]:
    """What else takes the room, if that is put up with; raises RoomError `room_taken` where it is not."""
    found = in_the_way(connection, one)
    if not found:
        return []
    if override is None:
        raise taken(context, connection, one, found[0])
    context.require_manager()
    reason_line(override.reason)
    return found


def _note_override(
    context: Context,
    connection: sqlite3.Connection,
    one: Booking,
    found: list[Occupation],
    override: Override | None,
) -> None:
    if found and override is not None:
        by = [other.ref for other in found]
        context.note(connection, "booking.forced", str(one.id), reason=reason_line(override.reason), taken_by=by)


def _set_state(
    context: Context, connection: sqlite3.Connection, before: Booking, state: BookingState, reason: str = ""
) -> Booking:
    after = revised(context, before, before.model_copy(update={"state": state, "reason": reason or before.reason}))
    records.save_booking(connection, after)
    return after


def _known(connection: sqlite3.Connection, booking_id: int) -> Booking:
    kept = records.booking(connection, booking_id)
    if kept is None:
        raise RoomError("unknown_booking", id=booking_id)
    return kept


def _open(connection: sqlite3.Connection, booking_id: int) -> Booking:
    kept = _known(connection, booking_id)
    if kept.state not in rules.CHANGEABLE:
        raise RoomError("not_open", id=booking_id, state=state_words(kept.state))
    return kept


def _begun(context: Context, connection: sqlite3.Connection, booking_id: int, also: BookingState) -> Booking:
    kept = _known(connection, booking_id)
    if kept.state not in (*rules.CHANGEABLE, also):
        raise RoomError("not_open", id=booking_id, state=state_words(kept.state))
    if kept.starts_at > context.now_ms():
        raise RoomError("not_begun", id=booking_id)
    return kept
