"""Seats. Pure: who sits, who waits, who moves up."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from db.registrations import Registration, RegistrationLine

CATEGORIES = (
    "生活服务",
    "为老服务",
    "健康服务",
    "文体服务",
    "法律服务",
    "亲子服务",
    "教育服务",
    "志愿服务",
    "品牌特色",
)
"""九类服务 (mechanisms X03), as the office writes them."""

_CANCELLED = re.compile(r"已?取消(?:$|[\s:：,，。.;；、(（\-—]+|(?=因|由于))(.*)", re.DOTALL)


def category_named(text: str) -> str | None:
    """The one of the nine categories that `text` means, with or without 服务; None for another word."""
    stem = text.removesuffix("服务")
    return next((category for category in CATEGORIES if category.removesuffix("服务") == stem), None)


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


def promotions(capacity: int, registrations: Iterable[Registration]) -> list[Registration]:
    """Which waiting parties get seats now, first come first served by time of sign-up.

    A party is seated whole or waits; a later smaller party may take seats that a larger one could not.
    Whoever is
    confirmed stays confirmed.
    """
    every = list(registrations)
    left = capacity - sum(party.party_size for party in every if party.state == "confirmed")
    waiting = sorted(
        (party for party in every if party.state == "waitlisted"),
        key=lambda party: (party.applied_at, party.seq_no),
    )
    seated = []
    for party in waiting:
        if party.party_size <= left:
            left -= party.party_size
            seated.append(party)
    return seated


def place_in_queue(registrations: Iterable[Registration], registration_id: int) -> int:
    """The place of a waiting party in the queue, counted from 1; 0 for one that is not waiting."""
    waiting = sorted(
        (party for party in registrations if party.state == "waitlisted"),
        key=lambda party: (party.applied_at, party.seq_no),
    )
    return next((place for place, party in enumerate(waiting, 1) if party.id == registration_id), 0)


def sent_back(
    capacity: int, registrations: Iterable[RegistrationLine], grown: Collection[int]
) -> list[RegistrationLine]:
    """Which of the parties that have `grown` (ids) give their seats back because there are too few for all.

    The latest sign-up goes first, and no more than needed. A party whose attendance is recorded keeps its
    seats: it has used them.
    """
    seated = [party for party in registrations if party.state == "confirmed"]
    over = sum(party.party_size for party in seated) - capacity
    movable = sorted(
        (party for party in seated if party.id in grown and party.status is None),
        key=lambda party: (party.applied_at, party.seq_no),
        reverse=True,
    )
    back = []
    for party in movable:
        if over <= 0:
            break
        over -= party.party_size
        back.append(party)
    return back
