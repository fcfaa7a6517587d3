"""The days of the district: they end there, whatever zone a machine of its is set to."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
OFFSET_MS = 8 * 3_600_000
"""How far its clock is ahead of UTC, all the year since 1992."""


def last_instant(day: date) -> int:
    """The last millisecond of a day of the district, in UTC milliseconds."""
    return round(datetime.combine(day + timedelta(days=1), time(), ZONE).timestamp() * 1000) - 1
