"""The refusals of papers and files of cases."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class PaperError(DeskError):
    """A refusal; the words are in the catalogue `case_papers`."""

    area: ClassVar[str] = "case_papers"
