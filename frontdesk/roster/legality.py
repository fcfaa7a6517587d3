"""Whether a roster is legal, rule by rule, with the numbers of every breach. Pure, and apart from the planner's model.

Hard breaches must not be published or made by hand without a manager's word; the others are warnings: `vacant_standby`,
`double_duty`, `min_run`, `min_days_off` and `ab_both_away`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from frontdesk.locale import t
from frontdesk.roster.legality_person import Finding, Line, Stand, findings, known_days, line_of, stand, stands_of
from frontdesk.roster.model import (
    RANK_A,
    RANK_B,
    Assignment,
    Member,
    RoleInSlot,
    Roster,
    Situation,
    SlotKey,
    Violation,
)
from frontdesk.roster.units import WEEK_MINUTES

__all__ = ["Ledger", "sentence", "violations", "why_not"]

NEAR_DAYS = 20
"""Farther than any run of days, pause or week reaches."""


class Ledger:
    """A roster indexed by person, so that a question about one person looks at that person's duty only."""

    def __init__(self, situation: Situation, roster: Roster) -> None:
        self.situation = situation
        self.roster = dict(roster)
        self.known = known_days(situation)
        self._stands: defaultdict[str, list[Stand]] = defaultdict(list)
        for of_roster, inside in ((situation.before, False), (self.roster, True), (situation.after, False)):
            for no, one in stands_of(situation, of_roster, inside=inside):
                self._stands[no].append(one)

    def people(self) -> list[str]:
        """Everybody who stands anywhere, by number."""
        return sorted(no for no, stands in self._stands.items() if stands)

    def stands(self, no: str) -> list[Stand]:
        """The roles that somebody has, those before and behind the window too."""
        return list(self._stands.get(no, ()))

    def put(self, slot: SlotKey, role: RoleInSlot, no: str | None) -> None:
        """Give a role to somebody, or to nobody."""
        before = self.roster.get(slot, Assignment())
        if (holder := before.holder(role)) is not None:
            self._stands[holder] = [
                one for one in self._stands[holder] if not (one.inside and one.slot == slot and one.role == role)
            ]
        self.roster[slot] = replace(before, acting=no) if role == "acting" else replace(before, standby=no)
        if no is not None:
            self._stands[no].append(stand(self.situation, slot, role, inside=True))

    def step_in(self, slot: SlotKey, stepped: bool = True) -> None:
        """From now on who acts in this slot counts as having stepped in, or no longer does."""
        others = self.situation.stepped_in - {slot}
        self.situation = replace(self.situation, stepped_in=others | {slot} if stepped else others)

    def line(self, no: str, stands: Iterable[Stand] | None = None) -> Line:
        """The time line of a person; a person of whom nothing is known may stand nowhere."""
        member = self.situation.members.get(no) or Member(no, no, weekly_minutes=WEEK_MINUTES)
        return line_of(self.situation, member, self.stands(no) if stands is None else stands, self.known)

    def findings(self, no: str) -> list[Finding]:
        """What this person's duty breaks."""
        return findings(self.line(no))

    def why_not(self, slot: SlotKey, role: RoleInSlot, no: str, *, stepping_in: bool = False) -> list[Violation]:
        """What this person would break in this role of this slot, the other roles staying as they are.

        With `stepping_in` as somebody who takes over from the one that was planned, and so may do both jobs.
        """
        here = stand(self.situation, slot, role, inside=True)
        first, last = _reach(slot.day)
        others = [
            one
            for one in self._stands.get(no, ())
            if first <= one.slot.day <= last and not (one.slot == slot and one.role == role)
        ]
        line = self.line(no, [*others, here])
        if stepping_in:
            stepped_in = self.situation.stepped_in | {slot}
            line = replace(line, situation=replace(self.situation, stepped_in=stepped_in))
        found = findings(line)
        return sorted(replace(one.violation, slot=slot, role=role) for one in found if slot in one.slots)


