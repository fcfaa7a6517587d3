"""Where a post stands between its A and its B (mechanisms §6.4), and when nothing has to be handed over. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

from frontdesk.roster.model import Away

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
    "gap",
    "leader_covers",
    "returned",
    "return_briefed",
]

Cover = Literal["colleague", "leader", "nobody"]
"""Who does the work of a post meanwhile: a colleague, the head of the centre as the last resort, or nobody."""


def ab_state(leave: Leave, of_post: Sequence[Handover], today: date, cover: Cover = "colleague") -> ABState:
    """How far one post is on its way through one leave, given the hand-overs of that post.

    Before the leave: planned, written, acknowledged. During it: a gap where nobody covers the post, the leader where A
    and B are both away, else covered, or late where the hand-over came only when the leave had begun. After it:
    returned, and briefed once every briefing was given.
    """
    if leave.state in ("asked", "refused", "withdrawn"):
        return "normal"
    if is_over(leave, today):
        briefed = bool(of_post) and all(one.returned_at is not None for one in of_post)
        return "return_briefed" if briefed else "returned"
    if date.fromisoformat(leave.first_day) <= today:
        if cover != "colleague":
            return "gap" if cover == "nobody" else "leader_covers"
        return "handover_late" if of_post and all(one.late for one in of_post) else "covered"
    if not of_post:
        return "leave_planned"
    return "acked" if all(one.acked_at is not None for one in of_post) else "handover_written"


def is_half_a_day(leave: Leave | Away) -> bool:
    """Whether an absence is at most half a day: of this the leader is told, and nothing is handed over (§8.2)."""
    first, last = (leave.first, leave.last) if isinstance(leave, Away) else (leave.first_day, leave.last_day)
    if first != last:
        return False
    begins, ends = leave.from_minute, leave.until_minute
    if begins is not None and (begins >= NOON or (ends is not None and ends - begins <= HALF_DAY_MINUTES)):
        return True
    return ends is not None and ends <= AFTERNOON


def is_over(leave: Leave, today: date) -> bool:
    """Whether the person is back, or should be."""
    return leave.state == "returned" or date.fromisoformat(leave.last_day) < today
