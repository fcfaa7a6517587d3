"""The refusals about comments."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class CommentsError(DeskError):
    """`unread_period`, `unread_level`: what was typed cannot be meant."""

    area: ClassVar[str] = "comments"
