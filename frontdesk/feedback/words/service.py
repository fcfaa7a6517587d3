"""Use cases of what people wrote: searching comments, and the frequent terms of a period. Nothing is written.

Whatever comes out is masked: somebody's telephone or identity number is shown by none of this, and cannot be searched.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from db import comments as records
from db.comments import Comment
from frontdesk.common.masking import mask_numbers
from frontdesk.common.periods import Period, parse_period
from frontdesk.context import Context
from frontdesk.feedback.capture.subjects import label_of
from frontdesk.feedback.words.errors import CommentsError
from frontdesk.feedback.words.rules import Answer, Term, folded, frequent_terms, is_among

__all__ = ["Found", "Search", "Term", "Terms", "read_levels", "read_period", "search", "terms"]

MOST_FOUND = 500
MOST_TERMS = 40
LEVELS = range(1, 6)
GOOD, BAD = frozenset((5, 4, 3)), frozenset((2, 1))


@dataclass(frozen=True)
class Found:
    """One comment: the local day, what it is about, the level it was given with, its words masked."""

    id: str
    day: str
    subject_kind: str
    subject: str
    label: str
    level: int
    comment: str
    named: bool


@dataclass(frozen=True)
class Search:
    """The comments that were found, at most `MOST_FOUND`, the latest first, and how many there are in all."""

    comments: tuple[Found, ...]
    count: int


@dataclass(frozen=True)
class Terms:
    """The frequent terms of a span, out of so many comments; fewer than `minimum` comments have none.

    `by_dictionary` is whether words were found by the dictionary of jieba, or plainly.
    """

    terms: tuple[Term, ...]
    comments: int
    minimum: int
    by_dictionary: bool

    @property
    def why_none(self) -> str:
        """The key of the words that say why there are none."""
        return "comments.terms.too_few" if self.comments < self.minimum else "comments.terms.none"


def search(
    context: Context,
    text: str,
    first: date,
    last: date,
    *,
    levels: Collection[int] = (),
    subject: str = "",
) -> Search:
    """The comments of a span of local days that hold `text`, of ratings of these levels (all where none is named) and
    about something whose name holds `subject`. Width and case do not matter; an empty text is held by all.

    Anonymous ones of today are found from tomorrow on.
    """
    wanted, about = folded(text.strip()), folded(subject.strip())
    labels: dict[tuple[str, str], str] = {}
    found: list[Found] = []
    count = 0
    with context.database.reading() as connection:
        for one in records.between(connection, first.isoformat(), last.isoformat(), context.today().isoformat()):
            # Most do not hold it as they are; and masked nothing but a star is there that was not before.
            if not is_among(one.level, levels) or not ("*" in wanted or wanted in folded(one.comment)):
                continue
            about_this = (one.subject_kind, one.subject)
            if about_this not in labels:
                labels[about_this] = label_of(context, one.subject_kind, one.subject)
            if about and about not in folded(labels[about_this]):
                continue
            if wanted and wanted not in folded(mask_numbers(one.comment)):
                continue
            count += 1
            if count <= MOST_FOUND:
                found.append(_found(one, labels[about_this], mask_numbers(one.comment)))
    return Search(tuple(found), count)


def terms(context: Context, period: Period, *, most: int = MOST_TERMS) -> Terms:
    """The frequent terms of a period, for the weekly brief: words that at least the setting public_minimum of raters
    used, each counted once, however often he or she wrote under a name, and the same words about the same thing on one
    day once. Ratings that an appeal took out, and anonymous
    ones of today, are left aside.

    The first call may take a second: it loads a dictionary.
    """
    from frontdesk.feedback.words.cutting import dictionary_cut

    with context.database.reading() as connection:
        span = (period.first.isoformat(), period.last.isoformat(), context.today().isoformat())
        answers = [_answer(one) for one in records.between(connection, *span) if not one.excluded]
    minimum = context.settings.public_minimum
    cut = dictionary_cut()
    found = frequent_terms(answers, minimum, most, cut) if len(answers) >= minimum else []
    return Terms(tuple(found), len(answers), minimum, cut is not None)


def read_period(text: str) -> Period:
    """The period that is typed as 2026-W46, 2026-11, 2026-Q4 or 2026. Raises CommentsError `unread_period`."""
    typed = unicodedata.normalize("NFKC", text).strip().upper()
    try:
        return parse_period(typed)
    except ValueError as wrong:
        raise CommentsError("unread_period", field="period", text=text.strip()[:20] or "-") from wrong


def read_levels(text: str) -> frozenset[int]:
    """The levels that are typed as digits, 12 or 1, 2; none for all. Raises CommentsError `unread_level`."""
    typed = re.sub(r"[\s,，、]", "", unicodedata.normalize("NFKC", text))
    if any(one not in "12345" for one in typed):
        raise CommentsError("unread_level", field="levels", text=text.strip()[:20])
    return frozenset(map(int, typed))


def _answer(one: Comment) -> Answer:
    """A comment as it counts. The same words about the same thing on one day may be of one person who pressed on: they
    count once.
    """
    words = mask_numbers(one.comment)
    return Answer(words, one.who or f"{one.day} {one.subject_kind} {one.subject} {folded(words)}")


def _found(one: Comment, label: str, masked: str) -> Found:
    return Found(one.key.hex(), one.day, one.subject_kind, one.subject, label, one.level, masked, bool(one.named))
