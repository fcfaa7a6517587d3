"""Telephone and identity numbers in free words, masked as they may leave the centre (`mechanisms.md` §11.5). Pure.

A person writes a number in any way: full width, in groups, with +86, in Chinese digits, told in pieces between words.
What is masked is therefore decided over the digits of a text and the gaps between them; the words around stay as they
were written. It masks rather too much than too little: seven digits in a row that are neither a day nor a time are
somebody's number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

_CHINESE = {
    character: str(place)
    for row in ("〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖", "○壹貳叄肆伍陸柒捌玖")
    for place, character in enumerate(row)
} | {"幺": "1", "参": "3"}
_CIRCLED = {character: str(1 + place % 9) for place, character in enumerate("❶❷❸❹❺❻❼❽❾➀➁➂➃➄➅➆➇➈➊➋➌➍➎➏➐➑➒")}
_WRITTEN = _CHINESE | _CIRCLED

_MAYBE = re.compile(rf"[\d{''.join(_WRITTEN)}⁰¹²³⁴-⁹₀-₉⓪①-⑳⑴-⒇⒈-⒛⓵-⓾㉑-㉟㊱-㊿]")
"""What may be a digit, in every way of writing that NFKC folds or a person uses."""

MASK = "***"
"""What stands before the last four digits."""

FEWEST = 7
"""The digits of the shortest number that reaches somebody: a landline without its area code."""

_LONGEST_GAP = 8
"""So many characters may lie between two parts of one number."""

_LIGHT = re.compile(r"[\s\-‐‑‒–—―−－_.·・•‧~～()（）\[\]【】/\\+＋*＊|]{0,4}")
"""What lies between the digits of a number that is written in groups."""

_DAYS_AND_TIMES = re.compile(
    r"(?:19|20)\d\d(?:[-/.](?:1[0-2]|0?[1-9])[-/.](?:3[01]|[12]\d|0?[1-9])|(?:1[0-2]|0[1-9])(?:3[01]|[12]\d|0[1-9]))"
    r"|(?:2[0-3]|[01]?\d):[0-5]\d(?: ?[-–—~～] ?(?:2[0-3]|[01]?\d):[0-5]\d)?"
)


@dataclass(frozen=True)
class _Digit:
    """A digit, the place of the character that shows it, and the kind of gap before it: "" none, "light", "marks"
    where no letter stands in it, "words", "far".
    """

    value: str
    place: int
    gap: str


def mask_numbers(text: str) -> str:
    """The text with "***" and the last four digits in place of every telephone and identity number in it.

    Any run of seven digits or more counts as one, however it is written, but for days and times. A text that holds none
    comes back untouched.
    """
    if len(_MAYBE.findall(text)) < FEWEST:
        return text
    digits = _digits(text)
    hidden = [*_told(digits, _identity_length), *_told(digits, _phone_length), *_runs(text, digits)]
    return _without(text, digits, _joined(hidden))


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same places in spans that do not overlap, in order."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _digits(text: str) -> list[_Digit]:
    """The digits of a text, among them an X that can end an identity number."""
    shown: list[tuple[str, int]] = []
    for place, character in enumerate(text):
        folded = _WRITTEN.get(character) or unicodedata.normalize("NFKC", character)
        values = [str(unicodedata.digit(one)) for one in folded if unicodedata.digit(one, None) is not None]
        if not values and folded in ("X", "x") and shown and _gap(text[shown[-1][1] + 1 : place]) in ("", "light"):
            values = ["X"]
        if values and (character not in _CHINESE or not _is_a_word(text, place)):
            shown += [(value, place) for value in values]
    befores = [None, *(place for _, place in shown)]
    return [
        _Digit(value, place, "far" if before is None else _gap(text[before + 1 : place]))
        for (value, place), before in zip(shown, befores, strict=False)
    ]


def _is_a_word(text: str, place: int) -> bool:
    """Whether a Chinese digit stands among words, as in 一个 or 后四位: no other digit is near it."""
    around = text[max(0, place - 1) : place] + text[place + 1 : place + 2]
    return all(one.isalpha() and not _MAYBE.match(one) for one in around)


def _gap(between: str) -> str:
    seen = "".join(one for one in between if unicodedata.category(one) not in ("Cf", "Mn", "Cc") or one.isspace())
    if not seen:
        return ""
    if _LIGHT.fullmatch(seen):
        return "light"
    if len(seen) > _LONGEST_GAP:
        return "far"
    return "words" if any(one.isalnum() for one in seen) else "marks"


def _told(digits: Sequence[_Digit], length_at: Callable[[str], int]) -> Iterator[tuple[int, int]]:
    """The numbers that begin and end with a group of digits, whatever lies between the groups, as first and last
    digit. Between words a group has at least three digits: 16 people, 18 seats and 3 rooms are no telephone.
    """
    after = 0
    for first, one in enumerate(digits):
        if first < after or not one.gap:
            continue
        last = first
        while last + 1 < len(digits) and digits[last + 1].gap != "far" and last - first < 20:
            last += 1
        length = length_at("".join(other.value for other in digits[first : last + 1]))
        whole = length and (first + length == len(digits) or bool(digits[first + length].gap))
        if whole and _groups_are_parts(digits[first : first + length]):
            after = first + length
            yield first, after - 1


def _groups_are_parts(digits: Sequence[_Digit]) -> bool:
    if all(one.gap != "words" for one in digits[1:]):
        return True
    starts = [place for place, one in enumerate(digits) if place == 0 or one.gap]
    # The X of an identity number may stand alone behind a space.
    return all(later - first >= 3 for first, later in pairwise([*starts, len(digits)]) if first < 17)


def _phone_length(digits: str) -> int:
    """How many of these digits, from the first on, are a number that reaches somebody; 0 where they are none."""
    match = re.match(r"(?:(?:00)?86)?0?1[3-9]\d{9}|(?:(?:00)?86)?0(?:10|2\d)\d{8}|0[3-9]\d{2}\d{7,8}", digits)
    return match.end() if match else 0


def _identity_length(digits: str) -> int:
    """The same of an identity number, old or new: there is a day of birth in it."""
    match = re.match(r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]", digits)
    match = match or re.match(r"[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}", digits)
    return match.end() if match else 0


def _runs(text: str, digits: Sequence[_Digit]) -> Iterator[tuple[int, int]]:
    """The runs of digits with nothing but light gaps between them that are long enough, but for days and times."""
    folded = "".join(_folded(one) for one in text)
    spared = [(match.start(), match.end() - 1) for match in _DAYS_AND_TIMES.finditer(folded) if _stands_alone(match)]
    starts = [place for place, one in enumerate(digits) if place == 0 or one.gap not in ("", "light")]
    for begin, end in pairwise([*starts, len(digits)]):
        run = range(begin, end)
        lone = [place for place in run if not any(first <= digits[place].place <= last for first, last in spared)]
        if sum(digits[place].value != "X" for place in lone) >= FEWEST:
            # A day within a long number is part of it: that is how an identity number is written.
            yield lone[0], lone[-1]


def _folded(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


def _stands_alone(match: re.Match[str]) -> bool:
    around = match.string[max(0, match.start() - 1) : match.start()] + match.string[match.end() : match.end() + 1]
    return not any(one.isdigit() for one in around)


def _without(text: str, digits: Sequence[_Digit], hidden: Sequence[tuple[int, int]]) -> str:
    parts, written = [], 0
    for first, last in hidden:
        numbers = digits[first : last + 1]
        parts += [text[written : numbers[0].place], MASK, "".join(one.value for one in numbers[-4:])]
        written = numbers[-1].place + 1
    return "".join([*parts, text[written:]])
