"""What is refused about activities."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class ActivityError(DeskError):
    """A refusal about sessions, sign-ups and attendance."""

    area: ClassVar[str] = "activities"
