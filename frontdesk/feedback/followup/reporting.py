"""The ledger as a report of a period carries it: weekly and monthly, so it tells no more than the statistics do."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from frontdesk.context import Context
from frontdesk.feedback.followup.ledger import Ledger, ledger
from frontdesk.feedback.statistics.service import Read

if TYPE_CHECKING:
    from db.follow_ups import BadRating


def reported_follow_ups(context: Context, first: date, last: date) -> Ledger:
    """The ledger of a span of local days in which nothing is told of an anonymous rating unless what was rated may be
    shown by itself for that week: held against each other, reports of a week and of its month would give it away.
    """
    with context.database.reading() as connection:

        @cache
        def read_once() -> Read:
            return Read(context, connection, first, last)

        def may_be_told(one: BadRating) -> bool:
            read = read_once()
            return read.ledger.shown_of(date.fromisoformat(one.day), read.path(one.subject_kind, one.subject))

        return ledger(context, first, last, may_be_told=may_be_told)
