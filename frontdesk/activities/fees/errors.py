"""What is refused about fees."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class FeeError(DeskError):
    """A refusal about receipts and refunds."""

    area: ClassVar[str] = "fees"
