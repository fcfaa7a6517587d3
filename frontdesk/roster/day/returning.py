"""Somebody is back, or was never away: the slots are given back as far as that is legal.

Source: mechanisms §6.4 and §8.2 (after return B briefs A and returns the materials).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from db import duty as duties
from db import leave as leaves
from db.duty import DutyEvent
from db.leave import Handover, Leave
from frontdesk.permission import allowed
from frontdesk.roster.day.absence import (
    ONE_DAY,
    Gap,
    clean_reason,
    find_standbys,
    gaps_of,
    require_leave,
    require_staff,
)
from frontdesk.roster.day.working import IN_TWO_PLACES, ROLES, Change, Work, local_minute, published_days
from frontdesk.roster.errors import RosterError
from frontdesk.roster.model import Assignment, RoleInSlot, SlotKey, Violation, key_of
from frontdesk.roster.units import DAY_MINUTES, absolute

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.context import Context

BARS_THE_PLANNED = IN_TWO_PLACES | {"away", "rest", "two_shifts", "cover_not_shared", "backs_twice"}
"""What keeps somebody who was planned for a slot from taking it back."""

COVERING = frozenset({"absent_cover", "absent", "gap", "standby_found", "substitute", "undo", "return"})
"""Kinds of events that only cover for somebody: what they did gives way when that person is back."""


@dataclass(frozen=True)
class Restored:
    """What a return or a withdrawal gave back.

    `kept` are the slots that stay as they are, with the rules that giving them back would break; none where somebody
    has changed the slot since. `briefings` are the hand-overs of which the briefing is still to be given.
    """

    leave_ids: tuple[int, ...]
    changes: tuple[Change, ...] = ()
    kept: tuple[tuple[SlotKey, tuple[Violation, ...]], ...] = ()
    briefings: tuple[Handover, ...] = ()
    gaps: tuple[Gap, ...] = ()


@allowed("writer")
def withdraw_absence(context: Context, leave_id: int, reason: str = "") -> Restored:
    """Take back a leave that was asked for, approved or reported: what it changed is undone unless changed since.

    Raises RosterError `unknown_leave`, `leave_closed` or `bad_text`.
    """
    said = clean_reason(reason)
    with context.change("roster.leave_withdrawn", str(leave_id)) as connection:
        leave = require_leave(connection, leave_id)
        if leave.state not in ("asked", *leaves.IN_FORCE):
            raise RosterError("leave_closed", id=leave_id)
        leaves.set_state(connection, leave_id, "withdrawn")
        return restore(context, connection, [leave], "undo", said)


@allowed("writer")
def report_back(context: Context, staff_no: str, when: datetime | None = None) -> Restored:
    """Somebody is back: the rest of the leave ends, and the slots that have not begun are that person's again.

    `when` is now where it is not given; from a later one on the leave is in force no more. A leave that ended without
    anybody saying so is closed too, for the briefing; `leave_ids` are those that end now only.
    Raises RosterError `unknown_staff`.
    """
    moment = (when or context.now()).astimezone(context.zone)
    with context.change("roster.back", staff_no, day=moment.date().isoformat()) as connection:
        require_staff(connection, staff_no)
        day = moment.date().isoformat()
        over = [
            one
            for one in leaves.of_person(connection, staff_no)
            if one.state in leaves.IN_FORCE and one.first_day <= day
        ]
        for leave in over:
            _end(context, connection, leave, moment)
        running = [leave for leave in over if leave.last_day >= day]
        restored = restore(context, connection, running, "return", "", since=local_minute(moment))
        waiting = [one for leave in over for one in leaves.handovers(connection, leave.id) if one.returned_at is None]
        ending = tuple(leave.id for leave in running if _ends_at(leave) > local_minute(moment))
        return replace(restored, leave_ids=ending, briefings=tuple(waiting))


def _ends_at(leave: Leave) -> int:
    """When a leave would have ended, in minutes since the calendar began."""
    minute = DAY_MINUTES if leave.until_minute is None else leave.until_minute
    return absolute(date.fromisoformat(leave.last_day), minute)


def _end(context: Context, connection: sqlite3.Connection, leave: Leave, moment: datetime) -> None:
    """End a leave: at once, or when somebody says to be back at a moment that is still to come, there."""
    begins = absolute(date.fromisoformat(leave.first_day), leave.from_minute or 0)
    if moment <= context.now() or local_minute(moment) <= begins:
        leaves.set_returned(connection, leave.id, context.now_ms())
        return
    last = moment.date()
    minute: int | None = moment.hour * 60 + moment.minute
    if minute == 0:
        last, minute = last - timedelta(days=1), None
    if last.isoformat() <= leave.last_day:
        bounds = [one for one in (minute, leave.until_minute) if one is not None]
        same_day = last.isoformat() == leave.last_day
        leaves.set_end(connection, leave.id, last.isoformat(), min(bounds, default=None) if same_day else minute)


def restore(
    context: Context,
    connection: sqlite3.Connection,
    over: list[Leave],
    kind: str,
    reason: str,
    *,
    since: int | None = None,
) -> Restored:
    """Give back what these leaves changed, where that breaks no rule.

    A return leaves alone what has begun, an undo what is over, and both what somebody has decided on since.
    """
    ids = tuple(leave.id for leave in over)
    if not over:
        return Restored(ids)
    days = published_days(
        connection,
        min(date.fromisoformat(leave.first_day) for leave in over) - ONE_DAY,
        max(date.fromisoformat(leave.last_day) for leave in over),
    )
    if not days:
        return Restored(ids)
    work = Work(context, connection, days, leave_id=over[0].id)
    back = {leave.staff_no for leave in over}
    wanted, kept = _wanted(work, _log(connection, days), ids, back, since)
    given = _as_far_as_legal(work, wanted, back)
    for slot, after in given.items():
        work.change(slot, kind, after, reason)
    kept |= {slot: _against(work, slot, wanted[slot]) for slot in wanted.keys() - given.keys()}
    find_standbys(work, list(given))
    return Restored(ids, tuple(work.changes), tuple(sorted(kept.items())), gaps=tuple(gaps_of(work, sorted(kept))))


def _wanted(
    work: Work, log: dict[SlotKey, list[DutyEvent]], ids: tuple[int, ...], back: set[str], since: int | None
) -> tuple[dict[SlotKey, Assignment], dict[SlotKey, tuple[Violation, ...]]]:
    """Who should stand in the slots that these leaves changed, and the slots that somebody has decided on since."""
    wanted: dict[SlotKey, Assignment] = {}
    kept: dict[SlotKey, tuple[Violation, ...]] = {}
    for slot, events in log.items():
        if slot not in work.slots or _too_late(work, slot, since):
            continue
        if not any(event.leave_id in ids for event in events):
            continue
        of_leave = [event for event in _since_last_decision(events, ids) if event.leave_id in ids]
        if not of_leave:
            kept[slot] = ()
            continue
        before = Assignment(of_leave[0].acting_before, of_leave[0].standby_before)
        target = _target(work, slot, before, back)
        if _roles(target) != _roles(work.at(slot)):
            wanted[slot] = target
    return wanted, kept


def _target(work: Work, slot: SlotKey, before: Assignment, back: set[str]) -> Assignment:
    """Who should stand in a slot when these people are back.

    They get the role that they had, except that who only covered does not drive away the person who was planned.
    """
    now, stored = work.at(slot), work.slots[slot]
    acting = now.acting
    if before.acting in back and (before.acting == stored.planned_acting or now.acting != stored.planned_acting):
        acting = before.acting
    standby = now.standby
    if before.standby in back:
        standby = before.standby
    elif stored.planned_standby in back:
        standby = stored.planned_standby
    elif acting != now.acting:
        standby = before.standby
    return Assignment(acting, standby if standby != acting else None)


def _roles(held: Assignment) -> tuple[str | None, str | None]:
    return held.acting, held.standby


def _log(connection: sqlite3.Connection, days: list[date]) -> dict[SlotKey, list[DutyEvent]]:
    by_slot: defaultdict[SlotKey, list[DutyEvent]] = defaultdict(list)
    for event in duties.events(connection, days[0].isoformat(), days[-1].isoformat()):
        by_slot[key_of(event)].append(event)
    return by_slot


def _too_late(work: Work, slot: SlotKey, since: int | None) -> bool:
    if since is None:
        return work.ended(slot)
    begins = absolute(slot.day, work.slots[slot].starts)
    return begins <= since or work.begun(slot)


def _since_last_decision(events: list[DutyEvent], ids: tuple[int, ...]) -> list[DutyEvent]:
    """The end of a slot's log, from behind the last change that was more than covering for somebody."""
    since: list[DutyEvent] = []
    for event in events:
        changed = (event.acting_before, event.standby_before) != (event.acting_after, event.standby_after)
        if changed and event.leave_id not in ids and event.kind not in COVERING:
            since = []
        else:
            since.append(event)
    return since


