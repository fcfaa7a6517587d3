"""One slot changed by hand, and locked or unlocked: checked like everything else, and logged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from frontdesk.permission import allowed
from frontdesk.roster.day.absence import clean_reason, require_staff
from frontdesk.roster.day.working import IN_TWO_PLACES, Change, Work
from frontdesk.roster.errors import RosterError
from frontdesk.roster.legality import sentence
from frontdesk.roster.model import ROLES, Assignment, RoleInSlot, SlotKey, Violation

if TYPE_CHECKING:
    from frontdesk.context import Context

NEVER = IN_TWO_PLACES | {"away"}
"""Rules that no manager can set aside; whoever is back first has to be reported back."""


@dataclass(frozen=True)
class Edit:
    """What an edit did, and the rules that it breaks all the same; `change` is None where all stood so already."""

    change: Change | None
    findings: tuple[Violation, ...] = ()


@allowed("writer", partly=("operator",))
def assign(
    context: Context,
    slot: SlotKey,
    role: RoleInSlot,
    staff_no: str | None,
    reason: str = "",
    *,
    override: bool = False,
) -> Edit:
    """Give a role of a published slot to somebody, or with None to nobody.

    Whoever has the other role of the slot exchanges it. A hard breach, an empty post, a locked slot and one that is
    over are refused unless a manager overrides with a reason, which is logged. Raises RosterError `unknown_slot`,
    `unknown_staff`, `slot_locked`, `slot_over`, `would_be_empty`, `rules_broken`, `never_allowed`,
    `bad_text` or `override_needs_reason`, and `manager_required`.
    """
    why = clean_reason(reason)
    if override:
        context.require_manager()
    subject = f"{slot.day.isoformat()} {slot.post} {slot.shift}"
    with context.change("roster.assigned", subject, role=role, no=staff_no or "", override=override) as connection:
        _require_reason(context, why, override=override)
        work = Work(context, connection, [slot.day])
        work.require(slot)
        before = work.at(slot)
        if before.holder(role) == staff_no:
            return Edit(None)
        return _put(work, slot, exchanged(before, role, staff_no), why, override=override)


@allowed("writer", partly=("operator",))
def place(
    context: Context,
    slot: SlotKey,
    seen: Assignment,
    after: Assignment,
    reason: str = "",
    *,
    override: bool = False,
) -> Edit:
    """Give a published slot the people and the lock of `after`, all of it or nothing.

    `seen` is what stood there when somebody decided so: what `after` has like it stays as it is now, whoever has
    changed it since. Refused and raised as by `assign`, and its lock as by `lock`.
    """
    why = clean_reason(reason)
    if override or after.locked != seen.locked:
        context.require_manager()
    subject = f"{slot.day.isoformat()} {slot.post} {slot.shift}"
    with context.change("roster.assigned", subject, locked=after.locked, override=override) as connection:
        _require_reason(context, why, override=override)
        work = Work(context, connection, [slot.day])
        locked, before = work.require(slot).locked, work.at(slot)
        acting, standby = (
            before.holder(role) if after.holder(role) == seen.holder(role) else after.holder(role) for role in ROLES
        )
        edit = Edit(None)
        if (acting, standby) != (before.acting, before.standby):
            edit = _put(work, slot, Assignment(acting, standby), why, override=override)
        if after.locked not in (seen.locked, locked):
            context.require_manager()
            edit = replace(edit, change=_lock(work, slot, after.locked))
        return edit


def _require_reason(context: Context, why: str, *, override: bool) -> None:
    """Only a manager overrides, by the role that is stored now, and says why."""
    if override:
        context.require_manager()
        if not why:
            raise RosterError("override_needs_reason")


def _put(work: Work, slot: SlotKey, after: Assignment, why: str, *, override: bool) -> Edit:
    """Check and write who stands in a slot from now on."""
    before = work.at(slot)
    for no in {after.acting, after.standby} - {before.acting, before.standby, None}:
        require_staff(work.connection, no or "")
    if not override:
        _require_open(work, slot, after)
    findings = findings_of(work, slot, after)
    _require_legal(findings, override=override)
    kind = "substitute" if before.acting is None and after.acting is not None else "edit"
    return Edit(work.change(slot, kind, after, why), tuple(findings))


def exchanged(before: Assignment, role: RoleInSlot, staff_no: str | None) -> Assignment:
    """The slot with somebody in a role; who had the other role gets the one that becomes free."""
    other: RoleInSlot = "standby" if role == "acting" else "acting"
    left = before.holder(role) if staff_no is not None and before.holder(other) == staff_no else before.holder(other)
    return Assignment(staff_no, left) if role == "acting" else Assignment(left, staff_no)


def findings_of(work: Work, slot: SlotKey, after: Assignment) -> list[Violation]:
    """What the newcomers of a slot would break, hard and soft; the slot is as before afterwards."""
    before = work.at(slot)
    work.put(slot, after)
    found = [
        one
        for role in ROLES
        if (no := after.holder(role)) is not None and no != before.holder(role)
        for one in work.ledger.why_not(slot, role, no)
    ]
    work.put(slot, before)
    return sorted(found)


@allowed("manager")
def lock(context: Context, slot: SlotKey, locked: bool = True) -> Change | None:
    """Keep a slot from being changed by hand, by swaps and by replanning, or let it go again; None where it is so.

    Only a manager does: what a manager decided to keep, a colleague could otherwise unlock and change. An absence
    changes it all the same. Raises RosterError `unknown_slot` or `slot_over`, and `manager_required`.
    """
    context.require_manager()
    subject = f"{slot.day.isoformat()} {slot.post} {slot.shift}"
    with context.change("roster.locked" if locked else "roster.unlocked", subject) as connection:
        context.require_manager()
        work = Work(context, connection, [slot.day])
        return None if work.require(slot).locked == locked else _lock(work, slot, locked)


def _lock(work: Work, slot: SlotKey, locked: bool) -> Change:
    if work.ended(slot):
        raise RosterError("slot_over", day=slot.day.isoformat(), post=slot.post, shift=slot.shift)
    return work.change(slot, "lock" if locked else "unlock", work.at(slot), locked=locked)


def _require_open(work: Work, slot: SlotKey, after: Assignment) -> None:
    where = {"day": slot.day.isoformat(), "post": slot.post, "shift": slot.shift}
    if work.ended(slot):
        raise RosterError("slot_over", day=where["day"], post=where["post"], shift=where["shift"])
    if work.slots[slot].locked:
        raise RosterError("slot_locked", day=where["day"], post=where["post"], shift=where["shift"])
    if after.acting is None and work.at(slot).acting is not None:
        raise RosterError("would_be_empty", day=where["day"], post=where["post"], shift=where["shift"])


def _require_legal(findings: list[Violation], *, override: bool) -> None:
    hard = [one for one in findings if one.hard]
    never = [one for one in hard if one.code in NEVER]
    if never:
        raise RosterError("never_allowed", why=said(never))
    if hard and not override:
        raise RosterError("rules_broken", why=said(hard))


def said(findings: list[Violation]) -> str:
    """What is wrong, one sentence after the other."""
    return " ".join(sentence(one) for one in findings)
