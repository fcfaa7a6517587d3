"""Working out from figures that are shown what a part of those who answered said: exact linear algebra.

Written without a look at how anything is hidden: it is given which sets of cells have a known sum, and tells which
other sets have one.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Generic, TypeVar

Cell = TypeVar("Cell", bound=Hashable)


class Sums(Generic[Cell]):
    """What follows from the sums of some sets of cells."""

    def __init__(self, cells: Sequence[Cell], known: Iterable[Collection[Cell]]) -> None:
        self._place = {cell: place for place, cell in enumerate(cells)}
        rows = [[Fraction(cell in members) for cell in cells] for members in map(frozenset, known)]
        self._free = _null_space(rows, len(cells))

    def tell(self, members: Collection[Cell]) -> bool:
        """Whether the sum of these cells follows: no change that leaves all known sums alone changes it."""
        places = [self._place[cell] for cell in members]
        return all(sum(change[place] for place in places) == 0 for change in self._free)


def small_sets(counts: Mapping[Cell, int], minimum: int) -> Iterator[tuple[Cell, ...]]:
    """Every set of cells that hold an answer each and fewer than `minimum` together."""
    answered = [cell for cell, count in counts.items() if count]
    for size in range(1, minimum):
        for members in combinations(answered, size):
            if sum(counts[cell] for cell in members) < minimum:
                yield members


def _null_space(rows: list[list[Fraction]], width: int) -> list[list[Fraction]]:
    """Vectors that span everything orthogonal to the rows."""
    pivots: list[int] = []
    reduced: list[list[Fraction]] = []
    for given in rows:
        row = given
        for done, pivot in zip(reduced, pivots, strict=True):
            if row[pivot]:
                factor = row[pivot]
                row = [value - factor * other for value, other in zip(row, done, strict=True)]
        lead = next((place for place, value in enumerate(row) if value), None)
        if lead is None:
            continue
        row = [value / row[lead] for value in row]
        for number, done in enumerate(reduced):
            if done[lead]:
                factor = done[lead]
                reduced[number] = [value - factor * other for value, other in zip(done, row, strict=True)]
        reduced.append(row)
        pivots.append(lead)
    free = [place for place in range(width) if place not in pivots]
    vectors = []
    for place in free:
        vector = [Fraction(0)] * width
        vector[place] = Fraction(1)
        for row, pivot in zip(reduced, pivots, strict=True):
            vector[pivot] = -row[place]
        vectors.append(vector)
    return vectors
