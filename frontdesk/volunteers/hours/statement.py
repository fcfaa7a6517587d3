"""A volunteer's own statement of hours: day by day what was served, in which kind, and what still waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from db import hours as records
from db import visits
from db.hours import SupplementLine
from db.visits import VisitLine
from db.volunteers import Volunteer
from frontdesk.common.names import mask_name
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.volunteers.hours.rounding import Rounding, Shown
from frontdesk.volunteers.register.service import get

LineState = Literal["", "open", "pending", "accepted", "refused", "corrected", "supplement"]


@dataclass(frozen=True)
class StatementLine:
    """One visit or supplement; `content` is what it is credited to, '' for general service. Times are local, seconds
    exact. `number` is that of a visit on its day, `supplement_id` is 0 for a visit. `displaced` are the seconds that
    were put in and do not count (in `supplemented` they are not), because measured time took the room that was planned.
    """

    day: date
    content: str
    entered: datetime | None
    left: datetime | None
    measured: int
    supplemented: int
    state: LineState
    number: int = 0
    supplement_id: int = 0
    reason: str = ""
    displaced: int = 0

    @property
    def times(self) -> str:
        """From when to when, 09:00-11:30; an end on the next day has a plus sign, one that is missing a question mark.

        '' for a supplement.
        """
        if self.entered is None:
            return ""
        if self.left is None:
            return f"{self.entered:%H:%M}-?"
        later = "+" if self.left.date() > self.entered.date() else ""
        return f"{self.entered:%H:%M}-{self.left:%H:%M}{later}"


@dataclass(frozen=True)
class ContentSum:
    """What was served for one content, in seconds."""

    content: str
    measured: int
    supplemented: int


@dataclass(frozen=True)
class Statement:
    """The statement of one volunteer between two local days, both included. Annulled entries are not in it."""

    volunteer: Volunteer
    centre: str
    first: date
    last: date
    made: datetime
    rounding: Rounding
    lines: tuple[StatementLine, ...]

    @property
    def measured(self) -> int:
        """Measured seconds, exact."""
        return sum(line.measured for line in self.lines)

    @property
    def supplemented(self) -> int:
        """Supplemented seconds, exact."""
        return sum(line.supplemented for line in self.lines)

    @property
    def pending(self) -> int:
        """How many visits wait for review."""
        return sum(line.state == "pending" for line in self.lines)

    @property
    def left_open(self) -> int:
        """How many visits have no exit that was scanned, or set or judged by a person; those that wait for review are
        among them.
        """
        return sum(line.state in ("open", "pending") for line in self.lines)

    @property
    def displaced(self) -> int:
        """The seconds that were put in and do not count, because measured time took the room that was planned."""
        return sum(line.displaced for line in self.lines)

    @property
    def shown(self) -> Shown:
        """The sums of both kinds, rounded as the centre has set."""
        return self.rounding.shown(self.measured, self.supplemented)

    @property
    def contents(self) -> list[ContentSum]:
        """The sums by content, the most first."""
        sums: dict[str, tuple[int, int]] = {}
        for line in self.lines:
            before = sums.get(line.content, (0, 0))
            sums[line.content] = (before[0] + line.measured, before[1] + line.supplemented)
        found = [ContentSum(content, *both) for content, both in sums.items() if sum(both)]
        return sorted(found, key=lambda one: (-one.measured - one.supplemented, one.content))

    def as_json(self) -> dict[str, Any]:
        """The answer of the command line; the name is masked."""
        return {
            "volunteer": self.volunteer.no,
            "name_masked": mask_name(self.volunteer.name),
            "team": self.volunteer.team,
            "first": self.first,
            "last": self.last,
            "lines": [
                {
                    "day": line.day,
                    "content": line.content or None,
                    "entered": line.entered.isoformat(timespec="seconds") if line.entered else None,
                    "left": line.left.isoformat(timespec="seconds") if line.left else None,
                    "measured_seconds": line.measured,
                    "supplemented_seconds": line.supplemented,
                    "displaced_seconds": line.displaced,
                    "state": line.state or "measured",
                    "number": line.number or None,
                    "supplement": line.supplement_id or None,
                    "reason": line.reason or None,
                }
                for line in self.lines
            ],
            "contents": [
                {
                    "content": one.content or None,
                    "measured_seconds": one.measured,
                    "supplemented_seconds": one.supplemented,
                }
                for one in self.contents
            ],
            "measured_seconds": self.measured,
            "supplemented_seconds": self.supplemented,
            "displaced_seconds": self.displaced,
            "measured_minutes_shown": self.shown.measured,
            "supplemented_minutes_shown": self.shown.supplemented,
            "to_review": self.pending,
            "left_open": self.left_open,
        }


@allowed("shown")
def statement(context: Context, volunteer_no: str, first: date, last: date) -> Statement:
    """The statement of a volunteer, read at one moment. Raises VolunteerError `unknown_volunteer`."""
    connection = context.database.connection
    with context.database.reading():
        volunteer = get(context, volunteer_no)
        stays = visits.of_volunteer(connection, volunteer_no, first.isoformat(), last.isoformat())
        added = records.supplement_lines(connection, volunteer_no, first.isoformat(), last.isoformat())
    lines = [_of_visit(context, visit) for visit in stays if not visit.annulled]
    lines += [_of_supplement(one) for one in added if one.annulled_at is None]
    return Statement(
        volunteer=volunteer,
        centre=context.centre.name,
        first=first,
        last=last,
        made=context.now().astimezone(context.zone),
        rounding=Rounding.of(context.settings),
        lines=tuple(_in_order(lines)),
    )


def _in_order(lines: Sequence[StatementLine]) -> list[StatementLine]:
    """By day, visits by their beginning, supplements behind them."""
    return sorted(
        lines,
        key=lambda one: (one.day, one.entered is None, one.entered.timestamp() if one.entered else one.supplement_id),
    )


def _of_visit(context: Context, visit: VisitLine) -> StatementLine:
    stayed = (visit.left_at - visit.entered_at) // 1000 if visit.left_at is not None else 0
    measured = stayed if visit.basis == "measured" else 0
    put_in = stayed if visit.basis == "corrected" else (visit.credit_seconds or 0)
    displaced = visit.displaced if put_in and visit.basis != "measured" else 0
    state: LineState = ""
    if visit.left_at is None:
        state = "open"
    elif visit.basis == "corrected":
        state = "corrected"
    elif visit.basis == "inferred":
        state = visit.review or "pending"
    return StatementLine(
        day=date.fromisoformat(visit.day),
        content=visit.credited_to,
        entered=context.local(visit.entered_at),
        left=context.local(visit.left_at) if visit.left_at is not None else None,
        measured=measured,
        supplemented=put_in - displaced if visit.basis != "measured" else 0,
        state=state,
        number=visit.number,
        displaced=displaced,
    )


def _of_supplement(one: SupplementLine) -> StatementLine:
    return StatementLine(
        day=date.fromisoformat(one.day),
        content=one.credited_to,
        entered=None,
        left=None,
        measured=0,
        supplemented=one.seconds - one.displaced,
        state="supplement",
        supplement_id=one.id,
        reason=one.reason,
        displaced=one.displaced,
    )
