"""What a standing order has to fulfil, and what a new one looks like. Pure."""

from __future__ import annotations

from frontdesk.errors import DeskError


class StandingError(DeskError):
    """A refusal about the standing order, or about what is read from it."""

    area = "roster_order"


DEFAULT_WEEKLY_MINUTES = 40 * 60
"""For somebody of whom neither contract nor staff list says more (国务院关于职工工作时间的规定 §3)."""

ABLE_LEVEL = 2
"""From this competency level on somebody may act or stand by alone (mechanisms J11)."""
