"""Numbers of receipts, and what was taken and given back by each means. Pure; amounts are whole fen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final, NamedTuple

from db.fees import FeeLine

MEANS: Final = ("cash", "wechat", "alipay")
LONGEST_MEANS: Final = 20
LONGEST_REASON: Final = 100
MOST_OF_A_YEAR: Final = 999_999

_NUMBER = re.compile(r"([0-9]{4})-?([0-9]{6})")


class MeansTotal(NamedTuple):
    """What was taken and given back by one means, in fen."""

    means: str
    taken: int
    refunded: int

    @property
    def net(self) -> int:
        """What is left of it."""
        return self.taken - self.refunded


def next_number(last: str, year: int) -> str:
    """The number behind the last one of a year ('' before the first), 2026-000001.

    Raises ValueError if none is left.
    """
    running = int(last[5:]) + 1 if last else 1
    if running > MOST_OF_A_YEAR:
        raise ValueError("no more numbers")
    return f"{year}-{running:06d}"


def read_number(text: str) -> str:
    """A number as it is typed, with or without its hyphen, 2026-1 too; '' where it is none."""
    typed = unicodedata.normalize("NFKC", text).strip()
    short = re.fullmatch(r"([0-9]{4})-([0-9]{1,6})", typed)
    if short is not None:
        return f"{short[1]}-{int(short[2]):06d}"
    match = _NUMBER.fullmatch(typed)
    return f"{match[1]}-{match[2]}" if match else ""


def totals(lines: Iterable[FeeLine]) -> list[MeansTotal]:
    """What was taken and given back by each means: the usual ones first, then others by their name."""
    found: dict[str, list[int]] = {}
    for line in lines:
        found.setdefault(line.means, [0, 0])[line.kind == "refund"] += line.amount_fen
    order = {means: place for place, means in enumerate(MEANS)}
    return [
        MeansTotal(means, *found[means]) for means in sorted(found, key=lambda one: (order.get(one, len(order)), one))
    ]
