"""Somebody is not there, and is back: who acts at once, who stands by now, where nobody is left, and the way back.

Source: mechanisms J09 (absence entry triggers B; alarm when both are absent), §6.4 and §8.2.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from db import duty as duties
from db import leave as leaves
from db import staff as records
from db.leave import Handover, Leave, LeaveKind
from frontdesk.common.names import clean_line
from frontdesk.permission import allowed
from frontdesk.roster.day.working import Change, Work, published_days
from frontdesk.roster.errors import RosterError
from frontdesk.roster.model import Assignment, SlotKey, away_of
from frontdesk.roster.substitutes import Candidate, first_legal, ranked
from frontdesk.roster.units import DAY_MINUTES

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.context import Context

LONGEST_LEAVE_DAYS = 366
LONGEST_TEXT = 500
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Gap:
    """A slot in which nobody acts (空岗), with those who could, best first, the head of the centre last."""

    slot: SlotKey
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class TakeOver:
    """What somebody takes over with a post: the hand-over that was written; None where there is none yet."""

    post: str
    to_staff: str
    name: str
    handover: Handover | None


@dataclass(frozen=True)
class Coverage:
    """What an absence changed. `alone`: slots for which no legal standby was found."""

    leave_id: int
    changes: tuple[Change, ...] = ()
    gaps: tuple[Gap, ...] = ()
    alone: tuple[SlotKey, ...] = ()
    take_over: tuple[TakeOver, ...] = ()
    names: dict[str, str] = field(default_factory=dict)


@allowed("writer")
def report_absent(
    context: Context,
    staff_no: str,
    first: date,
    last: date,
    *,
    from_minute: int | None = None,
    until_minute: int | None = None,
    kind: LeaveKind = "other",
    reason: str = "",
) -> Coverage:
    """Somebody is away, from now or from a day on: the standby acts at once and a new standby is looked for.

    Minutes bound the first and the last day. What is over stays as it was; the slot that is running changes. Reporting
    the same absence again changes nothing. Raises RosterError `unknown_staff`, `bad_days` or `bad_text`.
    """
    with context.change("roster.absent", staff_no, first=first.isoformat(), last=last.isoformat()) as connection:
        require_staff(connection, staff_no)
        wanted = checked_leave(staff_no, first, last, from_minute, until_minute, kind, reason)
        known = leaves.same(connection, wanted)
        leave_id = known.id if known else add_leave(connection, wanted, context.now_ms())
        return cover_leave(context, connection, replace_id(wanted, leave_id))


def require_staff(connection: sqlite3.Connection, staff_no: str) -> str:
    """The name of somebody on the staff. Raises RosterError `unknown_staff`."""
    person = records.get(connection, staff_no)
    if person is None:
        raise RosterError("unknown_staff", no=staff_no)
    return person.name


def checked_leave(
    staff_no: str,
    first: date,
    last: date,
    from_minute: int | None,
    until_minute: int | None,
    kind: LeaveKind,
    reason: str,
) -> Leave:
    """A leave of these days, not stored yet. Raises RosterError `bad_days` or `bad_text`."""
    bounds = [minute for minute in (from_minute, until_minute) if minute is not None]
    empty = first == last and len(bounds) == 2 and bounds[0] >= bounds[1]
    said = clean_reason(reason)
    backwards = last < first or (last - first).days >= LONGEST_LEAVE_DAYS
    if backwards or empty or not all(0 <= minute <= DAY_MINUTES for minute in bounds):
        raise RosterError("bad_days", first=first.isoformat(), last=last.isoformat(), limit=LONGEST_LEAVE_DAYS)
    return Leave(
        id=0,
        staff_no=staff_no,
        first_day=first.isoformat(),
        last_day=last.isoformat(),
        from_minute=from_minute,
        until_minute=until_minute,
        kind=kind,
        reason=said,
        planned=False,
        state="reported",
        asked_at=0,
    )


def clean_reason(text: str) -> str:
    """A line of text as it is kept. Raises RosterError `bad_text`."""
    try:
        line = clean_line(text)
    except ValueError as wrong:
        raise RosterError("bad_text", limit=LONGEST_TEXT) from wrong
    if len(line) > LONGEST_TEXT:
        raise RosterError("bad_text", limit=LONGEST_TEXT)
    return line


def replace_id(leave: Leave, leave_id: int) -> Leave:
    """The leave under the number that it has been given."""
    return leave.model_copy(update={"id": leave_id})


def add_leave(connection: sqlite3.Connection, leave: Leave, at: int) -> int:
    """Store a leave; returns its number."""
    return leaves.add(
        connection,
        leave.staff_no,
        leave.first_day,
        leave.last_day,
        at=at,
        kind=leave.kind,
        reason=leave.reason,
        planned=leave.planned,
        state=leave.state,
        from_minute=leave.from_minute,
        until_minute=leave.until_minute,
    )


def cover_leave(context: Context, connection: sqlite3.Connection, leave: Leave) -> Coverage:
    """Take somebody out of every published slot of a leave that is in force, and cover each; see `report_absent`."""
    away = away_of(leave)
    # A shift of the evening before may run into the first day.
    days = published_days(connection, away.first - ONE_DAY, away.last)
    if not days:
        return Coverage(leave.id)
    work = Work(context, connection, days, leave_id=leave.id)
    touched = [
        slot
        for slot in work.of_person(leave.staff_no)
        if not work.ended(slot) and away.touches(slot.day, work.slots[slot].starts, work.slots[slot].ends)
    ]
    for slot in touched:
        _step_in(work, slot, leave.staff_no, leave.reason)
    return Coverage(
        leave_id=leave.id,
        alone=tuple(find_standbys(work, touched)),
        gaps=tuple(gaps_of(work, _concerned(work, leave.id))),
        changes=tuple(work.changes),
        take_over=tuple(_take_over(work, leave.id)),
        names=work.names,
    )


def _concerned(work: Work, leave_id: int) -> list[SlotKey]:
    """The slots that a leave has changed, now or when it was reported first, and that are not over."""
    changed = {(event.day, event.post, event.shift) for event in duties.events_of_leave(work.connection, leave_id)}
    return [
        slot for slot, one in work.slots.items() if (one.day, one.post, one.shift) in changed and not work.ended(slot)
    ]


def _step_in(work: Work, slot: SlotKey, staff_no: str, reason: str) -> None:
    """Take somebody out of a slot; where that person acted the standby acts now, if there is one who can."""
    held = work.at(slot)
    if held.standby == staff_no:
        work.change(slot, "absent", Assignment(held.acting, None), reason)
    elif held.standby is not None and can_step_in(work, slot, held.standby):
        work.change(slot, "absent_cover", Assignment(held.standby, None), reason)
    else:
        work.change(slot, "gap", Assignment(None, held.standby), reason)


def can_step_in(work: Work, slot: SlotKey, standby: str) -> bool:
    """Whether the standby is there and stepping in breaks nothing that standing by did not."""
    now = {one.code for one in work.hard(slot, "standby", standby)}
    then = {one.code for one in work.hard(slot, "acting", standby, stepping_in=True)} - {"both_roles"}
    return "away" not in now and then <= now


def find_standbys(work: Work, slots: list[SlotKey]) -> list[SlotKey]:
    """Give every slot without a standby the best legal one; returns those for which there is none."""
    alone = []
    for slot in slots:
        held = work.at(slot)
        if held.acting is None or held.standby is not None:
            continue
        found = first_legal(work.ledger, slot, "standby")
        if found is None:
            alone.append(slot)
        else:
            work.change(slot, "standby_found", Assignment(held.acting, found))
    return alone


def gaps_of(work: Work, slots: list[SlotKey]) -> list[Gap]:
    """The slots in which nobody acts, with everybody who could."""
    return [
        Gap(slot, tuple(ranked(work.ledger, slot, "acting", head=work.head)))
        for slot in slots
        if work.at(slot).acting is None
    ]


def _take_over(work: Work, leave_id: int) -> list[TakeOver]:
    """Post by post who acts now instead, with what was handed over to that person or to another one."""
    written: defaultdict[str, list[Handover]] = defaultdict(list)
    for one in leaves.handovers(work.connection, leave_id):
        written[one.post].append(one)
    newcomers = dict.fromkeys(
        (change.slot.post, now) for change in work.changes if (now := change.newcomer("acting")) is not None
    )
    found = []
    for post, no in newcomers:
        mine = [one for one in written[post] if one.to_staff == no] or written[post]
        found.append(TakeOver(post, no, work.names.get(no, no), mine[-1] if mine else None))
    return found


def require_leave(connection: sqlite3.Connection, leave_id: int) -> Leave:
    """The leave with this number. Raises RosterError `unknown_leave`."""
    leave = leaves.get(connection, leave_id)
    if leave is None:
        raise RosterError("unknown_leave", id=leave_id)
    return leave
