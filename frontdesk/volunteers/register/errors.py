"""What is refused about the register of volunteers."""

from __future__ import annotations

from frontdesk.errors import DeskError


class RegisterError(DeskError):
    """A refusal about the data, skills, availability and records of a volunteer."""

    area = "register"
