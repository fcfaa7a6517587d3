"""What is refused about the weekly brief."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class BriefError(DeskError):
    """A refusal about the brief or the totals."""

    area: ClassVar[str] = "brief"
