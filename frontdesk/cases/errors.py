"""The refusals of cases and registers."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class CaseError(DeskError):
    """A refusal; the words are in the catalogue `cases`."""

    area: ClassVar[str] = "cases"
