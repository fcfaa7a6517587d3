"""What is refused about templates of reports."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class TemplateError(DeskError):
    """A fault in a template (its details name file, line and key), or a refusal to keep one."""

    area: ClassVar[str] = "workbook"
