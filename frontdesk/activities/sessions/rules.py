"""What a change of a session is to others, and what the office writes about sessions, read. Pure."""

from __future__ import annotations

import re

from db.activities import Session, SignUpTerms

_CANCELLED = re.compile(r"已?取消(?:$|[\s:：,，。.;；、(（\-—]+|(?=因|由于))(.*)", re.DOTALL)


_MOVES = ("day", "starts_at", "ends_at", "room")

SHARED = (
    *("name", "category", "activity_type", "room", "lead", "capacity", "min_enrol", "note"),
    *("setup_minutes", "clearing_minutes", "terms", "fee_fen"),
)
"""What the sessions of a series say as it does, word for word."""

OF_SERIES = ("day", "starts_at", "ends_at", *SHARED)
"""What a series says of its sessions; one that says otherwise has been changed by itself."""


DRAW_TERMS = ("allocation", "returning_first", "draw_days_before", "draw_time")
"""On which terms a lottery was drawn: whoever draws it again from the printed result needs them as they were."""


def draws_otherwise(before: Session, terms: SignUpTerms) -> bool:
    """Whether a session has been drawn on other terms than these."""
    return before.drawn_at is not None and any(
        getattr(before.terms, name) != getattr(terms, name) for name in DRAW_TERMS
    )


def changes_closed(before: Session, after: Session) -> bool:
    """Whether a session that stays closed would say something else than what was counted; its note is free."""
    return (before.state, after.state) == ("closed", "closed") and any(
        getattr(before, name) != getattr(after, name) for name in OF_SERIES if name != "note"
    )


def is_planned(session: Session | None) -> bool:
    """Whether a session is still a draft, approved or not, or does not exist yet."""
    return session is None or session.state in ("draft", "approved")


def is_moved(before: Session, after: Session) -> bool:
    """Whether whoever signed up has to be told of another time or place."""
    return any(getattr(before, name) != getattr(after, name) for name in _MOVES)


def detached(before: Session, after: Session) -> Session:
    """`after`, marked as a single session where it belongs to a series and no longer says what that one gave it."""
    if before.series_id is None or all(getattr(after, name) == getattr(before, name) for name in OF_SERIES):
        return after
    return after.model_copy(update={"detached": True})


def cancellation(remark: str) -> str | None:
    """The reason in a remark that cancels a session (取消:讲师请假); None for another remark.

    '' where no reason is given. The word must stand alone or before a mark or the reason: 取消报名请提前来电
    cancels nothing.
    """
    match = _CANCELLED.match(remark)
    if match is None:
        return None
    reason = match[1].strip()
    for opening, closing in ("()", "（）"):
        if reason.count(closing) > reason.count(opening):
            # The bracket was opened before the reason: 取消(讲师请假).
            reason = reason.removesuffix(closing)
    return reason
