"""Replanning the published roster: a proposal with as few changes as possible, each explained, then accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from db import duty as duties
from frontdesk.permission import allowed
from frontdesk.roster.day.absence import clean_reason
from frontdesk.roster.day.working import ROLES, Change, Work, key_of
from frontdesk.roster.legality import Ledger, sentence
from frontdesk.roster.model import Assignment, Away, RoleInSlot, SlotKey
from frontdesk.roster.plan.problem import Posed, pose
from frontdesk.roster.plan.service import PlanError, require_legal, slots_begun
from frontdesk.roster.situation import load

if TYPE_CHECKING:
    from frontdesk.context import Context
    from frontdesk.planning.client import PlanningClient

Why = Literal["vacant", "away", "unqualified", "moved_up", "elsewhere", "rule", "relieved"]


@dataclass(frozen=True)
class RoleChange:
    """One role that another person gets, and why who had it no longer has it.

    `elsewhere` is the slot that took the former holder, `rule` the sentence of what staying would break;
    `took_over` says that the new holder was the slot's standby.
    """

    slot: SlotKey
    role: RoleInSlot
    before: str | None
    after: str | None
    why: Why
    elsewhere: SlotKey | None = None
    rule: str = ""
    took_over: bool = False


@dataclass(frozen=True)
class Proposal:
    """A mended roster, not yet in force.

    `optimal`: neither fewer empty roles nor, with these, fewer changes are possible. `vacant` are the roles that stay
    empty, `roster` all slots of the days from `first` to `last` as they would be.
    """

    first: date
    last: date
    status: str
    bound: int
    changes: tuple[RoleChange, ...]
    vacant: tuple[tuple[SlotKey, RoleInSlot], ...]
    roster: Mapping[SlotKey, Assignment]
    posed: Posed
    seconds: float


def replan(
    context: Context,
    client: PlanningClient,
    *,
    first: date | None = None,
    last: date | None = None,
    away: Mapping[str, Sequence[Away]] | None = None,
    seconds: float = 30.0,
) -> Proposal:
    """Mend the published roster from `first` (today) to `last` (its end) after absences.

    `away` are absences that are only thought of, by staff number; those that were reported are known. Raises PlanError
    `nothing_published`, `planner_fault`, and what `PlanningClient.replan` raises.
    """
    begins = max(first or context.today(), context.today())
    until = duties.planned_until(context.database.connection)
    if until is None or date.fromisoformat(until) < begins:
        raise PlanError("nothing_published", first=begins.isoformat())
    ends = min(last, date.fromisoformat(until)) if last else date.fromisoformat(until)
    with context.database.reading() as connection:
        situation, roster = load(context, begins, max(begins, ends))
        published = {key_of(one) for one in duties.slots(connection, begins.isoformat(), ends.isoformat())}
    facts = slots_begun(context, situation) | (set(situation.slots) - published)
    posed = pose(situation, roster, facts=facts, away=away)
    found = client.replan(posed.problem, seconds)
    mended = posed.assigned(found.holders)
    require_legal(posed, mended)
    vacant = tuple((slot, role) for slot in posed.slots for role in ROLES if mended[slot].holder(role) is None)
    return Proposal(
        begins,
        ends,
        found.status,
        found.bound,
        _explained(posed, mended),
        vacant,
        mended,
        posed,
        found.seconds,
    )


@allowed("writer")
def accept(context: Context, proposal: Proposal, reason: str = "") -> list[Change]:
    """Put a proposal in force; returns the logged changes.

    Raises PlanError `proposal_stale` where a slot of it was changed or has begun since, or where who comes new into one
    may no longer stand there, RosterError `bad_text`, and what `require_writer` raises.
    """
    from frontdesk.roster.plan.words import role_change_words

    why = clean_reason(reason)
    touched = list(dict.fromkeys(one.slot for one in proposal.changes))
    with context.change(
        "roster.replanned", f"{proposal.first.isoformat()}/{proposal.last.isoformat()}", changes=len(proposal.changes)
    ) as connection:
        work = Work(context, connection, [slot.day for slot in touched])
        for slot in touched:
            before = proposal.posed.roster[slot]
            now = work.at(slot) if slot in work.slots else None
            if now is None or work.begun(slot) or (now.acting, now.standby) != (before.acting, before.standby):
                raise PlanError("proposal_stale", **_said(slot))
        for slot in touched:
            work.put(slot, proposal.roster[slot])
        for one in proposal.changes:
            if one.after is not None and work.hard(one.slot, one.role, one.after):
                raise PlanError("proposal_stale", **_said(one.slot))
        for slot in touched:
            words = [role_change_words(one, work.names) for one in proposal.changes if one.slot == slot]
            work.change(slot, "replan", proposal.roster[slot], " ".join([*words, why]).strip())
    return work.changes


def _said(slot: SlotKey) -> dict[str, object]:
    return {"day": slot.day.isoformat(), "post": slot.post, "shift": slot.shift}


def _explained(posed: Posed, mended: Mapping[SlotKey, Assignment]) -> tuple[RoleChange, ...]:
    """Every changed role in order of slots, with its reason."""
    ledger = Ledger(posed.situation, mended)
    places: dict[tuple[str, date], list[SlotKey]] = {}
    for slot, held in mended.items():
        for holder in (held.acting, held.standby):
            if holder is not None:
                places.setdefault((holder, slot.day), []).append(slot)
    index = {slot: number for number, slot in enumerate(posed.slots)}
    found = []
    for slot in posed.slots:
        for role in ROLES:
            before, after = posed.roster[slot].holder(role), mended[slot].holder(role)
            if before != after:
                there = [each for each in places.get((before or "", slot.day), ()) if each != slot]
                found.append(_why(posed, mended, ledger, index[slot], role, there))
    return tuple(found)


def _why(
    posed: Posed,
    mended: Mapping[SlotKey, Assignment],
    ledger: Ledger,
    number: int,
    role: RoleInSlot,
    there: Sequence[SlotKey],
) -> RoleChange:
    """Why one role has another holder."""
    slot, at = posed.slots[number], posed.problem.slots[number]
    before, after = posed.roster[slot].holder(role), mended[slot].holder(role)
    took_over = role == "acting" and after is not None and after == posed.roster[slot].standby

    def because(why: Why, *, elsewhere: SlotKey | None = None, rule: str = "") -> RoleChange:
        return RoleChange(slot, role, before, after, why, elsewhere, rule, took_over)

    if before is None:
        return because("vacant")
    person = posed.problem.people[posed.problem.person_index[before]] if before in posed.problem.person_index else None
    if person is not None and (at.day, at.window) in person.away:
        return because("away")
    if person is None or not person.qualified(at.post, at.day):
        return because("unqualified")
    if before in (mended[slot].acting, mended[slot].standby):
        return because("moved_up")
    broken = [one for one in ledger.why_not(slot, role, before) if one.hard]
    moved = [each for each in there if before not in (posed.roster[each].acting, posed.roster[each].standby)]
    if moved:
        return because("elsewhere", elsewhere=moved[0])
    return because("rule", rule=sentence(broken[0])) if broken else because("relieved")
