"""Swaps of duty between colleagues, and shifts that somebody gives away to whoever takes them."""

from __future__ import annotations

import sqlite3
from typing import Literal

from db.record import Record

SwapState = Literal["open", "asked", "done", "declined", "withdrawn"]
WAITING = ("open", "asked")


class Swap(Record):
    """A role of a slot that `asked_by` gives away: to anybody (open), to `with_staff`, or for another role."""

    id: int = 0
    asked_at: int
    asked_by: str
    role: Literal["acting", "standby"]
    day: str
    post: str
    shift: str
    with_staff: str | None = None
    other_day: str | None = None
    other_post: str | None = None
    other_shift: str | None = None
    other_role: Literal["acting", "standby"] | None = None
    state: SwapState
    decided_at: int | None = None
    decided_by: str | None = None


def get(connection: sqlite3.Connection, swap_id: int) -> Swap | None:
    """The swap with this number; None if there is none."""
    row = connection.execute("SELECT * FROM swap WHERE id = ?", (swap_id,)).fetchone()
    return Swap.from_row(row) if row else None


def waiting(connection: sqlite3.Connection, first_day: str) -> list[Swap]:
    """What is not decided yet and concerns this local day or a later one, by day."""
    rows = connection.execute(
        "SELECT * FROM swap WHERE state IN ('open', 'asked') AND day >= ? ORDER BY day, id", (first_day,)
    )
    return [Swap.from_row(row) for row in rows]


def between(connection: sqlite3.Connection, first_day: str, last_day: str) -> list[Swap]:
    """Every swap of slots of these local days, whatever became of it, by day."""
    rows = connection.execute("SELECT * FROM swap WHERE day BETWEEN ? AND ? ORDER BY day, id", (first_day, last_day))
    return [Swap.from_row(row) for row in rows]


def add(connection: sqlite3.Connection, one: Swap) -> int:
    """Write a swap down; returns its number."""
    cursor = connection.execute(
        "INSERT INTO swap (asked_at, asked_by, role, day, post, shift, with_staff, other_day, other_post, other_shift, "
        "other_role, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            one.asked_at,
            one.asked_by,
            one.role,
            one.day,
            one.post,
            one.shift,
            one.with_staff,
            one.other_day,
            one.other_post,
            one.other_shift,
            one.other_role,
            one.state,
        ),
    )
    return int(cursor.lastrowid or 0)


def decide(connection: sqlite3.Connection, swap_id: int, state: SwapState, by: str, at: int) -> None:
    """Close a swap."""
    connection.execute(
        "UPDATE swap SET state = ?, decided_by = ?, decided_at = ? WHERE id = ?", (state, by, at, swap_id)
    )
