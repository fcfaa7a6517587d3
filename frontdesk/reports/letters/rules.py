"""The states of a letter and what a text may hold. Pure.

mechanisms J14: draft, reviewed, sent, then adopted or returned by the street office. What was returned is revised and
goes the same way again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from db.info_reports import InfoReport, LetterEvent, LetterLog, LetterState
from frontdesk.common.longnumbers import refuse_long_number

LONGEST_TITLE = 60
LONGEST_BODY = 20_000
LONGEST_NOTE = 200

EDITABLE: frozenset[LetterState] = frozenset({"draft", "returned"})
"""What may be written on. A returned letter is a draft again as soon as it is."""


class Step(NamedTuple):
    """Where a step leads from and to, and whether only a manager takes it."""

    before: frozenset[LetterState]
    after: LetterState
    is_managers: bool = False
    needs_words: bool = False


STEPS: dict[LetterEvent, Step] = {
    "reviewed": Step(frozenset({"draft"}), "reviewed", is_managers=True),
    "taken_back": Step(frozenset({"reviewed"}), "draft"),
    "sent": Step(frozenset({"reviewed"}), "sent"),
    "adopted": Step(frozenset({"sent"}), "adopted"),
    "returned": Step(frozenset({"sent"}), "returned", needs_words=True),
    "revised": Step(frozenset({"returned"}), "draft"),
    "set_aside": Step(frozenset({"returned", "draft"}), "returned"),
    "decision_undone": Step(frozenset({"adopted", "returned"}), "sent", is_managers=True, needs_words=True),
}

_TO_ADD = re.compile(r"【(?:待补充|to add)[^\n】]*】?")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")


def may(state: LetterState, event: LetterEvent) -> bool:
    """Whether a step leads on from a state."""
    return state in STEPS[event].before


def is_back(letter: InfoReport) -> bool:
    """Whether a letter was returned and not sent again since: what was sent is a draft again by no other way."""
    return letter.state == "returned" or (letter.state == "draft" and letter.sent_at is not None)


def follows(log: Iterable[LetterLog]) -> tuple[LetterState, bool]:
    """The state that follows from the steps of a letter, and whether each of them could be taken."""
    state: LetterState = "draft"
    for entry in log:
        if not may(state, entry.event):
            return state, False
        state = STEPS[entry.event].after
    return state, True


def clean_body(text: str) -> str:
    """A text of many lines as it is kept: line ends as one character, without what nobody sees and nothing can print.

    Raises DeskError `long_number` where a line holds what may be somebody's identity or bank card.
    """
    lines = []
    for line in _INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        kept = "".join(
            " " if one == "\t" else one for one in line if one == "\t" or unicodedata.category(one) not in _UNPRINTABLE
        )
        lines.append(refuse_long_number(kept))
    return "\n".join(lines)


_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})


def left_open(body: str) -> tuple[int, int] | None:
    """Where the first place that was left for whoever writes begins and ends; None where none is left."""
    found = _TO_ADD.search(body)
    return found.span() if found else None


def has_left_open(letter: InfoReport) -> bool:
    """Whether the text still holds a place that was left for whoever writes it."""
    return left_open(letter.body) is not None
