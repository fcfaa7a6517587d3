"""The sheet of bookings, taken in again after it was edited in a spreadsheet program."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from db import rooms as records
from db.rooms import Booking, BookingState
from frontdesk.activities.rooms import rules
from frontdesk.activities.rooms.availability import in_the_way
from frontdesk.activities.rooms.booking import fields_of, is_changed, is_moved, made, revised
from frontdesk.activities.rooms.errors import RoomError
from frontdesk.activities.rooms.files import HEADS, booking_row
from frontdesk.activities.rooms.rules import BookingFields
from frontdesk.activities.rooms.typed import checked_booking
from frontdesk.activities.rooms.words import (
    instant,
    moment_words,
    occupation_words,
    phone_in,
    purpose_words,
    state_words,
)
from frontdesk.common.names import mask_name
from frontdesk.common.phones import mask_phone
from frontdesk.common.text import some_of
from frontdesk.context import Context, to_ms
from frontdesk.locale import LANGUAGES, catalogue, t
from frontdesk.permission import allowed
from frontdesk.sheets import cells
from frontdesk.sheets.cells import CellRefused
from frontdesk.sheets.importing import Effect, Tally, import_file
from frontdesk.sheets.outcome import ImportOutcome, RowChange
from frontdesk.sheets.rows import CellValue
from frontdesk.sheets.table import Column, TableRow

AREA = "rooms"
MOST_ROOMS = 20
_PLAIN = ("room", "day", "purpose", "booked_by", "phone", "head_count", "setup_minutes", "clearing_minutes", "note")
_COLUMN_OF = {"unread_times": "times", "bad_day": "day", "bad_phone": "phone", "purpose_needed": "purpose"}


def read_times(value: CellValue) -> tuple[int, int]:
    """Beginning and end in minutes after midnight, past midnight too (bad_time_span)."""
    try:
        return rules.read_span(cells.plain_text(value))
    except ValueError:
        raise CellRefused("bad_time_span") from None


def columns() -> tuple[Column, ...]:
    """The columns of the sheet by the headings that it has in every language."""

    def heads(name: str, *others: str) -> list[str]:
        return [*(catalogue(language, AREA)[f"head.{name}"] for language in LANGUAGES), *others]

    return (
        Column("number", heads("number"), required=False, reader=cells.read_whole(1)),
        Column("room", heads("room", "房间", "空间"), reader=cells.read_text(rules.LONGEST["room"])),
        Column("day", heads("day"), reader=cells.read_day()),
        Column("times", heads("times"), reader=read_times),
        Column("purpose", heads("purpose"), reader=cells.read_text(rules.LONGEST["purpose"])),
        Column("booked_by", heads("booked_by"), required=False, reader=cells.read_text(rules.LONGEST["booked_by"])),
        Column("phone", heads("phone", "联系电话", "手机"), required=False, reader=cells.read_text(30)),
        Column("head_count", heads("head_count"), required=False, reader=cells.read_whole(0, rules.LARGEST_NUMBER)),
        Column("setup_minutes", heads("setup_minutes"), required=False, reader=_minutes()),
        Column("clearing_minutes", heads("clearing_minutes"), required=False, reader=_minutes()),
        Column("state", heads("state"), required=False, reader=cells.read_text(20)),
        Column("note", heads("note"), required=False, reader=cells.read_text(rules.LONGEST["note"])),
        Column("version", heads("version"), required=False, reader=cells.read_whole(0)),
    )


def _minutes() -> Any:
    return cells.read_whole(0, rules.LONGEST_AROUND)


@allowed("writer")
def import_bookings(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take a sheet of bookings in, all rows or none.

    A booking is known again by its number, a row without one by room, day and beginning; other rows are new. Only
    what says something else than is stored is changed: a blank cell, and a name or phone masked as the sheet was
    written, leave what is there; a row of a sheet that is older than the last change of its booking changes
    nothing. `state` may confirm a held booking; everything else about it is done on the screen. Rows whose room is
    taken are rejected with what they collide with, after all rows were looked at, so that two bookings may change
    places. A trial tells each row that would change, before and after. Errors: see `sheets.importing.import_file`.
    """

    def take(context: Context, connection: sqlite3.Connection, tally: Tally) -> None:
        _take(context, connection, tally, tells=dry_run)

    return import_file(context, "bookings", path, columns(), take, unique=["number"], dry_run=dry_run)


def _take(context: Context, connection: sqlite3.Connection, tally: Tally, *, tells: bool) -> None:
    written: list[tuple[TableRow, Booking]] = []
    for row in tally.table.rows:
        try:
            before = _stored(context, connection, row)
            effect, kept = _put(context, connection, tally, row, before)
        except RoomError as refused:
            details = {name: value for name, value in (refused.details or {}).items() if name != "field"}
            column = _COLUMN_OF.get(refused.code, str((refused.details or {}).get("field", "room")))
            tally.reject(row, column, refused.code, area=AREA, **details)
            continue
        if kept is None:
            continue
        tally.count(effect)
        if tells and effect != "unchanged":
            tally.preview.append(_change(context, row, before, kept))
        # One that shares its room because a manager wanted it may be changed otherwise.
        if effect != "unchanged" and kept.state in records.LIVE and (before is None or is_moved(before, kept)):
            written.append((row, kept))
    for row, kept in written:
        clashes = in_the_way(connection, kept)
        if clashes:
            day = date.fromisoformat(kept.day)
            tally.reject(
                row,
                "times",
                "room_taken",
                area=AREA,
                words=occupation_words(clashes[0]),
                ref=clashes[0].ref,
                start=moment_words(context, clashes[0].taken_from, day),
                end=moment_words(context, clashes[0].taken_until, day),
            )


