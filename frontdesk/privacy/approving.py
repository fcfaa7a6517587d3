"""When a second person can still agree to what was refused."""

from __future__ import annotations

from frontdesk.access.service import AccessError
from frontdesk.errors import CodedError

ASKING = ("approval_required", "approval_waiting", "approval_refused")
"""Refusals after which a second person can agree on the spot."""


def may_be_approved(refusal: CodedError) -> bool:
    """Whether the dialog for a second person is to be opened after this refusal."""
    return isinstance(refusal, AccessError) and refusal.code in ASKING
