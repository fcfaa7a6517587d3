"""What is refused about the keys."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class KeyChangeError(DeskError):
    """A key that could not be changed, copied or put back."""

    area: ClassVar[str] = "keychange"
