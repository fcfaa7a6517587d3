"""Where a post stands between its A and its B (mechanisms §6.4), and when nothing has to be handed over. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from db.leave import Handover, Leave

NOON, AFTERNOON = 12 * 60, 13 * 60 + 30
"""The morning ends and the afternoon begins (mechanisms §11.7); the break between them belongs to either."""
HALF_DAY_MINUTES = 4 * 60
"""Half of a working day of eight hours, whenever it lies."""

ABState = Literal[
    "normal",
    "leave_planned",
    "handover_written",
    "acked",
    "covered",
    "handover_late",
    "returned",
    "return_briefed",
]


def ab_state(leave: Leave, of_post: Sequence[Handover], today: date) -> ABState:
    """How far one post is on its way through one leave, given the hand-overs of that post.

    Before the leave: planned, written, acknowledged. During it: covered, or late where the hand-over came only when the
    leave had begun. After it: returned, and briefed once every briefing was given.
    """
    if leave.state in ("asked", "refused", "withdrawn"):
        return "normal"
    if is_over(leave, today):
        briefed = bool(of_post) and all(one.returned_at is not None for one in of_post)
        return "return_briefed" if briefed else "returned"
    if date.fromisoformat(leave.first_day) <= today:
        return "handover_late" if of_post and all(one.late for one in of_post) else "covered"
    if not of_post:
        return "leave_planned"
    return "acked" if all(one.acked_at is not None for one in of_post) else "handover_written"


def is_half_a_day(leave: Leave) -> bool:
    """Whether an absence is at most half a day: of this the leader is told, and nothing is handed over (§8.2)."""
    if leave.first_day != leave.last_day:
        return False
    begins, ends = leave.from_minute, leave.until_minute
    if begins is not None and (begins >= NOON or (ends is not None and ends - begins <= HALF_DAY_MINUTES)):
        return True
    return ends is not None and ends <= AFTERNOON


def is_over(leave: Leave, today: date) -> bool:
    """Whether the person is back, or should be."""
    return leave.state == "returned" or date.fromisoformat(leave.last_day) < today
