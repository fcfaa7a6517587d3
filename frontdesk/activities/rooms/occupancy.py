"""Whether a room is free, and who is to be in two places at once."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

from db import rooms as records
from db.activities import Session
from db.rooms import Occupation, Room


def clashes(
    connection: sqlite3.Connection,
    room: str,
    day: str,
    taken_from: int,
    taken_until: int,
    *,
    except_session: str = "",
    except_booking: int | None = None,
) -> list[Occupation]:
    """What already takes the room in the half-open time from `taken_from` to `taken_until` (UTC milliseconds, set-up
    and clearing included), by when it begins to. A room without a name clashes with nothing.
    """
    if not room:
        return []
    local = date.fromisoformat(day)
    # What runs past midnight with hours of clearing may meet what is set up for from the evening before.
    first, last = local - timedelta(days=2), local + timedelta(days=2)
    own = {("session", except_session), ("booking", str(except_booking))}
    return [
        one
        for one in records.occupations(connection, first.isoformat(), last.isoformat(), room)
        if one.taken_from < taken_until and taken_from < one.taken_until and (one.kind, one.ref) not in own
    ]


def session_clashes(connection: sqlite3.Connection, session: Session) -> list[Occupation]:
    """What already takes the session's room at its time; see `clashes`."""
    return clashes(
        connection,
        session.room,
        session.day,
        session.starts_at - session.setup_minutes * 60_000,
        session.ends_at + session.clearing_minutes * 60_000,
        except_session=session.code,
    )


def lead_elsewhere(connection: sqlite3.Connection, session: Session) -> list[tuple[str, str]]:
    """Code and name of the sessions that the same lead has at the same time, by their beginning."""
    if not session.lead:
        return []
    return records.led_by(connection, session.lead, session.day, session.starts_at, session.ends_at, session.code)


def known_room(connection: sqlite3.Connection, name: str) -> bool:
    """Have a room of this name on the list, inside a running transaction; whether it had to be added, as the last one
    and with nothing else known of it. No name is no room.
    """
    if not name or records.room(connection, name) is not None:
        return False
    records.put_room(connection, Room(name=name, position=records.next_position(connection)))
    return True
