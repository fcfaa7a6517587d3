"""What is refused about rooms."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class RoomError(DeskError):
    """A refusal about rooms and their bookings."""

    area: ClassVar[str] = "rooms"
