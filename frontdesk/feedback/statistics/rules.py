"""What follows from counts of ratings: rate, interval, active rate, and whether anything changed. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from frontdesk.common.wilson import wilson_interval

LEVELS = (5, 4, 3, 2, 1)
GOOD = 3
"""好评 are the first three of the five levels: 5, 4, 3 (mechanisms §8.1)."""

Change = Literal["up", "down", "none"]


class Figures(NamedTuple):
    """Counted ratings by level from the best (5) to the worst (1), and those that an upheld appeal excluded."""

    levels: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    excluded: int = 0

    @property
    def n(self) -> int:
        """How many ratings count."""
        return sum(self.levels)

    @property
    def good(self) -> int:
        """How many of these are good: 5, 4 or 3."""
        return sum(self.levels[:GOOD])

    @property
    def bad(self) -> int:
        """How many of these are bad: 2 or 1."""
        return self.n - self.good

    @property
    def answers(self) -> int:
        """How many people answered: the excluded ones too."""
        return self.n + self.excluded

    @property
    def rate(self) -> float | None:
        """满意率, from 0 to 1; None where nothing counts."""
        return self.good / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The Wilson 95 % interval of the rate; None where nothing counts."""
        return wilson_interval(self.good, self.n) if self.n else None


def figures_of(counts: Iterable[Iterable[int]]) -> Figures:
    """The sum of counts, each of the five levels from the best and the excluded ones."""
    sums = [sum(column) for column in zip(*counts, strict=True)] or [0] * 6
    return Figures((sums[0], sums[1], sums[2], sums[3], sums[4]), sums[5])


def change_between(before: Figures, now: Figures) -> Change | None:
    """Whether the rate rose or fell: only where the two intervals do not overlap, else it is `none`.

    None where one of them has no rate.
    """
    earlier, later = before.interval, now.interval
    if earlier is None or later is None:
        return None
    if later[0] > earlier[1]:
        return "up"
    return "down" if later[1] < earlier[0] else "none"


def active_rate(answers: int, person_times: int | None) -> float | None:
    """主动评价率: ratings of sessions out of the person-times that attended them, from 0 to 1.

    None where nobody was counted, and where more rated than were counted: what the count should have been is not
    guessed.
    """
    if not person_times or answers > person_times:
        return None
    return answers / person_times
