"""What always holds of sessions, sign-up, fees, lists, demands and rooms, for the look at the whole file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

from db.invariants import reading
from frontdesk.activities.monthly.checking import lists_astray
from frontdesk.activities.signup.checking import signups_astray
from frontdesk.checking import Invariant, Watch, listed, sealed_phones, stated
from frontdesk.context import Context

AREA = "activities"


def _signups(_: Context, connection: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    for code, number in signups_astray(connection):
        yield {"session": code, "number": number}


def _lists(_: Context, connection: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    for month, code in lists_astray(connection):
        yield {"month": month, "session": code}


def _days(table: str, name: str) -> Callable[[Context, sqlite3.Connection, Watch], Iterator[dict[str, object]]]:
    """The rows that lie on another local day than the one on which they begin."""

    def found(context: Context, connection: sqlite3.Connection, watch: Watch) -> Iterator[dict[str, object]]:
        for ref, day, starts_at in watch.through(reading.days(connection, table)):
            if context.local_day(starts_at) != day:
                yield {name: ref, "day": day}

    return found


INVARIANTS: tuple[Invariant, ...] = (
    *stated(AREA, "session_ends_first"),
    listed(AREA, "session_on_other_day", _days("session", "session")),
    listed(AREA, "signups_astray", _signups),
    *stated(AREA, "seats_above", severity="warning"),
    *stated(AREA, "member_twice", "attendance_elsewhere"),
    *stated(AREA, "receipt_gap", "refund_above", "refund_elsewhere"),
    listed(AREA, "lists_astray", _lists),
    *stated(AREA, "list_unsigned", "demand_merged_on"),
    listed(AREA, "booking_on_other_day", _days("booking", "booking")),
    *stated(AREA, "bookings_cross"),
    sealed_phones(AREA, "booking", "booking"),
)
