"""What publishing writes of one slot, each with its event: new people, other times, or that it is there no more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from db import duty as duties
from db.duty import DutyEvent, DutySlot, Plan, PlanSlot
from frontdesk.roster.legality_person import clock
from frontdesk.roster.model import Assignment, Roster, SlotKey
from frontdesk.roster.plan.drift import window_of
from frontdesk.roster.situation import draft_drift

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.context import Context


def changed_since(
    connection: sqlite3.Connection, plan: Plan, coming: Roster, worked: Mapping[SlotKey, DutySlot]
) -> SlotKey | None:
    """A slot that was changed since the plan was made - a swap, an absence, another plan - and that it would undo."""
    for event in duties.events(connection, plan.first_day, plan.last_day):
        slot = SlotKey(date.fromisoformat(event.day), event.post, event.shift)
        if event.at <= plan.made_at or slot not in coming or slot not in worked:
            continue
        if (worked[slot].acting, worked[slot].standby) != (coming[slot].acting, coming[slot].standby):
            return slot
    return None


def out_of_order(context: Context, plan: Plan, worked: Mapping[SlotKey, DutySlot]) -> SlotKey | None:
    """A slot that the standing order has no more, at other times, or new since the draft was made.

    What has begun by now stays as it is, and a slot that is new but published already stays without the draft.
    """
    drift = draft_drift(context, plan)
    return next((one.slot for one in drift if one.kind != "new" or one.slot not in worked), None)


def as_worked(
    worked: Mapping[SlotKey, DutySlot], draft: Roster, coming: Mapping[SlotKey, Assignment]
) -> dict[SlotKey, Assignment]:
    """The slots that publishing leaves alone, as they are worked."""
    return {
        slot: Assignment(worked[slot].acting, worked[slot].standby, worked[slot].locked)
        for slot in draft
        if slot not in coming and slot in worked
    }


def put_slot(
    context: Context, connection: sqlite3.Connection, one: PlanSlot, before: DutySlot | None, plan_id: int
) -> bool:
    """Write a slot and the event of it; False where the slot is worked so already.

    Where only its times are others, what was planned stays what was planned, and the event is `slot_moved`.
    """
    same_people = before is not None and (before.acting, before.standby) == (one.acting, one.standby)
    if before is not None and same_people and window_of(before) == window_of(one):
        return False
    planned = (before.planned_acting, before.planned_standby) if before and same_people else (one.acting, one.standby)
    duties.put_slot(
        connection,
        DutySlot(**one.model_dump(), planned_acting=planned[0], planned_standby=planned[1], plan_id=plan_id),
    )
    moved = f"{_times(before)} > {_times(one)}" if before is not None and window_of(before) != window_of(one) else ""
    kind = "slot_moved" if moved and same_people else "publish"
    _log(context, connection, before, one, kind, f"{plan_id} {moved}".strip())
    return True


def close_slot(context: Context, connection: sqlite3.Connection, before: DutySlot, plan_id: int) -> None:
    """Take a slot out of the roster that the standing order opens no more."""
    _log(context, connection, before, None, "slot_closed", str(plan_id))
    duties.remove_slot(connection, before.day, before.post, before.shift)


def _times(one: PlanSlot) -> str:
    return f"{clock(one.starts)}-{clock(one.ends)}"


def _log(
    context: Context,
    connection: sqlite3.Connection,
    before: DutySlot | None,
    after: PlanSlot | None,
    kind: str,
    reason: str,
) -> None:
    named = after or before
    assert named is not None, "a slot that was there or is there now"
    duties.add_event(
        connection,
        DutyEvent(
            at=context.now_ms(),
            operator_no=context.require_operator().no,
            kind=kind,
            day=named.day,
            post=named.post,
            shift=named.shift,
            acting_before=before.acting if before else None,
            acting_after=after.acting if after else None,
            standby_before=before.standby if before else None,
            standby_after=after.standby if after else None,
            reason=reason,
        ),
    )
