"""How ratings stand one by one in a workbook, and what they come to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from frontdesk.common.masking import mask_numbers
from frontdesk.common.wilson import wilson_interval
from frontdesk.common.workbook import Cell
from frontdesk.feedback.service import GOOD_LEVELS, ListedRating
from frontdesk.reports.weekdata import RatingRow


def anonymous_rows(ratings: Sequence[ListedRating], others: str) -> list[RatingRow]:
    """The ratings that may stand row by row (`feedback.listed_ratings`), in their order.

    Those whose subject must not be said stand under the words `others`. In a comment telephone and identity numbers
    are masked.
    """
    return [
        RatingRow(subject=rating.subject or others, level=rating.level, comment=mask_numbers(rating.comment))
        for rating in ratings
    ]


def subject_totals(rows: Iterable[RatingRow], whole: str) -> list[list[Cell]]:
    """What these rows come to, for each subject and last for all under the words `whole`: n, how many of them are good,
    the rate and its Wilson 95 % interval. Nothing else is added up, so it tells no more than the rows do.
    """
    counted: dict[str, list[int]] = {}
    for row in rows:
        for subject in (row.subject, whole):
            n_and_good = counted.setdefault(subject, [0, 0])
            n_and_good[0] += 1
            n_and_good[1] += row.level in GOOD_LEVELS
    if whole in counted:
        counted[whole] = counted.pop(whole)
    return [[subject, n, good, good / n, *wilson_interval(good, n)] for subject, (n, good) in counted.items()]
