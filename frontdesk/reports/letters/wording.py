"""Letters in words."""

from __future__ import annotations

from db.info_reports import KINDS, LEVELS, LetterCount, LetterKind, LetterLevel
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.reports.letters.errors import LettersError


def kind_named(text: str) -> LetterKind:
    """The kind of this name: its code, or its word in the language in force. Raises LettersError `unknown_kind`."""
    typed = text.strip().casefold()
    for kind in KINDS:
        if typed in (kind, t(f"letters.kind.{kind}").casefold()):
            return kind
    known = t("letters.text.comma").join(t(f"letters.kind.{kind}") for kind in KINDS)
    raise LettersError("unknown_kind", value=text.strip()[:20], known=known, field="kind")


def level_named(text: str) -> LetterLevel:
    """The addressee of this name, as `kind_named` reads kinds. Raises LettersError `unknown_level`."""
    typed = text.strip().casefold()
    for level in LEVELS:
        if typed in (level, t(f"letters.level.{level}").casefold()):
            return level
    known = t("letters.text.comma").join(t(f"letters.level.{level}") for level in LEVELS)
    raise LettersError("unknown_level", value=text.strip()[:20], known=known, field="level")


def total(counts: dict[LetterKind, LetterCount]) -> LetterCount:
    """The counts of all kinds together."""
    sums = [sum(numbers) for numbers in zip(*counts.values(), strict=True)]
    return LetterCount(sums[0], sums[1], sums[2])


def moment_words(context: Context, at: int) -> str:
    """An instant (UTC ms) as the wall clock of the centre showed it."""
    return f"{context.local(at):%Y-%m-%d %H:%M}"
