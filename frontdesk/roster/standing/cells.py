"""Times, hours, weekdays and lists as they are written in a cell or typed. Pure; the words are Chinese everywhere."""

from __future__ import annotations

import re
import unicodedata
from datetime import time, timedelta

from db.standing import DAY_KINDS, Contract, DayKind
from frontdesk.roster.standing.rules import LIST_MARK
from frontdesk.roster.units import DAY_MINUTES, in_hours
from frontdesk.sheets.cells import CellReader, CellRefused, plain_text, refuse_long_number
from frontdesk.sheets.rows import CellValue

WEEKDAY_LETTERS = "一二三四五六日"
NEXT_DAY = "次日"

_CLOCK = re.compile(r"(次日|\+1)?([0-9]{1,2}):([0-9]{2})(?::00)?")
_HOURS = re.compile(r"[0-9]{1,4}(\.[0-9]{1,2})?")
_RUN = re.compile(rf"([{WEEKDAY_LETTERS}])[-~至到]([{WEEKDAY_LETTERS}])")
_BETWEEN = re.compile(r"[、,;\s]+")


def folded(text: str) -> str:
    """A typed text in half-width characters without spaces."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def clock_cell(minutes: int | None) -> str:
    """Minutes after midnight as 08:30, after the next midnight as 次日06:00; nothing for None."""
    if minutes is None:
        return ""
    if minutes > DAY_MINUTES:
        return NEXT_DAY + clock_cell(minutes - DAY_MINUTES)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def clock_of(text: str) -> int:
    """The minutes after midnight that 8:30, 24:00, 次日06:00 or +1 06:00 mean. Raises ValueError for anything else."""
    match = _CLOCK.fullmatch(folded(text))
    if match is None or int(match[3]) > 59:
        raise ValueError(text)
    minutes = int(match[2]) * 60 + int(match[3])
    if minutes > DAY_MINUTES:
        raise ValueError(text)
    return minutes + (DAY_MINUTES if match[1] else 0)


def read_clock() -> CellReader[int]:
    """Reads minutes after midnight, also from a time cell (bad_clock)."""

    def read(value: CellValue) -> int:
        if isinstance(value, time):
            return value.hour * 60 + value.minute
        if isinstance(value, timedelta):
            return round(value.total_seconds() / 60)
        try:
            return clock_of(plain_text(value))
        except ValueError as wrong:
            raise CellRefused("bad_clock") from wrong

    return read


def hours_cell(minutes: int | None) -> str:
    """Minutes as hours of at most two decimals, which `minutes_of` turns back; nothing for None."""
    return "" if minutes is None else in_hours(minutes)


def minutes_of(text: str) -> int:
    """The minutes that hours such as 40 or 37.5 mean. Raises ValueError for anything else."""
    if not _HOURS.fullmatch(folded(text)):
        raise ValueError(text)
    return round(float(folded(text)) * 60)


def read_hours(maximum: int) -> CellReader[int]:
    """Reads hours as minutes, at most `maximum` hours (bad_hours)."""

    def read(value: CellValue) -> int:
        try:
            minutes = round(value * 60) if isinstance(value, float) else minutes_of(plain_text(value))
        except ValueError as wrong:
            raise CellRefused("bad_hours", maximum=maximum) from wrong
        if not 0 <= minutes <= maximum * 60:
            raise CellRefused("bad_hours", maximum=maximum)
        return minutes

    return read


def weekdays_cell(contract: Contract) -> str:
    """The weekdays of a contract: 一二三四五."""
    return "".join(letter for letter, bit in zip(WEEKDAY_LETTERS, contract.weekdays, strict=True) if bit == "1")


def weekdays_of(text: str) -> str:
    """The weekdays that 一二三四五, 周一至周五, 1-5 or 12345 mean, as seven digits 0 or 1.

    Raises ValueError for anything else, and where there is none.
    """
    letters = re.sub(r"周|星期|礼拜", "", folded(text)).replace("天", "日").replace("七", "日")
    letters = "".join(WEEKDAY_LETTERS[int(one) - 1] if one in "1234567" else one for one in letters)
    letters = _RUN.sub(lambda run: _between(run[1], run[2]), letters)
    letters = _BETWEEN.sub("", letters)
    if not letters or set(letters) - set(WEEKDAY_LETTERS):
        raise ValueError(text)
    return "".join("1" if letter in letters else "0" for letter in WEEKDAY_LETTERS)


def _between(first: str, last: str) -> str:
    begin, end = WEEKDAY_LETTERS.index(first), WEEKDAY_LETTERS.index(last)
    return WEEKDAY_LETTERS[begin : end + 1]


def day_kinds_of(text: str) -> tuple[DayKind, ...]:
    """The kinds of days that 周一至周五、休、班, 每天, all, mon,tue or holiday mean. Raises ValueError for others."""
    found: set[DayKind] = set()
    for part in _BETWEEN.split(unicodedata.normalize("NFKC", text).strip().lower()):
        known: dict[str, tuple[DayKind, ...]] = {kind: (kind,) for kind in DAY_KINDS}
        known |= {"休": ("holiday",), "班": ("makeup",), "每天": DAY_KINDS, "全年": DAY_KINDS, "all": DAY_KINDS}
        known |= {"workdays": (*DAY_KINDS[:5], "makeup"), "工作日": (*DAY_KINDS[:5], "makeup")}
        kinds = known.get(part)
        if kinds is None:
            bits = weekdays_of(part)
            kinds = tuple(kind for kind, bit in zip(DAY_KINDS, bits, strict=False) if bit == "1")
        found.update(kinds)
    return tuple(kind for kind in DAY_KINDS if kind in found)


def read_weekdays() -> CellReader[str]:
    """Reads weekdays (bad_weekdays)."""

    def read(value: CellValue) -> str:
        try:
            return weekdays_of(plain_text(value))
        except ValueError as wrong:
            raise CellRefused("bad_weekdays") from wrong

    return read


def codes_of(text: str) -> tuple[str, ...]:
    """The codes of a list such as 早、晚 in capitals, each once."""
    parts = _BETWEEN.split(unicodedata.normalize("NFKC", text).upper())
    return tuple(dict.fromkeys(part for part in parts if part))


def read_codes() -> CellReader[tuple[str, ...]]:
    """Reads a list of codes."""
    return lambda value: codes_of(plain_text(value))


def names_of(text: str) -> tuple[str, ...]:
    """The names of a list that 、 separates, each once; inside a name nothing is changed."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(LIST_MARK) if part.strip()))


def read_names() -> CellReader[tuple[str, ...]]:
    """Reads a list of names (long_number)."""

    def read(value: CellValue) -> tuple[str, ...]:
        refuse_long_number(value, plain_text(value))
        return names_of(plain_text(value))

    return read
