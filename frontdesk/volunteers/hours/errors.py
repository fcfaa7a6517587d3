"""What is refused about hours, notices and certificates."""

from __future__ import annotations

from frontdesk.errors import DeskError


class HoursError(DeskError):
    """A refusal about hours of service."""

    area = "hours"