def _as_far_as_legal(work: Work, wanted: dict[SlotKey, Assignment], back: set[str]) -> dict[SlotKey, Assignment]:
    """Of the slots as they were those that are legal all together.

    Where only the other person of a slot cannot stand there any more, the one who is back still gets the role.
    """
    now = {slot: work.at(slot) for slot in wanted}
    given = dict(wanted)
    for slot, after in given.items():
        work.put(slot, after)
    while True:
        wrong = [(slot, role) for slot in given for role in ROLES if _breaks(work, slot, role)]
        if not wrong:
            break
        slot, role = wrong[0]
        held = given[slot]
        if role == "standby" and held.standby not in back and held.acting is not None:
            given[slot] = Assignment(held.acting, None)
            work.put(slot, given[slot])
        else:
            del given[slot]
            work.put(slot, now[slot])
    for slot, before in now.items():
        work.put(slot, before)
    return {slot: after for slot, after in given.items() if _roles(after) != _roles(now[slot])}


def _breaks(work: Work, slot: SlotKey, role: RoleInSlot) -> bool:
    """Whether somebody cannot have a role: a plan's own faults do not keep those away who were planned."""
    no, stored = work.at(slot).holder(role), work.slots[slot]
    if no is None:
        return False
    planned = no == (stored.planned_acting if role == "acting" else stored.planned_standby)
    return any(not planned or one.code in BARS_THE_PLANNED for one in work.hard(slot, role, no))


def _against(work: Work, slot: SlotKey, wanted: Assignment) -> tuple[Violation, ...]:
    """What speaks against giving a slot back."""
    return tuple(
        one
        for role in ROLES
        if (no := wanted.holder(role)) is not None and no != work.at(slot).holder(role)
        for one in work.hard(slot, role, no)
    )
