"""The failures that use cases raise; `frontdesk.locale.words_for` turns them into words."""

from __future__ import annotations

from db.errors import CodedError, DatabaseError

__all__ = ["CodedError", "DatabaseError", "DeskError"]


class DeskError(CodedError):
    """A refusal of a use case. Features subclass it and set `area` to their own message catalogue."""

    area = "shell"
