"""Text in fixed columns and in files that a spreadsheet program will open."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Literal

# The full-width forms too: a Chinese or Japanese Excel takes them for the plain ones.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

_CLOSING = "，。、；：？！）》」』”’"
"""What must not begin a line."""


_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks of direction (Unicode Bidirectional Algorithm, 2)."""


_OBEYED = {code: "?" for code in (*range(0x20), *range(0x7F, 0xA0)) if code != 0x0A} | dict.fromkeys(map(ord, _TURNING))


def visible(text: str, *, one_line: bool = True) -> str:
    """Words from outside that a terminal shows and does not obey: controls as question marks, without marks that turn
    the direction of writing; line ends as spaces, unless they may stay.
    """
    shown = text.translate(_OBEYED)
    return shown.replace("\n", " ") if one_line else shown


KILO = 1024


def display_width(text: str) -> int:
    """How many terminal columns `text` takes: East Asian wide and full-width 2, marks and controls 0, else 1.

    Ambiguous characters count 1, as Rich counts them (`mechanisms.md` §11.9).
    """
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(map(_character_width, text))


def shorten(text: str, width: int, ending: str = "..") -> str:
    """`text`, or as much of it as fits into `width` columns together with `ending`.

    The ending is plain dots because the ellipsis is of ambiguous width.
    """
    if display_width(text) <= width:
        return text
    room = width - display_width(ending)
    if room < 0:
        ending, room = "", width
    kept = []
    for one in text:
        room -= _character_width(one)
        if room < 0:
            break
        kept.append(one)
    return "".join(kept) + ending


def pad(text: str, width: int, align: Literal["left", "right", "centre"] = "left") -> str:
    """`text` shortened or filled with spaces to exactly `width` columns."""
    fitted = shorten(text, width)
    room = width - display_width(fitted)
    before = {"left": 0, "right": room, "centre": room // 2}[align]
    return " " * before + fitted + " " * (room - before)


def wrap(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` cells, at least one; joined they are the text again.

    Chinese is broken anywhere but before a closing mark, words of Latin letters and times before them where that is
    possible.
    """
    lines, line = [], ""
    for character in text:
        if line and display_width(line + character) > width:
            kept = 0
            if character in _CLOSING:
                kept = max(0, len(line.rstrip(_CLOSING)) - 1)
                kept = kept if display_width(line[kept:] + character) <= width else 0
            elif character.isascii() and not character.isspace() and line[-1].isascii():
                kept = len(line)
                while kept and line[kept - 1].isascii() and not line[kept - 1].isspace():
                    kept -= 1
            lines.append(line[:kept] or line)
            line = line[kept:] if kept else ""
        line += character
    return [*lines, line]


def some_of(words: Sequence[str], most: int = 8) -> str:
    """The first `most` of the words as one list in a sentence, with a mark where there are more."""
    return "、".join(words[:most]) + ("……" if len(words) > most else "")


def size_words(size: int | None) -> str:
    """So many bytes as people say it: 3.4 GB; empty where it is not known."""
    if size is None:
        return ""
    amount, unit = float(size), "B"
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if amount < KILO or unit == "TB":
            break
        amount /= KILO
    return f"{amount:.1f} {unit}" if unit not in ("B", "KB") else f"{amount:.0f} {unit}"


def without_controls(text: str) -> str:
    """A text from elsewhere without what a terminal would obey: control characters, halves of surrogate pairs, marks
    that turn the direction of writing round. Line ends stay, whatever they were, as line feeds; tabs become spaces.
    """
    lines = text.expandtabs(4).splitlines()
    return "\n".join("".join(one for one in line if _is_harmless(one)) for line in lines)


def _is_harmless(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs") and character not in _TURNING


def neutralise_cell(text: str) -> str:
    """`text` with an apostrophe in front if a spreadsheet program would take it for a formula, else as it is.

    What counts are = + - @, tab and line ends at the start, also behind spaces, also full-width.
    """
    if text.startswith(_FORMULA_STARTS) or text.lstrip(" \u3000\xa0").startswith(_FORMULA_STARTS):
        return f"'{text}"
    return text


@cache
def _character_width(character: str) -> int:
    if unicodedata.east_asian_width(character) in "WF":
        return 2
    return 0 if unicodedata.category(character) in ("Mn", "Me", "Cf", "Cc") else 1
