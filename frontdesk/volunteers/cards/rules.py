"""How long a card is valid. Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from db.volunteers import Card


def end_after(day: date, months: int) -> str:
    """The last local day of a card of so many months that is issued or renewed on `day`, as it is stored.

    It is the same day of the month, or the last one where that month is shorter; '' without an end (0 months).
    """
    if months == 0:
        return ""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])).isoformat()


def is_over(card: Card, day: date) -> bool:
    """Whether a card ended before a local day."""
    return bool(card.valid_until) and card.valid_until < day.isoformat()
