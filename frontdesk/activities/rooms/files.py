"""Files of the rooms: workbooks and calendars, written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from db import rooms as records
from frontdesk.activities.rooms.errors import RoomError
from frontdesk.activities.rooms.keeping import known
from frontdesk.activities.rooms.words import minute_on, phone_in, purpose_words, state_words
from frontdesk.common.icalendar import Entry, calendar_text, entry_uid
from frontdesk.common.names import mask_name
from frontdesk.common.phones import mask_phone
from frontdesk.common.wholefile import write_whole
from frontdesk.locale import t
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from db.rooms import Booking, RoomSession
    from frontdesk.access.service import Approver
    from frontdesk.common.workbook import Cell
    from frontdesk.context import Context

Page = tuple[str, str, Sequence[str], "Sequence[Sequence[Cell]]", Mapping[str, str]]
"""A sheet of a workbook: its name and the line under its title, its columns, its rows, formats of its numbers."""

HEADS = (
    *("number", "room", "day", "times", "purpose", "booked_by", "phone", "head_count"),
    *("setup_minutes", "clearing_minutes", "state", "note", "version"),
)
"""The columns of the sheet of bookings, in which it is read again."""


@allowed("shown", partly=("auditor", "command"))
def write_bookings(
    context: Context,
    out: Path,
    first: date,
    last: date,
    *,
    room: str = "",
    full_names: bool = False,
    reason: str = "",
    approver: Approver | None = None,
) -> int:
    """Write the bookings of a span of local days as a sheet that can be edited and taken in again; returns how many.

    Names and phones are masked unless `full_names`, which a writer may ask for and which is logged with the reason.
    Raises RoomError `unknown_room`, `export_failed`, and with names what `privacy.service.in_clear` raises.
    """
    if full_names:
        context.require_writer()
        from frontdesk.privacy.service import in_clear

        approval, besides = in_clear(context, f"bookings {first}/{last}", reason, approver)
    with context.database.reading() as connection:
        if room:
            known(connection, room)
        found = records.bookings(connection, first.isoformat(), last.isoformat(), room)
    rows = [booking_row(context, one, full_names) for one in found]
    subtitle = t("rooms.sheet.days", centre=context.centre.name, first=first, last=last)
    content = workbook_of(context, [("bookings", subtitle, HEADS, rows, {})])

    def noted() -> None:
        if full_names:
            with context.change("booking.exported", f"{first}/{last}", names=True, **besides) as connection:
                approval.use(context, connection)

    write_file(out, content, noted)
    return len(found)


def booking_row(context: Context, one: Booking, full_names: bool) -> list[Cell]:
    """A booking as the sheet has it, in the order of `HEADS`."""
    phone = phone_in(context, one)
    return [
        str(one.id),
        one.room,
        date.fromisoformat(one.day),
        sheet_times(context, one),
        purpose_words(one.purpose),
        one.booked_by if full_names else mask_name(one.booked_by),
        phone if full_names else mask_phone(phone),
        one.head_count,
        one.setup_minutes,
        one.clearing_minutes,
        state_words(one.state),
        one.note,
        one.revision,
    ]


def sheet_times(context: Context, one: Booking) -> str:
    """The times of a booking as the sheet has them, past midnight above 24:00."""
    from frontdesk.activities.rooms.rules import span_words

    day = date.fromisoformat(one.day)
    return span_words(minute_on(context, day, one.starts_at), minute_on(context, day, one.ends_at))


def write_calendar(context: Context, out: Path, room: str, first: date, last: date) -> int:
    """Write what is in a room between two local days as a calendar file; returns how many entries.

    Sessions and bookings, called-off ones as cancelled, so that a calendar which reads it again corrects itself; nobody
    is named who booked. Raises RoomError `unknown_room`, `export_failed`.
    """
    with context.database.reading() as connection:
        place = known(connection, room)
        span = (first.isoformat(), last.isoformat())
        entries = [_session_entry(context, one) for one in records.room_sessions(connection, *span, place.name)]
        entries += [_booking_entry(context, one) for one in records.bookings(connection, *span, place.name)]
    entries.sort(key=lambda entry: (entry.starts, entry.uid))
    title = t("rooms.ics.title", centre=context.centre.name, room=place.name)
    write_file(out, calendar_text(title, entries, context.now(), "rooms").encode("utf-8"))
    return len(entries)


def _session_entry(context: Context, one: RoomSession) -> Entry:
    return Entry(
        uid=entry_uid(context.centre.code, "session", one.code),
        starts=_utc(one.starts_at),
        ends=_utc(one.ends_at),
        summary=one.name,
        description=one.cancel_reason or one.lead,
        location=one.room,
        # A session that was carried over from an older version was never changed.
        changed=_utc(one.changed_at or one.starts_at),
        sequence=one.revision,
        cancelled=one.state == "cancelled",
    )


def _booking_entry(context: Context, one: Booking) -> Entry:
    return Entry(
        uid=entry_uid(context.centre.code, "booking", str(one.id)),
        starts=_utc(one.starts_at),
        ends=_utc(one.ends_at),
        summary=purpose_words(one.purpose),
        description=state_words(one.state),
        location=one.room,
        changed=_utc(one.changed_at),
        sequence=one.revision,
        cancelled=one.state in ("cancelled", "no_show"),
    )


def _utc(at: int) -> datetime:
    return datetime.fromtimestamp(at // 1000, UTC)


def workbook_of(context: Context, pages: Sequence[Page]) -> bytes:
    """A workbook of these sheets in the house's style; titles are `rooms.sheet.<name>`, heads `rooms.head.<column>`."""
    from frontdesk.common.tablebook import TableBook
    from frontdesk.common.workbook import Column

    book = TableBook(t(f"rooms.sheet.{pages[0][0]}"), context.centre.name, context.now())
    for name, subtitle, heads, rows, formats in pages:
        title = t(f"rooms.sheet.{name}")
        columns = [Column(t(f"rooms.head.{head}"), formats.get(head, "")) for head in heads]
        book.add(title, subtitle, columns, rows, title=title)
    return book.content()


def write_file(out: Path, content: bytes, on_record: Callable[[], None] | None = None) -> None:
    """Write a file whole. Raises RoomError `export_failed`, and what `on_record` raises; then `out` is as it was."""
    try:
        write_whole(out, content, on_record, private=True)
    except OSError as error:
        raise RoomError("export_failed", path=str(out), reason=error.strerror or str(error)) from error
