"""Values of indicators and cells of their rows as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from frontdesk.locale import t
from frontdesk.reports.indicators.rules import Parts, Value

if TYPE_CHECKING:
    from frontdesk.reports.indicators.definition import Indicator
    from frontdesk.reports.indicators.service import Shown


def value_words(one: Indicator, value: Value) -> str:
    """A count (seconds as hours, fen as yuan), both parts of a rate with the rate, a split in one line."""
    if isinstance(value, Parts):
        if value.rate is None or value.interval is None:
            return t("indicators.no_rate")
        low, high = value.interval
        said = {"rate": f"{value.rate:.1%}", "low": f"{low:.1%}", "high": f"{high:.1%}"}
        return t("indicators.rate", k=value.k, n=value.n, **said)
    if isinstance(value, Mapping):
        joint = t("indicators.joint")
        return joint.join(f"{key_words(one, key)} {count_words(one, many)}" for key, many in value.items()) or "0"
    return count_words(one, value)


def count_words(one: Indicator, many: int) -> str:
    """A count of an indicator: seconds as hours, fen as yuan, both with two decimals."""
    if one.unit == "seconds":
        return t("reports.hours", hours=f"{many / 3600:.2f}")
    return t("indicators.yuan", yuan=f"{many / 100:.2f}") if one.unit == "fen" else str(many)


def key_words(one: Indicator, key: str) -> str:
    """A key of a split, in words."""
    if not key:
        return t("indicators.no_key")
    return t(f"{one.key_words}.{key}") if one.key_words else key


def cell_words(kind: str, cell: Shown) -> str:
    """A cell of a row: seconds as hours and minutes, fen as yuan."""
    if cell is None:
        return ""
    if kind == "seconds" and isinstance(cell, int):
        return f"{cell // 3600}:{cell % 3600 // 60:02}"
    return f"{cell / 100:.2f}" if kind == "fen" and isinstance(cell, int) else str(cell)
