"""What is refused about visits that are changed by hand."""

from __future__ import annotations

from frontdesk.errors import DeskError


class CheckinError(DeskError):
    """A refusal about undoing, correcting, closing or reviewing visits."""

    area = "checkin"
