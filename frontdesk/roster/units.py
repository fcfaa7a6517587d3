"""Minutes: of a day, of a week, since the calendar began, and as hours. Pure."""

from __future__ import annotations

from datetime import date

DAY_MINUTES = 1440
WEEK_MINUTES = 7 * DAY_MINUTES


def absolute(day: date, minute: int = 0) -> int:
    """A minute after the midnight of a local day, counted since the calendar began."""
    return day.toordinal() * DAY_MINUTES + minute


def is_weekend(day: date) -> bool:
    """Saturday or Sunday, whatever the calendar makes of it: a make-up workday (班) takes the weekend just as well."""
    return day.weekday() >= 5


def whole_hours(minutes: float) -> str:
    """Minutes as whole hours where there is no room for more; half an hour counts as one."""
    return str(int(minutes / 60 + 0.5))


def in_hours(minutes: int) -> str:
    """Minutes as hours for a person: "8", "7.5", "-0.25"; to a hundredth of an hour."""
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".")
