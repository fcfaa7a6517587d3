"""What people of the district read: the words of its pages and workbooks, instants and numbers as they write them."""

from __future__ import annotations

from datetime import datetime

from frontdesk.district.accounts.rules import RESERVED
from frontdesk.district.zone import ZONE
from frontdesk.locale import t


def words(key: str, /, **values: object) -> str:
    """The words of the pages for a key, in the language in force."""
    return t(f"district_web.{key}", **values)


def instant(at_ms: int | None) -> str:
    """An instant as people here write it, to the minute: 2026-11-22 09:30; a dash where there is none."""
    return "—" if at_ms is None else datetime.fromtimestamp(at_ms / 1000, ZONE).strftime("%Y-%m-%d %H:%M")


def by_whom(who: str) -> str:
    """Who did something, an account by its name; the program's own names for nobody in words."""
    return words(f"who.{who}") if who in RESERVED else who


def percent(rate: float | None) -> str:
    """A rate with one decimal: 93.8%; a dash where there is none."""
    return "—" if rate is None else f"{rate:.1%}"


def number(value: int | None) -> str:
    """A whole number in groups of three: 12,345; a dash where it is not known."""
    return "—" if value is None else f"{value:,}"
