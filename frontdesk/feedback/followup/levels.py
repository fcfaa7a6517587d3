"""Follow-ups of a period by the level of their ratings, for the weekly brief (每周研判简报, mechanisms G05)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from db import follow_ups as records
from frontdesk.context import Context
from frontdesk.feedback.followup.counting import known_calendar, standing

BAD_LEVELS = (2, 1)


class LevelCounts(NamedTuple):
    """Follow-ups by the level of the rating: of bad ratings given in the period, ended in it, open and overdue today,
    and how many appeals wait for a decision. Small numbers are for whoever shows them to hold back.
    """

    opened: dict[int, int]
    ended: dict[int, int]
    open: dict[int, int]
    overdue: dict[int, int]
    appealed: int


def follow_ups_by_level(context: Context, first: date, last: date) -> LevelCounts:
    """The follow-ups of a span of local days, and those open today. Ratings given today are in none of them: that there
    is an anonymous one among them would tell when it was given.
    """
    today = context.today()
    until = min(last, today - timedelta(days=1)).isoformat()
    with context.database.reading() as connection:
        opened = records.opened_by_level(connection, first.isoformat(), until, today.isoformat())
        ended = records.ended_by_level(connection, first.isoformat(), last.isoformat())
        groups = {level: records.open_groups(connection, today.isoformat(), level=level) for level in BAD_LEVELS}
        everything = [one for ones in groups.values() for one in ones]
        calendar = known_calendar(context, everything) if everything else None
    overdue = dict.fromkeys(BAD_LEVELS, 0)
    for level, ones in groups.items():
        for one in ones:
            assert calendar is not None
            overdue[level] += one.many * (standing(context, one, calendar) in ("overdue", "notice"))
    return LevelCounts(
        {level: opened.get(level, 0) for level in BAD_LEVELS},
        ended,
        {level: sum(one.many for one in ones) for level, ones in groups.items()},
        overdue,
        sum(one.many for one in everything if one.state == "appealed"),
    )
