"""What is refused about series."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class SeriesError(DeskError):
    """A refusal about series of sessions."""

    area: ClassVar[str] = "series"
