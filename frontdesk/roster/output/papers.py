"""What a roster that leaves the program is made of, read from the centre's file at one moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Literal

from db import duty as duties
from db import leave as leaves
from db import staff as staff_records
from db import standing
from db.duty import DutyEvent, DutySlot, Plan, PlanSlot
from frontdesk.calendar.service import Calendar, calendar_for
from frontdesk.common.periods import Period, parse_period
from frontdesk.errors import DeskError
from frontdesk.permission import allowed
from frontdesk.roster.model import Away, Member, Shift, key_of
from frontdesk.roster.output.hours import PersonHours, WorkedSlot, account
from frontdesk.roster.situation import load, load_plan

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.context import Context

Basis = Literal["worked", "planned", "draft"]
"""As it is worked now, as it was published, or as a draft has it."""

LONGEST_DAYS = 92


class RosterOutFault(DeskError):
    """A refusal about a roster that leaves the program or comes back."""

    area: ClassVar[str] = "roster_out"


@dataclass(frozen=True)
class RosterPaper:
    """The roster of some days as it goes out, in local days and minutes; people are staff numbers.

    `slots` are in the order of day, start and post, their roles as `basis` has them; `plans` are those that the slots
    come from, `event_no` the last entry of the log of these days (0 for none), `changes` what was logged on the day of
    print or concerns it, beyond the publication itself. `printed_at` is the wall clock of the centre, with its zone.
    """

    centre: str
    centre_code: str
    first: date
    last: date
    basis: Basis
    printed_at: datetime
    calendar: Calendar
    slots: tuple[WorkedSlot, ...] = ()
    posts: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    away: Mapping[str, tuple[Away, ...]] = field(default_factory=dict)
    plans: tuple[Plan, ...] = ()
    event_no: int = 0
    changes: tuple[DutyEvent, ...] = ()
    hours: tuple[PersonHours, ...] = ()
    partial: bool = False
    """Whether slots of the posts and days are left out, so that a blank cell would say nothing."""

    @property
    def days(self) -> list[date]:
        """Every day from first to last."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    def local(self, at: int) -> datetime:
        """A stored instant (UTC milliseconds) as the centre's wall clock shows it."""
        return datetime.fromtimestamp(at / 1000, self.printed_at.tzinfo)

    def between(self, first: date, last: date) -> list[WorkedSlot]:
        """The slots of these days."""
        return [slot for slot in self.slots if first <= slot.key.day <= last]


def roster_period(key: str) -> Period:
    """The week or month named by `2026-W46` or `2026-11`. Raises RosterOutFault `bad_period`."""
    try:
        period = parse_period(key)
    except ValueError as wrong:
        raise RosterOutFault("bad_period", period=key) from wrong
    if period.kind not in ("week", "month"):
        raise RosterOutFault("bad_period", period=key)
    return period


@allowed("shown")
def gather(context: Context, first: date, last: date, basis: Basis = "worked") -> RosterPaper:
    """The published roster of these days. Raises RosterOutFault `nothing_published` where there is none, `too_long`."""
    _check_length(first, last)
    with context.database.reading() as connection:
        published = duties.slots(connection, first.isoformat(), last.isoformat())
        if not published:
            raise RosterOutFault("nothing_published", first=first.isoformat(), last=last.isoformat())
        shifts = _shift_names(connection)
        slots = [_slot(one, shifts, basis) for one in published]
        found = [duties.plan(connection, number) for number in sorted({one.plan_id for one in published})]
        situation, _ = load(context, first, last)
        return _paper(
            context, connection, (first, last), basis, slots, [one for one in found if one], situation.members
        )


def gather_plan(context: Context, plan_id: int) -> RosterPaper:
    """The roster of one plan: a draft, or a published one as it was.

    Raises RosterOutFault `unknown_plan` or `too_long`.
    """
    with context.database.reading() as connection:
        plan = duties.plan(connection, plan_id)
        if plan is None:
            raise RosterOutFault("unknown_plan", id=plan_id)
        window = date.fromisoformat(plan.first_day), date.fromisoformat(plan.last_day)
        _check_length(*window)
        shifts = _shift_names(connection)
        slots = [_plan_slot(one, shifts) for one in duties.plan_slots(connection, plan_id)]
        situation, _ = load_plan(context, plan_id)
        basis: Basis = "draft" if plan.state == "draft" else "planned"
        return _paper(context, connection, window, basis, slots, [plan], situation.members)


