"""What a scan means. Pure: records go in, a verdict comes out."""

from __future__ import annotations

from typing import Literal, NamedTuple

from db.volunteers import Card, Visit, Volunteer

Result = Literal["entered", "left", "same_scan", "refused"]


class Verdict(NamedTuple):
    """What became of a scan; `reason` is '' unless it was refused, `limit` the date or time that refused
    it.
    """

    result: Result
    reason: str = ""
    limit: str = ""


def judge_card(volunteer: Volunteer | None, card: Card | None, day: str) -> Verdict | None:
    """Why a card with a genuine code is refused on a local day; None where it is good.

    The person is judged after the card: a suspended volunteer is not a revoked card (acceptance, check-in
    10, 11).
    """
    if volunteer is None or card is None:
        return Verdict("refused", "unknown_card")
    if card.state == "replaced":
        return Verdict("refused", "card_replaced")
    if card.state == "revoked":
        return Verdict("refused", "card_revoked")
    if day < card.valid_from:
        return Verdict("refused", "card_not_yet_valid", card.valid_from)
    if card.valid_until and day > card.valid_until:
        return Verdict("refused", "card_expired", card.valid_until)
    return judge_person(volunteer)


def judge_person(volunteer: Volunteer | None) -> Verdict | None:
    """Why a volunteer may not serve; None where nothing stands against it."""
    if volunteer is None:
        return Verdict("refused", "unknown_volunteer")
    if volunteer.state == "suspended":
        return Verdict("refused", "volunteer_suspended")
    if volunteer.state == "left":
        return Verdict("refused", "volunteer_left")
    return None


def judge_time(at: int, accepted_near: int | None, last_visit: Visit | None) -> Verdict:
    """Entry or exit, for a good card at the instant `at` (UTC ms).

    `accepted_near` is an accepted scan of the same person within the same-scan window, `last_visit` the
    latest visit of the same local day: a visit never runs past local midnight, so that a scan of the next
    day is an entry again.
    """
    if accepted_near is not None:
        return Verdict("same_scan")
    if last_visit is None:
        return Verdict("entered")
    if at < (last_visit.left_at if last_visit.left_at is not None else last_visit.entered_at):
        return Verdict("refused", "earlier_than_last")
    return Verdict("left" if last_visit.left_at is None else "entered")
