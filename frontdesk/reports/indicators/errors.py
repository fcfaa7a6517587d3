"""What is refused about indicators."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class IndicatorError(DeskError):
    """A refusal about an indicator, or a fault in the definition of one."""

    area: ClassVar[str] = "indicators"
