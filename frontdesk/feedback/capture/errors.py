"""How ratings are refused."""

from __future__ import annotations

from frontdesk.errors import DeskError


class FeedbackError(DeskError):
    """A refusal about ratings."""

    area = "feedback"
