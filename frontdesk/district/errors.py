"""Why the district refuses, or cannot work."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class DistrictError(DeskError):
    """A refusal by the district's end, or a fault of its store."""

    area: ClassVar[str] = "district"
