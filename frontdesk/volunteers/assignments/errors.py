"""What is refused about assignments."""

from __future__ import annotations

from frontdesk.errors import DeskError


class AssignmentError(DeskError):
    """A refusal about assignments of volunteers and who is signed up for them."""

    area = "assignments"
