"""The figures of a period, and the report made of them."""

from __future__ import annotations

from datetime import date

from frontdesk.activities import service as activities
from frontdesk.common.periods import Period, parse_period, week_of
from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.feedback import service as feedback
from frontdesk.sync import service as sync
from frontdesk.sync.service import Submitted
from frontdesk.volunteers import service as volunteers


class ReportError(DeskError):
    """A refusal about reports."""

    area = "reports"


def period_named(key: str) -> Period:
    """The period behind a key such as 2026-W46, 2026-11, 2026-Q4 or 2026. Raises ReportError `bad_period`."""
    try:
        return parse_period(key)
    except ValueError as wrong:
        raise ReportError("bad_period", value=key) from wrong


def current_week(context: Context) -> Period:
    """The week that today lies in."""
    return week_of(context.today())


def figures(context: Context, period: Period) -> dict[str, object]:
    """Every figure of a period; counts are whole numbers, times are seconds, rates run from 0 to 1."""
    return {
        **activities.figures(context, period.first, period.last),
        **volunteers.figures(context, period.first, period.last),
        **feedback.figures(context, period.first, period.last),
    }


def report(context: Context, period: Period) -> dict[str, object]:
    """The figures of one moment together with whose and when they are.

    They are exact, however few rated, as in the sealed report: totals by design. Whoever shows them to people hides
    what concerns fewer ratings than the public minimum (`reports.words`).
    """
    with context.database.reading():
        return {
            "centre": context.centre.code,
            "name": context.centre.name,
            "period": period.key,
            "from": period.first.isoformat(),
            "to": period.last.isoformat(),
            "running": not period.has_ended(context.today()),
            **figures(context, period),
        }


def due_weeks(context: Context, back: int = 4) -> list[Period]:
    """The weeks of the last `back` that have ended, hold anything to report, and were not submitted;
    oldest first.
    """
    week, submitted = current_week(context), sync.submitted_periods(context)
    due = []
    for _ in range(back):
        week = week.previous()
        if week.key not in submitted and _has_anything(context, week.first, week.last):
            due.append(week)
    return due[::-1]


def _has_anything(context: Context, first: date, last: date) -> bool:
    return any(feature.any_between(context, first, last) for feature in (activities, volunteers, feedback))


def submit(context: Context, period: Period) -> Submitted:
    """Put the report of a period into the outbox; nothing new when it stands there with the same figures.

    A period still running may be submitted: its next submission is a revision. The figures are read in the transaction
    that numbers the revision, so that a higher revision never holds older figures, whatever other windows do. Raises
    ReportError `period_not_begun`, and what `sync.submit_report` raises.
    """
    if period.first > context.today():
        raise ReportError("period_not_begun", period=period.label, first=period.first.isoformat())

    def body() -> sync.ReportBody:
        return sync.report_body(context, period.key, period.first, period.last, figures(context, period))

    return sync.submit_report(context, body)
