"""Use cases of the five-level rating. Nothing here leaves a trace of who rated or when within the day."""

from __future__ import annotations

import secrets
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from db import feedback as records
from db.feedback import Rating
from frontdesk.common.longnumbers import refuse_long_number
from frontdesk.common.wilson import wilson_interval
from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.feedback.followup.counting import (
    FollowUpCounts,
    OpenCount,
    follow_up_counts,
    open_follow_ups_between,
)
from frontdesk.feedback.unordered import unordered

if TYPE_CHECKING:
    from frontdesk.sheets.outcome import ImportOutcome

__all__ = [
    "DEFAULT_SERVICE",
    "GOOD_LEVELS",
    "LEVELS",
    "FeedbackError",
    "FollowUpCounts",
    "OpenCount",
    "Rating",
    "any_between",
    "correct",
    "count",
    "figures",
    "follow_up_counts",
    "import_ratings",
    "open_follow_ups_between",
    "rate",
    "rate_or_correct",
    "ratings",
    "take_back",
]

LEVELS = (5, 4, 3, 2, 1)
GOOD_LEVELS = frozenset((5, 4, 3))
"""好评 = 5, 4, 3; 差评 = 2, 1 (mechanisms §8.1)."""

DEFAULT_SERVICE = "综合服务台"


class FeedbackError(DeskError):
    """A refusal about ratings."""

    area = "feedback"


def rate(context: Context, level: int, *, session_code: str | None = None, comment: str = "") -> bytes:
    """Record one anonymous rating of a session, or else of the counter; returns its random key.

    The key exists nowhere but here and in the row: it serves to correct the rating while the rater still
    stands there.
    No audit entry is written, because the order of the log would say when the rating was given. Raises
    FeedbackError `bad_level`, DeskError `long_number`.
    """
    if level not in LEVELS:
        raise FeedbackError("bad_level")
    day = context.today().isoformat()
    rating = Rating(
        key=secrets.token_bytes(16),
        day=day,
        known_on=day,
        subject_kind="session" if session_code else "service",
        subject=session_code or DEFAULT_SERVICE,
        level=level,
        comment=refuse_long_number(comment.strip()),
        channel="kiosk" if context.source == "kiosk" else "desk",
    )
    with unordered(context) as connection:
        records.put(connection, rating)
    return rating.key


def rate_or_correct(
    context: Context, level: int, key: bytes | None, *, session_code: str | None = None
) -> tuple[bytes, float]:
    """Record a rating, or with the `key` of the one just given change that; a child at the keys counts once.

    Returns the key and for how many seconds the rating may still be corrected.
    """
    if key is None:
        key = rate(context, level, session_code=session_code)
    else:
        correct(context, key, level)
    return key, float(context.settings.rating_correction_seconds)


def correct(context: Context, key: bytes, level: int) -> None:
    """Change the level of a rating just given. Raises FeedbackError `bad_level` or `unknown_rating`."""
    if level not in LEVELS:
        raise FeedbackError("bad_level")
    with unordered(context) as connection:
        if not records.set_level(connection, key, level):
            raise FeedbackError("unknown_rating")


def take_back(context: Context, key: bytes) -> None:
    """Remove a rating just given. Raises FeedbackError `unknown_rating`."""
    with unordered(context) as connection:
        if not records.remove(connection, key):
            raise FeedbackError("unknown_rating")


def ratings(context: Context, first: date, last: date) -> list[Rating]:
    """The ratings of a span of local days, by day."""
    return records.between(context.database.connection, first.isoformat(), last.isoformat())


def any_between(context: Context, first: date, last: date) -> bool:
    """Whether anybody rated in a span of local days."""
    return records.any_between(context.database.connection, first.isoformat(), last.isoformat())


def count(context: Context, first: date, last: date) -> int:
    """How many ratings a span of local days holds."""
    return sum(records.levels(context.database.connection, first.isoformat(), last.isoformat()).values())


def figures(context: Context, first: date, last: date) -> dict[str, object]:
    """The report's figures about ratings; the rate and its Wilson 95 % interval are None where nobody
    rated.
    """
    counted = records.levels(context.database.connection, first.isoformat(), last.isoformat())
    total = sum(counted.values())
    good = sum(count for level, count in counted.items() if level in GOOD_LEVELS)
    interval = wilson_interval(good, total) if total else None
    return {
        "ratings": total,
        "ratings_by_level": {str(level): counted.get(level, 0) for level in LEVELS},
        "bad_ratings": total - good,
        "good_rate": round(good / total, 6) if total else None,
        "good_rate_interval95": [round(bound, 6) for bound in interval] if interval else None,
    }


def import_ratings(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take ratings from a sheet in; see `frontdesk.feedback.importing`."""
    from frontdesk.feedback.importing import import_ratings as run

    return run(context, path, dry_run=dry_run)
