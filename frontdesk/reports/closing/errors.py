"""What is refused about closing a period."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class ClosingError(DeskError):
    """A refusal about closing or amending a period."""

    area: ClassVar[str] = "closing"
