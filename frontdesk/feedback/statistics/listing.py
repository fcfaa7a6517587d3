"""Which ratings may be shown one by one where they leave the centre: those of whole weeks, named as the statistics are.

A list tells no less than its sums. So a rating stands there under what was rated only where the statistics show that
for its week, and without its day; the others stand together, as what is left of the centre's totals.
"""

from __future__ import annotations

from datetime import date
from functools import cache

from db import feedback
from db.feedback import SubjectKind
from frontdesk.common.periods import Period
from frontdesk.context import Context
from frontdesk.feedback.statistics.listed import ListedRating
from frontdesk.feedback.statistics.service import Read


def listed_ratings(context: Context, period: Period) -> list[ListedRating]:
    """The ratings of the weeks of a period that are over, and of parts of weeks at its ends, if at least the public
    minimum answered then; excluded ones are not among them.

    In the order of subject, level, the best first, and comment, those without a subject last: it tells nothing of who
    rated when. Comments are as they were given: whoever shows them masks the numbers in them.
    """
    with context.database.reading() as connection:
        given = feedback.said_between(connection, period.first.isoformat(), period.last.isoformat())
        read = Read(context, connection, period.first, period.last)
    spans = [
        (piece.first.isoformat(), piece.last.isoformat())
        for piece in read.ledger.pieces(period)
        if sum(map(sum, piece.counts.values())) >= read.ledger.minimum
    ]

    # Many share day and subject.
    @cache
    def named(day: str, kind: SubjectKind, subject: str) -> str:
        path = read.path(kind, subject)
        return read.label(path) if read.ledger.shown_of(date.fromisoformat(day), path) else ""

    rows = []
    for one in given:
        if not any(first <= one.day <= last for first, last in spans):
            continue
        rows.append(ListedRating(named(one.day, one.subject_kind, one.subject), one.level, one.comment))
    return sorted(rows, key=lambda row: (not row.subject, row.subject, -row.level, row.comment))
