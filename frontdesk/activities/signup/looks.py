"""How the sign-up of a session looks at a moment: open, not yet, full. Pure."""

from __future__ import annotations

from typing import Literal
from zoneinfo import ZoneInfo

from db.activities import SessionLine
from frontdesk.activities.signup.eligibility import closes_at, opens_at

Look = Literal["", "cancelled", "closed", "not_open", "over", "lottery", "full"]
"""'' is open with free seats; `over` is closed for sign-up, `closed` a session that is done with."""

OVERRIDABLE = frozenset(
    (
        *("not_open_yet", "sign_up_closed", "not_resident", "wrong_area", "tag_missing", "birth_needed"),
        *("too_young", "too_old", "party_too_large", "over_quota", "over_quota_month", "in_penalty", "collides"),
        *("member_over_quota", "member_over_quota_month", "member_in_penalty"),
    )
)
"""Refusals of a sign-up that a reason puts aside (`signup.service.sign_up_resident`)."""


def look(line: SessionLine, zone: ZoneInfo, now: int) -> Look:
    """What is to be known first of a session's sign-up; `now` in UTC milliseconds."""
    if line.state == "cancelled":
        return "cancelled"
    if line.state == "closed":
        return "closed"
    opens = opens_at(line, zone, is_returning=False)
    if opens is not None and now < opens:
        return "not_open"
    if line.terms.allocation == "lottery" and line.drawn_at is None:
        return "lottery"
    if now >= closes_at(line, zone):
        return "over"
    return "full" if line.seats_confirmed + line.seats_offered >= line.capacity else ""
