"""The refusals of the roster's day."""

from __future__ import annotations

from frontdesk.errors import DeskError


class RosterError(DeskError):
    """A refusal about duty, absence, hand-over or swap."""

    area = "roster"
