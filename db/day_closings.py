"""The local days whose open visits were closed, and those that wait for it."""

from __future__ import annotations

import sqlite3


def unclosed_days(connection: sqlite3.Connection, last: str) -> list[str]:
    """The local days up to `last` that have visits and are not closed, or have a visit without an exit all the same:
    the day was closed while a clock was ahead, or in the very moment of a scan. In order.

    It steps from day to day through the index, however many visits a day has.
    """
    rows = connection.execute(
        "WITH RECURSIVE step (day) AS (SELECT min(day) FROM visit UNION ALL "
        "SELECT (SELECT min(v.day) FROM visit v WHERE v.day > step.day) FROM step WHERE step.day < :last) "
        "SELECT day FROM step WHERE day <= :last AND (day NOT IN (SELECT day FROM day_closing) OR EXISTS "
        "(SELECT 1 FROM visit v WHERE v.day = step.day AND v.left_at IS NULL AND NOT v.annulled))",
        {"last": last},
    )
    return [row[0] for row in rows]


def reopen_day(connection: sqlite3.Connection, day: str) -> None:
    """Have a day closed once more, because a visit of it is open again."""
    connection.execute("DELETE FROM day_closing WHERE day = ?", (day,))


def put_closing(connection: sqlite3.Connection, day: str, at: int, operator_no: str | None, closed: int) -> None:
    """Note that a day was closed, and how many exits were inferred for it then."""
    connection.execute(
        "INSERT INTO day_closing (day, at, operator_no, closed) VALUES (?, ?, ?, ?) ON CONFLICT (day) DO UPDATE SET "
        "at = excluded.at, operator_no = excluded.operator_no, closed = closed + excluded.closed",
        (day, at, operator_no, closed),
    )
