"""What is refused about attendance."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class AttendanceError(DeskError):
    """A refusal about who came, sheets, tickets and penalties."""

    area: ClassVar[str] = "attendance"
