"""Use cases of the AB duty for the rest of the program: who is on today, who is away, what is due."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from db import duty as duties
from db import leave as leaves
from db import staff as records
from db import standing_log
from db.staff import PostHolder
from frontdesk.context import Context
from frontdesk.roster.day.unrostered import duty_without_roster
from frontdesk.roster.errors import RosterError
from frontdesk.roster.model import Away, away_of
from frontdesk.roster.naming import labels_of
from frontdesk.roster.rules import DutyLine, OnPost, worked_duty

if TYPE_CHECKING:
    from frontdesk.checking import Invariant
    from frontdesk.roster.day.absence import Coverage
    from frontdesk.roster.day.handovers import HandoverDue
    from frontdesk.roster.day.outlook import GapAhead
    from frontdesk.roster.day.returning import Restored

__all__ = [
    "DutyLine",
    "OnPost",
    "PostHolder",
    "RosterError",
    "WorkedShift",
    "away_on",
    "coverage_words",
    "days_off_order",
    "duty_of",
    "gaps_ahead",
    "handovers_due",
    "holders_by_post",
    "invariants",
    "leave_request_count",
    "report_absent",
    "report_back",
    "restored_words",
    "standing_change_count",
    "unplanned_ahead",
    "worked_counts",
    "worked_shifts",
]


class WorkedShift(NamedTuple):
    """A shift of a post on a local day as it is worked; its window counts in minutes from that day's midnight.

    `acting` and `standby` are names, "" for nobody; `planned` is who was to act, where somebody else does or nobody.
    """

    day: date
    post: str
    shift: str
    window: tuple[int, int]
    acting: str
    standby: str
    planned: str


def duty_of(context: Context, day: date) -> list[DutyLine]:
    """Who acts and who stands by at every post on a local day, in the order of the office's list.

    A day that the published roster has is as its slots are worked, a line for each shift; posts that no roster opens,
    and days without one, have the duty that follows from A, B and absences.
    """
    with context.database.reading() as connection:
        slots = duties.slots(connection, day.isoformat(), day.isoformat())
        others = duty_without_roster(connection, day, slots)
        if not slots:
            return others
        posts, holders = records.posts(connection), records.holders(connection)
        names = labels_of(records.every(connection))
        absences: defaultdict[str, list[Away]] = defaultdict(list)
        # A shift of this day may run into the next one.
        for leave in leaves.between(connection, day.isoformat(), (day + timedelta(days=1)).isoformat()):
            absences[leave.staff_no].append(away_of(leave))
    place = {post: number for number, post in enumerate(posts)}
    lines = [*worked_duty(slots, holders, absences, names), *others]
    return sorted(lines, key=lambda line: (place.get(line.post, len(place)), line.post))


def holders_by_post(context: Context) -> list[tuple[str, list[str], list[str]]]:
    """Every post with the names of its A and of its B holders, in the order of the office's list."""
    connection = context.database.connection
    every = records.holders(connection)
    return [
        (
            post,
            [holder.name for holder in every if holder.post == post and holder.ab == "A"],
            [holder.name for holder in every if holder.post == post and holder.ab == "B"],
        )
        for post in records.posts(connection)
    ]


def worked_counts(context: Context, first: date, last: date) -> dict[str, tuple[int, int, int, int]]:
    """Per post of the published roster of these days, as it is worked: slots, those in which nobody acts, those in
    which somebody stepped in, and those without a standby. The same that `duty_of` says day by day.
    """
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    stored = duties.slots(context.database.connection, first.isoformat(), last.isoformat())
    for line in worked_duty(stored, (), {}, {}):
        of_post = counts[line.post]
        for place, holds in enumerate((True, line.gap, line.covered, line.alone)):
            of_post[place] += holds
    return {post: (found[0], found[1], found[2], found[3]) for post, found in counts.items()}


def worked_shifts(context: Context, first: date, last: date) -> list[WorkedShift]:
    """The published roster of these days as it is worked: by day, then start, then the order of posts."""
    connection = context.database.connection
    stored = duties.slots(connection, first.isoformat(), last.isoformat())
    names = labels_of(records.every(connection)) if stored else {}

    def named(no: str | None) -> str:
        return "" if no is None else names.get(no, no)

    return [
        WorkedShift(
            day=date.fromisoformat(slot.day),
            post=slot.post,
            shift=slot.shift,
            window=(slot.starts, slot.ends),
            acting=named(slot.acting),
            standby=named(slot.standby),
            planned=named(slot.planned_acting) if slot.planned_acting != slot.acting else "",
        )
        for slot in stored
    ]


def away_on(context: Context, day: date) -> dict[str, str]:
    """Who is away on a local day, with the reason, by staff number."""
    return leaves.away(context.database.connection, day.isoformat())


def report_absent(context: Context, staff_no: str, day: date, reason: str = "") -> Coverage:
    """Mark a person as away on a day; the standby acts at once. Raises RosterError `unknown_staff`."""
    from frontdesk.roster.day.absence import report_absent as run

    return run(context, staff_no, day, day, reason=reason)


def report_back(context: Context, staff_no: str, day: date) -> Restored:
    """Somebody is back: now, or on another day from its beginning. Raises RosterError `unknown_staff`."""
    from frontdesk.roster.day.returning import report_back as run

    when = None if day == context.today() else datetime.combine(day, time.min, context.zone)
    return run(context, staff_no, when)


def gaps_ahead(context: Context, days: int) -> list[GapAhead]:
    """What is not as it should be in the published roster of the coming days; see `outlook.gaps_ahead`."""
    today = context.today()
    if not duties.has_slots(context.database.connection, (today - timedelta(days=1)).isoformat(), "9999-12-31"):
        return []
    from frontdesk.roster.day.outlook import gaps_ahead as run

    return run(context, days)


def unplanned_ahead(context: Context, days: int) -> tuple[date, int] | None:
    """From when on the coming days are not planned, and how many slots that are; see `outlook.unplanned_ahead`."""
    if not duties.opened_posts(context.database.connection):
        return None
    from frontdesk.roster.day.outlook import unplanned_ahead as run

    return run(context, days)


def days_off_order(context: Context, days: int) -> list[date]:
    """Of the coming days those that were published before the standing order or the calendar changed, in order."""
    if not duties.has_slots(context.database.connection, context.today().isoformat(), "9999-12-31"):
        return []
    from frontdesk.roster.plan.drift import days_of
    from frontdesk.roster.situation import order_drift

    return days_of(order_drift(context, context.today(), context.today() + timedelta(days=days - 1)))


def handovers_due(context: Context) -> list[HandoverDue]:
    """The steps of hand-overs that wait; see `handovers.handovers_due`."""
    from frontdesk.roster.day.handovers import handovers_due as run

    return run(context)


def leave_request_count(context: Context) -> int:
    """How many leaves wait for a manager."""
    return len(leaves.asked(context.database.connection))


def standing_change_count(context: Context) -> int:
    """How many changes of the standing order wait for a manager."""
    return standing_log.pending_count(context.database.connection)


def coverage_words(coverage: Coverage) -> list[str]:
    """What an absence changed, a sentence each; see `words.coverage_words`."""
    from frontdesk.roster.day.words import coverage_words as run

    return run(coverage)


def restored_words(restored: Restored, context: Context) -> list[str]:
    """What a return gave back, a sentence each; see `words.restored_words`."""
    from frontdesk.roster.day.words import restored_words as run

    return run(restored, context)


def invariants() -> tuple[Invariant, ...]:
    """What always holds of these records; see `frontdesk.roster.checking`."""
    from frontdesk.roster.checking import INVARIANTS

    return INVARIANTS
