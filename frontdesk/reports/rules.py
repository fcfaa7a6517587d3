"""What a report is about. Pure."""

from __future__ import annotations

from datetime import date

from frontdesk.common.periods import SUNDAY, Period, PeriodKind, WeekStyle, week_of

TOO_SHORT: tuple[PeriodKind, ...] = ("day",)
"""These are only looked at: neither closed nor exported nor sent."""
WITHOUT_LEVELS: tuple[PeriodKind, ...] = ("day", "half_month")
"""Of these only the number of ratings is told, on screens as in reports: beside weeks and months the rest would tell
what single people said.
"""
OF_LEVELS = frozenset({"ratings_by_level", "bad_ratings", "good_rate", "good_rate_interval95"})
"""The figures that tell how people rated."""
OF_RATINGS = OF_LEVELS | {
    "good_ratings",
    "ratings_excluded",
    "ratings_counted",
    "good_ratings_counted",
    "satisfaction_rate",
    "follow_ups_opened",
    "follow_ups_open",
    "follow_ups_overdue",
}
"""The figures and the indicators that do: those that need the public minimum of ratings."""

LAST_DAYS = 3
"""With so many days of a week still to come people mean that week, before that the one that has ended: from Thursday on
where weeks end on Sunday.
"""


def week_to_hand_over(today: date, week_ends: int = SUNDAY, style: WeekStyle = "number") -> Period:
    """The week that a person who opens the report is about to hand over; weeks end on the ISO weekday `week_ends`."""
    week = week_of(today, week_ends, style)
    return week if (week.last - today).days <= LAST_DAYS else week.previous()
