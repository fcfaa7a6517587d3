"""Readers of single cells. Each function here makes one; a reader returns the value or raises CellRefused.

Codes, phones, dates and numbers are NFKC-folded; names and comments never are (`mechanisms.md` §11.9).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import TypeAlias, TypeVar

from frontdesk.common import dates
from frontdesk.common.longnumbers import has_long_number, is_long_number
from frontdesk.common.names import clean_name
from frontdesk.common.phones import normalise_phone
from frontdesk.sheets.rows import CellValue

Value = TypeVar("Value")
CellReader: TypeAlias = Callable[[CellValue], Value]

_SPACES = re.compile(r"[\s\x1c-\x1f]+")
INVISIBLE = re.compile(r"[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""What is left out of every cell: marks that turn the direction of writing, and what nobody sees. The two joiners stay,
for emoji are made with them; names lose these too (`common.names.clean_name`).
"""
_LINE_END = re.compile(r"\r\n|[\r\u2028\u2029]")
_YES = ("是", "有", "对", "y", "yes", "true", "1", "√", "✓", "✔")
_NO = ("否", "无", "不", "n", "no", "false", "0", "×", "✗", "✘", "x")


class CellRefused(ValueError):
    """A cell that cannot be taken; `reason` is a code under sheets.reason, `details` fill its words."""

    def __init__(self, reason: str, **details: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.details = details


def plain_text(value: CellValue) -> str:
    """What a cell shows, as text: whole numbers without a decimal point, dates in ISO, nothing as ''."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)


def read_text(max_len: int = 200, *, multiline: bool = False) -> CellReader[str]:
    """Reads free text of at most `max_len` characters (too_long), never NFKC-folded.

    Invisible and direction marks are taken out, line ends become spaces unless `multiline`; other control
    characters are refused (control_character), for a terminal would obey them, and numbers that are too long to be
    anything but somebody's (long_number).
    """

    def read(value: CellValue) -> str:
        text = _LINE_END.sub("\n", INVISIBLE.sub("", plain_text(value)))
        text = text.strip() if multiline else re.sub(r"[ \t\n]*[\t\n][ \t\n]*", " ", text).strip()
        if any(unicodedata.category(one) in ("Cc", "Cs") and one not in "\n\t" for one in text):
            raise CellRefused("control_character")
        refuse_long_number(value, text)
        if len(text) > max_len:
            raise CellRefused("too_long", limit=max_len)
        return text

    return read


def read_name(max_len: int = 50) -> CellReader[str]:
    """Reads a person's name: without spaces inside a Han name, otherwise untouched; a number is no name
    (bad_name)."""
    text_of = read_text(max_len)

    def read(value: CellValue) -> str:
        name = clean_name(text_of(value))
        if not any(one.isalpha() or unicodedata.category(one) == "Co" for one in name):
            raise CellRefused("bad_name")
        return name

    return read


def read_code(max_len: int = 32) -> CellReader[str]:
    """Reads a number or code such as S101 or HD001: folded, upper case, without spaces (bad_code,
    too_long, long_number)."""

    def read(value: CellValue) -> str:
        code = _folded(value).upper()
        refuse_long_number(value, code)
        if not re.fullmatch(r"[0-9A-Z\u4e00-\u9fff][0-9A-Z\u4e00-\u9fff._/-]*", code):
            raise CellRefused("bad_code")
        if len(code) > max_len:
            raise CellRefused("too_long", limit=max_len)
        return code

    return read


def read_digits(width: int) -> CellReader[str]:
    """Reads a number of `width` digits as text; zeros that Excel took from its front are put back
    (bad_digits)."""

    def read(value: CellValue) -> str:
        digits = _folded(value)
        if isinstance(value, bool) or not re.fullmatch(rf"[0-9]{{1,{width}}}", digits):
            raise CellRefused("bad_digits", width=width)
        return digits.zfill(width)

    return read


def read_whole(minimum: int = 0, maximum: int = 10**9) -> CellReader[int]:
    """Reads a whole number, 12 or 12.0 or １２ (bad_number), within both bounds (out_of_range)."""

    def read(value: CellValue) -> int:
        text = _folded(value)
        if isinstance(value, bool) or not re.fullmatch(r"[+-]?[0-9]{1,15}(\.0+)?", text):
            raise CellRefused("bad_number")
        number = int(text.partition(".")[0])
        if not minimum <= number <= maximum:
            raise CellRefused("out_of_range", minimum=minimum, maximum=maximum)
        return number

    return read


def read_choice(choices: Mapping[str, Value], shown: Callable[[], Iterable[str]] | None = None) -> CellReader[Value]:
    """Reads one of the words and returns what it stands for; case, width and spaces do not matter
    (not_one_of). `shown` gives those that a refusal names, where others are understood besides: all if not given."""
    folded = {_folded(word).casefold(): meaning for word, meaning in choices.items()}

    def read(value: CellValue) -> Value:
        word = _folded(value).casefold()
        if word not in folded:
            raise CellRefused("not_one_of", choices="、".join(shown() if shown else choices))
        return folded[word]

    return read


def read_yes_no() -> CellReader[bool]:
    """Reads 是/否, 有/无, yes/no, √/×, 1/0 or a truth value (not_one_of)."""
    meanings = dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False)

    def read(value: CellValue) -> bool:
        word = _folded(value).casefold()
        if word not in meanings:
            raise CellRefused("not_one_of", choices="是、否")
        return meanings[word]

    return read


def read_day() -> CellReader[date]:
    """Reads a calendar date in any of `dates.read_date`'s spellings (bad_date)."""
    return _refusing("bad_date", dates.read_date)


def read_month() -> CellReader[str]:
    """Reads a month as 'YYYY-MM' in any of `dates.read_month`'s spellings (bad_month)."""
    return _refusing("bad_month", dates.read_month)


def read_time_span() -> CellReader[tuple[time, time]]:
    """Reads start and end within one day (bad_time_span)."""
    return _refusing("bad_time_span", dates.read_time_span)


def read_moment(zone: tzinfo) -> CellReader[datetime]:
    """Reads a date with a time of day as an aware datetime in `zone` (bad_time)."""
    return _refusing("bad_time", lambda value: dates.read_instant(value, zone))


def read_phone() -> CellReader[str]:
    """Reads a telephone number in its one spelling, also from a number cell (bad_phone)."""
    return _refusing("bad_phone", lambda value: normalise_phone(INVISIBLE.sub("", plain_text(value))))


def refuse_long_number(value: CellValue, text: str) -> None:
    """Raises CellRefused `long_number` where a cell, or the text that was read from it, may be somebody's identity or
    bank card; see `frontdesk.common.longnumbers`.
    """
    if is_long_number(value) or has_long_number(text):
        raise CellRefused("long_number")


def _refusing(reason: str, read: Callable[[CellValue], Value]) -> CellReader[Value]:
    def reader(value: CellValue) -> Value:
        try:
            return read(value)
        except ValueError as error:
            raise CellRefused(reason) from error

    return reader


def _folded(value: CellValue) -> str:
    if isinstance(value, timedelta):
        return str(value)
    return _SPACES.sub("", unicodedata.normalize("NFKC", INVISIBLE.sub("", plain_text(value))))
