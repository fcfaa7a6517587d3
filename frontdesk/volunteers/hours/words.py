"""Hours in words, in the language in force."""

from __future__ import annotations

from frontdesk.locale import t


def amount(minutes: int) -> str:
    """Minutes as hours and minutes: 1小时30分, 1 h 30 min."""
    return t("hours.amount", hours=minutes // 60, minutes=minutes % 60)
