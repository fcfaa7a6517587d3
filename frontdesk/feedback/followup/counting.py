"""How many follow-ups are open, overdue, or run out soon. Ratings nobody may work on yet are not in any number."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from db import follow_ups as records
from frontdesk.calendar.service import Calendar, calendar_for
from frontdesk.common.timelimits import PRESETS, preset_of
from frontdesk.context import Context
from frontdesk.feedback.followup.deadlines import next_limit, pace

if TYPE_CHECKING:
    from db.feedback import SubjectKind
    from db.follow_ups import OpenGroup

LONGEST = 60
"""Days ahead of today that a limit may lie: the calendar has to be known so far."""


class FollowUpCounts(NamedTuple):
    """Follow-ups: open ones, and of these overdue ones, ones that run out soon, ones under appeal."""

    open: int
    overdue: int
    due_soon: int
    appealed: int


class OpenCount(NamedTuple):
    """How many follow-ups of ratings given on a day are open today, and how many of these overdue."""

    day: str
    subject_kind: SubjectKind
    subject: str
    staff_no: str
    open: int
    overdue: int


def follow_up_counts(context: Context) -> FollowUpCounts:
    """All open follow-ups as they stand today."""
    counts = dict.fromkeys(("open", "overdue", "due_soon", "appealed"), 0)
    with context.database.reading() as connection:
        groups = records.open_groups(connection, context.today().isoformat())
        calendar = known_calendar(context, groups) if groups else None
    for one in groups:
        assert calendar is not None
        counts["open"] += one.many
        counts["appealed"] += one.many * (one.state == "appealed")
        stands = standing(context, one, calendar)
        counts["overdue"] += one.many * (stands in ("overdue", "notice"))
        counts["due_soon"] += one.many * (stands == "soon")
    return FollowUpCounts(**counts)


def open_follow_ups_between(context: Context, first: date, last: date) -> list[OpenCount]:
    """The follow-ups that are open today of the ratings given from `first` to `last`, by day, subject and who served.

    Small numbers among them are for whoever shows them to suppress. Anonymous ratings of today are in none of them.
    """
    with context.database.reading() as connection:
        today = context.today().isoformat()
        groups = records.open_groups(connection, today, first.isoformat(), last.isoformat(), by_subject=True)
        calendar = known_calendar(context, groups) if groups else None
    found: dict[tuple[str, SubjectKind, str, str], list[int]] = {}
    for one in groups:
        assert calendar is not None
        sums = found.setdefault((one.day, one.subject_kind, one.subject, one.staff_no), [0, 0])
        sums[0] += one.many
        sums[1] += one.many * (standing(context, one, calendar) in ("overdue", "notice"))
    return [OpenCount(*key, *sums) for key, sums in found.items()]


def overdue_bounds(context: Context) -> dict[str, str]:
    """The last local day on which a limit may have begun that has run out by today, as `preset.limit`: for statements
    that ask which follow-ups are overdue. A limit that a preset does not set is not among them.
    """
    today = context.today()
    with context.database.reading():
        calendar = calendar_for(context, today - timedelta(days=LONGEST), today)
    limits = ((code, preset._asdict()) for code, preset in PRESETS.items())
    return {
        f"{code}.{limit}": (calendar.add_working_days(today, -days[limit]) - timedelta(days=1)).isoformat()
        for code, days in limits
        for limit in ("first_contact", "simple", "complex", "call_back")
        if days[limit] is not None
    }


def standing(context: Context, one: OpenGroup | records.BadRating, calendar: Calendar) -> str:
    """How the limit of a follow-up stands today; see `deadlines.pace`."""
    settings = context.settings
    limit = next_limit(one, calendar, settings.follow_up_preset)
    notice = preset_of(one.preset or settings.follow_up_preset).notice
    return pace(limit, context.today(), calendar, settings.follow_up_remind_days, notice)


def known_calendar(context: Context, ones: list[OpenGroup] | list[records.BadRating]) -> Calendar:
    """The calendar for all days that the limits of these may touch."""
    today = context.today()
    begins = min((one.known_on for one in ones), default=today.isoformat())
    return calendar_for(context, min(today, date.fromisoformat(begins)), today + timedelta(days=LONGEST))