def narrowed(paper: RosterPaper, *, person: str | None = None, post: str | None = None) -> RosterPaper:
    """The same with only the slots of one person, one post or both, and the account of that person.

    Raises RosterOutFault `unknown_person` or `unknown_post`.
    """
    if person is not None and person not in paper.names:
        raise RosterOutFault("unknown_person", no=person)
    if post is not None and post not in paper.posts:
        raise RosterOutFault("unknown_post", post=post)
    slots = tuple(
        slot for slot in paper.slots if person in (None, slot.acting, slot.standby) and post in (None, slot.key.post)
    )
    return replace(
        paper,
        partial=paper.partial or person is not None,
        slots=slots,
        posts=tuple(name for name in paper.posts if any(slot.key.post == name for slot in slots)),
        changes=tuple(
            event
            for event in paper.changes
            if post in (None, event.post)
            and person in (None, event.acting_before, event.acting_after, event.standby_before, event.standby_after)
        ),
        hours=tuple(one for one in paper.hours if person in (None, one.no)),
    )


def _check_length(first: date, last: date) -> None:
    if not 0 <= (last - first).days < LONGEST_DAYS:
        raise RosterOutFault("too_long", days=LONGEST_DAYS)


def _paper(
    context: Context,
    connection: sqlite3.Connection,
    window: tuple[date, date],
    basis: Basis,
    slots: list[WorkedSlot],
    plans: list[Plan],
    members: Mapping[str, Member],
) -> RosterPaper:
    first, last = window
    logged = duties.events(connection, first.isoformat(), last.isoformat()) if basis != "draft" else []
    away = taken_leave(context, connection, first, last)
    calendar = calendar_for(context, first, last)
    in_slots = {slot.key.post for slot in slots}
    listed = [post for post in staff_records.posts(connection) if post in in_slots]
    now = context.local(context.now_ms())
    today = now.date().isoformat()
    everybody = sorted(members.values(), key=lambda member: member.no)
    return RosterPaper(
        centre=context.centre.name,
        centre_code=context.centre.code,
        first=first,
        last=last,
        basis=basis,
        printed_at=now,
        calendar=calendar,
        slots=tuple(slots),
        posts=(*listed, *sorted(in_slots - set(listed))),
        names={person.no: person.name for person in staff_records.every(connection)},
        away=away,
        plans=tuple(plans),
        event_no=logged[-1].id if logged else 0,
        changes=tuple(
            event
            for event in logged
            if (event.day == today or context.local_day(event.at) == today) and not _is_first_publication(event)
        )
        if basis == "worked"
        else (),
        hours=tuple(account(slots, everybody, away, calendar, window, now.replace(tzinfo=None))),
    )


def _is_first_publication(event: DutyEvent) -> bool:
    """Whether the event only filled a slot that had never been published: there was nothing to change yet."""
    return event.kind == "publish" and event.acting_before is None and event.standby_before is None


def taken_leave(
    context: Context, connection: sqlite3.Connection, first: date, last: date
) -> dict[str, tuple[Away, ...]]:
    """The leave of these days by staff number: as granted or reported, and what was taken before a return."""
    taken: defaultdict[str, list[Away]] = defaultdict(list)
    for leave in leaves.taken_between(connection, first.isoformat(), last.isoformat()):
        begins, ends = date.fromisoformat(leave.first_day), date.fromisoformat(leave.last_day)
        until = leave.until_minute
        if leave.returned_at is not None and leave.state == "returned":
            before_return = context.local(leave.returned_at).date() - timedelta(days=1)
            ends, until = (before_return, None) if before_return < ends else (ends, until)
        if begins <= ends and ends >= first:
            taken[leave.staff_no].append(Away(begins, ends, leave.from_minute, until))
    return {no: tuple(all_of) for no, all_of in taken.items()}


def _shift_names(connection: sqlite3.Connection) -> dict[str, str]:
    return {shift.code: shift.name for shift in standing.shifts(connection)}


def _slot(one: DutySlot, names: Mapping[str, str], basis: Basis) -> WorkedSlot:
    planned = one.planned_acting, one.planned_standby
    roles = planned if basis == "planned" else (one.acting, one.standby)
    return WorkedSlot(key_of(one), _shift(one, names), *roles, *planned)


def _plan_slot(one: PlanSlot, names: Mapping[str, str]) -> WorkedSlot:
    return WorkedSlot(key_of(one), _shift(one, names), one.acting, one.standby, one.acting, one.standby)


def _shift(one: PlanSlot, names: Mapping[str, str]) -> Shift:
    return Shift(one.shift, names.get(one.shift, one.shift), one.starts, one.ends, one.break_minutes)


def clock_time(minutes: int) -> str:
    """Minutes after midnight as people write them: 08:30; 24:00 and later with the hours that they have passed it."""
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}" if minutes != 1440 else "24:00"


def shift_time(shift: Shift) -> str:
    """08:30-16:30; 22:00-06:00+1 where it ends on the next day."""
    return f"{clock_time(shift.starts)}-{clock_time(shift.ends)}{'+1' if shift.ends > 1440 else ''}"


def used_shifts(slots: Iterable[WorkedSlot]) -> list[Shift]:
    """The shifts of these slots, by start; a code with two windows, because it was changed, stands twice."""
    return sorted({slot.shift for slot in slots}, key=lambda shift: (shift.starts, shift.ends, shift.code))
