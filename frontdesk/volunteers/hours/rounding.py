"""Hours as they are shown. Pure.

What is stored is exact to the second. A sum that is shown (of a statement, a total, a notice, a certificate) is rounded
once, each kind for itself; nothing that was rounded is ever added up again, but for the two kinds of one line, so that
the total beside them is what a reader gets. Below a table the sum is therefore that of the exact seconds, rounded, and
may differ from the sum of the figures above it.
"""

from __future__ import annotations

from typing import NamedTuple

from frontdesk.settings.rules import Settings


class Shown(NamedTuple):
    """Whole minutes of both kinds as they are shown."""

    measured: int
    supplemented: int

    @property
    def total(self) -> int:
        """Both together."""
        return self.measured + self.supplemented


class Rounding(NamedTuple):
    """To how many minutes is rounded (0: not at all), and which way: "up", "down", or "nearest", a half going up."""

    minutes: int
    direction: str

    @classmethod
    def of(cls, settings: Settings) -> Rounding:
        """What the centre has set."""
        return cls(settings.rounding_minutes, settings.rounding_direction)

    def shown_minutes(self, seconds: int) -> int:
        """The whole minutes that are shown for a sum of seconds; without rounding those that are full."""
        if self.minutes == 0:
            return seconds // 60
        whole, rest = divmod(seconds, self.minutes * 60)
        if self.direction == "up":
            whole += rest > 0
        elif self.direction == "nearest":
            whole += 2 * rest >= self.minutes * 60
        return whole * self.minutes

    def shown(self, measured: int, supplemented: int) -> Shown:
        """Both kinds of a sum in seconds, each rounded for itself."""
        return Shown(self.shown_minutes(measured), self.shown_minutes(supplemented))


def decimal_hours(minutes: int) -> str:
    """Minutes as hours with two decimals, a half of the last one going up: 90 is 1.50."""
    hundredths = (minutes * 100 + 30) // 60
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def clock_hours(minutes: int) -> str:
    """Minutes as hours and minutes, for columns, since these add up as they are read: 90 is 1:30."""
    return f"{minutes // 60}:{minutes % 60:02d}"
