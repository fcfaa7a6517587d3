"""Numbers that are too long to be anything but somebody's: of an identity card, a bank card, a payment or health code.

The centre has no use for one and never keeps one (design §3, Scanning works everywhere): what is written down anywhere
passes `refuse_long_number` first. Phone numbers, days and times of day are shorter, also several in a row.
"""

from __future__ import annotations

import re
import unicodedata
from math import isfinite

from frontdesk.errors import DeskError

SHORTEST = 15
"""The length of the identity numbers of the first generation; bank cards have 16 to 19 digits, payment codes 18."""

_GAP = r"[ \u2010\u2011\u2012\u2013\u2014\u2212-]"
_RUN = re.compile(rf"\d(?:{_GAP}?\d)*(?:{_GAP}?[Xx](?![0-9A-Za-z]))?")
_DAY = r"(?:19|20)\d\d-[01]?\d-[0-3]?\d"
_TIME = r"[0-2]?\d[0-5]\d(?:-[0-2]?\d[0-5]\d)?"
_PHONE = r"(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}-?\d{7,8}(?:-\d{1,6})?|[48]00-?\d{3}-?\d{4})"
_SHORT_ONES = re.compile(rf"(?:{_PHONE}|{_DAY}(?: {_TIME})?)(?:{_GAP}(?:{_PHONE}|{_DAY}(?: {_TIME})?))*")
"""Phones and days, each perhaps with a time, one after the other: digits enough for a long number, and none."""

_EXACT = 1e14
"""From here on a number of a spreadsheet has fifteen digits."""


def has_long_number(text: str) -> bool:
    """Whether a text holds a number of 15 digits or more, the last of which may be an X.

    Width, invisible characters, single spaces and hyphens between the digits do not hide it.
    """
    return _masked(text) is not None


def mask_long_numbers(text: str) -> str:
    """The text as it may be shown: of every long number in it the first three and the last four characters.

    A text that holds none comes back untouched, another one folded (NFKC).
    """
    masked = _masked(text)
    return text if masked is None else masked


def is_long_number(value: object) -> bool:
    """Whether a cell of a spreadsheet is such a number as a number."""
    return isinstance(value, float) and isfinite(value) and abs(value) >= _EXACT


def refuse_long_number(text: str) -> str:
    """The text, where it may be kept. Raises DeskError `long_number` where it may not; the number is not repeated."""
    if has_long_number(text):
        raise DeskError("long_number")
    return text


def _masked(text: str) -> str | None:
    """The folded text with every long number masked; None where there is none."""
    # Nearly every text is short or has few digits: the rest is for those that are not.
    if len(text) < SHORTEST:
        return None
    folded = "".join(one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one) != "Cf")
    found = False

    def shown(run: re.Match[str]) -> str:
        nonlocal found
        digits = "".join(one for one in run[0] if one.isdigit() or one in "Xx")
        if len(digits) < SHORTEST or _SHORT_ONES.fullmatch(run[0]):
            return run[0]
        found = True
        return f"{digits[:3]}****{digits[-4:]}"

    masked = _RUN.sub(shown, folded)
    return masked if found else None
