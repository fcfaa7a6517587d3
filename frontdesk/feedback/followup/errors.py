"""What is refused about follow-ups of bad ratings."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class FollowUpError(DeskError):
    """A refusal about a follow-up."""

    area: ClassVar[str] = "followup"
