"""Who could take a role over, the best first. Pure.

The order: whoever may legally do it; then A, B and the qualified; then those who are in the house in that window
anyway; then those with the fewest hours in the week. The head of the centre is always there as the last resort
(mechanisms §8.2: if A and B are both absent the head covers or appoints), whatever that breaks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from frontdesk.roster.legality import Ledger
from frontdesk.roster.model import RoleInSlot, Roster, Situation, SlotKey, Violation
from frontdesk.roster.units import absolute


@dataclass(frozen=True)
class Candidate:
    """Somebody who could take a role, with all that it would break.

    `rank` is RANK_A, RANK_B or RANK_QUALIFIED, None for a head who is not trained for the post. `present`: on duty in
    that window already. `minutes`: duty in the week from Monday to Sunday so far.
    """

    staff_no: str
    name: str
    rank: int | None
    present: bool
    minutes: int
    head: bool
    violations: tuple[Violation, ...]

    @property
    def hard_count(self) -> int:
        """How many hard rules it would break."""
        return sum(violation.hard for violation in self.violations)

    @property
    def legal(self) -> bool:
        """Whether nothing hard is broken."""
        return self.hard_count == 0


def substitutes(
    situation: Situation, roster: Roster, slot: SlotKey, role: RoleInSlot, *, head: str | None = None
) -> list[Candidate]:
    """Everybody trained for the post who is there that day and not in the slot already, best first, the head last."""
    return ranked(Ledger(situation, roster), slot, role, head=head)


def ranked(
    ledger: Ledger, slot: SlotKey, role: RoleInSlot, *, head: str | None = None, without: Collection[str] = ()
) -> list[Candidate]:
    """The same on a ledger that is open already, leaving some people out."""
    found = [candidate(ledger, slot, role, no) for no in _able(ledger, slot, without) if no != head]
    found.sort(key=lambda one: (one.hard_count, one.rank, not one.present, one.minutes, one.staff_no))
    last = _head(ledger, slot, role, head)
    return [*found, last] if last else found


def first_legal(ledger: Ledger, slot: SlotKey, role: RoleInSlot, *, without: Collection[str] = ()) -> str | None:
    """The best legal candidate's number; None where there is none. The head counts only if trained like anybody."""
    found = ranked(ledger, slot, role, without=without)
    return found[0].staff_no if found and found[0].legal else None


def legal_ones(ledger: Ledger, slot: SlotKey, role: RoleInSlot, without: Collection[str]) -> Iterator[str]:
    """Everybody who may legally take the role, one after the other as they are found."""
    for no in _able(ledger, slot, without):
        if candidate(ledger, slot, role, no).legal:
            yield no


def candidate(ledger: Ledger, slot: SlotKey, role: RoleInSlot, no: str) -> Candidate:
    """One person for a role; who comes in to act counts as stepping in."""
    member = ledger.situation.members.get(no)
    monday = slot.day - timedelta(days=slot.day.weekday())
    week = {one.starts: one.minutes for one in ledger.stands(no) if 0 <= (one.slot.day - monday).days < 7}
    shift = ledger.situation.shift_of(slot)
    begins = absolute(slot.day, shift.starts)
    return Candidate(
        staff_no=no,
        name=member.name if member else no,
        rank=member.ranks.get(slot.post) if member else None,
        present=begins in week,
        minutes=sum(week.values()),
        head=False,
        violations=tuple(ledger.why_not(slot, role, no, stepping_in=role == "acting")),
    )


def _able(ledger: Ledger, slot: SlotKey, without: Collection[str]) -> list[str]:
    """Whoever is trained for the post, there that day, and in neither role of the slot."""
    shift = ledger.situation.shift_of(slot)
    taken = ledger.roster.get(slot)
    return [
        no
        for no, member in sorted(ledger.situation.members.items())
        if no not in without
        and member.may_stand_at(slot.post, slot.day)
        and not member.is_away(slot.day, shift)
        and (taken is None or no not in (taken.acting, taken.standby))
    ]


def _head(ledger: Ledger, slot: SlotKey, role: RoleInSlot, head: str | None) -> Candidate | None:
    """The head, unless away or in the slot already."""
    taken = ledger.roster.get(slot)
    if head is None or (taken is not None and head in (taken.acting, taken.standby)):
        return None
    member = ledger.situation.members.get(head)
    if member is not None and member.is_away(slot.day, ledger.situation.shift_of(slot)):
        return None
    return replace(candidate(ledger, slot, role, head), head=True)
