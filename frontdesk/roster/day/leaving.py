"""Planned leave: asked for, decided by a manager, and never A and B of a post together (mechanisms §8.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from db import leave as leaves
from db import staff as records
from db.leave import Leave, LeaveKind
from frontdesk.calendar.service import Calendar, calendar_for
from frontdesk.locale import t
from frontdesk.permission import allowed
from frontdesk.roster.day.absence import (
    ONE_DAY,
    Coverage,
    add_leave,
    checked_leave,
    clean_reason,
    cover_leave,
    gaps_of,
    require_leave,
    require_staff,
)
from frontdesk.roster.day.working import IN_TWO_PLACES, Work, published_days
from frontdesk.roster.errors import RosterError
from frontdesk.roster.model import Assignment, Away, away_of
from frontdesk.roster.naming import labelled, labels_of
from frontdesk.roster.units import DAY_MINUTES

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.context import Context

HANDOVER_WORKING_DAYS = 1
"""How long before a planned leave the hand-over is due (mechanisms §8.2: one day ahead)."""


@dataclass(frozen=True)
class Clash:
    """A post whose other holders are all away on one of the days, so that neither A nor B would be there."""

    post: str
    day: date
    names: tuple[str, ...]


@dataclass(frozen=True)
class LeaveAsked:
    """A leave that waits for a manager: what speaks against it, and when its hand-over is due."""

    leave_id: int
    clashes: tuple[Clash, ...]
    handover_due: date


@allowed("writer")
def ask_leave(
    context: Context,
    staff_no: str,
    first: date,
    last: date,
    *,
    from_minute: int | None = None,
    until_minute: int | None = None,
    kind: LeaveKind = "annual",
    reason: str = "",
) -> LeaveAsked:
    """Ask for a planned leave.

    Raises RosterError `unknown_staff`, `bad_days`, `leave_in_the_past` or `already_away`.
    """
    with context.change("roster.leave_asked", staff_no, first=first.isoformat(), last=last.isoformat()) as connection:
        require_staff(connection, staff_no)
        plain = checked_leave(staff_no, first, last, from_minute, until_minute, kind, reason)
        if last < context.today():
            raise RosterError("leave_in_the_past", last=last.isoformat())
        for other in leaves.of_person(connection, staff_no):
            standing = other.state in ("asked", *leaves.IN_FORCE)
            if standing and _meet(away_of(other), away_of(plain)):
                raise RosterError("already_away", id=other.id, first=other.first_day, last=other.last_day)
        leave = plain.model_copy(update={"planned": True, "state": "asked"})
        leave_id = add_leave(connection, leave, context.now_ms())
        return LeaveAsked(leave_id, tuple(clashes(connection, leave)), handover_due(context, leave))


@allowed("manager")
def approve_leave(context: Context, leave_id: int, *, covering: str | None = None, reason: str = "") -> Coverage:
    """Approve a planned leave; published slots are covered at once. Only a manager may.

    Where A and B of a post would both be away, somebody has to be named who covers: this person acts in the slots in
    which nobody is left. Raises `manager_required`, and RosterError `unknown_leave`, `leave_decided`, `both_away`,
    `unknown_staff`, `cover_is_away` or `bad_text`.
    """
    context.require_manager()
    said = clean_reason(reason)
    with context.change("roster.leave_approved", str(leave_id), covering=covering or "") as connection:
        operator = context.require_manager()
        leave = _waiting(connection, leave_id)
        against = clashes(connection, leave)
        if against and covering is None:
            worst = against[0]
            raise RosterError(
                "both_away",
                post=worst.post,
                day=worst.day.isoformat(),
                names=t("roster.candidate.joint").join(worst.names),
            )
        if covering is not None:
            _require_cover(connection, leave, covering)
        leaves.set_state(connection, leave_id, "approved", by=operator.no, at=context.now_ms(), decision=said)
        covered = cover_leave(context, connection, leave)
        if covering is None or not covered.gaps:
            return covered
        return _with_cover(context, connection, leave, covered, covering, said)


@allowed("manager")
def refuse_leave(context: Context, leave_id: int, reason: str = "") -> None:
    """Refuse a leave that was asked for. Only a manager may. Raises like `approve_leave`."""
    context.require_manager()
    said = clean_reason(reason)
    with context.change("roster.leave_refused", str(leave_id), given=bool(said)) as connection:
        operator = context.require_manager()
        _waiting(connection, leave_id)
        leaves.set_state(connection, leave_id, "refused", by=operator.no, at=context.now_ms(), decision=said)


def leave_requests(context: Context) -> list[tuple[Leave, str, tuple[Clash, ...]]]:
    """The leaves that wait for a decision, with the name of who asks and what speaks against each."""
    with context.database.reading() as connection:
        names = labels_of(records.every(connection))
        return [
            (one, names.get(one.staff_no, one.staff_no), tuple(clashes(connection, one)))
            for one in leaves.asked(connection)
        ]


def leaves_between(context: Context, first: date, last: date) -> list[tuple[Leave, str]]:
    """Every leave of some days, whatever became of it, with the name."""
    with context.database.reading() as connection:
        names = labels_of(records.every(connection))
        every = leaves.touching(connection, first.isoformat(), last.isoformat())
        return [(one, names.get(one.staff_no, one.staff_no)) for one in every]


def handover_due(context: Context, leave: Leave, calendar: Calendar | None = None) -> date:
    """The working day before the leave begins."""
    first = date.fromisoformat(leave.first_day)
    days = calendar or calendar_for(context, first - timedelta(days=31), first)
    return days.add_working_days(first, -HANDOVER_WORKING_DAYS)


def clashes(connection: sqlite3.Connection, leave: Leave) -> list[Clash]:
    """The posts of this person of which no other holder would be there, each on the first such day."""
    away = away_of(leave)
    gone: dict[str, list[Away]] = {}
    for other in leaves.between(connection, leave.first_day, leave.last_day):
        if other.id != leave.id:
            gone.setdefault(other.staff_no, []).append(away_of(other))
    found = []
    holders = labelled(records.holders(connection), labels_of(records.every(connection)))
    for post in [holder.post for holder in holders if holder.staff_no == leave.staff_no]:
        others = {holder.staff_no: holder.name for holder in holders if holder.post == post}
        others.pop(leave.staff_no, None)
        for number in range((away.last - away.first).days + 1 if others else 0):
            day = away.first + timedelta(days=number)
            if all(any(_meet_on(day, away, each) for each in gone.get(no, ())) for no in others):
                found.append(Clash(post, day, tuple(others.values())))
                break
    return found


def _waiting(connection: sqlite3.Connection, leave_id: int) -> Leave:
    leave = require_leave(connection, leave_id)
    if leave.state != "asked":
        raise RosterError("leave_decided", id=leave_id)
    return leave


def _require_cover(connection: sqlite3.Connection, leave: Leave, covering: str) -> None:
    name = require_staff(connection, covering)
    away = [
        one
        for one in leaves.between(connection, leave.first_day, leave.last_day)
        if one.staff_no == covering and _meet(away_of(one), away_of(leave))
    ]
    if away or covering == leave.staff_no:
        raise RosterError("cover_is_away", name=name)


def _with_cover(
    context: Context, connection: sqlite3.Connection, leave: Leave, covered: Coverage, covering: str, reason: str
) -> Coverage:
    """Whoever the manager has named acts where nobody is left, wherever that person can be."""
    away = away_of(leave)
    work = Work(context, connection, published_days(connection, away.first - ONE_DAY, away.last), leave_id=leave.id)
    for gap in covered.gaps:
        if not IN_TWO_PLACES & {one.code for one in work.hard(gap.slot, "acting", covering, stepping_in=True)}:
            work.change(gap.slot, "substitute", Assignment(covering, work.at(gap.slot).standby), reason)
    left = gaps_of(work, [gap.slot for gap in covered.gaps])
    return Coverage(
        leave_id=leave.id,
        changes=(*covered.changes, *work.changes),
        gaps=tuple(left),
        alone=tuple(
            slot
            for slot in dict.fromkeys((*covered.alone, *(gap.slot for gap in covered.gaps)))
            if work.at(slot).acting is not None and work.at(slot).standby is None
        ),
        take_over=covered.take_over,
        names=work.names,
    )


def _span_on(away: Away, day: date) -> tuple[int, int]:
    begins = away.from_minute if day == away.first and away.from_minute is not None else 0
    ends = away.until_minute if day == away.last and away.until_minute is not None else DAY_MINUTES
    return begins, ends


def _meet_on(day: date, one: Away, other: Away) -> bool:
    """Whether two absences have a minute of a day in common."""
    if not (one.first <= day <= one.last and other.first <= day <= other.last):
        return False
    (begins, ends), (other_begins, other_ends) = _span_on(one, day), _span_on(other, day)
    return begins < other_ends and other_begins < ends


def _meet(one: Away, other: Away) -> bool:
    first, last = max(one.first, other.first), min(one.last, other.last)
    return any(_meet_on(first + timedelta(days=number), one, other) for number in range((last - first).days + 1))
