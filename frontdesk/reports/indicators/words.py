"""Values of indicators and cells of their rows as people read them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from frontdesk.common.masking import mask_numbers
from frontdesk.common.money import yuan_words
from frontdesk.locale import t
from frontdesk.reports.indicators.rules import Parts, Value

if TYPE_CHECKING:
    from frontdesk.reports.indicators.definition import Indicator
    from frontdesk.reports.indicators.service import Shown


_DOCUMENTS = ("J", "X", "H", "G", "A")
"""The policy documents by the letter of their mechanisms (mechanisms §1)."""

_RULES = {"§4": "limits", "§5.4": "ratings", "§8.5": "volunteering", "§8.2": "roles"}
"""What the sections of mechanisms rest on; the others are definitions of our own."""


def basis_words(basis: str) -> str:
    """The documents behind a definition's `basis` by name, each once, as an office knows them."""
    found = dict.fromkeys(_document(part) for part in re.split(r",\s*", basis) if part[:1].isupper() or part[:1] == "§")
    return t("indicators.joint").join(t(f"indicators.basis.{one}") for one in found)


def _document(part: str) -> str:
    return part[0] if part[0] in _DOCUMENTS else _RULES.get(part.split()[0], "own")


def value_words(one: Indicator, value: Value) -> str:
    """A count (seconds as hours, fen as yuan), both parts of a rate with the rate, a split in one line; that there is
    nothing to work out where there are no rows for it.
    """
    if value is None:
        return t("indicators.no_rate")
    if isinstance(value, Parts):
        if value.rate is None or value.interval is None:
            return t("indicators.no_rate")
        low, high = value.interval
        said = {"rate": f"{value.rate:.1%}", "low": f"{low:.1%}", "high": f"{high:.1%}"}
        return t("indicators.rate", k=value.k, n=value.n, **said)
    if isinstance(value, Mapping):
        joint = t("indicators.joint")
        return joint.join(f"{key_words(one, key)} {count_words(one, many)}" for key, many in value.items()) or (
            t("indicators.no_rate") if one.unknown_without_rows else "0"
        )
    return count_words(one, value)


def count_words(one: Indicator, many: int) -> str:
    """A count of an indicator: seconds as hours, fen as yuan, both with two decimals."""
    if one.unit == "seconds":
        return t("reports.hours", hours=f"{many / 3600:.2f}")
    return t("indicators.yuan", yuan=yuan_words(many)) if one.unit == "fen" else str(many)


def key_words(one: Indicator, key: str) -> str:
    """A key of a split, in words; one that somebody typed without the numbers of people in it."""
    if not key:
        return t("indicators.no_key")
    return t(f"{one.key_words}.{key}") if one.key_words else mask_numbers(key)


def plain_key_words(one: Indicator, key: str) -> str:
    """The same for where it stands in brackets."""
    return key_words(one, key).strip("（）()")


def cell_words(kind: str, cell: Shown) -> str:
    """A cell of a row: seconds as hours and minutes, fen as yuan."""
    if cell is None:
        return ""
    if kind == "seconds" and isinstance(cell, int):
        return f"{cell // 3600}:{cell % 3600 // 60:02}"
    return yuan_words(cell) if kind == "fen" and isinstance(cell, int) else str(cell)
