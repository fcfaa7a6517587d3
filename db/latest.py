"""The newest moment at which anything was written: what a clock that was set back is told by."""

from __future__ import annotations

import sqlite3

KEY = "clock_latest"
"""The row of `setting` that keeps the moment from which the clock went back; nobody sets it by hand."""

END = 253_402_214_400_000
"""The last day of the year 9999 (UTC ms): a later mark is no moment at all but damage, and counts as none."""

_MARK = f"(SELECT CAST(value AS INTEGER) FROM setting WHERE key = '{KEY}' AND CAST(value AS INTEGER) < {END})"

LATEST = f"max((SELECT at FROM audit ORDER BY id DESC LIMIT 1), coalesce({_MARK}, 0))"
"""The newest moment (UTC ms), NULL before the first audit entry: that of the last entry, or a later one from which the
clock went back since. Two short look-ups, to be a part of a statement that is run anyway.
"""


def latest(connection: sqlite3.Connection) -> int | None:
    """That moment; None before the first audit entry."""
    value: int | None = connection.execute(f"SELECT {LATEST}").fetchone()[0]
    return value


def keep(connection: sqlite3.Connection, at: int) -> None:
    """Remember the moment from which the clock went back, unless a later one is remembered already."""
    connection.execute(
        "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value "
        "WHERE CAST(value AS INTEGER) NOT BETWEEN CAST(excluded.value AS INTEGER) AND ?",
        (KEY, str(at), END - 1),
    )


def forget(connection: sqlite3.Connection) -> None:
    """The clock is right as it is: what it showed before counts no more."""
    connection.execute("DELETE FROM setting WHERE key = ?", (KEY,))


LEAP_MS = 40 * 86_400_000
"""Hardly a centre makes no entry for so long: rather was the clock set forward."""

_SETTLED_MS = 7 * 86_400_000
"""A wrong year would have been seen by then."""


def leapt_from(connection: sqlite3.Connection, now: int) -> int | None:
    """The last moment (UTC ms) before the clock leapt ahead to where it is now; None where it did not, where it has
    gone on for seven days since, or where a manager has taken it for right. Reads the entries of those days only.
    """
    newer = now
    for at, action in map(tuple, connection.execute("SELECT at, action FROM audit ORDER BY id DESC")):
        if newer - at > LEAP_MS:
            return int(at)
        if action == "clock.accepted" or at < now - _SETTLED_MS:
            return None
        newer = at
    return None
