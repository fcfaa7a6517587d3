"""Rooms and bookings, for the other rooms of activities and for whoever shows them."""

from __future__ import annotations

from db.rooms import Booking, Occupation, Room
from frontdesk.activities.rooms.availability import free_times
from frontdesk.activities.rooms.booking import (
    Booked,
    Override,
    book,
    booking,
    bookings,
    cancel,
    change,
    confirm,
    contact,
    fields_of,
    mark_no_show,
    mark_used,
    move,
)
from frontdesk.activities.rooms.errors import RoomError
from frontdesk.activities.rooms.keeping import (
    add_room,
    change_room,
    close_room,
    nearest_rooms,
    open_room,
    order_rooms,
    remove_room,
    room,
    room_fields,
    rooms,
    shift_room,
)
from frontdesk.activities.rooms.occupancy import clashes, known_room, lead_elsewhere, session_clashes
from frontdesk.activities.rooms.rules import BookingFields, RoomFields, RoomUse, Stretch
from frontdesk.activities.rooms.utilisation import utilisation
from frontdesk.activities.rooms.weekly import PlannedBooking, WeeklyBooked, book_weekly, preview_weekly

__all__ = [
    "Booked",
    "Booking",
    "BookingFields",
    "Occupation",
    "Override",
    "PlannedBooking",
    "Room",
    "RoomError",
    "RoomFields",
    "RoomUse",
    "Stretch",
    "WeeklyBooked",
    "add_room",
    "book",
    "book_weekly",
    "booking",
    "bookings",
    "cancel",
    "change",
    "change_room",
    "clashes",
    "close_room",
    "confirm",
    "contact",
    "fields_of",
    "free_times",
    "known_room",
    "lead_elsewhere",
    "mark_no_show",
    "mark_used",
    "move",
    "nearest_rooms",
    "open_room",
    "order_rooms",
    "preview_weekly",
    "remove_room",
    "room",
    "room_fields",
    "rooms",
    "session_clashes",
    "shift_room",
    "utilisation",
]
