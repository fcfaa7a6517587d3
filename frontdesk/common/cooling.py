"""How long the kiosk waits after wrong codes in a row (acceptance, check-in 24). Pure: the time is given in seconds."""

from __future__ import annotations

from collections.abc import Iterable

FREE_WRONG_CODES = 3
FIRST_SECONDS = 5.0
LONGEST_SECONDS = 60.0
FORGOTTEN_SECONDS = 600.0
"""Wrong codes that lie so long apart do not count as in a row: tomorrow's first slip is a first slip."""


class Cooling:
    """From the third wrong code in a row on 5 seconds, doubled with each further one up to a minute."""

    def __init__(self) -> None:
        self._wrong = 0
        self._last = 0.0
        self._until = 0.0

    @classmethod
    def after(cls, ages: Iterable[float], now: float) -> Cooling:
        """The state after wrong codes that lie so many seconds back, the first first."""
        cooling = cls()
        for age in ages:
            cooling.take_wrong(now - age)
        return cooling

    def take_wrong(self, now: float) -> float:
        """Count a wrong code; how many seconds to wait from now, 0 where none."""
        if self._wrong and now - self._last > FORGOTTEN_SECONDS:
            self._wrong = 0
        self._wrong += 1
        self._last = now
        if self._wrong >= FREE_WRONG_CODES:
            doubled = min(self._wrong - FREE_WRONG_CODES, 8)
            self._until = now + min(FIRST_SECONDS * 2**doubled, LONGEST_SECONDS)
        return self.left(now)

    def take_right(self) -> None:
        """A card was taken: the row of wrong codes is over."""
        self._wrong, self._until = 0, 0.0

    def left(self, now: float) -> float:
        """How many seconds are still to be waited."""
        return max(0.0, self._until - now)
