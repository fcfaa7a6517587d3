"""The roster at work: some days of it as they stand inside one running transaction, changed slot by slot and logged.

Every change of who stands where goes through `Work.change`, so that the log folded over the plan is the roster as it
is worked.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from db import centre as centres
from db import duty as duties
from db import leave as leaves
from db import staff as staff_records
from db.duty import DutyEvent, DutySlot
from frontdesk.roster.errors import RosterError
from frontdesk.roster.legality import Ledger
from frontdesk.roster.model import (
    ROLES,
    Assignment,
    Away,
    Member,
    RoleInSlot,
    Situation,
    SlotKey,
    Violation,
    away_of,
    key_of,
)
from frontdesk.roster.naming import labels_of
from frontdesk.roster.situation import load
from frontdesk.roster.units import WEEK_MINUTES, absolute

if TYPE_CHECKING:
    from frontdesk.context import Context

__all__ = [
    "HEAD_SETTING",
    "IN_TWO_PLACES",
    "ROLES",
    "Change",
    "Work",
    "begins_at",
    "ends_at",
    "head_of_centre",
    "key_of",
    "local_minute",
    "published_days",
]

HEAD_SETTING = "head_of_centre"
"""Staff number of who covers when A and B are both absent; the first manager where it is not set."""

IN_TWO_PLACES = frozenset({"both_roles", "acts_twice", "three_posts", "overlap"})
"""Breaches that nobody can allow, because nobody can be in two places."""


@dataclass(frozen=True)
class Change:
    """One logged change of a slot: the roles before and after, and what kind of event it was."""

    slot: SlotKey
    kind: str
    before: Assignment
    after: Assignment
    reason: str = ""

    def newcomer(self, role: RoleInSlot) -> str | None:
        """Who has this role now and had it not before; None for nobody."""
        now = self.after.holder(role)
        return now if now != self.before.holder(role) else None


def local_minute(moment: datetime) -> int:
    """A local moment in minutes since the calendar began."""
    return absolute(moment.date(), moment.hour * 60 + moment.minute)


def begins_at(slot: DutySlot) -> int:
    """When a slot begins, in the same minutes."""
    return absolute(date.fromisoformat(slot.day), slot.starts)


def ends_at(slot: DutySlot) -> int:
    """When a slot ends, in the same minutes."""
    return absolute(date.fromisoformat(slot.day), slot.ends)


def head_of_centre(connection: sqlite3.Connection) -> str | None:
    """Who stands in as the last resort; None where there is neither a setting nor a manager."""
    chosen = centres.settings(connection).get(HEAD_SETTING)
    if isinstance(chosen, str) and staff_records.get(connection, chosen) is not None:
        return chosen
    managers = [person.no for person in staff_records.every(connection) if person.role == "manager"]
    return managers[0] if managers else None


class Work:
    """The published slots of some days, open for change in a running transaction."""

    def __init__(
        self,
        context: Context,
        connection: sqlite3.Connection,
        days: Iterable[date],
        *,
        leave_id: int | None = None,
        swap_id: int | None = None,
    ) -> None:
        self.context = context
        self.connection = connection
        self.leave_id = leave_id
        self.swap_id = swap_id
        self.changes: list[Change] = []
        self.now = local_minute(context.now().astimezone(context.zone))
        self.head = head_of_centre(connection)
        every = sorted(days)
        stored = duties.slots(connection, every[0].isoformat(), every[-1].isoformat()) if every else []
        self.slots: dict[SlotKey, DutySlot] = {key_of(one): one for one in stored}
        if self.slots:
            loaded, roster = load(context, min(self.slots).day, max(self.slots).day)
        else:
            day = every[0] if every else context.today()
            loaded, roster = load(context, day, day)
        self.names = labels_of(staff_records.every(connection))
        self.ledger = Ledger(self._with_everybody(loaded), roster)

    def _with_everybody(self, situation: Situation) -> Situation:
        """The situation with all of the staff in it: a manager may put anybody anywhere, the head for one."""
        missing = self.names.keys() - situation.members.keys()
        if not missing:
            return situation
        away: defaultdict[str, list[Away]] = defaultdict(list)
        behind = situation.last + timedelta(days=1)
        for one in leaves.between(self.connection, situation.first.isoformat(), behind.isoformat()):
            away[one.staff_no].append(away_of(one))
        others = {no: Member(no, self.names[no], WEEK_MINUTES, away=tuple(away[no])) for no in missing}
        return replace(situation, members={**situation.members, **others})

    def at(self, slot: SlotKey) -> Assignment:
        """Who stands in a slot now."""
        return self.ledger.roster[slot]

    def require(self, slot: SlotKey) -> DutySlot:
        """The published slot. Raises RosterError `unknown_slot`."""
        stored = self.slots.get(slot)
        if stored is None:
            raise RosterError("unknown_slot", day=slot.day.isoformat(), post=slot.post, shift=slot.shift)
        return stored

    def ended(self, slot: SlotKey) -> bool:
        """Whether the slot is over."""
        return ends_at(self.slots[slot]) <= self.now

    def begun(self, slot: SlotKey) -> bool:
        """Whether the slot has begun."""
        return begins_at(self.slots[slot]) <= self.now

    def of_person(self, staff_no: str) -> Iterator[SlotKey]:
        """The published slots in which somebody stands, in order."""
        for slot in list(self.slots):
            held = self.at(slot)
            if staff_no in (held.acting, held.standby):
                yield slot

    def hard(self, slot: SlotKey, role: RoleInSlot, staff_no: str, *, stepping_in: bool = False) -> list[Violation]:
        """The hard rules that somebody breaks in a role of a slot, or would."""
        found = self.ledger.why_not(slot, role, staff_no, stepping_in=stepping_in)
        return [one for one in found if one.hard]

    def put(self, slot: SlotKey, after: Assignment) -> None:
        """Put people into a slot without writing it: to see what would be."""
        planned = self.slots[slot].planned_acting
        for role in ROLES:
            self.ledger.put(slot, role, None)
        for role in ROLES:
            self.ledger.put(slot, role, after.holder(role))
        self.ledger.step_in(slot, after.acting is not None and after.acting != planned)

    def change(
        self, slot: SlotKey, kind: str, after: Assignment, reason: str = "", *, locked: bool | None = None
    ) -> Change:
        """Write who stands in a slot from now on, with the event that says so."""
        stored = self.slots[slot]
        before = Assignment(stored.acting, stored.standby)
        event = DutyEvent(
            at=self.context.now_ms(),
            operator_no=self.context.operator.no if self.context.operator else None,
            kind=kind,
            day=stored.day,
            post=stored.post,
            shift=stored.shift,
            acting_before=before.acting,
            acting_after=after.acting,
            standby_before=before.standby,
            standby_after=after.standby,
            leave_id=self.leave_id,
            swap_id=self.swap_id,
            reason=reason,
        )
        duties.set_roles(self.connection, event, locked=locked)
        self.slots[slot] = stored.model_copy(
            update={
                "acting": after.acting,
                "standby": after.standby,
                "locked": stored.locked if locked is None else locked,
            }
        )
        self.put(slot, after)
        made = Change(slot, kind, before, Assignment(after.acting, after.standby), reason)
        self.changes.append(made)
        return made


def published_days(connection: sqlite3.Connection, first: date, last: date) -> list[date]:
    """The part of some days that a published roster may reach; empty where none does."""
    until = duties.planned_until(connection)
    if until is None:
        return []
    end = min(last, date.fromisoformat(until))
    return [first, end] if first <= end else []
