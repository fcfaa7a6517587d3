"""Writing a roster to a file whose ending says what it is to be."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from db import duty as duties
from frontdesk.common.endings import ending_of
from frontdesk.common.wholefile import Written
from frontdesk.roster.output.papers import RosterPaper
from frontdesk.roster.output.wallpage import Paper

if TYPE_CHECKING:
    from frontdesk.common.fonts import FontSearch
    from frontdesk.context import Context

Layout = Literal["week", "month"]

CALENDAR_DAYS_BACK = 31
"""A calendar that is read again also corrects what is some days old."""


def export_roster(
    paper: RosterPaper,
    out: Path,
    layout: Layout = "week",
    *,
    size: Paper = "A4",
    masked: bool = False,
    fonts: FontSearch | None = None,
) -> Written:
    """Write a roster as a PDF for the wall or as a workbook; a workbook always has the whole names.

    Raises RosterOutFault `unknown_ending` for any other ending, and what `wall` and `sheet` raise.
    """
    kind = ending_of(out, "pdf", "xlsx")
    if kind == "xlsx":
        from frontdesk.roster.output.sheet import write_roster

        write_roster(paper, out)
        return Written(out, kind)
    from frontdesk.roster.output.wall import print_month, print_week

    print_it = print_month if layout == "month" else print_week
    printed = print_it(paper, out, size=size, masked=masked, fonts=fonts)
    return Written(out, kind, printed.pages, printed.romanised)


def export_hours(paper: RosterPaper, out: Path) -> Written:
    """Write the hours account as a workbook. Raises RosterOutFault `unknown_ending` or `export_failed`."""
    kind = ending_of(out, "xlsx")
    from frontdesk.roster.output.sheet import write_hours

    write_hours(paper, out)
    return Written(out, kind)


def calendar_days(context: Context) -> tuple[date, date]:
    """The days that a calendar holds where nobody says otherwise: from a month ago to the end of what is published."""
    until = duties.planned_until(context.database.connection)
    first = context.today() - timedelta(days=CALENDAR_DAYS_BACK)
    return first, max(first, date.fromisoformat(until)) if until else context.today()
