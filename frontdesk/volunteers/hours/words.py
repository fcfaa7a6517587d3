"""Hours in words, in the language in force."""

from __future__ import annotations

from frontdesk.locale import t
from frontdesk.volunteers.hours.rounding import decimal_hours


def amount(minutes: int) -> str:
    """Minutes as hours with their unit: 1.50 小时."""
    return t("hours.amount", hours=decimal_hours(minutes))
