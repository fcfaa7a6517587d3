"""Ratings for the rest of the program. Nothing that is anonymous leaves a trace of who rated or when within the day.

The kiosk imports this at its start: what is heavy is imported by the function that needs it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from db import feedback as records
from db.feedback import Rating
from frontdesk.context import Context
from frontdesk.feedback.capture.errors import FeedbackError
from frontdesk.feedback.capture.rating import add_details, correct, rate, rate_or_correct, take_back
from frontdesk.feedback.capture.rules import (
    ASPECTS,
    DEFAULT_SERVICE,
    GOOD_LEVELS,
    LEVELS,
    MOST_ON_THE_SPOT,
    Entry,
    Subject,
    is_workable,
)
from frontdesk.feedback.capture.subjects import label_of, subjects_now
from frontdesk.feedback.followup.checking import follow_ups_astray
from frontdesk.feedback.followup.counting import (
    FollowUpCounts,
    OpenCount,
    follow_up_counts,
    open_follow_ups_between,
    overdue_bounds,
)
from frontdesk.feedback.followup.recording import PastStep, follow_through
from frontdesk.feedback.followup.rules import EventKind
from frontdesk.feedback.statistics.listed import ListedRating

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from db.follow_ups import BadRating
    from frontdesk.checking import Invariant
    from frontdesk.common.periods import Period
    from frontdesk.feedback.followup.cases import FollowUpCases
    from frontdesk.feedback.followup.ledger import Ledger
    from frontdesk.feedback.followup.levels import LevelCounts
    from frontdesk.feedback.statistics.rules import Figures
    from frontdesk.feedback.statistics.service import Group
    from frontdesk.feedback.words.service import Terms
    from frontdesk.sheets.outcome import ImportOutcome

__all__ = [
    "ASPECTS",
    "DEFAULT_SERVICE",
    "GOOD_LEVELS",
    "LEVELS",
    "MOST_ON_THE_SPOT",
    "Entry",
    "EventKind",
    "FeedbackError",
    "FollowUpCounts",
    "ListedRating",
    "OpenCount",
    "PastStep",
    "Rating",
    "Subject",
    "add_details",
    "any_between",
    "correct",
    "count",
    "follow_through",
    "follow_up",
    "follow_up_cases",
    "follow_up_counts",
    "follow_up_ledger",
    "follow_ups_astray",
    "follow_ups_by_level",
    "follow_ups_like",
    "frequent_terms",
    "import_ratings",
    "invariants",
    "is_workable",
    "label_of",
    "listed_ratings",
    "open_follow_ups_between",
    "overdue_bounds",
    "rate",
    "rate_or_correct",
    "ratings",
    "record",
    "record_slips",
    "satisfaction",
    "session_figures",
    "subjects_now",
    "take_back",
]


def ratings(context: Context, first: date, last: date) -> list[Rating]:
    """The ratings of a span of local days, by day."""
    return records.between(context.database.connection, first.isoformat(), last.isoformat())


def any_between(context: Context, first: date, last: date) -> bool:
    """Whether anybody rated in a span of local days."""
    return records.any_between(context.database.connection, first.isoformat(), last.isoformat())


def count(context: Context, first: date, last: date) -> int:
    """How many ratings a span of local days holds."""
    return sum(records.levels(context.database.connection, first.isoformat(), last.isoformat()).values())


def follow_up_ledger(context: Context, first: date, last: date) -> Ledger:
    """The bad ratings of a span of local days with what was done; see `frontdesk.feedback.followup.ledger`."""
    from frontdesk.feedback.followup.ledger import ledger as run

    return run(context, first, last)


def follow_up_cases(context: Context, first: date, last: date, most: int) -> FollowUpCases:
    """The follow-ups of a span of local days as cases; see `frontdesk.feedback.followup.cases`."""
    from frontdesk.feedback.followup.cases import follow_up_cases as run

    return run(context, first, last, most)


def follow_ups_by_level(context: Context, first: date, last: date) -> LevelCounts:
    """Follow-ups by the level of their ratings; see `frontdesk.feedback.followup.levels`."""
    from frontdesk.feedback.followup.levels import follow_ups_by_level as run

    return run(context, first, last)


def follow_up(context: Context, number: str) -> BadRating:
    """The follow-up with this number, and the rating it is about. Raises FollowUpError `unknown`."""
    from frontdesk.feedback.followup.service import of_number as run

    return run(context, number)


def follow_ups_like(context: Context, text: str, limit: int) -> list[str]:
    """The number of the follow-up that is this one, written as it may be typed; at most `limit`."""
    from frontdesk.feedback.followup.service import numbers_like as run

    return run(context, text, limit)


def frequent_terms(context: Context, period: Period) -> Terms:
    """The words that enough raters used; see `frontdesk.feedback.words.service.terms`. The first call is slow."""
    from frontdesk.feedback.words.service import terms as run

    return run(context, period)


def satisfaction(context: Context, period: Period) -> Group:
    """The ratings of the whole centre in a period up to yesterday, against the period before; its figures are None
    where too few answered. See `frontdesk.feedback.statistics.service`.
    """
    from frontdesk.feedback.statistics.service import statistics as run

    return run(context, period).total


def session_figures(context: Context, held: Mapping[str, date]) -> dict[str, Figures]:
    """The ratings of sessions, by code, each held on a local day; see `statistics.service.session_figures`."""
    from frontdesk.feedback.statistics.service import session_figures as run

    return run(context, held)


def listed_ratings(context: Context, period: Period) -> list[ListedRating]:
    """The ratings that may be shown one by one; see `frontdesk.feedback.statistics.listing`."""
    from frontdesk.feedback.statistics.listing import listed_ratings as run

    return run(context, period)


def import_ratings(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take ratings from a sheet in; see `frontdesk.feedback.importing`."""
    from frontdesk.feedback.importing import import_ratings as run

    return run(context, path, dry_run=dry_run)


def record(context: Context, entry: Entry) -> bytes:
    """Write down one rating for somebody; see `frontdesk.feedback.capture.recording`."""
    from frontdesk.feedback.capture.recording import record as run

    return run(context, entry)


def record_slips(context: Context, entries: Sequence[Entry]) -> list[bytes]:
    """Write down many slips, all or none; see `frontdesk.feedback.capture.recording`."""
    from frontdesk.feedback.capture.recording import record_slips as run

    return run(context, entries)


def invariants() -> tuple[Invariant, ...]:
    """What always holds of these records; see `frontdesk.feedback.checking`."""
    from frontdesk.feedback.checking import INVARIANTS

    return INVARIANTS
