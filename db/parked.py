"""Cards whose code is genuine and that a restored file does not know, until somebody has looked at them."""

from __future__ import annotations

import sqlite3
from typing import Literal

from db.record import Record

ParkedState = Literal["waiting", "adopted", "rejected"]


class ParkedRow(Record):
    """A parked card: the first and the last attempt (UTC ms) and how many there were, and what was decided."""

    volunteer_no: str
    serial: int
    first_at: int
    last_at: int
    times: int
    state: ParkedState
    decided_at: int | None = None
    decided_by: str | None = None


def may_park(connection: sqlite3.Connection, volunteer_no: str, serial: int) -> bool:
    """Whether a genuine card that is unknown here may be one that a lost file gave out: this file was restored, and
    nobody has refused or taken in that card yet.
    """
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM restoration) AND NOT EXISTS (SELECT 1 FROM parked_card "
        "WHERE volunteer_no = ? AND serial = ? AND state <> 'waiting')",
        (volunteer_no, serial),
    ).fetchone()
    return bool(row[0])


def park(connection: sqlite3.Connection, volunteer_no: str, serial: int, at: int) -> None:
    """Note one more attempt with a parked card."""
    connection.execute(
        "INSERT INTO parked_card (volunteer_no, serial, first_at, last_at) VALUES (?1, ?2, ?3, ?3) "
        "ON CONFLICT (volunteer_no, serial) DO UPDATE SET last_at = max(last_at, ?3), first_at = min(first_at, ?3), "
        "times = times + 1",
        (volunteer_no, serial, at),
    )


def get(connection: sqlite3.Connection, volunteer_no: str, serial: int) -> ParkedRow | None:
    """One parked card; None if there is none."""
    row = connection.execute(
        "SELECT * FROM parked_card WHERE volunteer_no = ? AND serial = ?", (volunteer_no, serial)
    ).fetchone()
    return ParkedRow.from_row(row) if row else None


def every(connection: sqlite3.Connection) -> list[ParkedRow]:
    """All parked cards, those that wait first, the latest attempt first."""
    rows = connection.execute(
        "SELECT * FROM parked_card ORDER BY state <> 'waiting', last_at DESC, volunteer_no, serial"
    )
    return [ParkedRow.from_row(row) for row in rows]


def count_waiting(connection: sqlite3.Connection) -> int:
    """How many wait for somebody to look."""
    return int(connection.execute("SELECT count(*) FROM parked_card WHERE state = 'waiting'").fetchone()[0])


def decide(
    connection: sqlite3.Connection, volunteer_no: str, serial: int, state: ParkedState, at: int, by: str
) -> None:
    """Keep what was decided of a parked card."""
    connection.execute(
        "UPDATE parked_card SET state = ?, decided_at = ?, decided_by = ? WHERE volunteer_no = ? AND serial = ?",
        (state, at, by, volunteer_no, serial),
    )


def highest_serial(connection: sqlite3.Connection, volunteer_no: str) -> int:
    """The highest serial of a number's parked cards; 0 without one. No new card may get it."""
    row = connection.execute("SELECT max(serial) FROM parked_card WHERE volunteer_no = ?", (volunteer_no,)).fetchone()
    return int(row[0] or 0)


def attempts(connection: sqlite3.Connection, volunteer_no: str, serial: int) -> list[int]:
    """When a card was scanned and parked (UTC ms), the first first."""
    rows = connection.execute(
        "SELECT at FROM scan WHERE volunteer_no = ? AND serial = ? AND result = 'refused' AND reason = 'parked_card' "
        "ORDER BY at, id",
        (volunteer_no, serial),
    )
    return [int(row[0]) for row in rows]
