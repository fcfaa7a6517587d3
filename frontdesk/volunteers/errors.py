"""What is refused about volunteers."""

from __future__ import annotations

from frontdesk.errors import DeskError


class VolunteerError(DeskError):
    """A refusal about volunteers, their cards, visits and hours."""

    area = "volunteers"
