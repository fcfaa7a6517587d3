"""The situation that rules and planner are given, read from the centre's file at one moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from db import duty as duties
from db import leave as leaves
from db import staff as staff_records
from db import standing as records
from db.duty import DutySlot, Plan, PlanSlot
from db.standing import Contract, DayKind, Opening, PostRow, ShiftRow
from frontdesk.calendar.service import calendar_for
from frontdesk.roster.model import (
    RANK_A,
    RANK_B,
    RANK_QUALIFIED,
    Assignment,
    Away,
    Member,
    Post,
    Shift,
    Situation,
    SlotKey,
    Wish,
    away_of,
    key_of,
)
from frontdesk.roster.naming import labels_of
from frontdesk.roster.plan.drift import Drift, brought_up, drift_of
from frontdesk.roster.standing.rules import ABLE_LEVEL, DEFAULT_WEEKLY_MINUTES, StandingError
from frontdesk.roster.units import absolute

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.calendar.service import Calendar
    from frontdesk.context import Context

LOOK_BACK_DAYS = 14
LOOK_AHEAD_DAYS = 14

Loaded = tuple[Situation, dict[SlotKey, Assignment]]


def load(context: Context, first: date, last: date, *, opened_since: bool = False, by_order: bool = False) -> Loaded:
    """The situation of the days from `first` to `last` and the roster as it stands in them.

    A day that is published comes as it is worked now, with the locks of its slots; any other day has the slots that
    the standing order opens, all of them empty. With `opened_since` a published day that is still to come has those
    too, as far as they are of posts without a slot that day: such a post was opened after the day was published. With
    `by_order` every published slot that is still to begin follows the standing order besides: it has the times that
    stand there now, those opened no more are gone, and those opened since are there.
    """
    with context.database.reading() as connection:
        begins, ends = _reach(first, last)
        worked = duties.slots(connection, begins.isoformat(), ends.isoformat())
        posts, shifts = records.posts(connection), records.shifts(connection)
        calendar = calendar_for(context, begins, ends)
        published = {slot.day for slot in worked}
        staffed = {(slot.day, slot.post) for slot in worked}
        coming = context.today().isoformat() if opened_since or by_order else last.isoformat()
        kinds = {day: calendar.day_kind(day) for day in _days(first, last)}
        openings = records.openings(connection)
        in_order = slots_for(openings, kinds, shifts, posts)
        opened = [
            key
            for key in in_order
            if (on := key.day.isoformat()) not in published or (on > coming and (on, key.post) not in staffed)
        ]
        at = {shift.code: shift for shift in shifts}
        inside = [slot for slot in worked if first <= date.fromisoformat(slot.day) <= last]
        if by_order and openings:
            differing = drift_of(inside, in_order, at, _minute_now(context))
            inside = brought_up(inside, differing)
            opened += [one.slot for one in differing if one.kind == "new"]
        planned = {key_of(slot): _assignment(slot) for slot in inside}
        order = {post.name: place for place, post in enumerate(posts)}
        times = {key_of(slot): (slot.starts, slot.ends) for slot in inside}
        times |= {key: (at[key.shift].starts, at[key.shift].ends) for key in opened}
        slots = sorted(
            times, key=lambda key: (key.day, times[key][0], order.get(key.post, len(order)), key.post, key.shift)
        )
        roster = {key: planned.get(key, Assignment()) for key in slots}
        return _situation(connection, first, last, slots, inside, worked, posts, shifts, calendar), roster


def order_drift(context: Context, first: date, last: date) -> list[Drift]:
    """Where the published slots of these days that are still to begin are not those of the standing order, in order.

    An order that opens nothing at all says nothing.
    """
    with context.database.reading() as connection:
        return _order_drift(
            context, connection, first, last, duties.slots(connection, first.isoformat(), last.isoformat())
        )


def draft_drift(context: Context, plan: Plan) -> list[Drift]:
    """The same for the slots of a draft: the standing order was changed since it was made."""
    first, last = date.fromisoformat(plan.first_day), date.fromisoformat(plan.last_day)
    with context.database.reading() as connection:
        return _order_drift(context, connection, first, last, duties.plan_slots(connection, plan.id))


def _order_drift(
    context: Context, connection: sqlite3.Connection, first: date, last: date, slots: Sequence[PlanSlot]
) -> list[Drift]:
    openings = records.openings(connection)
    if not slots or not openings:
        return []
    posts, shifts = records.posts(connection), records.shifts(connection)
    calendar = calendar_for(context, first, last)
    kinds = {day: calendar.day_kind(day) for day in _days(first, last)}
    opened = slots_for(openings, kinds, shifts, posts)
    return drift_of(slots, opened, {shift.code: shift for shift in shifts}, _minute_now(context))


def load_plan(context: Context, plan_id: int) -> Loaded:
    """The same for a plan: its own slots and who stands in them, between what is published before and behind it.

    Raises StandingError `unknown_plan`.
    """
    with context.database.reading() as connection:
        plan = duties.plan(connection, plan_id)
        if plan is None:
            raise StandingError("unknown_plan", id=plan_id)
        first, last = date.fromisoformat(plan.first_day), date.fromisoformat(plan.last_day)
        begins, ends = _reach(first, last)
        worked = duties.slots(connection, begins.isoformat(), ends.isoformat())
        inside = duties.plan_slots(connection, plan_id)
        roster = {key_of(slot): _assignment(slot) for slot in inside}
        posts, shifts = records.posts(connection), records.shifts(connection)
        calendar = calendar_for(context, begins, ends)
        return _situation(connection, first, last, list(roster), inside, worked, posts, shifts, calendar), roster


def slots_for(
    openings: Iterable[Opening],
    day_kinds: Mapping[date, DayKind],
    shifts: Iterable[ShiftRow],
    posts: Iterable[PostRow],
) -> list[SlotKey]:
    """The slots that a standing order opens: on 休 and 班 days those of that kind, else those of the weekday. Pure.

    In order of day, start and post. A post has none from the day on that it is closed.
    """
    starts = {shift.code: shift.starts for shift in shifts}
    order = {post.name: (place, post.closed_on) for place, post in enumerate(posts)}
    of_kind: defaultdict[str, list[Opening]] = defaultdict(list)
    for opening in openings:
        of_kind[opening.day_kind].append(opening)
    for found in of_kind.values():
        found.sort(key=lambda opening: (starts[opening.shift], order[opening.post][0], opening.post, opening.shift))
    slots = []
    for day in sorted(day_kinds):
        for opening in of_kind[day_kinds[day]]:
            closed_on = order[opening.post][1]
            if closed_on is None or day.isoformat() < closed_on:
                slots.append(SlotKey(day, opening.post, opening.shift))
    return slots


def _reach(first: date, last: date) -> tuple[date, date]:
    """How far back and ahead rests, runs, weeks and months look from the days in question."""
    month_ends = (last.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    begins = min(first - timedelta(days=max(LOOK_BACK_DAYS, first.weekday())), first.replace(day=1))
    return begins, max(last + timedelta(days=LOOK_AHEAD_DAYS), month_ends)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _minute_now(context: Context) -> int:
    local = context.now().astimezone(context.zone)
    return absolute(local.date(), local.hour * 60 + local.minute)


def _assignment(slot: PlanSlot) -> Assignment:
    return Assignment(slot.acting, slot.standby, slot.locked)


def _situation(
    connection: sqlite3.Connection,
    first: date,
    last: date,
    slots: Iterable[SlotKey],
    inside: Iterable[PlanSlot],
    worked: Iterable[DutySlot],
    post_rows: Iterable[PostRow],
    shift_rows: Iterable[ShiftRow],
    calendar: Calendar,
) -> Situation:
    shifts = {row.code: Shift(row.code, row.name, row.starts, row.ends, row.break_minutes) for row in shift_rows}
    outside = [slot for slot in worked if not first.isoformat() <= slot.day <= last.isoformat()]
    stored: list[PlanSlot] = [*inside, *outside]
    begins, ends = _reach(first, last)
    seen = {no for slot in stored for no in (slot.acting, slot.standby) if no}
    required: defaultdict[str, set[str]] = defaultdict(set)
    for requirement in records.requirements(connection):
        required[requirement.post].add(requirement.qualification)
    return Situation(
        first=first,
        last=last,
        posts={row.name: Post(row.name, row.shared_cover, frozenset(required[row.name])) for row in post_rows},
        shifts=shifts,
        members=_members(connection, (first, last), (begins, ends), seen, required),
        slots=tuple(slots),
        before={key_of(slot): _assignment(slot) for slot in outside if slot.day < first.isoformat()},
        after={key_of(slot): _assignment(slot) for slot in outside if slot.day > last.isoformat()},
        times=_old_times(stored, shifts),
        forbidden_sequences=frozenset((one.shift, one.next_shift) for one in records.forbidden_sequences(connection)),
        holidays=frozenset(day for day, special in calendar.special_days(begins, ends) if special.kind == "holiday"),
        stepped_in=frozenset(
            key_of(slot)
            for slot in stored
            if isinstance(slot, DutySlot) and slot.acting is not None and slot.acting != slot.planned_acting
        ),
    )


def _old_times(stored: Iterable[PlanSlot], shifts: Mapping[str, Shift]) -> dict[SlotKey, Shift]:
    """The windows of slots that were made before their shift was changed or taken away."""
    changed = {}
    for slot in stored:
        shift = shifts.get(slot.shift)
        window = (slot.starts, slot.ends, slot.break_minutes)
        if shift is None or (shift.starts, shift.ends, shift.break_minutes) != window:
            changed[key_of(slot)] = Shift(slot.shift, shift.name if shift else slot.shift, *window)
    return changed


def _members(
    connection: sqlite3.Connection,
    window: tuple[date, date],
    reach: tuple[date, date],
    seen: set[str],
    required: Mapping[str, set[str]],
) -> dict[str, Member]:
    """Who may stand anywhere, and who stands in a slot without being allowed to, by staff number."""
    contracts = {one.staff_no: one for one in records.contracts(connection)}
    ranks = _ranks(connection)
    valid = _valid_until(connection)
    away = _away(connection, *reach)
    wishes = _wishes(connection, *window)
    members = {}
    staff = staff_records.every(connection)
    called = labels_of(staff)
    for person in staff:
        weekly = DEFAULT_WEEKLY_MINUTES if person.weekly_hours is None else person.weekly_hours * 60
        contract = contracts.get(person.no) or Contract(staff_no=person.no, weekly_minutes=weekly)
        held = valid[person.no]
        if person.certificate:
            held = held | {person.certificate: _later(held, person.certificate, person.certificate_until)}
        may = {
            post: rank
            for post, rank in ranks[person.no].items()
            if contract.in_roster and required.get(post, set()) <= held.keys()
        }
        if may or person.no in seen:
            lapses = {post: _lapse(required.get(post, set()), held) for post in may}
            members[person.no] = Member(
                no=person.no,
                name=called[person.no],
                weekly_minutes=contract.weekly_minutes,
                monthly_minutes=contract.monthly_minutes,
                weekdays=frozenset(day for day, possible in enumerate(contract.weekdays) if possible == "1"),
                earliest=contract.earliest,
                latest=contract.latest,
                max_run=contract.max_run,
                min_run=contract.min_run,
                min_days_off=contract.min_days_off,
                max_weekends=contract.max_weekends,
                away=tuple(away[person.no]),
                wishes=tuple(wishes[person.no]),
                ranks=may,
                lapses={post: date.fromisoformat(day) for post, day in lapses.items() if day is not None},
            )
    return members


def _ranks(connection: sqlite3.Connection) -> defaultdict[str, dict[str, int]]:
    ranks: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for competency in records.competencies(connection):
        if competency.level >= ABLE_LEVEL:
            ranks[competency.staff_no][competency.post] = RANK_QUALIFIED
    for holder in staff_records.holders(connection):
        ranks[holder.staff_no][holder.post] = RANK_A if holder.ab == "A" else RANK_B
    return ranks


def _valid_until(connection: sqlite3.Connection) -> defaultdict[str, dict[str, str | None]]:
    """Per person the qualifications with their last day; None: without end."""
    valid: defaultdict[str, dict[str, str | None]] = defaultdict(dict)
    for one in records.qualifications(connection):
        valid[one.staff_no][one.name] = one.valid_until
    return valid


def _later(held: Mapping[str, str | None], name: str, until: str | None) -> str | None:
    """Of the end in the staff list and the one written down apart from it the later; None: without end."""
    other = held.get(name, "")
    return None if until is None or other is None else max(until, other)


def _lapse(needed: set[str], held: Mapping[str, str | None]) -> str | None:
    return min((end for name in needed if (end := held[name]) is not None), default=None)


def _away(connection: sqlite3.Connection, first: date, last: date) -> defaultdict[str, list[Away]]:
    away: defaultdict[str, list[Away]] = defaultdict(list)
    for leave in leaves.between(connection, first.isoformat(), last.isoformat()):
        away[leave.staff_no].append(away_of(leave))
    return away


def _wishes(connection: sqlite3.Connection, first: date, last: date) -> defaultdict[str, list[Wish]]:
    """The wishes of the window, one for each of their days in it."""
    wishes: defaultdict[str, list[Wish]] = defaultdict(list)
    for row in records.wishes(connection, first.isoformat(), last.isoformat()):
        begins = max(first, date.fromisoformat(row.first_day))
        ends = min(last, date.fromisoformat(row.last_day))
        wishes[row.staff_no] += [Wish(day, row.shift, row.wanted, row.weight) for day in _days(begins, ends)]
    return wishes
