"""What people wrote with their ratings. Read only; every writer of a rating is in `db/feedback.py`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from db.feedback import SubjectKind


class Comment(NamedTuple):
    """The words of one rating, and what they are about; `who` tells raters apart who gave their name, "" for others.

    A plain tuple, because a year's are read for one search.
    """

    key: bytes
    day: str
    subject_kind: SubjectKind
    subject: str
    level: int
    comment: str
    named: int
    excluded: int
    who: str


def between(connection: sqlite3.Connection, first: str, last: str, today: str) -> Iterator[Comment]:
    """The comments of a span of local days, the latest day first, within a day in the order of their random keys.

    Of anonymous ones only those of days before `today`: what staff see of a day while it runs would tell when it was
    said (mechanisms §12).
    """
    rows = connection.execute(
        """
        SELECT r.key, r.day, r.subject_kind, r.subject, r.level, r.comment, r.named, r.excluded,
            coalesce('r' || p.resident_id, 'n' || nullif(p.name, ''), '') AS who
        FROM rating r LEFT JOIN rating_rater p ON p.key = r.key
        WHERE r.comment <> '' AND r.day BETWEEN ? AND ? AND (r.named = 1 OR r.day < ?)
        ORDER BY r.day DESC, r.key
        """,
        (first, last, today),
    )
    return (Comment(*row) for row in rows)
