"""The refusals about a second person's approval."""

from __future__ import annotations

from frontdesk.errors import DeskError


class AccessError(DeskError):
    """`approval_required`, `approval_waiting`, `approval_refused`, `own_approval`, `approver_not_manager`,
    `one_person`, `unknown_request`, `decided_already`, `request_too_old`, `nothing_to_approve`,
    `alone_too_soon`.
    """

    area = "access"
