"""How much the rooms are used (空间使用率, mechanisms X15): hours with something on of hours open, by purpose."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from db import rooms as records
from frontdesk.activities.rooms import rules
from frontdesk.activities.rooms.files import workbook_of, write_file
from frontdesk.activities.rooms.rules import RoomUse, Use
from frontdesk.activities.rooms.words import minute_on, purpose_words
from frontdesk.context import Context
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.common.workbook import Cell

COUNTED = ("confirmed", "used")
"""The states of a booking that counts: one that is only held may come to nothing."""


def utilisation(context: Context, month: date) -> list[RoomUse]:
    """How much each room was used in a month, or is going to be; see `room_use`."""
    return room_use(context, *span_of(month))


def room_use(context: Context, first: date, last: date) -> list[RoomUse]:
    """How much each room was used in a span of local days, or is going to be, in the order of the rooms.

    Every day counts with the room's opening hours. Sessions that are published, and bookings that are confirmed or were
    used, count without setting up and clearing, on the day on which they begin. Person-times are those of attendance,
    of bookings the head count of those that were used. What is read is the span, not the years.
    """
    with context.database.reading() as connection:
        rooms = records.rooms(connection)
        sessions = records.room_sessions(connection, first.isoformat(), last.isoformat())
        bookings = records.bookings(connection, first.isoformat(), last.isoformat())
    uses: dict[tuple[str, str], list[Use]] = {}
    for session in sessions:
        if session.state != "cancelled":
            times = _times(context, session.day, session.starts_at, session.ends_at)
            one = Use(*times, rules.SESSION_PURPOSE, session.person_times)
            uses.setdefault((session.room, session.day), []).append(one)
    no_shows: dict[str, int] = {}
    for booking in bookings:
        if booking.state in COUNTED:
            times = _times(context, booking.day, booking.starts_at, booking.ends_at)
            one = Use(*times, booking.purpose, booking.head_count if booking.state == "used" else 0)
            uses.setdefault((booking.room, booking.day), []).append(one)
        no_shows[booking.room] = no_shows.get(booking.room, 0) + (booking.state == "no_show")
    found = {room.name: RoomUse(room.name, 0, no_shows=no_shows.get(room.name, 0)) for room in rooms}
    hours = {room.name: (rules.minute_of(room.opens), rules.minute_of(room.closes)) for room in rooms}
    days = (last - first).days + 1
    for name, (opens, closes) in hours.items():
        found[name].open = (closes - opens) * days
    for (name, _), on_day in uses.items():
        if name in found:
            rules.add_day(found[name], *hours[name], on_day)
    return list(found.values())


def span_of(month: date) -> tuple[date, date]:
    """The first and the last day of a month."""
    return month.replace(day=1), month.replace(day=monthrange(month.year, month.month)[1])


def use_name(purpose: str) -> str:
    """What a room was used for, in words; sessions have their own."""
    return t("rooms.purpose_session") if purpose == rules.SESSION_PURPOSE else purpose_words(purpose)


def use_json(use: RoomUse) -> dict[str, object]:
    """The answer of the command line; minutes, and the share of the opening hours in thousandths."""
    purposes = {
        purpose: {"minutes": minutes, "times": times} for purpose, (minutes, times) in sorted(use.by_purpose.items())
    }
    return {
        "room": use.room,
        "open_minutes": use.open,
        "used_minutes": use.used,
        "within_opening_minutes": use.within,
        "permille": use.permille,
        "uses": use.uses,
        "person_times": use.person_times,
        "no_shows": use.no_shows,
        "by_purpose": purposes,
    }


def write_utilisation(context: Context, out: Path, month: date) -> int:
    """Write the month as a workbook: a sheet of the rooms, one of what they were used for; returns how many rooms.

    Raises RoomError `export_failed`.
    """
    found = utilisation(context, month)
    rooms: list[list[Cell]] = [
        [use.room, use.open / 60, use.used / 60, use.permille / 1000, use.uses, use.person_times, use.no_shows]
        for use in found
    ]
    purposes: list[list[Cell]] = [
        [use.room, use_name(purpose), minutes / 60, times]
        for use in found
        for purpose, (minutes, times) in sorted(use.by_purpose.items(), key=lambda item: (-item[1].starts, item[0]))
    ]
    subtitle = t("rooms.use.subtitle", centre=context.centre.name, month=f"{month:%Y-%m}")
    formats = {"open": "0.0", "used": "0.0", "share": "0.0%"}
    content = workbook_of(
        context,
        [
            ("use", subtitle, ("room", "open", "used", "share", "uses", "person_times", "no_shows"), rooms, formats),
            ("use_purposes", subtitle, ("room", "purpose", "used", "uses"), purposes, formats),
        ],
    )
    write_file(out, content)
    return len(found)


def _times(context: Context, iso: str, starts_at: int, ends_at: int) -> tuple[int, int]:
    day = date.fromisoformat(iso)
    return minute_on(context, day, starts_at), minute_on(context, day, ends_at)
