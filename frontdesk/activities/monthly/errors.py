"""What is refused about monthly lists and demands."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class MonthlyError(DeskError):
    """A refusal about the monthly list or about demands."""

    area: ClassVar[str] = "monthly"
