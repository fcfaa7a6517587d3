"""What was kept of closed periods, as far as it still is what was closed."""

from __future__ import annotations

from typing import cast

from db import closings as records
from db.closings import Closing
from frontdesk.common.periods import Period, WeekStyle
from frontdesk.context import Context
from frontdesk.reports.closing import rules
from frontdesk.reports.closing.errors import ClosingError
from frontdesk.reports.closing.rules import Figures
from frontdesk.reports.figures import with_levels_unsaid
from frontdesk.reports.indicators.rules import Value
from frontdesk.sync import service as sync


def closing_of(context: Context, period: Period) -> Closing | None:
    """The edition that stands for a period; None while it is not closed."""
    return records.newest(context.database.connection, period.key)


def editions(context: Context, period: Period) -> list[Closing]:
    """All editions of a period, the closing first, then its amendments; empty while it is not closed."""
    return records.editions(context.database.connection, period.key)


def edition_of(context: Context, key: str) -> int:
    """The number of the edition that stands for a period; 0 while it is not closed."""
    closing = records.newest(context.database.connection, key)
    return closing.edition if closing else 0


def sound(closing: Closing) -> Closing:
    """The edition, if it still is what was closed. Raises ClosingError `damaged`: what is not is neither shown nor
    handed over.
    """
    if rules.is_damaged(closing):
        raise ClosingError("damaged", period=closing.period, edition=closing.edition)
    return closing


def days_of(context: Context, closing: Closing) -> Period:
    """The period of an edition with the days that were frozen, wherever weeks end today. Raises `damaged`."""
    style: WeekStyle = context.settings.report_week_label  # type: ignore[assignment]
    return rules.period_of(sound(closing), style)


def thawed_figures(closing: Closing) -> Figures:
    """The figures of an edition as they were frozen. Raises `damaged`."""
    return rules.thawed(sound(closing).figures)


def thawed_values(closing: Closing) -> dict[str, Value]:
    """The indicators of an edition as they were frozen; none where they were not kept yet. Raises `damaged`."""
    return rules.thawed_values(sound(closing).indicators)


def frozen_figures(closing: Closing) -> dict[str, object]:
    """The figures of an edition as they are handed over, with the rate that follows from them. Raises `damaged`."""
    shown: dict[str, object] = dict(sync.shown_figures(cast("dict[str, int]", thawed_figures(closing))))
    return with_levels_unsaid(shown, rules.period_of(closing).kind)
