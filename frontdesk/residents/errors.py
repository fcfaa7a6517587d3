"""What is refused about the register of residents."""

from __future__ import annotations

from frontdesk.errors import DeskError


class ResidentError(DeskError):
    """A refusal about a resident, a household or two entries of one person."""

    area = "residents"
