"""Swaps (换班) between colleagues, and open shifts (待认领班次): every rule is shown before anybody agrees.

What was legal when it was asked for may not be any more: at the agreement everything is looked at again in the same
transaction, and what has changed since is refused in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from db import duty as duties
from db import staff as records
from db import swap as swaps
from db.swap import Swap
from frontdesk.permission import allowed
from frontdesk.roster.day.absence import require_staff
from frontdesk.roster.day.editing import findings_of, said
from frontdesk.roster.day.working import Change, Work, begins_at, ends_at, local_minute
from frontdesk.roster.errors import RosterError
from frontdesk.roster.model import ROLES, Assignment, RoleInSlot, SlotKey, Violation, key_of
from frontdesk.roster.naming import labels_of

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.context import Context

OPEN_DAYS = 14
"""How far ahead empty roles are offered."""

Place = tuple[SlotKey, RoleInSlot]


@dataclass(frozen=True)
class SwapAsked:
    """A swap that waits, with every rule that it would break as things stand."""

    swap_id: int
    findings: tuple[Violation, ...] = ()


@dataclass(frozen=True)
class Prospect:
    """A swap that nobody has asked for yet: what it would break, or why it cannot be asked for at all."""

    findings: tuple[Violation, ...]
    refusal: RosterError | None = None

    @property
    def hard(self) -> list[Violation]:
        """The rules that forbid it."""
        return [one for one in self.findings if one.hard]


@dataclass(frozen=True)
class SwapDone:
    """A swap that is made: the changed slots, and the warnings that come with it."""

    changes: tuple[Change, ...]
    findings: tuple[Violation, ...] = ()


@dataclass(frozen=True)
class OpenShift:
    """A role that waits for somebody: offered by a colleague (`swap_id`), or empty (None)."""

    slot: SlotKey
    role: RoleInSlot
    starts: int
    ends: int
    swap_id: int | None = None
    offered_by: str = ""


@allowed("writer")
def ask_swap(
    context: Context,
    slot: SlotKey,
    role: RoleInSlot,
    *,
    asked_by: str,
    with_staff: str | None = None,
    other: Place | None = None,
) -> SwapAsked:
    """Offer a role: to one colleague, in exchange for `other`, or with neither to anybody.

    Nobody gives away what is another's: `asked_by` does it, or a manager for them. Raises RosterError `unknown_slot`,
    `unknown_staff`, `not_yourself`, `not_in_role`, `slot_begun`, `slot_locked`, `swap_with_self`, `swap_needs_partner`
    or `swap_waits`.
    """
    subject = f"{slot.day.isoformat()} {slot.post} {slot.shift}"
    with context.change("roster.swap_asked", subject, role=role, by=asked_by, to=with_staff or "") as connection:
        require_staff(connection, asked_by)
        _require_self(context, asked_by)
        if with_staff is not None:
            require_staff(connection, with_staff)
        asked = _proposed(context, slot, role, asked_by, with_staff, other)
        work = _work(context, connection, asked)
        _require_standing(work, asked)
        for waiting in swaps.waiting(connection, asked.day):
            if (waiting.day, waiting.post, waiting.shift, waiting.role) == (
                asked.day,
                asked.post,
                asked.shift,
                asked.role,
            ):
                raise RosterError("swap_waits", id=waiting.id)
        findings = _findings(work, asked, with_staff) if with_staff else []
        return SwapAsked(swaps.add(connection, asked), tuple(findings))


def swap_prospects(
    context: Context, slot: SlotKey, role: RoleInSlot, *, asked_by: str, partners: Sequence[tuple[str, Place | None]]
) -> list[Prospect]:
    """What each swap with one of these colleagues would break, for their `Place` or for nothing, before any is asked.

    In the order of `partners`; nothing is written. Raises RosterError `unknown_slot`, `unknown_staff`, `not_in_role`,
    `slot_begun`, `slot_locked` or `swap_with_self` where it is the slot given away that cannot be swapped.
    """
    with context.database.reading() as connection:
        require_staff(connection, asked_by)
        for no in {no for no, _ in partners}:
            require_staff(connection, no)
        work = Work(context, connection, [slot.day, *(place[0].day for _, place in partners if place)])
        _require_standing(work, _proposed(context, slot, role, asked_by, None, None))
        found = []
        for no, place in partners:
            proposed = _proposed(context, slot, role, asked_by, no, place)
            try:
                _require_standing(work, proposed)
            except RosterError as refusal:
                found.append(Prospect((), refusal))
            else:
                found.append(Prospect(tuple(_findings(work, proposed, no))))
        return found


def swap_findings(context: Context, swap_id: int, taker: str | None = None) -> list[Violation]:
    """What the swap would break, hard and soft, if `taker` (else the colleague who was asked) agreed now.

    Raises RosterError `unknown_swap`, `swap_closed`, `swap_needs_partner` or `swap_stale`.
    """
    with context.database.reading() as connection:
        swap = _waiting(connection, swap_id)
        who = swap.with_staff or taker
        if who is None:
            raise RosterError("swap_needs_partner")
        work = _work(context, connection, swap)
        _require_fresh(work, swap)
        return _findings(work, swap, who)


@allowed("writer")
def agree_swap(context: Context, swap_id: int, taker: str | None = None) -> SwapDone:
    """Make the swap: the colleague who was asked agrees, or `taker` takes an open shift.

    Raises RosterError `unknown_swap`, `swap_closed`, `swap_needs_partner`, `swap_with_self`, `not_your_swap`,
    `swap_stale`, `slot_begun`, `slot_locked` or `swap_breaks`.
    """
    with context.change("roster.swap_agreed", str(swap_id), by=taker or "") as connection:
        swap = _waiting(connection, swap_id)
        who = swap.with_staff or taker or context.require_writer().no
        require_staff(connection, who)
        if who == swap.asked_by:
            raise RosterError("swap_with_self", no=who)
        _require_right(context, who, swap_id)
        work = _work(context, connection, swap)
        _require_fresh(work, swap)
        findings = _findings(work, swap, who)
        hard = [one for one in findings if one.hard]
        if hard:
            raise RosterError("swap_breaks", why=said(hard))
        kind = "open_taken" if swap.state == "open" else "swap"
        for slot, after in _after(work, swap, who).items():
            work.change(slot, kind, after)
        swaps.decide(connection, swap_id, "done", who, context.now_ms())
        return SwapDone(tuple(work.changes), tuple(findings))


@allowed("writer")
def decline_swap(context: Context, swap_id: int) -> None:
    """The colleague who was asked says no. Raises RosterError `unknown_swap`, `swap_closed` or `not_your_swap`."""
    with context.change("roster.swap_declined", str(swap_id)) as connection:
        swap = _waiting(connection, swap_id)
        if swap.with_staff is None:
            raise RosterError("not_your_swap", id=swap_id)
        _require_right(context, swap.with_staff, swap_id)
        swaps.decide(connection, swap_id, "declined", swap.with_staff, context.now_ms())


@allowed("writer")
def withdraw_swap(context: Context, swap_id: int) -> None:
    """Who asked does not want it any more. Raises RosterError `unknown_swap`, `swap_closed` or `not_your_swap`."""
    with context.change("roster.swap_withdrawn", str(swap_id)) as connection:
        swap = _waiting(connection, swap_id)
        _require_right(context, swap.asked_by, swap_id)
        swaps.decide(connection, swap_id, "withdrawn", swap.asked_by, context.now_ms())


def swaps_waiting(context: Context) -> list[Swap]:
    """What is not decided yet and can still be agreed to, because none of its slots has begun; by day."""
    with context.database.reading() as connection:
        waiting = swaps.waiting(connection, context.today().isoformat())
        begun = slots_begun_today(context)
    return [swap for swap in waiting if not {place[0] for place in (_place(swap), _other(swap)) if place} & begun]


def slots_begun_today(context: Context) -> set[SlotKey]:
    """The published slots of today that have begun: nobody swaps them any more."""
    day, now = context.today().isoformat(), local_minute(context.now().astimezone(context.zone))
    stored = duties.slots(context.database.connection, day, day)
    return {key_of(one) for one in stored if begins_at(one) <= now}


def open_shifts(context: Context, days: int = OPEN_DAYS) -> list[OpenShift]:
    """Roles that anybody may take who legally can: offered by colleagues, and empty ones, in order of time."""
    today = context.today()
    now = local_minute(context.now().astimezone(context.zone))
    with context.database.reading() as connection:
        names = labels_of(records.every(connection))
        slots = duties.slots(connection, today.isoformat(), (today + timedelta(days=days - 1)).isoformat())
        offered = {
            (swap.day, swap.post, swap.shift, swap.role): swap
            for swap in swaps.waiting(connection, today.isoformat())
            if swap.state == "open"
        }
    found = []
    for stored in slots:
        if ends_at(stored) <= now:
            continue
        for role in ROLES:
            holder = stored.acting if role == "acting" else stored.standby
            offer = offered.get((stored.day, stored.post, stored.shift, role))
            here = key_of(stored), role, stored.starts, stored.ends
            if holder is None:
                found.append(OpenShift(*here))
            elif offer is not None and offer.asked_by == holder and begins_at(stored) > now:
                found.append(OpenShift(*here, offer.id, names.get(holder, holder)))
    return found


@allowed("writer")
def take_open(context: Context, slot: SlotKey, role: RoleInSlot, staff_no: str) -> SwapDone:
    """Somebody takes an empty role of a slot that is not over, if that is legal.

    Raises RosterError `unknown_slot`, `unknown_staff`, `not_yourself`, `slot_over`, `slot_locked`, `slot_taken` or
    `swap_breaks`.
    """
    subject = f"{slot.day.isoformat()} {slot.post} {slot.shift}"
    with context.change("roster.open_taken", subject, role=role, no=staff_no) as connection:
        require_staff(connection, staff_no)
        _require_self(context, staff_no)
        work = Work(context, connection, [slot.day])
        stored, where = work.require(slot), {"day": slot.day.isoformat(), "post": slot.post, "shift": slot.shift}
        if work.ended(slot):
            raise RosterError("slot_over", day=where["day"], post=where["post"], shift=where["shift"])
        if stored.locked:
            raise RosterError("slot_locked", day=where["day"], post=where["post"], shift=where["shift"])
        held = work.at(slot)
        if held.holder(role) is not None:
            raise RosterError("slot_taken", day=where["day"], post=where["post"], shift=where["shift"])
        after = replace(held, acting=staff_no) if role == "acting" else replace(held, standby=staff_no)
        findings = findings_of(work, slot, after)
        hard = [one for one in findings if one.hard]
        if hard:
            raise RosterError("swap_breaks", why=said(hard))
        work.change(slot, "open_taken", after)
        return SwapDone(tuple(work.changes), tuple(findings))


def _proposed(
    context: Context, slot: SlotKey, role: RoleInSlot, asked_by: str, with_staff: str | None, other: Place | None
) -> Swap:
    """The swap as it would be stored. Raises RosterError `swap_with_self` or `swap_needs_partner`."""
    if with_staff == asked_by:
        raise RosterError("swap_with_self", no=asked_by)
    if other is not None and with_staff is None:
        raise RosterError("swap_needs_partner")
    return Swap(
        asked_at=context.now_ms(),
        asked_by=asked_by,
        role=role,
        day=slot.day.isoformat(),
        post=slot.post,
        shift=slot.shift,
        with_staff=with_staff,
        other_day=other[0].day.isoformat() if other else None,
        other_post=other[0].post if other else None,
        other_shift=other[0].shift if other else None,
        other_role=other[1] if other else None,
        state="open" if with_staff is None else "asked",
    )


def _waiting(connection: sqlite3.Connection, swap_id: int) -> Swap:
    swap = swaps.get(connection, swap_id)
    if swap is None:
        raise RosterError("unknown_swap", id=swap_id)
    if swap.state not in swaps.WAITING:
        raise RosterError("swap_closed", id=swap_id)
    return swap


def _may_decide_for(context: Context, staff_no: str) -> bool:
    """Somebody decides for themselves, or a manager for them."""
    operator = context.require_writer()
    return operator.no == staff_no or operator.role == "manager"


def _require_right(context: Context, staff_no: str, swap_id: int) -> None:
    """Raises RosterError `not_your_swap`."""
    if not _may_decide_for(context, staff_no):
        raise RosterError("not_your_swap", id=swap_id)


def _require_self(context: Context, staff_no: str) -> None:
    """The same where there is no swap yet. Raises RosterError `not_yourself`."""
    if not _may_decide_for(context, staff_no):
        raise RosterError("not_yourself", no=staff_no)


def _place(swap: Swap) -> Place:
    return key_of(swap), swap.role


def _other(swap: Swap) -> Place | None:
    if swap.other_day is None or swap.other_post is None or swap.other_shift is None or swap.other_role is None:
        return None
    return SlotKey(date.fromisoformat(swap.other_day), swap.other_post, swap.other_shift), swap.other_role


def _work(context: Context, connection: sqlite3.Connection, swap: Swap) -> Work:
    other = _other(swap)
    days = [_place(swap)[0].day, *([other[0].day] if other else [])]
    return Work(context, connection, days, swap_id=swap.id or None)


def _require_standing(work: Work, swap: Swap) -> None:
    """Both roles are their people's, not begun and not locked."""
    for place, holder in ((_place(swap), swap.asked_by), (_other(swap), swap.with_staff)):
        if place is None:
            continue
        slot, role = place
        stored = work.require(slot)
        where = {"day": stored.day, "post": stored.post, "shift": stored.shift}
        if work.at(slot).holder(role) != holder:
            raise RosterError("not_in_role", no=holder, day=where["day"], post=where["post"], shift=where["shift"])
        if work.begun(slot):
            raise RosterError("slot_begun", day=where["day"], post=where["post"], shift=where["shift"])
        if stored.locked:
            raise RosterError("slot_locked", day=where["day"], post=where["post"], shift=where["shift"])


