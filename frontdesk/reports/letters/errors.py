"""What is refused about letters."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class LettersError(DeskError):
    """A refusal about a letter to the street office."""

    area: ClassVar[str] = "letters"
