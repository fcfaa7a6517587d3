"""Below which age a guardian agrees for somebody."""

from __future__ import annotations

CHILD_AGE = 14
"""Below it a guardian agrees by law, and what is known of a child is sensitive (PIPL §§28, 31)."""


def asked_below(setting: int) -> int:
    """The age below which a volunteer's guardian is asked: the setting `guardian_age`, at least what the law says."""
    return max(CHILD_AGE, setting)
