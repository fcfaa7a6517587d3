"""A second person's approval, where a setting asks for it: at once with number and PIN, or by a request that waits.

A use case that may need one asks `approved` before its transaction, gives the approval's `detail` to its audit entry
and calls `use` inside:

    approval = access.approved(context, "supplement", subject, approver)
    with context.change("supplement.add", no, **approval.detail) as connection:
        approval.use(context, connection)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from db import access as records
from db import staff as staff_records
from db.access import ApprovalRequest
from frontdesk.access.errors import AccessError
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.permission import WHO, allowed

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.access.permissions import TableLine

__all__ = [
    "ACTIONS",
    "WHO",
    "AccessError",
    "Action",
    "Approval",
    "ApprovalRequest",
    "Approver",
    "approved",
    "decide",
    "may_be_approved",
    "needs_approval",
    "permission_lines",
    "request_approval",
    "requests",
    "waiting_count",
]

Action = Literal["supplement", "erase", "unmask_export", "restore", "settings"]
ACTIONS: tuple[Action, ...] = ("supplement", "erase", "unmask_export", "restore")
"""What a setting `approve_<action>` may ask a second person for. `settings` is switching such a setting off: no setting
is asked about that, or one manager alone could switch it off, act, and switch it on again.
"""

KEPT_DAYS = 7
"""How long a request waits, and how long what was granted may be done."""

SHOWN_DAYS = 90
DAY_MS = 86_400_000


@dataclass(frozen=True)
class Approver:
    """The second person, with the PIN just typed."""

    no: str
    pin: str = field(repr=False)


@dataclass(frozen=True)
class Approval:
    """That a second person agrees, or that none is asked for."""

    by: str = ""
    request: int | None = None

    @property
    def detail(self) -> dict[str, object]:
        """What the audit entry of the use case says besides."""
        return {"approved_by": self.by} if self.by else {}

    def use(self, context: Context, connection: sqlite3.Connection) -> None:
        """Inside the transaction of what was approved: who agreed still may, and what was granted is done once.

        Raises AccessError `approver_not_manager` and `approval_required`.
        """
        if self.by and staff_records.role_of(connection, self.by) != "manager":
            raise AccessError("approver_not_manager", no=self.by)
        if self.request is not None and not records.use(connection, self.request, context.now_ms()):
            raise AccessError("approval_required")


ASKING = ("approval_required", "approval_waiting", "approval_refused")
"""Refusals after which a second person can agree on the spot."""


def may_be_approved(refusal: CodedError) -> bool:
    """Whether a second person can still agree after this refusal, so that the form `approval` is to be opened."""
    return isinstance(refusal, AccessError) and refusal.code in ASKING


def needs_approval(context: Context, action: Action) -> bool:
    """Whether a second person is asked for this: where a setting says so, and to switch such a setting off, as long as
    there is another manager who could agree.
    """
    if action == "settings":
        no = context.operator.no if context.operator is not None else ""
        return staff_records.has_other_manager(context.database.connection, no) or _alone_from(context, no) is not None
    return bool(getattr(context.settings, f"approve_{action}"))


def _alone_from(context: Context, no: str) -> int | None:
    """From when (UTC ms) this person may decide alone, who is the only manager after having taken roles from others;
    None where they may now. Else one could take the other manager's role, switch the setting off, and act.
    """
    took = records.took_roles_since(context.database.connection, no, context.now_ms() - KEPT_DAYS * DAY_MS)
    return None if took is None else took + KEPT_DAYS * DAY_MS


def _require_others(context: Context, action: Action, asker: str) -> None:
    """That somebody can agree at all. Raises AccessError `alone_too_soon`."""
    if action != "settings" or staff_records.has_other_manager(context.database.connection, asker):
        return
    since = _alone_from(context, asker)
    if since is not None:
        raise AccessError("alone_too_soon", day=f"{context.local(since):%Y-%m-%d %H:%M}")


@allowed("writer")
def approved(context: Context, action: Action, subject: str, approver: Approver | None = None) -> Approval:
    """That a second person agrees to what is about to be done; one who agrees to nothing where no setting asks.

    `subject` says exactly what is done, in numbers, days and durations, never in names: what was granted holds for
    these words only, once, for seven days. The second person is another manager. A PIN given here is a try like any.
    Raises AccessError `approval_required`, `approval_waiting`, `approval_refused`, `own_approval`,
    `approver_not_manager`, `one_person`, `alone_too_soon`, and what `staff.service.check_pin` raises.
    """
    if not needs_approval(context, action):
        return Approval()
    asker = context.require_writer()
    _require_others(context, action, asker.no)
    if approver is not None:
        return Approval(by=_agreeing(context, asker.no, approver))
    since = context.now_ms() - KEPT_DAYS * DAY_MS
    found = records.open_requests(context.database.connection, action, subject, asker.no, since)
    granted = next((one for one in found if one.granted), None)
    if granted is not None and granted.decided_by is not None:
        return Approval(by=granted.decided_by, request=granted.id)
    if found and found[0].granted is None:
        raise AccessError("approval_waiting", number=found[0].id)
    if found:
        raise AccessError("approval_refused", number=found[0].id, no=found[0].decided_by)
    raise AccessError("approval_required")


def _agreeing(context: Context, asker: str, approver: Approver) -> str:
    """The number of another manager who gave the right PIN."""
    # Staff are many modules, and hardly anything that is approved asks them.
    from frontdesk.staff.service import check_pin

    if approver.no.strip() == asker:
        raise AccessError("own_approval")
    second = check_pin(context, approver.no, approver.pin, "approval.pin")
    if second.no == asker:
        raise AccessError("own_approval")
    if second.role != "manager":
        raise AccessError("approver_not_manager", no=second.no)
    _require_two(context, context.database.connection, asker, second.no)
    return second.no


def _require_two(context: Context, connection: sqlite3.Connection, asker: str, second: str) -> None:
    """That no one person can act as both: whoever gave somebody a PIN or a role within seven days may know the PIN.

    The first PIN of a centre is given by its manager to themselves. Raises AccessError `one_person`.
    """
    gave = records.set_for_others(connection, context.now_ms() - KEPT_DAYS * DAY_MS)
    both = _may_act_as(asker, gave) & _may_act_as(second, gave)
    if both:
        by = second if second in both else asker if asker in both else min(both)
        raise AccessError("one_person", by=by, no=asker if by == second else second, days=KEPT_DAYS)


def _may_act_as(no: str, gave: list[tuple[str, str]]) -> set[str]:
    """This person, and whoever gave them what they sign in with, directly or through others."""
    found, new = {no}, {no}
    while new:
        new = {giver for giver, taker in gave if taker in new} - found
        found |= new
    return found


@allowed("writer")
def request_approval(context: Context, action: Action, subject: str) -> int:
    """Leave a request until another manager decides it; returns its number, that of the one that waits already.

    Raises AccessError `nothing_to_approve` where no setting asks, `alone_too_soon` where nobody could decide it.
    """
    if not needs_approval(context, action):
        raise AccessError("nothing_to_approve")
    _require_others(context, action, context.require_writer().no)
    with context.change("approval.asked", action) as connection:
        asker, now = context.require_writer(), context.now_ms()
        waiting = records.open_requests(connection, action, subject, asker.no, now - KEPT_DAYS * DAY_MS)
        for one in waiting:
            if one.granted is None:
                return one.id
        return records.add_request(connection, action, subject, asker.no, now)


@allowed("manager")
def decide(context: Context, number: int, *, granted: bool) -> ApprovalRequest:
    """Grant or refuse what another person asks; returns the request as it stands now.

    Raises AccessError `unknown_request`, `own_approval`, `one_person`, `decided_already`, `request_too_old`.
    """
    with context.change("approval.granted" if granted else "approval.refused", str(number)) as connection:
        manager = context.require_manager()
        found = records.request(connection, number)
        if found is None:
            raise AccessError("unknown_request", number=number)
        if found.asked_by == manager.no:
            raise AccessError("own_approval")
        if granted:
            _require_two(context, connection, found.asked_by, manager.no)
        if found.granted is not None:
            raise AccessError("decided_already", number=number, no=found.decided_by)
        now = context.now_ms()
        if found.asked_at < now - KEPT_DAYS * DAY_MS:
            raise AccessError("request_too_old", number=number, days=KEPT_DAYS)
        records.decide(connection, number, granted=granted, by=manager.no, at=now)
        return found.model_copy(update={"granted": granted, "decided_by": manager.no, "decided_at": now})


@allowed("reader")
def requests(context: Context) -> list[ApprovalRequest]:
    """What was asked in the last 90 days, the latest first."""
    return records.requests(context.database.connection, context.now_ms() - SHOWN_DAYS * DAY_MS)


def waiting_count(context: Context) -> int:
    """How many requests wait for a decision; a number for Today."""
    return records.count_waiting(context.database.connection, context.now_ms() - KEPT_DAYS * DAY_MS)


def permission_lines(_: Context | None = None) -> list[TableLine]:
    """Who may do what, feature by feature. Imports all of the program that does not draw: not for the quick thread."""
    from frontdesk.access.permissions import table

    return table()
