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


FIGURES = (
    "sessions_planned",
    "sessions_held",
    "sessions_cancelled",
    "person_times",
    "named_persons",
    "sessions_by_category",
    "seats_confirmed",
    "parties_waitlisted",
    "no_show_seats",
    "volunteers_served",
    "volunteer_seconds_measured",
    "visits_left_open",
    "ratings",
    "ratings_by_level",
    "bad_ratings",
    "good_rate",
)
"""The indicators that the report and the sealed report hold, by their codes and in their order."""


def figures(context: Context, period: Period) -> dict[str, object]:
    """Every figure of a period as the indicators define them (`FIGURES`); counts are whole numbers, times are seconds,
    the rate runs from 0 to 1 and has its Wilson 95 % interval beside it, both None where nobody rated.
    """
    # The first screen imports this module; pydantic reads the definitions, and it needs neither.
    from frontdesk.reports.indicators.rules import Parts
    from frontdesk.reports.indicators.service import values

    found: dict[str, object] = {}
    for code, value in values(context, FIGURES, period.first, period.last).items():
        if isinstance(value, Parts):
            found[code] = value.rate
            found[f"{code}_interval95"] = None if value.interval is None else list(value.interval)
        else:
            found[code] = value
    return found


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
