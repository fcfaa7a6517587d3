"""Use cases of the AB duty: who is on today, who is away."""

from __future__ import annotations

from datetime import date

from db import leave as leaves
from db import staff as records
from db.staff import PostHolder
from frontdesk.context import Context
from frontdesk.roster.errors import RosterError
from frontdesk.roster.rules import DutyLine, duty

__all__ = [
    "DutyLine",
    "PostHolder",
    "RosterError",
    "away_on",
    "duty_of",
    "holders_by_post",
    "report_absent",
    "report_back",
]


def duty_of(context: Context, day: date) -> list[DutyLine]:
    """Who acts and who stands by at every post on a local day, in the order of the office's list."""
    connection = context.database.connection
    return duty(records.posts(connection), records.holders(connection), leaves.away(connection, day.isoformat()))


def holders_by_post(context: Context) -> list[tuple[str, list[str], list[str]]]:
    """Every post with the names of its A and of its B holders, in the order of the office's list."""
    connection = context.database.connection
    every = records.holders(connection)
    return [
        (
            post,
            [holder.name for holder in every if holder.post == post and holder.ab == "A"],
            [holder.name for holder in every if holder.post == post and holder.ab == "B"],
        )
        for post in records.posts(connection)
    ]


def away_on(context: Context, day: date) -> dict[str, str]:
    """Who is away on a local day, with the reason, by staff number."""
    return leaves.away(context.database.connection, day.isoformat())


def report_absent(context: Context, staff_no: str, day: date, reason: str = "") -> list[DutyLine]:
    """Mark a person as away on a day; returns the duty as it then stands.

    Raises RosterError `unknown_staff`.
    """
    with context.change("roster.absent", staff_no, day=day.isoformat()) as connection:
        if records.get(connection, staff_no) is None:
            raise RosterError("unknown_staff", no=staff_no)
        leaves.add(connection, staff_no, day.isoformat(), day.isoformat(), at=context.now_ms(), reason=reason)
    return duty_of(context, day)


def report_back(context: Context, staff_no: str, day: date) -> list[DutyLine]:
    """Take an absence back; returns the duty as it then stands. Raises RosterError `unknown_staff`."""
    with context.change("roster.back", staff_no, day=day.isoformat()) as connection:
        if records.get(connection, staff_no) is None:
            raise RosterError("unknown_staff", no=staff_no)
        for leave in leaves.between(connection, day.isoformat(), day.isoformat()):
            if leave.staff_no == staff_no:
                leaves.set_returned(connection, leave.id, context.now_ms())
    return duty_of(context, day)
