"""Two measurements held against each other in one run, so that the machine's own speed falls out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from typing import NamedTuple


class Ratio(NamedTuple):
    """The program's time over the yardstick's; times are medians in seconds."""

    name: str
    ratio: float
    target: float
    ours: float
    yardstick: float
    runs: int

    @property
    def met(self) -> bool:
        """Whether the ratio is not above its target."""
        return self.ratio <= self.target

    def line(self) -> str:
        """The ratio in words, for a person."""
        verdict = "met" if self.met else "MISSED"
        return (
            f"{self.name:<28} {self.ratio:6.2f}  target {self.target:4.1f}  {verdict:<6}  "
            f"ours {self.ours * 1000:9.3f} ms  yardstick {self.yardstick * 1000:9.3f} ms  n={self.runs}"
        )

    def as_json(self) -> dict[str, object]:
        """The ratio for a program."""
        return {**self._asdict(), "met": self.met}


def of_medians(name: str, target: float, ours: Sequence[float], yardstick: Sequence[float]) -> Ratio:
    """The ratio of the two medians, in seconds.

    The two were measured in turns, one by one, so that whatever else the machine and its disk were doing fell on both
    alike; the median leaves out the single outliers that either of them caught.
    """
    middle, against = median(ours), median(yardstick)
    return Ratio(name, middle / against, target, middle, against, len(ours))


def in_turns(times: int, ours: Callable[[], float], yardstick: Callable[[], float]) -> tuple[list[float], list[float]]:
    """`times` measurements of each, yardstick and ours by turns. Each call returns the seconds that it took."""
    mine: list[float] = []
    theirs: list[float] = []
    for _ in range(times):
        theirs.append(yardstick())
        mine.append(ours())
    return mine, theirs
