"""What the roster is like: who is on now and who is next, where the coming days have holes, planned beside worked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from db import duty as duties
from db import staff as records
from db.duty import DutyEvent, DutySlot
from frontdesk.roster.day.unrostered import duty_without_roster
from frontdesk.roster.day.working import begins_at, ends_at, local_minute
from frontdesk.roster.legality import violations
from frontdesk.roster.model import SlotKey, Violation, key_of
from frontdesk.roster.naming import labels_of
from frontdesk.roster.rules import DutyLine
from frontdesk.roster.situation import load

if TYPE_CHECKING:
    from frontdesk.context import Context

DAYS_AHEAD = 14

GapKind = Literal["vacant_acting", "illegal", "vacant_standby"]


@dataclass(frozen=True)
class OnDuty:
    """Who stands in a slot; without a published roster the window is unknown (`starts` is None)."""

    day: date
    shift: str
    starts: int | None
    ends: int | None
    acting: str | None
    acting_name: str
    standby: str | None
    standby_name: str


@dataclass(frozen=True)
class PostNow:
    """A post at this moment: the slots that are running, and the next one."""

    post: str
    now: tuple[OnDuty, ...]
    next: OnDuty | None


@dataclass(frozen=True)
class GapAhead:
    """A slot of the coming days that is empty, held against a rule, or without a standby."""

    slot: SlotKey
    kind: GapKind
    starts: int
    ends: int
    violations: tuple[Violation, ...] = ()


@dataclass(frozen=True)
class WorkedSlot:
    """A slot as it was planned and as it is worked, with everything that changed it, oldest first."""

    slot: SlotKey
    starts: int
    ends: int
    planned_acting: str | None
    planned_standby: str | None
    acting: str | None
    standby: str | None
    events: tuple[DutyEvent, ...]

    @property
    def differs(self) -> bool:
        """Whether other people than planned stand there."""
        return (self.planned_acting, self.planned_standby) != (self.acting, self.standby)


def now_and_next(context: Context) -> list[PostNow]:
    """Every post of the office's list with who is on now, and who is next within the coming two weeks."""
    local = context.now().astimezone(context.zone)
    today, now = local.date(), local_minute(local)
    with context.database.reading() as connection:
        names = labels_of(records.every(connection))
        until = today + timedelta(days=DAYS_AHEAD)
        slots = duties.slots(connection, (today - timedelta(days=1)).isoformat(), until.isoformat())
        derived = duty_without_roster(connection, today, [slot for slot in slots if slot.day == today.isoformat()])
        listed = records.posts(connection)
    by_post: defaultdict[str, list[DutySlot]] = defaultdict(list)
    for slot in slots:
        by_post[slot.post].append(slot)
    lines = {line.post: line for line in derived}
    found = []
    for post in dict.fromkeys([*listed, *by_post]):
        running = [_on_duty(slot, names) for slot in by_post[post] if begins_at(slot) <= now < ends_at(slot)]
        if post in lines and not running:
            running = [_derived(lines[post], today)]
        coming = min((slot for slot in by_post[post] if begins_at(slot) > now), key=begins_at, default=None)
        found.append(PostNow(post, tuple(running), _on_duty(coming, names) if coming else None))
    return found


def _on_duty(slot: DutySlot, names: dict[str, str]) -> OnDuty:
    return OnDuty(
        day=date.fromisoformat(slot.day),
        shift=slot.shift,
        starts=slot.starts,
        ends=slot.ends,
        acting=slot.acting,
        acting_name=names.get(slot.acting, slot.acting) if slot.acting else "",
        standby=slot.standby,
        standby_name=names.get(slot.standby, slot.standby) if slot.standby else "",
    )


def _derived(line: DutyLine, day: date) -> OnDuty:
    acting, standby = next(iter(line.acting), None), next(iter(line.standby), None)
    return OnDuty(
        day=day,
        shift="",
        starts=None,
        ends=None,
        acting=acting.staff_no if acting else None,
        acting_name=acting.name if acting else "",
        standby=standby.staff_no if standby else None,
        standby_name=standby.name if standby else "",
    )


def gaps_ahead(context: Context, days: int = DAYS_AHEAD) -> list[GapAhead]:
    """The published slots of the coming days that are not over and not as they should be, in order of time.

    The days begin with today; what still runs from last night counts too. A slot is said once, by what is worst in it.
    """
    local = context.now().astimezone(context.zone)
    today, now = local.date(), local_minute(local)
    first, last = today - timedelta(days=1), today + timedelta(days=days - 1)
    with context.database.reading() as connection:
        stored = duties.slots(connection, first.isoformat(), last.isoformat())
        open_slots = {key_of(slot): slot for slot in stored if ends_at(slot) > now}
        if not open_slots:
            return []
        situation, roster = load(context, min(open_slots).day, max(open_slots).day)
    faults: defaultdict[SlotKey, list[Violation]] = defaultdict(list)
    for fault in violations(situation, roster, open_slots.keys()):
        faults[fault.slot].append(fault)
    found = []
    for slot, one in open_slots.items():
        kind = _kind(one, faults[slot])
        if kind is not None:
            found.append(GapAhead(slot, kind, one.starts, one.ends, tuple(faults[slot])))
    return found


def unplanned_ahead(context: Context, days: int = DAYS_AHEAD) -> tuple[date, int] | None:
    """The first of the coming days with slots that the standing order opens and no published roster has.

    With it how many such slots the days have that begin with today; None where everything is planned.
    """
    first = context.today()
    last = first + timedelta(days=days - 1)
    with context.database.reading() as connection:
        published = {key_of(slot) for slot in duties.slots(connection, first.isoformat(), last.isoformat())}
        situation, _ = load(context, first, last, opened_since=True)
    missing = [slot.day for slot in situation.slots if slot not in published]
    return (min(missing), len(missing)) if missing else None


def _kind(slot: DutySlot, faults: list[Violation]) -> GapKind | None:
    if slot.acting is None:
        return "vacant_acting"
    if any(fault.hard for fault in faults):
        return "illegal"
    return "vacant_standby" if slot.standby is None else None


def as_worked(context: Context, first: date, last: date) -> list[WorkedSlot]:
    """The published slots of some days as planned and as worked, with their log; in order of day, start and post."""
    with context.database.reading() as connection:
        slots = duties.slots(connection, first.isoformat(), last.isoformat())
        log: defaultdict[tuple[str, str, str], list[DutyEvent]] = defaultdict(list)
        for event in duties.events(connection, first.isoformat(), last.isoformat()):
            log[event.day, event.post, event.shift].append(event)
    return [
        WorkedSlot(
            slot=key_of(one),
            starts=one.starts,
            ends=one.ends,
            planned_acting=one.planned_acting,
            planned_standby=one.planned_standby,
            acting=one.acting,
            standby=one.standby,
            events=tuple(log[one.day, one.post, one.shift]),
        )
        for one in slots
    ]


def differences(context: Context, first: date, last: date) -> list[WorkedSlot]:
    """Those of them in which other people stand than were planned."""
    return [one for one in as_worked(context, first, last) if one.differs]
