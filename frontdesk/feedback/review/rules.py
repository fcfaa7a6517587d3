"""What a round of reviews comes to, and what of it may be shown. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from db.reviews import Review
from frontdesk.common.wilson import wilson_interval
from frontdesk.feedback.statistics.suppression import hidden_groups

LEVELS = (5, 4, 3, 2, 1)
GOOD = frozenset((5, 4, 3))
"""好评 = 5, 4, 3 (mechanisms §8.1)."""


@dataclass(frozen=True)
class Marks:
    """What was said of one thing: how many gave each level."""

    by_level: Mapping[int, int]

    @property
    def count(self) -> int:
        """How many said something."""
        return sum(self.by_level.values())

    @property
    def good(self) -> int:
        """How many were satisfied."""
        return sum(self.by_level.get(level, 0) for level in GOOD)

    @property
    def mean(self) -> float:
        """The mean level, from 1 to 5."""
        return sum(level * number for level, number in self.by_level.items()) / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share of the satisfied."""
        return wilson_interval(self.good, self.count)


@dataclass(frozen=True)
class Figures:
    """How a department, or all of them, responded and handled matters."""

    response: Marks
    handling: Marks

    @property
    def count(self) -> int:
        """How many reviews there are."""
        return self.response.count


@dataclass(frozen=True)
class Summary:
    """What may be shown of a round.

    `departments` has every department in its order; None where its figures stay hidden, `Figures` of no reviews where
    nobody reviewed it. `together` are the figures of all; None where they are of fewer than the minimum.
    `comments` are those of the departments that are shown, sorted by their words.
    """

    departments: Mapping[str, Figures | None]
    together: Figures | None
    comments: Mapping[str, tuple[str, ...]]

    @property
    def hidden(self) -> int:
        """How many departments stay hidden."""
        return sum(one is None for one in self.departments.values())


def summary(departments: Sequence[str], said: Iterable[Review], minimum: int) -> Summary:
    """What may be shown of what was said (mechanisms §12): a department with fewer than `minimum` reviews stays hidden,
    and others with it where its figures would follow from theirs and those of all together.
    """
    listed = list(said)
    counts = Counter(one.department for one in listed)
    hidden = hidden_groups({name: counts[name] for name in departments}, minimum)
    return Summary(
        {name: None if name in hidden else _figures(listed, name) for name in departments},
        _figures(listed) if len(listed) >= minimum else None,
        {
            name: tuple(sorted(one.comment for one in listed if one.department == name and one.comment))
            for name in departments
            if name not in hidden and counts[name]
        },
    )


def _figures(said: Iterable[Review], department: str = "") -> Figures:
    wanted = [one for one in said if not department or one.department == department]
    return Figures(Marks(Counter(one.response for one in wanted)), Marks(Counter(one.handling for one in wanted)))