def _put(
    context: Context, connection: sqlite3.Connection, tally: Tally, row: TableRow, before: Booking | None
) -> tuple[Effect, Booking | None]:
    """Write what a row says over what is stored; None where the row was rejected."""
    if row["number"] is not None and before is None:
        tally.reject(row, "number", "unknown_booking", area=AREA)
        return "unchanged", None
    place = records.room(connection, row["room"])
    if place is None and before is not None:
        # The sheet is older than the room's name, or the name is mistyped; either way it is of no use to add one.
        tally.reject(row, "room", "other_room", area=AREA, now=before.room)
        return "unchanged", None
    if place is None:
        names = [one.name for one in records.rooms(connection)]
        tally.reject(row, "room", "unknown_room", area=AREA, rooms=some_of(names, MOST_ROOMS) or "-")
        return "unchanged", None
    said = checked_booking(_said(context, before, row), context.today())
    after = made(context, place, said, before)
    if before is not None and _is_older(row, before) and (is_changed(before, after) or not _says(row, before.state)):
        # Every cell of the row would overwrite what was changed since, not just those that somebody edited.
        tally.reject(row, "number", "changed_meanwhile", area=AREA)
        return "unchanged", None
    state = _state(tally, row, before)
    if state is None:
        return "unchanged", None
    after = after.model_copy(update={"state": state})
    if before is not None and not is_changed(before, after):
        return "unchanged", before
    if before is not None and before.state not in rules.CHANGEABLE:
        tally.reject(row, "state", "not_open", area=AREA, state=state_words(before.state))
        return "unchanged", None
    if not place.bookable and (before is None or before.room != place.name):
        tally.reject(row, "room", "room_closed", area=AREA)
        return "unchanged", None
    if before is None:
        kept = after.model_copy(update={"id": records.add_booking(connection, after)})
        context.note(connection, "booking.added", str(kept.id), room=kept.room, day=kept.day, state=kept.state)
        return "added", kept
    kept = revised(context, before, after)
    records.save_booking(connection, kept)
    context.note(connection, "booking.changed", str(kept.id), room=kept.room, day=kept.day)
    return "changed", kept


def _change(context: Context, row: TableRow, before: Booking | None, after: Booking) -> RowChange:
    """What a row changes, by the headings of the sheet; names and phones are masked in words."""
    full = _before_and_after(context, before, after, full=True)
    told = [place for place, (_, old, new) in enumerate(full) if (old != new if before else new not in ("", "0"))]
    shown = _before_and_after(context, before, after, full=False)
    return RowChange(
        row.number,
        f"{t('rooms.head.number')} {before.id}" if before else f"{after.room} {after.day}",
        before is None,
        tuple(full[place] for place in told),
        tuple(shown[place] for place in told),
    )


def _before_and_after(
    context: Context, before: Booking | None, after: Booking, *, full: bool
) -> list[tuple[str, str, str]]:
    """Every cell of a booking's row under its heading, as it was ("" of a new one) and as it will be."""
    new = booking_row(context, after, full)
    old = booking_row(context, before, full) if before else [""] * len(new)
    cells_of = zip(HEADS, old, new, strict=True)
    return [
        (t(f"rooms.head.{head}"), cells.plain_text(was), cells.plain_text(will_be))
        for head, was, will_be in cells_of
        if head not in ("number", "version")
    ]


def _stored(context: Context, connection: sqlite3.Connection, row: TableRow) -> Booking | None:
    if row["number"] is not None:
        return records.booking(connection, row["number"])
    starts = to_ms(instant(context, row["day"], row["times"][0]))
    return records.same_booking(connection, row["room"], row["day"].isoformat(), starts)


def _said(context: Context, before: Booking | None, row: TableRow) -> BookingFields:
    """What is stored with what the row says put over it."""
    values = {name: row[name] for name in _PLAIN if row[name] is not None}
    values["starts"], values["ends"] = row["times"]
    if before is None:
        return BookingFields(**values)
    if values.get("booked_by") == mask_name(before.booked_by):
        del values["booked_by"]
    if values.get("phone") == mask_phone(phone_in(context, before)):
        del values["phone"]
    if values["purpose"] == purpose_words(before.purpose):
        values["purpose"] = before.purpose
    return replace(fields_of(context, before), **values)


def _state(tally: Tally, row: TableRow, before: Booking | None) -> Any:
    """The state that a booking gets; None where the row asks for one that only the screen gives."""
    now = before.state if before is not None else "held"
    words = {catalogue(one, AREA)[f"state.{state}"]: state for one in LANGUAGES for state in ("held", "confirmed")}
    if _says(row, now):
        return now
    if words.get(row["state"]) == "confirmed" and now == "held":
        return "confirmed"
    tally.reject(row, "state", "state_on_screen", area=AREA)
    return None


def _says(row: TableRow, state: BookingState) -> bool:
    """Whether the row leaves the booking in this state."""
    return row["state"] is None or row["state"] in {catalogue(one, AREA)[f"state.{state}"] for one in LANGUAGES}


def _is_older(row: TableRow, before: Booking) -> bool:
    """Whether the row was written before the booking was changed for the last time."""
    return row["number"] is not None and row["version"] not in (None, before.revision)
