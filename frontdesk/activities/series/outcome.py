"""What comes of making and changing a series, and what is shown before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from db.rooms import Occupation
from frontdesk.activities.series.changing import SeriesChange, WhyKept
from frontdesk.activities.series.rules import PlannedDay


class Coming(NamedTuple):
    """A date of a series with the session that takes it ("" for a new one), what else takes its room, and the names of
    the other sessions of its lead at that time.
    """

    planned: PlannedDay
    code: str = ""
    clashes: tuple[Occupation, ...] = ()
    leads: tuple[str, ...] = ()


class Preview(NamedTuple):
    """Every date before anything is written, and the years among them whose holidays are not known."""

    coming: tuple[Coming, ...]
    unknown_years: tuple[int, ...]

    @property
    def held(self) -> int:
        """How many dates are held, on their own day or another."""
        return sum(one.planned.day is not None for one in self.coming)

    @property
    def clashing(self) -> int:
        """How many dates find their room taken."""
        return sum(bool(one.clashes) for one in self.coming)


class ChangePreview(NamedTuple):
    """What a change will do: the dates, what becomes of which session, and how many say already what they will."""

    dates: Preview
    change: SeriesChange
    unchanged: int


@dataclass
class SeriesOutcome:
    """What was done: codes of the sessions that were created (how many of them as drafts), changed, deleted and
    cancelled, how many said the same already, how many stay for which reason, and the sign-ups that have to be told.
    `unapproved` are those changed that had been approved and are drafts again.
    """

    series_id: int
    created: list[str] = field(default_factory=list)
    drafts: int = 0
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0
    kept: dict[WhyKept, int] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    to_tell: tuple[int, ...] = ()
    clashes: int = 0
    elsewhere: int = 0
    room_closed: int = 0
    unapproved: int = 0
