"""The rules of the roster written a second time: slowly, plainly, and sharing nothing with the program but its values.

The tests hold the program's findings, its proofs and its event log against these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from frontdesk.roster.model import Assignment, Member, Situation, SlotKey

HARD = {
    "unqualified", "lapsed", "away", "weekday", "too_early", "too_late", "both_roles", "acts_twice", "three_posts",
    "backs_twice", "cover_not_shared", "overlap", "two_shifts", "rest", "sequence", "max_run", "weekly_hours",
    "monthly_hours", "max_weekends", "vacant_acting",
}  # fmt: skip

Breach = tuple[str, str, frozenset[SlotKey]]
"""Who, which rule, and the slots that have a part in it."""


def moments(situation: Situation, slot: SlotKey) -> tuple[datetime, datetime]:
    """When a slot begins and ends."""
    shift = situation.times.get(slot) or situation.shifts[slot.shift]
    midnight = datetime.combine(slot.day, datetime.min.time())
    return midnight + timedelta(minutes=shift.starts), midnight + timedelta(minutes=shift.ends)


def everything(situation: Situation, roster: Mapping[SlotKey, Assignment]) -> dict[SlotKey, Assignment]:
    """The window and what is known around it."""
    return {**situation.before, **roster, **situation.after}


def breaches(situation: Situation, roster: Mapping[SlotKey, Assignment]) -> set[Breach]:
    """Every rule that is broken with a part inside the window."""
    people = {no for one in everything(situation, roster).values() for no in (one.acting, one.standby) if no}
    found = {one for no in people for one in of_person(situation, roster, no)}
    for slot, assignment in roster.items():
        if assignment.acting is None:
            found.add(("", "vacant_acting", frozenset({slot})))
        if assignment.standby is None:
            found.add(("", "vacant_standby", frozenset({slot})))
    return {one for one in found if any(slot in roster for slot in one[2])}


def of_person(situation: Situation, roster: Mapping[SlotKey, Assignment], no: str) -> Iterator[Breach]:
    """What one person breaks, over everything that is known."""
    member = situation.members.get(no) or Member(no, no, 7 * 1440)
    every = everything(situation, roster)
    acts = {slot for slot, one in every.items() if one.acting == no}
    backs = {slot for slot, one in every.items() if one.standby == no}
    for slot in acts | backs:
        if slot in roster:
            for code in _alone(situation, member, slot):
                yield no, code, frozenset({slot})
        if slot in acts and slot in backs:
            yield no, "both_roles", frozenset({slot})
    yield from _same_window(situation, no, acts, backs)
    yield from _pairs(situation, no, acts | backs)
    yield from _counts(situation, member, acts | backs)


def _alone(situation: Situation, member: Member, slot: SlotKey) -> Iterator[str]:
    begins, ends = moments(situation, slot)
    midnight = datetime.combine(slot.day, datetime.min.time())
    if slot.post not in member.ranks:
        yield "unqualified"
    elif member.lapses.get(slot.post, date.max) < slot.day:
        yield "lapsed"
    for away in member.away:
        gone = datetime.combine(away.first, datetime.min.time()) + timedelta(minutes=away.from_minute or 0)
        back = datetime.combine(away.last, datetime.min.time()) + timedelta(days=1)
        if away.until_minute is not None:
            back += timedelta(minutes=away.until_minute) - timedelta(days=1)
        if begins < back and ends > gone:
            yield "away"
            break
    if slot.day.weekday() not in member.weekdays:
        yield "weekday"
    if member.earliest is not None and begins < midnight + timedelta(minutes=member.earliest):
        yield "too_early"
    if member.latest is not None and ends > midnight + timedelta(minutes=member.latest):
        yield "too_late"


def _same_window(situation: Situation, no: str, acts: set[SlotKey], backs: set[SlotKey]) -> Iterator[Breach]:
    for window in {moments(situation, slot) for slot in acts | backs}:
        acting = {slot for slot in acts if moments(situation, slot) == window}
        backing = {slot for slot in backs if moments(situation, slot) == window}
        free = {slot for slot in acting if slot in situation.stepped_in and situation.posts[slot.post].shared_cover}
        if len(acting - free) > 1:
            yield no, "acts_twice", frozenset(acting)
        elif len(acting) > 1 and len(acting | backing) > 2:
            yield no, "three_posts", frozenset(acting | backing)
        if len(backing) > 1:
            yield no, "backs_twice", frozenset(backing)
        for slot in backing:
            others = acting - {slot}
            if others and not situation.posts[slot.post].shared_cover:
                yield no, "cover_not_shared", frozenset(others | {slot})


def _pairs(situation: Situation, no: str, duty: set[SlotKey]) -> Iterator[Breach]:
    windows = sorted({moments(situation, slot) for slot in duty})
    by_window = {window: frozenset(slot for slot in duty if moments(situation, slot) == window) for window in windows}
    for one in windows:
        for other in windows:
            slots = by_window[one] | by_window[other]
            same_day = one[0].date() == other[0].date()
            if one < other:
                if other[0] < one[1]:
                    yield no, "overlap", slots
                elif same_day:
                    yield no, "two_shifts", slots
                elif other[0] - one[1] < timedelta(hours=11):
                    yield no, "rest", slots
            if other[0].date() - one[0].date() == timedelta(days=1) and any(
                (a.shift, b.shift) in situation.forbidden_sequences for a in by_window[one] for b in by_window[other]
            ):
                yield no, "sequence", slots


def _counts(situation: Situation, member: Member, duty: set[SlotKey]) -> Iterator[Breach]:
    no, days = member.no, sorted({slot.day for slot in duty})
    for start in days:
        if start - timedelta(days=1) not in days:
            end = start
            while end + timedelta(days=1) in days:
                end += timedelta(days=1)
            if (end - start).days + 1 > member.max_run:
                yield no, "max_run", frozenset(slot for slot in duty if start <= slot.day <= end)
    for week in {day.isocalendar()[:2] for day in days}:
        slots = frozenset(slot for slot in duty if slot.day.isocalendar()[:2] == week)
        if _minutes(situation, slots) > member.weekly_minutes:
            yield no, "weekly_hours", slots
    for month in {(day.year, day.month) for day in days}:
        slots = frozenset(slot for slot in duty if (slot.day.year, slot.day.month) == month)
        if member.monthly_minutes is not None and _minutes(situation, slots) > member.monthly_minutes:
            yield no, "monthly_hours", slots
    if member.max_weekends is not None:
        saturdays = {slot: slot.day - timedelta(days=slot.day.weekday() - 5) for slot in duty if slot.day.weekday() > 4}
        for month in {(day.year, day.month) for day in saturdays.values()}:
            of_month = {slot: day for slot, day in saturdays.items() if (day.year, day.month) == month}
            if len(set(of_month.values())) > member.max_weekends:
                yield no, "max_weekends", frozenset(of_month)


def _minutes(situation: Situation, slots: frozenset[SlotKey]) -> int:
    shifts = {moments(situation, slot): situation.times.get(slot) or situation.shifts[slot.shift] for slot in slots}
    return sum(shift.ends - shift.starts - shift.break_minutes for shift in shifts.values())


def uncovered(situation: Situation, roster: Mapping[SlotKey, Assignment]) -> set[SlotKey]:
    """The slots in which nobody acts, or somebody who breaks a hard rule there."""
    found = {slot for slot, one in roster.items() if one.acting is None}
    for no, code, slots in breaches(situation, roster):
        if code in HARD:
            found |= {slot for slot in slots if slot in roster and roster[slot].acting == no}
    return found


def without(
    situation: Situation, roster: Mapping[SlotKey, Assignment], no: str, first: date, last: date
) -> tuple[Situation, dict[SlotKey, Assignment]]:
    """The roster when somebody is away and every standby has stepped in."""
    after, stepped = dict(roster), set(situation.stepped_in)
    for slot, one in roster.items():
        if first <= slot.day <= last and one.acting == no:
            after[slot] = Assignment(None if one.standby == no else one.standby, None)
            stepped.add(slot)
        elif first <= slot.day <= last and one.standby == no:
            after[slot] = Assignment(one.acting, None)
    fields = {name: getattr(situation, name) for name in situation.__dataclass_fields__}
    return Situation(**{**fields, "stepped_in": frozenset(stepped)}), after
