"""Rooms and bookings in words, and the wall clock in which they are typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from frontdesk.activities.rooms import rules
from frontdesk.locale import t

if TYPE_CHECKING:
    from db.rooms import Booking, BookingState, Occupation, Room
    from frontdesk.context import Context


@dataclass(frozen=True)
class Warned:
    """Something that whoever books should know; the words are `rooms.warning.<code>`."""

    code: str
    details: dict[str, object]

    def words(self) -> str:
        """The warning in the language in force."""
        return t(f"rooms.warning.{self.code}", **self.details)


def instant(context: Context, day: date, minutes: int) -> datetime:
    """The wall clock so many minutes after a local midnight."""
    return (datetime.combine(day, time()) + timedelta(minutes=minutes)).replace(tzinfo=context.zone)


def minute_on(context: Context, day: date, at: int) -> int:
    """How many minutes of the wall clock lie between a local midnight and an instant, below nothing before it."""
    local = context.local(at)
    return (local.date() - day).days * rules.DAY_MINUTES + local.hour * 60 + local.minute


def moment_words(context: Context, at: int, day: date) -> str:
    """A moment as a refusal names it: 14:00, or with its date where that is another than `day`."""
    local = context.local(at)
    return f"{local:%H:%M}" if local.date() == day else f"{local:%m-%d %H:%M}"


def occupation_words(one: Occupation) -> str:
    """What is in a room: the name of a session, the purpose of a booking."""
    return one.words if one.kind == "session" else purpose_words(one.words)


def purpose_words(purpose: str) -> str:
    """A purpose in the language in force, where it is one of the usual."""
    code = next((code for code, kept in rules.PURPOSES.items() if kept == purpose), None)
    return t(f"rooms.purpose.{code}") if code else purpose


def state_words(state: BookingState) -> str:
    """A state of a booking in the language in force."""
    return t(f"rooms.state.{state}")


def phone_in(context: Context, one: Booking) -> str:
    """The phone of a booking in clear, '' where there is none. Whoever shows it logs that."""
    return context.keys.unseal(one.phone_cipher) if one.phone_cipher is not None else ""


def times_words(context: Context, starts_at: int, ends_at: int) -> str:
    """14:00-15:30 by the centre's wall clock; an end past midnight says so."""
    starts, ends = context.local(starts_at), context.local(ends_at)
    last = f"{ends:%H:%M}"
    if ends.date() > starts.date():
        last = t("rooms.next_day", time=last)
    return f"{starts:%H:%M}-{last}"


def opening_words(room: Room) -> str:
    """When a room is open, 08:30-21:00."""
    return f"{room.opens}-{room.closes}"


def room_words(room: Room) -> str:
    """What is to be said of a room that is closed; "" of one that can be booked."""
    return "" if room.bookable else t("rooms.closed_with_note", note=room.note or "-")


def booking_words(context: Context, one: Booking) -> str:
    """A booking in one line, without who booked it."""
    return t(
        "rooms.booking_line",
        id=one.id,
        day=one.day,
        times=times_words(context, one.starts_at, one.ends_at),
        room=one.room,
        purpose=purpose_words(one.purpose),
        state=state_words(one.state),
    )


def hours_words(minutes: int) -> str:
    """Minutes as hours and minutes in a column, 12:30."""
    return f"{minutes // 60}:{minutes % 60:02d}"


def amount_words(minutes: int) -> str:
    """Minutes as hours and minutes in a sentence: 12小时30分."""
    key = "rooms.amount" if minutes % 60 else "rooms.amount_whole"
    return t(key, hours=minutes // 60, minutes=minutes % 60)


def share_words(permille: int) -> str:
    """Thousandths as a percentage with one decimal."""
    return f"{permille // 10}.{permille % 10}%"
