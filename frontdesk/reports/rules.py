"""What a report is about. Pure."""

from __future__ import annotations

from datetime import date

from frontdesk.common.periods import Period, week_of

FIRST_DAY_TO_HAND_OVER = 4
"""Thursday: from then on people mean the week that is running, before that the one that has ended."""


def week_to_hand_over(today: date) -> Period:
    """The week that a person who opens the report is about to hand over."""
    week = week_of(today)
    return week if today.isoweekday() >= FIRST_DAY_TO_HAND_OVER else week.previous()
