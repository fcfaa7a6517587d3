"""A desk that nobody uses locks itself: since when nobody did, and what becomes of what was left open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

WARNING_SECONDS = 30.0
"""How long before it the lock is announced."""

Rest = Literal["", "warn", "lock"]


class IdleWatch:
    """Tells by a clock that nobody sets how long there was no key and no mouse."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._touched_at = seconds()
        self.warned = False
        """Whether the lock was announced since."""

    def touch(self) -> bool:
        """Somebody is there; whether that takes a warning back."""
        self._touched_at = self._seconds()
        warned, self.warned = self.warned, False
        return warned

    def is_over(self, minutes: int) -> bool:
        """Whether nobody was there for so many minutes; never where `minutes` is 0."""
        return minutes > 0 and self._seconds() - self._touched_at >= minutes * 60

    def look(self, minutes: int) -> Rest:
        """What is to be done now: announce the lock, once, or lock; nothing where `minutes` is 0."""
        if self.is_over(minutes):
            return "lock"
        left = self._touched_at + minutes * 60 - self._seconds()
        if minutes > 0 and left <= WARNING_SECONDS and not self.warned:
            self.warned = True
            return "warn"
        return ""
