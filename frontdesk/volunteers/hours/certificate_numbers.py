"""The numbers of certificates: year, running number, check digit; as they are given, printed and typed."""

from __future__ import annotations

import re
import unicodedata

from frontdesk.volunteers.cards.code import check_digit
from frontdesk.volunteers.hours.errors import HoursError

MOST_OF_A_YEAR = 99_999

_DIGITS = re.compile(r"[0-9]{10}")


def next_number(last: str, year: int) -> str:
    """The number behind the last one of a year ('' before the first): year, running number, Damm check digit.

    Raises HoursError `no_more_numbers`.
    """
    running = int(last[4:-1]) + 1 if last else 1
    if running > MOST_OF_A_YEAR:
        raise HoursError("no_more_numbers", year=year)
    body = f"{year}{running:05d}"
    return f"{body}{check_digit(body)}"


def grouped_number(number: str) -> str:
    """A number as it is printed and read aloud: 2026-00001-7."""
    return f"{number[:4]}-{number[4:-1]}-{number[-1:]}"


def read_number(text: str) -> str:
    """The ten digits of a number as somebody typed it, with hyphens, spaces or full-width digits; '' where it is none
    or its check digit is wrong.
    """
    typed = re.sub(r"[\s\-‐‑‒–—―−－]", "", unicodedata.normalize("NFKC", text))
    return typed if _DIGITS.fullmatch(typed) and check_digit(typed) == 0 else ""
