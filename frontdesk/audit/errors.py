"""What is refused about the audit log."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class AuditError(DeskError):
    """An entry that there is not, a filter that means nothing, a file that could not be written."""

    area: ClassVar[str] = "audit"