def _reach(day: date) -> tuple[date, date]:
    """How far the rules look from a day: rest, runs and weeks less than these days, months and weekends to their ends.

    A Sunday that begins a month belongs to a weekend of the month before.
    """
    month_begins = (day - timedelta(days=1)).replace(day=1)
    month_ends = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return min(month_begins, day - timedelta(days=NEAR_DAYS)), max(month_ends, day + timedelta(days=NEAR_DAYS))


def violations(situation: Situation, roster: Roster, only: Collection[SlotKey] | None = None) -> list[Violation]:
    """Every rule that the roster breaks inside the window, in order of slots.

    With `only` those in which these slots have a part, each said at one of them.
    """
    ledger = Ledger(situation, roster)
    asked = roster.keys() if only is None else set(only) & roster.keys()
    if only is None:
        people: Iterable[str] = ledger.people()
    else:
        people = sorted({no for slot in asked for no in (roster[slot].acting, roster[slot].standby) if no})
    every = [one for slot in asked for one in _vacant(situation, slot, roster[slot])]
    for no in people:
        every += [_said_at(one, asked) for one in ledger.findings(no) if not asked.isdisjoint(one.slots)]
    return sorted([*every, *_both_away(situation, asked)])


def why_not(situation: Situation, roster: Roster, slot: SlotKey, role: RoleInSlot, staff_no: str) -> list[Violation]:
    """What would be broken if that person were put there; nothing where it would be legal."""
    return Ledger(situation, roster).why_not(slot, role, staff_no)


def sentence(violation: Violation) -> str:
    """A breach in the language in force, with its numbers; days with their weekday."""
    values = {key: _shown(value) for key, value in violation.values}
    return t(f"roster.violation.{violation.code}", **values)


def _shown(value: str) -> str:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    weekday = t(f"common.weekday.{day.isoweekday()}")
    return t("roster.day", weekday=weekday, month=day.month, day=day.day)


def _said_at(finding: Finding, asked: Collection[SlotKey]) -> Violation:
    violation = finding.violation
    if violation.slot in asked:
        return violation
    return replace(violation, slot=next(slot for slot in reversed(finding.slots) if slot in asked))


def _vacant(situation: Situation, slot: SlotKey, assignment: Assignment) -> list[Violation]:
    values = (("post", slot.post), ("day", slot.day.isoformat()), ("shift", situation.shift_of(slot).name))
    empty = []
    if assignment.acting is None:
        empty.append(Violation(slot, "acting", "", "vacant_acting", values))
    if assignment.standby is None:
        empty.append(Violation(slot, "standby", "", "vacant_standby", values, hard=False))
    return empty


def _both_away(situation: Situation, asked: Collection[SlotKey]) -> list[Violation]:
    """Posts whose A and B are all away on a day: they may not be absent together (mechanisms §8.2)."""
    holders = _holders(situation)
    warned: dict[tuple[date, str], Violation] = {}
    for slot in sorted(asked):
        of_post = holders.get(slot.post)
        if of_post is None or (slot.day, slot.post) in warned:
            continue
        shift = situation.shift_of(slot)
        if all(member.is_away(slot.day, shift) for member in of_post):
            names = " + ".join(member.name for member in of_post)
            values = (("post", slot.post), ("day", slot.day.isoformat()), ("names", names))
            warned[slot.day, slot.post] = Violation(slot, "", "", "ab_both_away", values, hard=False)
    return list(warned.values())


def _holders(situation: Situation) -> Mapping[str, list[Member]]:
    """A and B of every post that has both, and in which not everybody is always there."""
    by_post: defaultdict[str, list[Member]] = defaultdict(list)
    for member in situation.members.values():
        for post, rank in member.ranks.items():
            if rank in (RANK_A, RANK_B):
                by_post[post].append(member)
    return {
        post: sorted(of_post, key=lambda member: (member.ranks[post], member.no))
        for post, of_post in by_post.items()
        if {RANK_A, RANK_B} <= {member.ranks[post] for member in of_post} and any(member.away for member in of_post)
    }
