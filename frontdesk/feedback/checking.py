"""What always holds of ratings, their follow-up and the review of departments, for the look at the whole file.

The figures need no comparing with the ratings: they are counted from them whenever they are asked for, and what was
counted for a closed period has a digest.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from frontdesk.checking import Invariant, Watch, listed, sealed_phones, stated
from frontdesk.context import Context
from frontdesk.feedback.followup.checking import follow_ups_astray

AREA = "feedback"


def _follow_ups(_: Context, connection: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    for number in follow_ups_astray(connection):
        yield {"number": number}


INVARIANTS: tuple[Invariant, ...] = (
    listed(AREA, "follow_ups_astray", _follow_ups),
    *stated(AREA, "name_on_anonymous", "subject_unknown"),
    # A sheet may say so by a slip of the hand.
    *stated(AREA, "known_before_given", severity="warning"),
    *stated(AREA, "review_above_codes", "codes_above"),
    sealed_phones(AREA, "rating_rater", "day"),
)
