"""The Wilson score interval, without which no rate is shown (`mechanisms.md` §5.4, §11.9)."""

from __future__ import annotations

from math import sqrt

NINETY_FIVE_PERCENT = 1.959963984540054


def wilson_interval(k: int, n: int, z: float = NINETY_FIVE_PERCENT) -> tuple[float, float]:
    """Lower and upper bound, within 0..1, of the rate behind `k` successes out of `n`.

    `z` is the normal quantile, 95 % two-sided by default. Raises ValueError for n = 0 (there is no rate to
    bound) and for counts that cannot be.
    """
    if n <= 0 or not 0 <= k <= n:
        raise ValueError(f"no rate: {k} of {n}")
    rate = k / n
    square = z * z
    scale = 1 + square / n
    centre = (rate + square / (2 * n)) / scale
    half = z * sqrt(rate * (1 - rate) / n + square / (4 * n * n)) / scale
    # The bounds at 0 and n are exact; floating point would leave them a hair off.
    low = 0.0 if k == 0 else max(0.0, centre - half)
    high = 1.0 if k == n else min(1.0, centre + half)
    return low, high
