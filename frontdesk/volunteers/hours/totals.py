"""Totals of hours: by volunteer, team, content, week, month, quarter or year."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from db import hours as records
from db.hours import HoursLine, HoursTotal
from frontdesk.common.names import mask_name
from frontdesk.common.periods import Period, PeriodKind, period_of
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.volunteers.hours.errors import HoursError
from frontdesk.volunteers.hours.rounding import Rounding, Shown

TotalsBy = Literal["volunteer", "team", "content", "week", "month", "quarter", "year"]
TOTALS_BY: tuple[TotalsBy, ...] = ("volunteer", "team", "content", "week", "month", "quarter", "year")

MOST_PERIODS = 600
"""Ten years of weeks."""


@dataclass(frozen=True)
class TotalLine:
    """The hours of one volunteer, team, content or period: `key` by which it is found, what people call it, how many
    people, finished visits, exact seconds of both kinds, visits that wait for review.

    `label` is the name of a volunteer, whole; of general service and of those without a team it is ''.
    """

    key: str
    label: str
    volunteers: int
    visits: int
    measured: int
    supplemented: int
    pending: int
    team: str = ""

    def shown(self, rounding: Rounding) -> Shown:
        """Both kinds rounded as the centre has set."""
        return rounding.shown(self.measured, self.supplemented)

    def as_json(self, rounding: Rounding, label: str) -> dict[str, Any]:
        """The answer of the command line."""
        shown = self.shown(rounding)
        return {
            "key": self.key,
            "label": label,
            "team": self.team or None,
            "volunteers": self.volunteers,
            "visits": self.visits,
            "measured_seconds": self.measured,
            "supplemented_seconds": self.supplemented,
            "measured_minutes_shown": shown.measured,
            "supplemented_minutes_shown": shown.supplemented,
            "to_review": self.pending,
        }


@allowed("shown")
def totals(context: Context, first: date, last: date, by: TotalsBy) -> list[TotalLine]:
    """The totals between two local days, both included: volunteers by number, teams by name, contents the most first,
    periods in order, those at the ends only as far as they lie within.

    Raises HoursError `too_many_periods`.
    """
    connection = context.database.connection
    days = first.isoformat(), last.isoformat()
    if by == "volunteer":
        return [_of_volunteer(line) for line in records.lines(connection, *days)]
    if by in ("team", "content"):
        found = records.by_team(connection, *days) if by == "team" else records.by_content(connection, *days)
        return [_of_total(one.label, one.label, one) for one in found]
    periods = list(_periods(by, first, last))  # type: ignore[arg-type]
    if len(periods) > MOST_PERIODS:
        raise HoursError("too_many_periods", most=MOST_PERIODS)
    with context.database.reading():
        return [_of_period(context, period, first, last) for period in periods]


def grand_total(context: Context, first: date, last: date) -> TotalLine:
    """What all volunteers together served between two local days, both included."""
    total = records.total(context.database.connection, first.isoformat(), last.isoformat())
    return _of_total("", "", total)


def label_of(line: TotalLine, by: TotalsBy, say: Callable[[str], str], *, masked: bool = True) -> str:
    """What a line is called where it is shown; names masked unless asked for whole. `say` gives the words of a key."""
    if by == "volunteer":
        return mask_name(line.label) if masked else line.label
    if not line.label:
        return say("hours.general_service" if by == "content" else "hours.no_team")
    return line.label


def _periods(kind: PeriodKind, first: date, last: date) -> Iterator[Period]:
    period = period_of(kind, first)
    while period.first <= last:
        yield period
        period = period.following()


def _of_period(context: Context, period: Period, first: date, last: date) -> TotalLine:
    inside = max(first, period.first), min(last, period.last)
    total = records.total(context.database.connection, inside[0].isoformat(), inside[1].isoformat())
    return _of_total(period.key, period.label, total)


def _of_total(key: str, label: str, total: HoursTotal) -> TotalLine:
    return TotalLine(key, label, total.volunteers, total.visits, total.seconds, total.supplemented, total.pending)


def _of_volunteer(line: HoursLine) -> TotalLine:
    return TotalLine(
        line.volunteer_no, line.name, 1, line.visits, line.seconds, line.supplemented, line.pending, line.team
    )
