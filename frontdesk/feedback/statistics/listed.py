"""What a list of ratings holds that may leave the centre."""

from __future__ import annotations

from typing import NamedTuple


class ListedRating(NamedTuple):
    """A rating that may be shown by itself; `subject` is "" where it must not be said."""

    subject: str
    level: int
    comment: str
