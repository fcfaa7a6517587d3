"""The clock that everything is given that needs the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from frontdesk.errors import DeskError

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The computer's time, in UTC."""
    return datetime.now(UTC)


def zone_named(name: str) -> ZoneInfo:
    """The time zone of this name. Raises DeskError `bad_zone` where neither the system nor tzdata knows it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as failure:
        raise DeskError("bad_zone", zone=name) from failure
