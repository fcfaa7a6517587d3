"""How statistics are refused."""

from __future__ import annotations

from frontdesk.errors import DeskError


class StatisticsError(DeskError):
    """A refusal about the statistics of ratings."""

    area = "statistics"
