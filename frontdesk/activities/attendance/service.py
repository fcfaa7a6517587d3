"""Use cases of attendance, for the other rooms of activities: who came, and how many without a name."""

from __future__ import annotations

from frontdesk.activities.attendance.errors import AttendanceError
from frontdesk.activities.attendance.marking import (
    LARGEST_HEAD_COUNT,
    Mark,
    Marked,
    PartyStatus,
    Wanted,
    mark,
    mark_many,
    mark_rest,
    set_walk_ins,
    take_back,
    unmarked,
    walk_ins,
)
from frontdesk.context import Context
from frontdesk.permission import allowed

__all__ = [
    "LARGEST_HEAD_COUNT",
    "AttendanceError",
    "Mark",
    "Marked",
    "Wanted",
    "mark",
    "mark_attendance",
    "mark_many",
    "mark_rest",
    "set_walk_ins",
    "take_back",
    "unmarked",
    "walk_ins",
]


@allowed("writer")
def mark_attendance(
    context: Context, registration_id: int, status: PartyStatus | None, seats: int | None = None, *, reason: str = ""
) -> Marked:
    """Record what became of a party from a list; see `marking.mark`."""
    return mark(context, registration_id, status, seats, reason=reason)
