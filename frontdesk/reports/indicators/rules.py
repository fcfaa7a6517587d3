"""What values of indicators are and how they add up. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from frontdesk.common.wilson import wilson_interval
from frontdesk.reports.indicators.errors import IndicatorError

Adding = Literal["sum", "distinct", "rate"]
"""How values of several stretches of time, or of several centres, become one: by adding; never, because whoever is in
both, or what stands at the end of both, would count twice; by adding both parts.
"""


class Parts(NamedTuple):
    """A rate as it travels (mechanisms §5.4): `k` of `n`, never a percentage."""

    k: int
    n: int

    @property
    def rate(self) -> float | None:
        """From 0 to 1, rounded to six decimals; None where there is nothing to divide by."""
        return round(self.k / self.n, 6) if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval, rounded to six decimals; None where there is no rate."""
        if not self.n:
            return None
        low, high = wilson_interval(self.k, self.n)
        return round(low, 6), round(high, 6)


Value = int | dict[str, int] | Parts | None
"""A count; counts by key; the parts of a rate; None for what is worked out of rows (a median) where there are none."""


def add_up(code: str, adding: Adding, values: Iterable[Value]) -> Value:
    """Several values of one indicator as one. Of a split each key by itself, in the order in which they first come.

    Raises IndicatorError `never_adds` for what is distinct, and `mixed_values` for values of several kinds.
    """
    if adding == "distinct":
        raise IndicatorError("never_adds", code=code)
    given = list(values)
    if all(isinstance(one, Parts) for one in given) and (given or adding == "rate"):
        parts = [one for one in given if isinstance(one, Parts)]
        return Parts(sum(one.k for one in parts), sum(one.n for one in parts))
    if all(isinstance(one, int) for one in given):
        return sum(one for one in given if isinstance(one, int))
    if all(isinstance(one, Mapping) for one in given):
        total: dict[str, int] = {}
        for one in given:
            for key, count in one.items() if isinstance(one, Mapping) else ():
                total[key] = total.get(key, 0) + count
        return total
    raise IndicatorError("mixed_values", code=code)
