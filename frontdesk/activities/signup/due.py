"""Offers of seats that run out today: somebody has to be asked before they do."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from db import registrations as records
from frontdesk.context import Context


class OfferDue(NamedTuple):
    """The offers of one session that run out today; `until` is the first end, in UTC milliseconds."""

    session_code: str
    session_name: str
    until: int
    numbers: tuple[int, ...]


def offers_due(context: Context) -> list[OfferDue]:
    """By session the offers that run out before the local day is over, the first to run out first."""
    found = records.offers_until(context.database.connection, context.midnight(context.today() + timedelta(days=1)))
    due: dict[str, OfferDue] = {}
    for one in found:
        before = due.get(one.session_code, OfferDue(one.session_code, one.session_name, one.offer_until, ()))
        due[one.session_code] = before._replace(numbers=(*before.numbers, one.seq_no))
    return list(due.values())
