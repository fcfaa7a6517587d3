"""Finding people by Han characters, pinyin or pinyin initials (`mechanisms.md` §11.2).

`search_terms` gives what an index holds about a name; a person is found where one of these terms begins with
the `query_key` of what was typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import islice, product

from frontdesk.common.names import clean_name, is_han, surname_of

MOST_COMBINATIONS = 16
"""How many spellings of one name are indexed at most, of full pinyin and of initials each."""

SURNAME_READINGS = {
    "单": "shan",
    "曾": "zeng",
    "仇": "qiu",
    "解": "xie",
    "查": "zha",
    "翟": "zhai",
    "区": "ou",
    "乐": "yue",
    "盖": "ge",
    "种": "chong",
    "朴": "piao",
    "员": "yun",
    "缪": "miao",
    "召": "shao",
    "折": "she",
}
"""How these are read as surnames; the usual reading of the character is another."""


MIXED_COMBINATIONS = 2

_DIAERESIS = "\u0308"
_INSIDE_WORDS = ("'", "’")


def search_terms(name: str) -> frozenset[str]:
    """Everything one may type the beginning of to find `name`, lower case, without spaces.

    The Han name from each of its characters on, full pinyin from the first character, and the initials; with
    every reading of the surname, its reading as a surname first, and of the given name as far as 16
    combinations go; and, for the likeliest two readings, initials up to one character and full pinyin after it or the
    other way round (zsan, zhangs). Words of Latin names count as characters do. Empty for a name without letters.
    """
    parts = _parts(clean_name(name))
    if not parts:
        return frozenset()
    terms = {"".join(parts[place:]) for place in range(len(parts))}
    readings = _readings(name, parts)
    terms.update("".join(one) for one in _combinations(readings))
    initials = [_unique(reading[0] for reading in choices) for choices in readings]
    terms.update("".join(one) for one in _combinations(initials))
    for way in islice(_combinations(readings), MIXED_COMBINATIONS):
        for place in range(1, len(way)):
            short, rest = "".join(one[0] for one in way[:place]), "".join(way[place:])
            terms.update((short + rest, "".join(way[:place]) + "".join(one[0] for one in way[place:])))
    return frozenset(terms)


def query_key(text: str) -> str:
    """What was typed, in the spelling of the index: lower case, no spaces or punctuation, ü as v.

    Full-width letters and digits are folded; Han characters are left as they are.
    """
    return "".join(_parts(text))


class Spelling:
    """What was typed (`query_key`), as it is looked for in titles: as the initials of some of their characters in a
    row, or as the beginning of full pinyin from one of them on; by every reading of a character.
    """

    def __init__(self, key: str) -> None:
        self._key = key if key.isascii() else ""
        self._begins: dict[str, bool] = {}

    def is_in(self, title: str) -> bool:
        """Whether words of a title are spelled so."""
        if not self._key:
            return False
        # Translated first: a character that was not seen before may get a sign that the pattern has to know.
        signs = title.translate(_INITIALS)
        if _pattern(self._key, len(_INITIALS.known)).search(signs):
            return True
        return any(self._is_begun(one) and self._goes_on(title[place:], self._key) for place, one in enumerate(title))

    def _is_begun(self, character: str) -> bool:
        """Whether full pinyin may begin with this character; remembered, as few characters are in many titles."""
        found = self._begins.get(character)
        if found is None:
            key = self._key
            found = any(key.startswith(one) or one.startswith(key) for one in _spelled(character))
            self._begins[character] = found
        return found

    def _goes_on(self, rest: str, key: str) -> bool:
        if not key:
            return True
        if not rest:
            return False
        spelled = _spelled(rest[0])
        if not spelled:
            return self._goes_on(rest[1:], key)
        return any(
            one.startswith(key) or (key.startswith(one) and self._goes_on(rest[1:], key[len(one) :])) for one in spelled
        )


class _Initials(dict[int, str | None]):
    """By character one that stands for the letters with which its readings begin, so that a pattern looks through a
    whole title at once; punctuation is left out.
    """

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, str] = {}

    def __missing__(self, code: int) -> str | None:
        letters = "".join(sorted({one[0] for one in _spelled(chr(code))}))
        sign = self.known.setdefault(letters, chr(_FIRST_SIGN + len(self.known))) if letters else None
        self[code] = sign
        return sign


_FIRST_SIGN = 0xE000
_INITIALS = _Initials()


@lru_cache(maxsize=64)
def _pattern(key: str, known: int) -> re.Pattern[str]:
    """What finds `key` among initials, as long as no more than `known` signs are used."""
    signs = ("".join(sign for letters, sign in _INITIALS.known.items() if letter in letters) for letter in key)
    return re.compile("".join(f"[{one}]" if one else "(?!)" for one in signs))


def is_spelled_in(text: str, key: str) -> bool:
    """Whether words within `text` are spelled as `key` was typed, see `Spelling`."""
    return Spelling(key).is_in(text)


@cache
def _spelled(character: str) -> tuple[str, ...]:
    """The readings of a character, of a letter or digit itself; nothing for punctuation."""
    folded = unicodedata.normalize("NFKC", character).lower()
    return _character_readings(folded) if folded[:1].isalnum() else ()


def _parts(text: str) -> list[str]:
    """The Han characters one by one, and the runs of other letters and digits between them, folded."""
    parts: list[str] = []
    run = ""
    for one in text:
        if is_han(one):
            parts.extend((run, one) if run else (one,))
            run = ""
            continue
        folded = unicodedata.normalize("NFKC", one).lower().replace("ü", "v")
        letters = "".join(character for character in folded if character.isalnum())
        if letters:
            run += letters
        elif one == _DIAERESIS and run.endswith("u"):
            run = f"{run[:-1]}v"
        elif run and not (folded in _INSIDE_WORDS or unicodedata.category(one) == "Mn"):
            parts.append(run)
            run = ""
    return [*parts, run] if run else parts


def _readings(name: str, parts: Sequence[str]) -> list[list[str]]:
    """For each part its readings, likeliest first; the characters of a compound surname are read together."""
    surname = surname_of(clean_name(name))
    if len(surname) > 1:
        heads = [[one] for one in _compound_reading(surname)]
        rest = parts[len(surname) :]
    else:
        own = SURNAME_READINGS.get(parts[0])
        heads = [_unique((own, *_character_readings(parts[0])) if own else _character_readings(parts[0]))]
        rest = parts[1:]
    return heads + [list(_character_readings(part)) for part in rest]


def _combinations(readings: Sequence[Sequence[str]]) -> Iterable[tuple[str, ...]]:
    """Up to 16 ways through the readings, those with unlikely readings of the later characters last."""
    ways = product(*reversed(readings))
    # Reversed, so that the surname varies first: its readings matter more than the given name's.
    return (tuple(reversed(way)) for way in islice(ways, MOST_COMBINATIONS))


@cache
def _character_readings(part: str) -> tuple[str, ...]:
    """The toneless readings of one character, the usual one first; a part that is not Han reads as itself."""
    if len(part) > 1 or not is_han(part):
        return (part,)
    from pypinyin import Style, pinyin

    found = pinyin(part, style=Style.NORMAL, heteronym=True, errors="ignore")
    readings = _unique(reading for choices in found for reading in choices if reading)
    return tuple(_with_u(readings)) or (part,)


@cache
def _compound_reading(surname: str) -> tuple[str, ...]:
    """The readings of the characters of a compound surname, as the whole is read: 尉迟 is yu chi."""
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(surname))


def _with_u(readings: Iterable[str]) -> list[str]:
    """lü is typed lv or lu."""
    return _unique(
        spelling
        for reading in readings
        for spelling in ((reading, reading.replace("v", "u")) if "v" in reading else (reading,))
    )


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
