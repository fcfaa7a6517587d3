"""Whoever stays away too often may not sign up for a while (限制报名): the rule, and what it is applied to.

Nothing of it is stored: it follows from attendance and the waivers at every moment, so that taking back a mistaken
no-show lifts what followed from it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from db import attendance as records
from db.attendance import Strike
from frontdesk.context import Context, Settings


@dataclass(frozen=True)
class PenaltyRule:
    """`limit` no-shows within `within_days` days (0: nobody is restricted) keep somebody from signing up for
    `penalty_days` days after the day of the last of them.
    """

    limit: int
    within_days: int
    penalty_days: int

    @classmethod
    def of(cls, settings: Settings) -> PenaltyRule:
        """The rule that the settings of the centre say."""
        return cls(settings.no_show_limit, settings.no_show_days, settings.penalty_days)


@dataclass(frozen=True)
class Penalty:
    """A time in which somebody may not sign up, both days included, and how many no-shows it follows from."""

    first: date
    until: date
    count: int


def penalties(rule: PenaltyRule, days: Collection[date], waived_through: date | None = None) -> list[Penalty]:
    """Every penalty that follows from no-shows on these days, a day for each, those up to and with `waived_through` not
    counted. Each no-show that makes the number full begins one of its own; they may lie over each other.
    """
    if rule.limit <= 0:
        return []
    counted = sorted(day for day in days if waived_through is None or day > waived_through)
    found = []
    for place in range(rule.limit - 1, len(counted)):
        last = counted[place]
        if (last - counted[place - rule.limit + 1]).days < rule.within_days:
            count = sum(1 for day in counted[: place + 1] if (last - day).days < rule.within_days)
            found.append(Penalty(last, last + timedelta(days=rule.penalty_days), count))
    return found


def penalty_on(rule: PenaltyRule, days: Collection[date], waived_through: date | None, day: date) -> Penalty | None:
    """The penalty in force on a day, the one that ends last; None where there is none. What happened after that day
    does not count.
    """
    known = [one for one in days if one <= day]
    running = [one for one in penalties(rule, known, waived_through) if one.first <= day <= one.until]
    return running[-1] if running else None


def penalty_until(context: Context, connection: sqlite3.Connection, resident_id: int, day: date) -> date | None:
    """The last day on which a resident may not sign up, seen from a local day; None where nothing keeps the person."""
    rule = PenaltyRule.of(context.settings)
    if rule.limit <= 0:
        return None
    days = strike_days(context, strikes_of(context, connection, resident_id))
    through = records.waived_through(connection, resident_id)
    found = penalty_on(rule, days, date.fromisoformat(through) if through else None, day)
    return found.until if found else None


def strikes_of(context: Context, connection: sqlite3.Connection, resident_id: int) -> list[Strike]:
    """What counts against a resident, the first first: no-shows, and late cancellations where the setting
    `late_cancel_counts` says so.
    """
    return records.strikes(connection, resident_id, late_cancels=bool(context.settings.late_cancel_counts))


def strike_days(context: Context, strikes: Sequence[Strike]) -> list[date]:
    """On which local day each counts: a no-show on the day of the session, a late cancellation on the day on which it
    was made, which is known at once.
    """
    return [
        date.fromisoformat(one.day if one.cancelled_at is None else context.local_day(one.cancelled_at))
        for one in strikes
    ]
