"""Where a post stands between its A and its B (mechanisms §6.4). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from db.leave import Handover, Leave

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


def is_over(leave: Leave, today: date) -> bool:
    """Whether the person is back, or should be."""
    return leave.state == "returned" or date.fromisoformat(leave.last_day) < today
