"""The hours account (工时账): what was planned, what was worked, in which role, and what the contract asks for. Pure.

Everything is counted in whole minutes and divided only where it is shown. Standing by counts like acting (mechanisms
A10, §8.2: the B is as answerable as the A), so that time on duty is acting time and the rest, standby only. A window is
counted once, whichever roles somebody has in it, and belongs to the day on which it begins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from frontdesk.calendar.service import Calendar
from frontdesk.roster.day.handover_rules import is_half_a_day
from frontdesk.roster.fairness import EVENING
from frontdesk.roster.model import Away, Member, Shift, SlotKey
from frontdesk.roster.units import is_weekend

_OFFICE_WEEK = frozenset(range(5))


@dataclass(frozen=True)
class WorkedSlot:
    """One slot for the account: its window, who has its roles and who was to have them."""

    key: SlotKey
    shift: Shift
    acting: str | None = None
    standby: str | None = None
    planned_acting: str | None = None
    planned_standby: str | None = None


@dataclass(frozen=True)
class PersonHours:
    """The account of one person over some days; everything that is time is in minutes.

    `on_duty` is `worked` (windows that have ended) and `ahead` (those to come), and also `acting` and `standby_only`.
    `evenings`, `weekends` and `holidays` are days with such a window; a Saturday is a weekend day on a make-up workday
    and on a holiday too, as for the fair shares and the limit of weekends. `covered` are the windows in which this
    person acted for somebody who had been planned. `leave_halves` are half days of leave, `leave_minutes` what the
    contract asks for on them.
    """

    no: str
    name: str
    planned: int = 0
    worked: int = 0
    ahead: int = 0
    acting: int = 0
    standby_only: int = 0
    evenings: int = 0
    weekends: int = 0
    holidays: int = 0
    covered: int = 0
    covered_minutes: int = 0
    leave_halves: int = 0
    leave_minutes: int = 0
    contract: int = 0

    @property
    def on_duty(self) -> int:
        """Minutes on duty, ended and to come."""
        return self.worked + self.ahead

    @property
    def leave_days(self) -> float:
        """Days of leave in steps of a half."""
        return self.leave_halves / 2

    @property
    def difference(self) -> int:
        """Minutes above the contract, negative below it; a day of leave counts as if it had been worked."""
        return self.on_duty + self.leave_minutes - self.contract


def account(
    slots: Sequence[WorkedSlot],
    members: Iterable[Member],
    away: Mapping[str, Sequence[Away]],
    calendar: Calendar,
    window: tuple[date, date],
    now: datetime,
) -> list[PersonHours]:
    """The accounts of these people over the window, in the order given.

    `slots` are those of the window, `away` the leave that was really taken, `now` the wall clock of the centre without
    a zone: it parts what is worked from what is to come.
    """
    in_role: defaultdict[str, list[WorkedSlot]] = defaultdict(list)
    planned: defaultdict[str, list[WorkedSlot]] = defaultdict(list)
    for slot in slots:
        for no in {slot.acting, slot.standby} - {None}:
            in_role[no or ""].append(slot)
        for no in {slot.planned_acting, slot.planned_standby} - {None}:
            planned[no or ""].append(slot)
    return [
        _of_person(member, in_role[member.no], planned[member.no], away.get(member.no, ()), calendar, window, now)
        for member in members
    ]


def _of_person(
    member: Member,
    slots: Sequence[WorkedSlot],
    planned: Sequence[WorkedSlot],
    away: Sequence[Away],
    calendar: Calendar,
    window: tuple[date, date],
    now: datetime,
) -> PersonHours:
    acting = [slot for slot in slots if slot.acting == member.no]
    over = [slot for slot in slots if ends_at(slot.key.day, slot.shift) <= now]
    on_duty = minutes_on_duty(slots, member.no)
    worked = minutes_on_duty(over, member.no)
    acted = minutes_on_duty(acting, member.no)
    covered = [slot for slot in acting if slot.planned_acting not in (None, member.no)]
    days = {slot.key.day for slot in slots}
    halves = _leave_halves(away, window)
    return PersonHours(
        no=member.no,
        name=member.name,
        planned=minutes_on_duty(planned, member.no),
        worked=worked,
        ahead=on_duty - worked,
        acting=acted,
        standby_only=on_duty - acted,
        evenings=len({slot.key.day for slot in slots if slot.shift.ends > EVENING}),
        weekends=sum(map(is_weekend, days)),
        holidays=sum(calendar.day_kind(day) == "holiday" for day in days),
        covered=len({(slot.key.day, slot.key.shift) for slot in covered}),
        covered_minutes=minutes_on_duty(covered, member.no),
        leave_halves=sum(halves.values()),
        leave_minutes=_leave_minutes(member, halves, calendar),
        contract=contract_minutes(member, calendar, *window),
    )


def ends_at(day: date, shift: Shift) -> datetime:
    """When a shift that begins on this day ends, by the wall clock; the next day where it passes midnight."""
    return datetime.combine(day, time()) + timedelta(minutes=shift.ends)


def minutes_on_duty(slots: Iterable[WorkedSlot], no: str) -> int:
    """The minutes of these windows less their breaks; what two windows of a day have in common counts once.

    Windows in which `no` acts come first, so that they are never less with the others than without them.
    """
    of_day: defaultdict[date, set[tuple[bool, int, int, int]]] = defaultdict(set)
    for slot in slots:
        shift = slot.shift
        of_day[slot.key.day].add((slot.acting != no, shift.starts, shift.ends, shift.break_minutes))
    return sum(_minutes_of_day(sorted(windows)) for windows in of_day.values())


def _minutes_of_day(windows: Iterable[tuple[bool, int, int, int]]) -> int:
    taken: set[int] = set()
    minutes = 0
    for _, starts, ends, pause in windows:
        fresh = set(range(starts, ends)) - taken
        taken |= fresh
        minutes += len(fresh) - (pause if len(fresh) == ends - starts else 0)
    return minutes


def contract_minutes(member: Member, calendar: Calendar, first: date, last: date) -> int:
    """What the contract asks for over these days.

    A whole month with an agreed monthly time asks for that. Otherwise every day asks for its share of the week: the
    fifth of it on working days, or, for somebody who is not there from Monday to Friday, an equal part on each of the
    agreed weekdays that is no holiday.
    """
    whole_month = (
        first.day == 1
        and (last + timedelta(days=1)).day == 1
        and (first.year, first.month)
        == (
            last.year,
            last.month,
        )
    )
    if whole_month and member.monthly_minutes is not None:
        return member.monthly_minutes
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return round(sum((_share(member, day, calendar) for day in days), Fraction()))


def _share(member: Member, day: date, calendar: Calendar) -> Fraction:
    if member.weekdays >= _OFFICE_WEEK:
        return Fraction(member.weekly_minutes, 5) if calendar.is_working_day(day) else Fraction()
    if day.weekday() not in member.weekdays or calendar.day_kind(day) == "holiday":
        return Fraction()
    return Fraction(member.weekly_minutes, len(member.weekdays))


def _leave_halves(away: Sequence[Away], window: tuple[date, date]) -> dict[date, int]:
    """Half days of leave by day: each day that is away for half a day at most is a half, two halves are a day."""
    halves: defaultdict[date, int] = defaultdict(int)
    for one in away:
        day = max(one.first, window[0])
        while day <= min(one.last, window[1]):
            from_minute = one.from_minute if day == one.first else None
            until_minute = one.until_minute if day == one.last else None
            halves[day] = min(2, halves[day] + (1 if is_half_a_day(Away(day, day, from_minute, until_minute)) else 2))
            day += timedelta(days=1)
    return dict(halves)


def _leave_minutes(member: Member, halves: Mapping[date, int], calendar: Calendar) -> int:
    return round(sum((_share(member, day, calendar) * half / 2 for day, half in halves.items()), Fraction()))
