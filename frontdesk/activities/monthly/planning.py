"""Planning a month from the series: every date of a series in it that has no session yet becomes a draft."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from db import monthly as records
from db.series import Series
from frontdesk.activities.monthly.errors import MonthlyError
from frontdesk.activities.monthly.rules import is_out
from frontdesk.activities.monthly.service import ensure
from frontdesk.activities.reasons import kept_reason
from frontdesk.activities.series.months import make_dates, missing_dates, series_of
from frontdesk.activities.series.outcome import Coming
from frontdesk.common.periods import Period
from frontdesk.context import Context
from frontdesk.permission import allowed


class PlannedDate(NamedTuple):
    """A date of a series that has no session yet."""

    series: Series
    coming: Coming


@dataclass(frozen=True)
class MonthPlan:
    """What planning a month from its series would make, the dates that are not held with their reasons, and the years
    whose holidays nobody knows.
    """

    period: Period
    dates: tuple[PlannedDate, ...] = ()
    unknown_years: tuple[int, ...] = ()

    @property
    def held(self) -> tuple[PlannedDate, ...]:
        """Those that would become sessions."""
        return tuple(one for one in self.dates if one.coming.planned.day is not None)

    @property
    def clashing(self) -> int:
        """How many of them find their room taken."""
        return sum(bool(one.coming.clashes) for one in self.held)


@dataclass
class Planned:
    """What was made: the codes of the drafts, and how many have a room that something else takes too."""

    created: list[str] = field(default_factory=list)
    clashes: int = 0


def preview_plan(context: Context, period: Period) -> MonthPlan:
    """What the series still lack in a month, by day; nothing is written. Raises what the series' own preview raises."""
    found: list[PlannedDate] = []
    unknown: set[int] = set()
    with context.database.reading() as connection:
        for one in series_of(connection, period.first, period.last):
            dates, years = missing_dates(context, connection, one, period.first, period.last)
            found += [PlannedDate(one, coming) for coming in dates]
            unknown |= set(years)
    found.sort(key=lambda one: (one.coming.planned.day or one.coming.planned.series_day, one.series.starts))
    return MonthPlan(period, tuple(found), tuple(sorted(unknown)))


@allowed("writer")
def plan_month(context: Context, period: Period, reason: str = "") -> Planned:
    """Make drafts of all that the series lack in a month, all or none, and begin its list where nobody has.

    Raises MonthlyError `already_published`, ActivityError `room_taken` unless a reason is given to put up with it.
    """
    why = kept_reason(reason)
    done = Planned()
    with context.change("monthly.planned", period.key, reason=why) as connection:
        kept = records.get(connection, period.key)
        if kept is not None and is_out(kept.state):
            raise MonthlyError("already_published", month=period.label)
        ensure(connection, period.key)
        for one in series_of(connection, period.first, period.last):
            dates, _ = missing_dates(context, connection, one, period.first, period.last)
            held = [coming.planned for coming in dates if coming.planned.day is not None]
            outcome = make_dates(context, connection, one, held, why)
            done.created += outcome.created
            done.clashes += outcome.clashes
    return done
