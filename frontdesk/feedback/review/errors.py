"""The refusals about reviews of departments."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class ReviewError(DeskError):
    """A refusal about a round, a code, or what is said with it."""

    area: ClassVar[str] = "review"
