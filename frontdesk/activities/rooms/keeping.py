"""Use cases of the list of rooms: added, changed, renamed with all that names them, put in order, closed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from difflib import get_close_matches

from db import activities as sessions
from db import rooms as records
from db.rooms import Room
from frontdesk.activities.monthly.changes import note_change
from frontdesk.activities.rooms import rules
from frontdesk.activities.rooms.errors import RoomError
from frontdesk.activities.rooms.rules import RoomFields
from frontdesk.activities.rooms.typed import checked_room, line
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.permission import allowed

FIRST_DAY = "0001-01-01"
LAST_DAY = "9999-12-31"


def rooms(context: Context) -> list[Room]:
    """Every room in its order, closed ones included."""
    return records.rooms(context.database.connection)


def nearest_rooms(context: Context, name: str, limit: int = 1) -> list[str] | None:
    """The names of rooms that are most like one that is not on the list; None where it is on it, where nothing is, and
    for no name.
    """
    names = [one.name for one in rooms(context)]
    if not name or not names or name in names:
        return None
    return get_close_matches(name, names, limit, cutoff=0.4)


def room(context: Context, name: str) -> Room:
    """The room of this name. Raises RoomError `unknown_room`."""
    return known(context.database.connection, name)


def known(connection: sqlite3.Connection, name: str) -> Room:
    """The room of this name, as a transaction sees it. Raises RoomError `unknown_room`."""
    found = records.room(connection, name.strip())
    if found is None:
        names = "、".join(one.name for one in records.rooms(connection))
        raise RoomError("unknown_room", field="room", name=name.strip() or "-", rooms=names or "-")
    return found


def room_fields(kept: Room) -> RoomFields:
    """What a person said of a room, to be changed."""
    said = kept.model_dump(exclude={"position", "opens", "closes"})
    return RoomFields(**said, opens=rules.minute_of(kept.opens), closes=rules.minute_of(kept.closes))


@allowed("writer")
def add_room(context: Context, fields: RoomFields) -> Room:
    """Add a room behind the others. Raises RoomError `room_exists`, and what `typed.checked_room` raises."""
    said = checked_room(fields)
    with context.change("room.added", said.name) as connection:
        if records.room(connection, said.name) is not None:
            raise RoomError("room_exists", field="name", name=said.name)
        kept = _record(said, records.next_position(connection))
        records.put_room(connection, kept)
    return kept


@allowed("writer")
def change_room(context: Context, name: str, fields: RoomFields) -> Room:
    """Change a room. Another name goes to every session, series and booking that names it, of whatever day; every
    month's list that is published or closed gets change lines.

    Raises RoomError `unknown_room`, `room_exists`, and what `typed.checked_room` raises.
    """
    said = checked_room(fields)
    with context.change("room.changed", said.name, before=name) as connection:
        before = known(connection, name)
        if said.name != before.name:
            if records.room(connection, said.name) is not None:
                raise RoomError("room_exists", field="name", name=said.name)
            _rename(context, connection, before.name, said.name)
        kept = _record(said, before.position)
        records.put_room(connection, kept)
    return kept


def _rename(context: Context, connection: sqlite3.Connection, old: str, new: str) -> None:
    moved = [one for one in sessions.published(connection, FIRST_DAY, LAST_DAY) if one.room == old]
    records.rename_room(connection, old, new, context.now_ms())
    for one in moved:
        before = sessions.plain(one)
        note_change(context, connection, before, before.model_copy(update={"room": new}), t("rooms.renamed"))


@allowed("writer")
def close_room(context: Context, name: str, note: str) -> Room:
    """Have a room booked no more; what is in it stays. Raises RoomError `unknown_room`, `text_too_long`, `bad_text`."""
    why = line("note", note)
    with context.change("room.closed", name) as connection:
        kept = known(connection, name).model_copy(update={"bookable": False, "note": why})
        records.put_room(connection, kept)
    return kept


@allowed("writer")
def open_room(context: Context, name: str) -> Room:
    """Have a closed room booked again. Raises RoomError `unknown_room`."""
    with context.change("room.opened", name) as connection:
        kept = known(connection, name).model_copy(update={"bookable": True})
        records.put_room(connection, kept)
    return kept


@allowed("writer")
def remove_room(context: Context, name: str) -> None:
    """Take a room off the list that nothing was ever in. Raises RoomError `unknown_room`, `room_has_history`."""
    with context.change("room.removed", name) as connection:
        kept = known(connection, name)
        if records.has_history(connection, kept.name):
            raise RoomError("room_has_history", name=kept.name)
        records.delete_room(connection, kept.name)


@allowed("writer")
def order_rooms(context: Context, names: Sequence[str]) -> None:
    """Put rooms in this order; those that are not named keep theirs behind them. Raises RoomError `unknown_room`."""
    with context.change("room.ordered", "rooms") as connection:
        first = list(dict.fromkeys(known(connection, name).name for name in names))
        rest = [one.name for one in records.rooms(connection) if one.name not in first]
        records.order_rooms(connection, [*first, *rest])


@allowed("writer")
def shift_room(context: Context, name: str, step: int) -> None:
    """Move a room so many places down its list, up below nothing. Raises RoomError `unknown_room`."""
    with context.change("room.ordered", name) as connection:
        kept = known(connection, name).name
        names = [one.name for one in records.rooms(connection)]
        place = max(0, min(len(names) - 1, names.index(kept) + step))
        names.remove(kept)
        names.insert(place, kept)
        records.order_rooms(connection, names)


def _record(said: RoomFields, position: int) -> Room:
    values = {**vars(said), "opens": rules.clock_words(said.opens), "closes": rules.clock_words(said.closes)}
    return Room(**values, position=position)
