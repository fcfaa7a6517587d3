"""What is typed into the box of sign-up, read: who, with which phone, and how many come. Pure."""

from __future__ import annotations

from typing import NamedTuple
from unicodedata import normalize

LONGEST_PARTY_DIGITS = 2
SHORTEST_PHONE = 7


class Typed(NamedTuple):
    """What stands in the box: the words of a name (or its pinyin, initials, the end of a phone), a whole phone, and how
    many come; `party_size` is None where nothing was said of it.
    """

    who: str
    phone: str
    party_size: int | None

    @property
    def search(self) -> str:
        """What residents are looked for by: a whole phone says more than a name."""
        return self.phone or self.who

    @property
    def is_empty(self) -> bool:
        """Whether nobody is meant."""
        return not (self.who or self.phone)


def read_typed(text: str) -> Typed:
    """Read the box: `zxm 2` and `1234 2` are a party of two, `1234` alone the end of a phone."""
    words = normalize("NFKC", text).split()
    party: int | None = None
    if len(words) > 1 and _is_number(words[-1]) and len(words[-1]) <= LONGEST_PARTY_DIGITS:
        party = int(words.pop())
    phone = ""
    if words and _is_number(words[-1].removeprefix("+")) and len(words[-1]) >= SHORTEST_PHONE:
        phone = words.pop()
    return Typed(" ".join(words), phone, party)


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit()


def read_whole(text: str) -> int | None:
    """A whole number of at most six digits; None for anything else."""
    folded = normalize("NFKC", text).strip()
    return int(folded) if _is_number(folded) and len(folded) < 7 else None