def _require_fresh(work: Work, swap: Swap) -> None:
    """The same when the swap was asked for a while ago: what has changed since makes it stale."""
    try:
        _require_standing(work, swap)
    except RosterError as refusal:
        if refusal.code in ("not_in_role", "unknown_slot"):
            raise RosterError("swap_stale", id=swap.id) from refusal
        raise


def _after(work: Work, swap: Swap, taker: str) -> dict[SlotKey, Assignment]:
    """Who stands where once both have agreed."""
    after: dict[SlotKey, Assignment] = {}
    slot, role = _place(swap)
    after[slot] = _with(work.at(slot), role, taker)
    other = _other(swap)
    if other is not None:
        back_slot, back_role = other
        after[back_slot] = _with(after.get(back_slot, work.at(back_slot)), back_role, swap.asked_by)
    return after


def _with(held: Assignment, role: RoleInSlot, no: str) -> Assignment:
    return replace(held, acting=no) if role == "acting" else replace(held, standby=no)


def _findings(work: Work, swap: Swap, taker: str) -> list[Violation]:
    """What the two people would break in the places that they get; the roster is as before afterwards."""
    after = _after(work, swap, taker)
    before = {slot: work.at(slot) for slot in after}
    for slot, held in after.items():
        work.put(slot, held)
        # A swap covers for nobody: it lets no one do both jobs.
        work.ledger.step_in(slot, False)
    found = {
        one
        for slot, held in after.items()
        for role in ROLES
        if (no := held.holder(role)) is not None and no != before[slot].holder(role)
        for one in work.ledger.why_not(slot, role, no)
    }
    for slot, held in before.items():
        work.put(slot, held)
    return sorted(found)
