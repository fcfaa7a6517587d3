"""The roster as a screen shows it: slots with who stands in them and what is wrong with each, and what the days are.

Reading only; what is right and wrong is decided by `legality`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from db import duty as duties
from db.duty import DutyEvent, Plan
from frontdesk.calendar.service import calendar_for
from frontdesk.roster.legality import Ledger, violations
from frontdesk.roster.model import ROLES, Assignment, RoleInSlot, Roster, Situation, SlotKey, Violation, key_of
from frontdesk.roster.situation import load, load_plan

if TYPE_CHECKING:
    from frontdesk.context import Context

OF_MANY_DAYS = frozenset({"weekly_hours", "monthly_hours", "max_run", "min_run", "max_weekends"})
"""Breaches of a whole run, week or month: said at one slot of it, where all of them would hide which."""

CellState = Literal["fine", "covered", "alone", "gap", "broken"]


@dataclass(frozen=True)
class BoardDay:
    """A day of the board: holiday (休) or make-up workday (班) with its name, and whether it is today."""

    day: date
    kind: Literal["", "holiday", "makeup"] = ""
    name: str = ""
    today: bool = False


@dataclass(frozen=True)
class Cell:
    """A slot as it stands, beside what was planned for it (None in a draft), with the rules it breaks."""

    slot: SlotKey
    assignment: Assignment
    planned: Assignment | None = None
    faults: tuple[Violation, ...] = ()
    last_event: DutyEvent | None = None

    @property
    def changed(self) -> bool:
        """Whether other people have its roles now than were published."""
        now = self.assignment
        return self.planned is not None and (self.planned.acting, self.planned.standby) != (now.acting, now.standby)

    @property
    def broken(self) -> bool:
        """Whether a rule that must hold is broken in it."""
        return any(fault.hard for fault in self.faults)

    @property
    def state(self) -> CellState:
        """What is the matter with it, the gravest first; that nobody stands by is seen in the role itself."""
        if self.assignment.acting is None:
            return "gap"
        if self.broken:
            return "broken"
        if self.planned is not None and self.planned.acting not in (None, self.assignment.acting):
            return "covered"
        return "alone" if self.assignment.standby is None else "fine"


@dataclass(frozen=True)
class Board:
    """The days `first`..`last` of the roster as worked, or of a draft (`plan` is one then)."""

    first: date
    last: date
    situation: Situation
    cells: Mapping[SlotKey, Cell]
    days: tuple[BoardDay, ...]
    plan: Plan | None = None
    unpublished: frozenset[date] = frozenset()
    """Days for which nothing is published: their slots are those of the standing order, all empty."""
    unknown_years: tuple[int, ...] = ()
    roster: Mapping[SlotKey, Assignment] = field(default_factory=dict)

    def name_of(self, staff_no: str | None) -> str:
        """A person's name; the number of somebody who is no member any more; nothing for nobody."""
        if staff_no is None:
            return ""
        member = self.situation.members.get(staff_no)
        return member.name if member else staff_no

    def roles_of(self, staff_no: str, day: date) -> list[tuple[Cell, RoleInSlot]]:
        """The slots of a day in which a person has a role, acting first."""
        found: list[tuple[Cell, RoleInSlot]] = []
        for role in ROLES:
            found += [
                (cell, role)
                for slot, cell in self.cells.items()
                if slot.day == day and cell.assignment.holder(role) == staff_no
            ]
        return found


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the week of a day."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of the month of a day."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def board(context: Context, first: date, last: date, plan_id: int | None = None) -> Board:
    """The board of these days, read at one moment; of a draft where its number is given.

    Raises StandingError `unknown_plan`.
    """
    with context.database.reading() as connection:
        situation, roster = load(context, first, last) if plan_id is None else load_plan(context, plan_id)
        plan = None if plan_id is None else duties.plan(connection, plan_id)
        worked = duties.slots(connection, first.isoformat(), last.isoformat()) if plan is None else []
        events = duties.events(connection, first.isoformat(), last.isoformat()) if plan is None else []
        calendar = calendar_for(context, first, last)
    planned = {key_of(one): Assignment(one.planned_acting, one.planned_standby) for one in worked}
    special = dict(calendar.special_days(first, last))
    today = context.today()
    days = tuple(
        BoardDay(
            day, special[day].kind if day in special else "", special[day].name if day in special else "", day == today
        )
        for day in (first + timedelta(days=number) for number in range((last - first).days + 1))
    )
    published = {slot.day for slot in planned}
    return Board(
        first=first,
        last=last,
        situation=situation,
        cells=_cells(situation, roster, planned, events, (first, last)),
        days=days,
        plan=plan,
        unpublished=frozenset(
            slot.day for slot in roster if plan is None and first <= slot.day <= last and slot.day not in published
        ),
        unknown_years=calendar.unknown_years,
        roster=roster,
    )


def _at_the_other_end(situation: Situation, roster: Roster, shown: set[SlotKey]) -> Iterator[Violation]:
    """A breach between two slots at each of them: neither may look as if it were right."""
    ledger = Ledger(situation, roster)
    for no in {no for slot in shown for no in (roster[slot].acting, roster[slot].standby) if no}:
        for finding in ledger.findings(no):
            if finding.violation.code not in OF_MANY_DAYS:
                yield from (replace(finding.violation, slot=slot) for slot in finding.slots if slot in shown)


def _cells(
    situation: Situation,
    roster: Mapping[SlotKey, Assignment],
    planned: Mapping[SlotKey, Assignment],
    events: list[DutyEvent],
    window: tuple[date, date],
) -> dict[SlotKey, Cell]:
    faults: defaultdict[SlotKey, list[Violation]] = defaultdict(list)
    shown = [slot for slot in situation.slots if window[0] <= slot.day <= window[1]]
    for fault in [*violations(situation, roster, set(shown)), *_at_the_other_end(situation, roster, set(shown))]:
        if fault not in faults[fault.slot]:
            faults[fault.slot].append(fault)
    last_events = {key_of(one): one for one in events}
    return {
        slot: Cell(
            slot,
            roster.get(slot, Assignment()),
            planned.get(slot),
            tuple(sorted(faults[slot], key=lambda fault: not fault.hard)),
            last_events.get(slot),
        )
        for slot in shown
    }
