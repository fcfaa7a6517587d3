"""The clock that everything is given that needs the time."""

from __future__ import annotations

import time as times
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from frontdesk.errors import DeskError

Clock = Callable[[], datetime]

BEHIND_MS = 600_000
"""By how much the clock may be earlier than what was written last. A computer that asks the network for the time is put
back by seconds, one that was put right by a watch by minutes; both are no reason to turn anybody away. No setting: who
could change it has no need to.
"""


def system_clock() -> datetime:
    """The computer's time, in UTC."""
    return datetime.now(UTC)


def running_seconds() -> float:
    """How long the computer has been running, asleep too, in seconds from whenever; nobody can set it."""
    # The monotonic clock of Linux stands still while the computer sleeps.
    awake_and_asleep: int | None = getattr(times, "CLOCK_BOOTTIME", None)
    return times.monotonic() if awake_and_asleep is None else times.clock_gettime(awake_and_asleep)


def uptime_ms(clock: Clock) -> int:
    """How long the computer has been running, which nobody can set, in ms from whenever; the same for every program on
    it. A clock that is not the system's says it by a method of this name, or by its own time.
    """
    if clock is system_clock:
        return round(running_seconds() * 1000)
    own: Callable[[], int] | None = getattr(clock, "uptime_ms", None)
    return own() if own is not None else round(clock().timestamp() * 1000)


def is_behind(now: int, latest: int) -> bool:
    """Whether a clock that shows `now` was set back since `latest`, or set wrong; both UTC ms."""
    return latest - now > BEHIND_MS


def zone_named(name: str) -> ZoneInfo:
    """The time zone of this name. Raises DeskError `bad_zone` where neither the system nor tzdata knows it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as failure:
        raise DeskError("bad_zone", zone=name) from failure


@lru_cache(maxsize=64)
def midnight_of(day: date, zone: ZoneInfo) -> int:
    """When a local day begins, in UTC milliseconds. Kept, because every scan of a day asks it."""
    return round(datetime.combine(day, time(), zone).timestamp() * 1000)
