"""Editing by hand: who could take a role, and changing the slots of a draft, which nobody works by yet."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from db import duty as duties
from frontdesk.errors import DeskError
from frontdesk.permission import allowed
from frontdesk.roster.day.working import ROLES, head_of_centre
from frontdesk.roster.legality import Ledger, sentence
from frontdesk.roster.model import Assignment, RoleInSlot, SlotKey
from frontdesk.roster.situation import load, load_plan
from frontdesk.roster.substitutes import Candidate, substitutes

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.context import Context


class DraftError(DeskError):
    """A refusal about a draft that is edited by hand."""

    area: ClassVar[str] = "roster_screen"


def candidates(context: Context, slot: SlotKey, plan_id: int | None = None) -> dict[RoleInSlot, list[Candidate]]:
    """Everybody who could act and who could stand by in a slot of the roster, or of a draft, best first, the head last.

    Raises RosterError `unknown_plan`.
    """
    with context.database.reading() as connection:
        situation, roster = load_plan(context, plan_id) if plan_id else load(context, slot.day, slot.day)
        head = head_of_centre(connection)
    return {role: substitutes(situation, roster, slot, role, head=head) for role in ROLES}


@allowed("writer")
def edit_draft(context: Context, plan_id: int, slot: SlotKey, after: Assignment) -> Assignment:
    """Put people into a slot of a draft and lock or unlock it; returns what stood there before.

    Whoever comes new into a role must not break a hard rule: a draft that does could not be published. Raises
    DraftError `not_a_draft`, `unknown_slot`, `same_person` or `breaks_rule`, and RosterError `unknown_plan`.
    """
    if after.acting is not None and after.acting == after.standby:
        raise DraftError("same_person")
    key = (slot.day.isoformat(), slot.post, slot.shift)
    with context.change("roster.draft_edited", str(plan_id), slot="/".join(key)) as connection:
        _require_draft(connection, plan_id)
        situation, roster = load_plan(context, plan_id)
        before = roster.get(slot)
        if before is None:
            raise DraftError("unknown_slot", day=key[0], post=slot.post, shift=slot.shift)
        ledger = Ledger(situation, roster)
        for role in ROLES:
            ledger.put(slot, role, None)
        for role in ROLES:
            ledger.put(slot, role, after.holder(role))
        for role in ROLES:
            newcomer = after.holder(role)
            if newcomer is not None and newcomer != before.holder(role):
                _check(ledger, slot, role, newcomer)
        duties.set_plan_slot(connection, plan_id, key, after.acting, after.standby, after.locked)
    return before


@allowed("writer")
def restore_draft(context: Context, plan_id: int, slot: SlotKey, before: Assignment) -> None:
    """Take the last edit of a slot back: what stood there before it stands there again, whatever it breaks.

    Raises DraftError `not_a_draft`.
    """
    key = (slot.day.isoformat(), slot.post, slot.shift)
    with context.change("roster.draft_restored", str(plan_id), slot="/".join(key)) as connection:
        _require_draft(connection, plan_id)
        duties.set_plan_slot(connection, plan_id, key, before.acting, before.standby, before.locked)


def drafts(context: Context) -> list[duties.Plan]:
    """The drafts that may still be published, the newest first."""
    return [plan for plan in duties.plans(context.database.connection) if plan.state == "draft"]


def draft(context: Context, plan_id: int) -> duties.Plan:
    """The draft with this number. Raises DraftError `not_a_draft`."""
    return _require_draft(context.database.connection, plan_id)


def planned_until(context: Context) -> date | None:
    """The last day that a published roster reaches; None before the first one."""
    until = duties.planned_until(context.database.connection)
    return date.fromisoformat(until) if until else None


def _require_draft(connection: sqlite3.Connection, plan_id: int) -> duties.Plan:
    plan = duties.plan(connection, plan_id)
    if plan is None or plan.state != "draft":
        raise DraftError("not_a_draft", id=plan_id)
    return plan


def _check(ledger: Ledger, slot: SlotKey, role: RoleInSlot, staff_no: str) -> None:
    hard = [one for one in ledger.why_not(slot, role, staff_no) if one.hard]
    if hard:
        raise DraftError("breaks_rule", why=sentence(hard[0]))
