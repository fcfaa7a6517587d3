"""What people type of rooms and bookings, checked: the same for forms, the command line and sheets."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date

from frontdesk.activities.rooms import rules
from frontdesk.activities.rooms.errors import RoomError
from frontdesk.activities.rooms.rules import BookingFields, RoomFields
from frontdesk.common.dates import recordable_days
from frontdesk.common.names import LongLine, short_line
from frontdesk.common.phones import normalise_phone
from frontdesk.common.typed_dates import read_coming_date, read_typed_date
from frontdesk.locale import t

NO_PHONE = ("-", "无", "none")
"""What takes a kept phone away."""


def read_day(text: str, today: date, *, coming: bool = True) -> date:
    """A day as it is typed. Raises RoomError `unread_day`."""
    try:
        return (read_coming_date if coming else read_typed_date)(text, today)
    except (ValueError, OverflowError) as wrong:
        raise RoomError("unread_day", field="day") from wrong


def read_month(text: str, today: date) -> date:
    """The first day of a month as it is typed: 2026-11, 11 for one of this year, "" for this one.

    Raises RoomError `unread_month`.
    """
    from frontdesk.common.dates import read_month as read

    typed = unicodedata.normalize("NFKC", text).strip()
    try:
        if not typed:
            return today.replace(day=1)
        if typed.isascii() and typed.isdigit() and len(typed) <= 2:
            return date(today.year, int(typed), 1)
        return date.fromisoformat(f"{read(typed)}-01")
    except ValueError as wrong:
        raise RoomError("unread_month", field="month") from wrong


def read_times(text: str) -> tuple[int, int]:
    """Beginning and end. Raises RoomError `unread_times`."""
    try:
        return rules.read_span(text)
    except ValueError as wrong:
        raise RoomError("unread_times", field="times") from wrong


def read_number(field: str, text: str, most: int = rules.LARGEST_NUMBER) -> int:
    """A whole number, nothing typed is 0. Raises RoomError `unread_number`."""
    typed = unicodedata.normalize("NFKC", text).strip() or "0"
    if not (typed.isascii() and typed.isdigit() and len(typed) < 8 and int(typed) <= most):
        raise RoomError("unread_number", field=field, label=label(field), most=most)
    return int(typed)


def read_room(texts: Mapping[str, str], before: RoomFields) -> RoomFields:
    """`before` with what the fields among `texts` say.

    Raises RoomError `unread_number`, `unread_opening`, `unread_yes_no`.
    """
    said: dict[str, object] = {name: texts[name] for name in ("name", "zone", "note") if name in texts}
    for name, most in (
        ("capacity", rules.LARGEST_NUMBER),
        ("setup_minutes", rules.LONGEST_AROUND),
        ("clearing_minutes", rules.LONGEST_AROUND),
    ):
        if name in texts:
            said[name] = read_number(name, texts[name], most)
    if "opening" in texts:
        said["opens"], said["closes"] = _opening(texts["opening"])
    if "bookable" in texts:
        said["bookable"] = read_yes_no("bookable", texts["bookable"])
    return RoomFields(**{**vars(before), **said})


def _opening(text: str) -> tuple[int, int]:
    try:
        opens, closes = rules.read_span(text)
    except ValueError as wrong:
        raise RoomError("unread_opening", field="opening") from wrong
    if closes > rules.DAY_MINUTES:
        raise RoomError("unread_opening", field="opening")
    return opens, closes


def read_yes_no(field: str, text: str) -> bool:
    """A yes or no. Raises RoomError `unread_yes_no`."""
    typed = unicodedata.normalize("NFKC", text).strip().casefold()
    if typed in ("y", "yes", "1", "是"):
        return True
    if typed in ("n", "no", "0", "2", "否", ""):
        return False
    raise RoomError("unread_yes_no", field=field, label=label(field))


def checked_room(fields: RoomFields) -> RoomFields:
    """A room as it is kept. Raises RoomError `name_needed`, `text_too_long`, `bad_text`."""
    from dataclasses import replace

    name = line("name", fields.name)
    if not name:
        raise RoomError("name_needed", field="name")
    return replace(fields, name=name, zone=line("zone", fields.zone), note=line("note", fields.note))


def checked_booking(fields: BookingFields, today: date) -> BookingFields:
    """A booking as it is kept, its phone in its one spelling.

    Raises RoomError `purpose_needed`, `unread_times`, `bad_day`, `bad_phone`, `unread_number`, `text_too_long`,
    `bad_text`.
    """
    from dataclasses import replace

    first, last = recordable_days(today)
    if not first <= fields.day <= last:
        raise RoomError("bad_day", field="day", first=first.isoformat(), last=last.isoformat())
    if not (0 <= fields.starts < rules.DAY_MINUTES and 0 < fields.ends - fields.starts <= rules.LONGEST_BOOKING):
        raise RoomError("unread_times", field="times")
    for name in ("setup_minutes", "clearing_minutes"):
        minutes = getattr(fields, name)
        if minutes is not None and not 0 <= minutes <= rules.LONGEST_AROUND:
            raise RoomError("unread_number", field=name, label=label(name), most=rules.LONGEST_AROUND)
    if not 0 <= fields.head_count <= rules.LARGEST_NUMBER:
        raise RoomError("unread_number", field="head_count", label=label("head_count"), most=rules.LARGEST_NUMBER)
    purpose = line("purpose", rules.purpose_meant(fields.purpose, purpose_names()))
    if not purpose:
        raise RoomError("purpose_needed", field="purpose")
    return replace(
        fields,
        purpose=purpose,
        booked_by=line("booked_by", fields.booked_by),
        phone=_phone(fields.phone),
        note=line("note", fields.note),
    )


def _phone(text: str | None) -> str | None:
    if text is None or not text.strip():
        return text if text is None else ""
    try:
        return normalise_phone(text)
    except ValueError as wrong:
        raise RoomError("bad_phone", field="phone") from wrong


def reason_line(reason: str) -> str:
    """A reason as it is kept. Raises RoomError `reason_needed`, `text_too_long`, `bad_text`."""
    kept = line("reason", reason)
    if not kept:
        raise RoomError("reason_needed", field="reason")
    return kept


def line(field: str, text: str) -> str:
    """A line of words. Raises RoomError `text_too_long`, `bad_text`, and DeskError `long_number`."""
    most = rules.LONGEST[field]
    try:
        return short_line(text, most)
    except LongLine as wrong:
        raise RoomError("text_too_long", field=field, label=label(field), most=most) from wrong
    except ValueError as wrong:
        raise RoomError("bad_text", field=field, label=label(field)) from wrong


def label(field: str) -> str:
    """What a field is called in the language in force."""
    return t(f"rooms.field.{field}")


def purpose_names() -> dict[str, str]:
    """The usual purposes by code in the language in force."""
    return {code: t(f"rooms.purpose.{code}") for code in rules.PURPOSES}
