"""A mixed-integer linear model that knows no solver: columns with a cost, rows with bounds, both in flat arrays."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import inf

ROW_TOLERANCE = 1e-6
"""How far a row may be off before it counts as broken; the solver's own feasibility tolerance."""


@dataclass
class Bounds:
    """The bounds of every column, apart from the model: fix columns here and solve a part of the model with it."""

    lower: array[float]
    upper: array[float]

    def fix(self, column: int, value: float) -> None:
        """Leave the column no choice but `value`."""
        self.lower[column] = value
        self.upper[column] = value


@dataclass
class LinearModel:
    """Minimise `offset + costs · x` over `row_lower <= A x <= row_upper`, `lower <= x <= upper`.

    A is kept row by row: the entries of row r are `indices[starts[r]:starts[r + 1]]` and `coefficients` alike.
    """

    offset: float = 0.0
    costs: array[float] = field(default_factory=lambda: array("d"))
    lower: array[float] = field(default_factory=lambda: array("d"))
    upper: array[float] = field(default_factory=lambda: array("d"))
    integer: bytearray = field(default_factory=bytearray)
    row_lower: array[float] = field(default_factory=lambda: array("d"))
    row_upper: array[float] = field(default_factory=lambda: array("d"))
    starts: array[int] = field(default_factory=lambda: array("i", [0]))
    indices: array[int] = field(default_factory=lambda: array("i"))
    coefficients: array[float] = field(default_factory=lambda: array("d"))

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return len(self.costs)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.row_lower)

    def add_column(self, cost: float, lower: float = 0.0, upper: float = 1.0, *, integer: bool = True) -> int:
        """A new column; its number, counted from 0."""
        self.costs.append(cost)
        self.lower.append(lower)
        self.upper.append(upper)
        self.integer.append(integer)
        return len(self.costs) - 1

    def add_row(self, terms: Iterable[tuple[int, float]], lower: float = -inf, upper: float = inf) -> int:
        """A new row over (column, coefficient) pairs; its number, counted from 0.

        Terms of one column are added up first (two entries of a column in a row crash highspy 1.15), and those that
        come to nothing are left out. IndexError for a column that is not there.
        """
        merged: dict[int, float] = {}
        for column, coefficient in terms:
            if not 0 <= column < len(self.costs):
                raise IndexError(column)
            merged[column] = merged.get(column, 0.0) + coefficient
        for column, coefficient in merged.items():
            if coefficient:
                self.indices.append(column)
                self.coefficients.append(coefficient)
        self.starts.append(len(self.indices))
        self.row_lower.append(lower)
        self.row_upper.append(upper)
        return len(self.row_lower) - 1

    def cost(self, column: int) -> float:
        """What one unit of the column costs."""
        return self.costs[column]

    def set_cost(self, column: int, cost: float) -> None:
        """Give the column another cost."""
        self.costs[column] = cost

    def add_cost(self, column: int, cost: float) -> None:
        """Add to the cost of the column."""
        self.costs[column] += cost

    def costed(self, costs: Iterable[tuple[int, float]]) -> LinearModel:
        """The same columns and rows under other costs and without the offset; what is not named costs nothing."""
        other = array("d", bytes(8 * self.columns))
        for column, cost in costs:
            other[column] += cost
        return replace(self, costs=other, offset=0.0)

    def row(self, number: int) -> list[tuple[int, float]]:
        """The (column, coefficient) pairs of a row."""
        span = slice(self.starts[number], self.starts[number + 1])
        return list(zip(self.indices[span], self.coefficients[span], strict=True))

    def bounds(self) -> Bounds:
        """A copy of the bounds of all columns, to fix some of them without touching the model."""
        return Bounds(self.lower[:], self.upper[:])

    def objective(self, values: Sequence[float]) -> float:
        """What the values cost, with the offset."""
        return self.offset + sum(cost * values[column] for column, cost in enumerate(self.costs) if cost)

    def broken(self, values: Sequence[float]) -> list[str]:
        """What the values break, in words for a developer: bounds, whole numbers and rows. Empty when nothing."""
        faults = []
        for column, value in enumerate(values):
            if not self.lower[column] - ROW_TOLERANCE <= value <= self.upper[column] + ROW_TOLERANCE:
                faults.append(f"column {column} = {value} outside its bounds")
            if self.integer[column] and abs(value - round(value)) > ROW_TOLERANCE:
                faults.append(f"column {column} = {value} is not whole")
        for number in range(self.rows):
            total = sum(coefficient * values[column] for column, coefficient in self.row(number))
            slack = ROW_TOLERANCE * max(1.0, abs(total))
            if not self.row_lower[number] - slack <= total <= self.row_upper[number] + slack:
                faults.append(f"row {number} = {total} outside its bounds")
        return faults
