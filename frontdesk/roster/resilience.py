"""Whether a roster survives absences (缺一保障), tried out one by one. Pure.

Every single absence is tried: each person for each day, and for each seven days that begin in the window. The standby
acts wherever the absent person acted; a slot is a hole where there is no standby, or where stepping in is not legal.
Stepping in changes no rest, run, week or month, because standing by counts like acting: those findings are made once,
and only what the person does in that window is looked at again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations

from frontdesk.roster.legality import Ledger
from frontdesk.roster.legality_person import Window, along_the_line, each_slot, each_window
from frontdesk.roster.model import Assignment, Roster, Situation, SlotKey, Violation
from frontdesk.roster.substitutes import legal_ones

WEEK = 7


@dataclass(frozen=True)
class Hole:
    """A slot that is not legally covered when these people are away; nobody away: as the roster stands.

    A hole that one day of absence makes is not said again for the weeks around that day.
    """

    absent: tuple[str, ...]
    first: date
    last: date
    slot: SlotKey
    reasons: tuple[Violation, ...]


@dataclass(frozen=True)
class Resilience:
    """How many absences were tried and what they tear open; `singles` and `pairs` make up `checked`."""

    singles: int
    pairs: int
    holes: tuple[Hole, ...]

    @property
    def checked(self) -> int:
        """How many absences were tried."""
        return self.singles + self.pairs

    @property
    def holds(self) -> bool:
        """Whether every slot stays legally covered."""
        return not self.holes


def check(situation: Situation, roster: Roster, *, absences: int = 1) -> Resilience:
    """Try every absence of one person, and with `absences` 2 every pair of people on the same day too.

    Where a slot loses both of its people at once, a pair leaves no hole if others could legally act there.
    """
    trial = _Trial(Ledger(situation, roster))
    days = [situation.first + timedelta(days=number) for number in range((situation.last - situation.first).days + 1)]
    people = sorted({*situation.members, *trial.on_duty})
    holes = list(trial.as_it_stands())
    for no in people:
        holes += trial.single(no, days)
    pairs = 0
    if absences > 1:
        for day in days:
            holes += trial.pairs_on(day)
        pairs = len(days) * len(people) * (len(people) - 1) // 2
    return Resilience(len(people) * len(days) * 2, pairs, tuple(holes))


class _Trial:
    """A roster with everything about it that no absence changes."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.on_duty: defaultdict[str, defaultdict[date, list[SlotKey]]] = defaultdict(lambda: defaultdict(list))
        self._windows: dict[tuple[str, SlotKey], Window] = {}
        self._lasting: defaultdict[tuple[str, SlotKey], list[Violation]] = defaultdict(list)
        self._now: defaultdict[tuple[str, SlotKey], list[Violation]] = defaultdict(list)
        self._lines = {}
        for no in ledger.people():
            line = self._lines[no] = ledger.line(no)
            for window in line.windows:
                for one in window.stands:
                    if one.inside:
                        self._windows[no, one.slot] = window
                        self.on_duty[no][one.slot.day].append(one.slot)
            for found, into in (
                ([*along_the_line(line), *each_slot(line)], (self._lasting, self._now)),
                ([*each_window(line)], (self._now,)),
            ):
                for finding in found:
                    if finding is not None and finding.violation.hard:
                        for slot in finding.slots:
                            for each in into:
                                each[no, slot].append(finding.violation)
        self._stepping_in: dict[SlotKey, tuple[Violation, ...] | None] = {}

    def as_it_stands(self) -> Iterator[Hole]:
        """Slots that nobody has to be away from to be uncovered."""
        for slot in self.ledger.situation.slots:
            acting = self.ledger.roster.get(slot, Assignment()).acting
            reasons = [_vacant(slot, "acting")] if acting is None else self._now[acting, slot]
            if reasons:
                yield Hole((), slot.day, slot.day, slot, tuple(reasons))

    def single(self, no: str, days: Iterable[date]) -> Iterator[Hole]:
        """What one person's absences tear open, day by day and week by week."""
        torn: set[SlotKey] = set()
        every = list(days)
        for length in (1, WEEK):
            for first in every:
                last = first + timedelta(days=length - 1)
                for slot in self._slots(no, first, length):
                    reasons = self._without(slot, {no})
                    if reasons and slot not in torn:
                        torn.add(slot)
                        yield Hole((no,), first, last, slot, reasons)

    def pairs_on(self, day: date) -> Iterator[Hole]:
        """What two absences on one day tear open beyond what each of them does by itself."""
        present = [no for no in sorted(self.on_duty) if day in self.on_duty[no]]
        for pair in combinations(present, 2):
            both = set(pair)
            shared = [slot for slot in dict.fromkeys(self.on_duty[pair[0]][day]) if self._loses_all(slot, both)]
            if shared and not self._others_cover(shared, both):
                for slot in shared:
                    yield Hole(pair, day, day, slot, (_vacant(slot, "acting"),))

    def _slots(self, no: str, first: date, length: int) -> Iterator[SlotKey]:
        if no in self.on_duty:
            for number in range(length):
                yield from self.on_duty[no].get(first + timedelta(days=number), ())

    def _loses_all(self, slot: SlotKey, absent: set[str]) -> bool:
        assignment = self.ledger.roster[slot]
        return {assignment.acting, assignment.standby} == absent

    def _without(self, slot: SlotKey, absent: set[str]) -> tuple[Violation, ...]:
        """Why a slot is uncovered without these people; nothing where it is covered."""
        assignment = self.ledger.roster[slot]
        if assignment.acting not in absent:
            return ()
        if assignment.standby is None or assignment.standby in absent:
            return (_vacant(slot, "standby"),)
        return self._if_steps_in(slot, assignment.standby)

    def _if_steps_in(self, slot: SlotKey, no: str) -> tuple[Violation, ...]:
        """What is broken when the standby acts: what was broken anyway, and what this person then does at once."""
        known = self._stepping_in.get(slot)
        if known is None:
            window, line = self._windows[no, slot], self._lines[no]
            roster, situation = self.ledger.roster, line.situation
            taken = {
                one.slot
                for one in window.stands
                if one.inside and one.role == "standby" and roster[one.slot].acting == roster[slot].acting
            }
            stands = tuple(
                one._replace(role="acting") if one.slot in taken and one.role == "standby" else one
                for one in window.stands
            )
            after = replace(line, situation=replace(situation, stepped_in=situation.stepped_in | taken))
            found = [one for one in each_window(after, [window._replace(stands=stands)]) if one is not None]
            now = [one.violation for one in found if one.violation.hard and slot in one.slots]
            known = self._stepping_in[slot] = (*self._lasting[no, slot], *now)
        return known

    def _others_cover(self, slots: list[SlotKey], absent: set[str]) -> bool:
        """Whether others may legally act in all of these slots, tried in every combination."""
        if not slots:
            return True
        slot, *rest = slots
        ledger, before = self.ledger, self.ledger.situation
        held = ledger.roster[slot]
        ledger.put(slot, "acting", None)
        ledger.put(slot, "standby", None)
        try:
            for no in legal_ones(ledger, slot, "acting", absent):
                ledger.put(slot, "acting", no)
                ledger.step_in(slot)
                if self._others_cover(rest, absent):
                    return True
                ledger.situation = before
        finally:
            ledger.situation = before
            ledger.put(slot, "acting", held.acting)
            ledger.put(slot, "standby", held.standby)
        return False


def _vacant(slot: SlotKey, role: str) -> Violation:
    values = (("post", slot.post), ("day", slot.day.isoformat()), ("shift", slot.shift))
    return Violation(slot, role, "", f"vacant_{role}", values)
