"""What a scan means. Pure: records go in, a verdict comes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from db.volunteers import Holder, Visit

Result = Literal["entered", "left", "same_scan", "refused"]


class Verdict(NamedTuple):
    """What became of a scan; `reason` is '' unless it was refused, `limit` the date or time that refused
    it.
    """

    result: Result
    reason: str = ""
    limit: str = ""


SAME_SCAN, ENTERED, LEFT = Verdict("same_scan"), Verdict("entered"), Verdict("left")


def judge_card(holder: Holder | None, day: str) -> Verdict | None:
    """Why a card with a genuine code is refused on a local day; None where it is good.

    The person is judged after the card: a suspended volunteer is not a revoked card (acceptance, check-in
    10, 11).
    """
    if holder is None or holder.card_state is None:
        return Verdict("refused", "unknown_card")
    if holder.card_state == "replaced":
        return Verdict("refused", "card_replaced")
    if holder.card_state == "revoked":
        return Verdict("refused", "card_revoked")
    if holder.valid_from and day < holder.valid_from:
        return Verdict("refused", "card_not_yet_valid", holder.valid_from)
    if holder.valid_until and day > holder.valid_until:
        return Verdict("refused", "card_expired", holder.valid_until)
    return judge_person(holder)


def judge_person(holder: Holder | None) -> Verdict | None:
    """Why a volunteer may not serve; None where nothing stands against it."""
    if holder is None:
        return Verdict("refused", "unknown_volunteer")
    if holder.state == "suspended":
        return Verdict("refused", "volunteer_suspended")
    if holder.state == "left":
        return Verdict("refused", "volunteer_left")
    return None


def judge_time(at: int, day: str, visits: Sequence[Visit], within: int) -> tuple[Verdict, Visit | None]:
    """Entry or exit, for a good card at the instant `at` (UTC ms) of a local day; with the visit that an exit ends
    or that a refused time lies before.

    `visits` are all of the same person on that day, and on a day before or after it that is less than `within` ms
    away. One that began or ended at most `within` ms before or after `at` makes this the same scan once more. A visit
    never runs past local midnight, so that a scan of the next day is an entry again.
    """
    last = None
    for visit in visits:
        if abs(at - visit.entered_at) <= within or (visit.left_at is not None and abs(at - visit.left_at) <= within):
            return SAME_SCAN, None
        if visit.day == day and (last is None or visit.entered_at > last.entered_at):
            last = visit
    if last is None:
        return ENTERED, None
    if at < (last.left_at if last.left_at is not None else last.entered_at):
        return Verdict("refused", "earlier_than_last"), last
    return (LEFT, last) if last.left_at is None else (ENTERED, None)
