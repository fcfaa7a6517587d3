"""How often one key may ask: a bucket of requests for each, filled up again as time passes.

The buckets are in the memory of one process. Where several serve behind one address each counts for itself, so that
their limits add up; what a proxy limits by address stands beside it.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

BURST = 600
"""Requests that a key may make at once: a year of weeks, months and days that waited goes through in one sync."""
PER_SECOND = 10.0
"""Requests a second by which a bucket fills up again."""
_ROUNDING = 1e-9
"""Seconds."""
_REMEMBERED = 20_000
"""Buckets that are kept: more than a district has keys, and about two megabytes."""


@dataclass
class RateLimit:
    """The buckets of all keys. `now` counts seconds and never goes back."""

    burst: int = BURST
    per_second: float = PER_SECOND
    now: Callable[[], float] = time.monotonic
    _spent: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, key: str, ahead: int = 0) -> int:
        """Whole seconds until `key` may ask again; 0 when it may now. Nothing is taken from its bucket.

        `ahead` are requests of its that were let through and are not counted yet.
        """
        with self._lock:
            missing = self._level(key) + ahead + 1 - self.burst
        # Who waited as long as was said is not sent away for what the last digit of a float leaves over.
        return max(0, math.ceil(missing / self.per_second - _ROUNDING))

    def take(self, key: str) -> None:
        """Count one request of `key`."""
        with self._lock:
            level = self._level(key) + 1
            if key not in self._spent and len(self._spent) >= _REMEMBERED:
                self._forget()
            self._spent[key] = (min(level, self.burst), self.now())

    def _level(self, key: str) -> float:
        """How much of the bucket is spent."""
        level, at = self._spent.get(key, (0.0, 0.0))
        return max(0.0, level - (self.now() - at) * self.per_second)

    def _forget(self) -> None:
        """Let go of the buckets that are full again; of all when none is."""
        self._spent = {key: spent for key, spent in self._spent.items() if self._level(key) > 0}
        if len(self._spent) >= _REMEMBERED:
            self._spent.clear()
