"""Which ratings a workbook may show one by one. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from db.feedback import Rating
from frontdesk.common.masking import mask_numbers
from frontdesk.reports.weekdata import RatingRow


def anonymous_rows(ratings: Sequence[Rating], minimum: int, others: str) -> list[RatingRow]:
    """The ratings that may stand row by row (design §3: results only from five answers up).

    A subject is named where at least `minimum` rated it. What the other subjects got stands under the words `others`,
    without subject and day, if it comes to `minimum` together, else not at all. The order is by subject, level (the
    best first) and comment: it tells nothing of who rated when. In a comment telephone and identity numbers are masked.
    """
    answers = Counter((rating.subject_kind, rating.subject) for rating in ratings)
    named: list[RatingRow] = []
    collected: list[RatingRow] = []
    for rating in ratings:
        comment = mask_numbers(rating.comment)
        if answers[rating.subject_kind, rating.subject] >= minimum:
            day = date.fromisoformat(rating.day)
            named.append(RatingRow(day=day, subject=rating.subject, level=rating.level, comment=comment))
        else:
            collected.append(RatingRow(day=None, subject=others, level=rating.level, comment=comment))
    named.sort(key=lambda row: (row.subject, -row.level, row.comment, row.day))
    collected.sort(key=lambda row: (-row.level, row.comment))
    return [*named, *collected] if len(collected) >= minimum else named
