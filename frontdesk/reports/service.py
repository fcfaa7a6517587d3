"""The figures of a period, and the report made of them; what others need of reports."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from db import closings
from frontdesk.activities import service as activities
from frontdesk.common.periods import Period, PeriodKind, WeekStyle, parse_period, period_of
from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.feedback import service as feedback
from frontdesk.reports.closing.checking import closings_astray
from frontdesk.reports.closing.kept import closing_of, edition_of, editions, frozen_figures, thawed_values
from frontdesk.reports.closing.service import (
    Amendment,
    Drift,
    amend,
    amendments_of,
    amendments_to_carry,
    check_list,
    close_period,
    closed_among,
    drift,
    drifted,
    ever_closed,
)
from frontdesk.reports.closing.weeks import as_kept, counting_words, is_overlapped, refuse_overlap
from frontdesk.reports.figures import FIGURES, figures, with_levels_unsaid
from frontdesk.reports.indicators.rules import Parts, Value
from frontdesk.reports.letters.checking import letters_astray
from frontdesk.reports.letters.service import (
    letter,
    letter_due,
    letter_period,
    letters_like,
    period_of_letter,
    sent_back,
)
from frontdesk.reports.rules import TOO_SHORT, WITHOUT_LEVELS, week_to_hand_over
from frontdesk.reports.values import values_to_send
from frontdesk.sync import service as sync
from frontdesk.sync.service import Submitted
from frontdesk.volunteers import service as volunteers

if TYPE_CHECKING:
    from frontdesk.checking import Invariant

__all__ = [
    "FIGURES",
    "Amendment",
    "Drift",
    "Parts",
    "ReportError",
    "Shown",
    "amend",
    "amendments_of",
    "amendments_to_carry",
    "as_closed",
    "both_rates",
    "check_list",
    "close_period",
    "closing_of",
    "closings_astray",
    "counting_words",
    "current_week",
    "drift",
    "drifted",
    "due_weeks",
    "edition_of",
    "editions",
    "figures",
    "figures_to_show",
    "has_anything",
    "invariants",
    "is_indicator",
    "letter",
    "letter_due",
    "letter_period",
    "letters_astray",
    "letters_like",
    "period_at",
    "period_by_setting",
    "period_named",
    "period_of_letter",
    "periods_to_close",
    "rate_words",
    "report",
    "satisfaction",
    "sent_back",
    "shown",
    "submit",
    "to_put_on_paper",
    "week_at_hand",
    "week_ends",
]


class ReportError(DeskError):
    """A refusal about reports."""

    area = "reports"


def period_named(key: str, context: Context | None = None) -> Period:
    """The period behind a key such as 2026-11-22, 2026-W46, 2026-11-H1, 2026-11, 2026-Q4 or 2026; with a `context` its
    week ends and is called as the centre has set, and a closed one has the days that were closed.

    Raises ReportError `bad_period`.
    """
    if context is not None:
        return as_closed(context, period_by_setting(key, context))
    try:
        return parse_period(key, finer=True)
    except ValueError as wrong:
        raise ReportError("bad_period", value=key) from wrong


def period_by_setting(key: str, context: Context) -> Period:
    """The period behind a key, its week as the centre has set now, whatever was closed. Raises `bad_period`."""
    try:
        return parse_period(key, week_ends=week_ends(context), style=_style(context), finer=True)
    except ValueError as wrong:
        raise ReportError("bad_period", value=key) from wrong


def period_at(context: Context, kind: PeriodKind, day: date) -> Period:
    """The period of that kind that a local day lies in; its week ends and is called as the centre has set."""
    return period_of(kind, day, week_ends(context), _style(context))


def as_closed(context: Context, period: Period) -> Period:
    """The period with the days that were closed or submitted: weeks may have ended on another day then."""
    return as_kept(context, period)


def to_put_on_paper(context: Context, period: Period) -> Period:
    """The period as `as_closed`, for a report that is exported. Raises ReportError `too_short`."""
    if period.kind in TOO_SHORT:
        raise ReportError("too_short", period=period.label)
    return as_closed(context, period)


def week_ends(context: Context) -> int:
    """The ISO weekday on which the weeks of the centre end."""
    return context.settings.report_week_ends


def _style(context: Context) -> WeekStyle:
    style: WeekStyle = context.settings.report_week_label  # type: ignore[assignment]
    return style


def current_week(context: Context) -> Period:
    """The week that today lies in."""
    return period_at(context, "week", context.today())


def week_at_hand(context: Context) -> Period:
    """The week that a person who opens the report is about to hand over."""
    return week_to_hand_over(context.today(), week_ends(context), _style(context))


def figures_to_show(context: Context, period: Period) -> dict[str, object]:
    """Every figure of a period: as it was frozen where the period is closed, else counted anew; of days and half months
    those that tell how people rated are None.
    """
    closing = closing_of(context, period)
    if closing is not None:
        return frozen_figures(closing)
    return with_levels_unsaid(figures(context, period), period.kind)


def satisfaction(context: Context, period: Period) -> Parts | None:
    """The satisfaction rate of a period, which leaves out ratings that an upheld appeal excluded, while the figure
    `good_rate` keeps every rating: as it was frozen where the period is closed, else counted anew. None of days and
    half months, and of what was closed before it was kept.
    """
    # The first screen imports this module; pydantic reads the definitions.
    from frontdesk.reports.indicators.service import value

    if period.kind in WITHOUT_LEVELS:
        return None
    closing = closing_of(context, period)
    if closing is not None:
        found = thawed_values(closing).get("satisfaction_rate")
    else:
        found = value(context, "satisfaction_rate", period.first, period.last)
    return found if isinstance(found, Parts) else None


class Shown(NamedTuple):
    """An indicator of a period as people may be shown it, and in words."""

    value: Value
    words: str


def shown(context: Context, period: Period, code: str) -> Shown | None:
    """An indicator of a period as people may be shown it: as it was frozen where the period is closed, else counted
    anew. None where there is no such indicator, where too few answered or the period is too short, of what was
    closed before it was kept, and of what is worked out of rows where there are none.
    """
    # The first screen imports this module; pydantic reads the definitions.
    from frontdesk.reports.indicators.service import find, is_too_short, may_be_shown, value
    from frontdesk.reports.indicators.words import value_words

    period = as_closed(context, period)
    one = find(code)
    if one is None or is_too_short(code, period) or not may_be_shown(context, code, period.first, period.last):
        return None
    closing = closing_of(context, period)
    if closing is None:
        found: Value | None = value(context, code, period.first, period.last)
    else:
        found = thawed_values(closing).get(code)
    return None if found is None else Shown(found, f"{one.name} {value_words(one, found)}")


def rate_words(code: str, k: int, n: int) -> str:
    """A rate that was counted elsewhere, in the words of an indicator: `k` of `n` with its interval."""
    from frontdesk.reports.indicators.service import find
    from frontdesk.reports.indicators.words import value_words

    one = find(code)
    assert one is not None
    return f"{one.name} {value_words(one, Parts(k, n))}"


def is_indicator(code: str) -> bool:
    """Whether there is an indicator with this code."""
    from frontdesk.reports.indicators.service import find

    return find(code) is not None


def both_rates(context: Context, period: Period) -> dict[str, object]:
    """`figures_to_show` with the `satisfaction_rate` beside the rate of good ratings: numerator and denominator, or
    None.
    """
    rate = satisfaction(context, period)
    parts = None if rate is None else {"numerator": rate.k, "denominator": rate.n}
    return {**figures_to_show(context, period), "satisfaction_rate": parts}


def report(context: Context, period: Period) -> dict[str, object]:
    """The figures of one moment together with whose and when they are; of a closed period those that were frozen, with
    the number of the `edition` (None: it is not closed).

    Of days and half months what tells how people rated is None. Else it is exact, however few rated, as in the sealed
    report: totals by design. Whoever shows it to people hides what concerns fewer ratings than the public minimum
    (`reports.words`).
    """
    with context.database.reading():
        closing = closing_of(context, period)
        period = as_closed(context, period)
        return {
            "centre": context.centre.code,
            "name": context.centre.name,
            "period": period.key,
            "from": period.first.isoformat(),
            "to": period.last.isoformat(),
            "running": not period.has_ended(context.today()),
            "edition": closing.edition if closing else None,
            **both_rates(context, period),
        }


def due_weeks(context: Context, back: int = 4) -> list[Period]:
    """The weeks of the last `back` that have ended, hold anything to report, were not submitted and can be; the oldest
    first.
    """
    week, submitted = current_week(context), sync.submitted_periods(context)
    due = []
    for _ in range(back):
        week = week.previous()
        is_due = week.key not in submitted and has_anything(context, week.first, week.last)
        if is_due and not is_overlapped(context, week):
            due.append(week)
    return due[::-1]


def periods_to_close(context: Context, back: int = 4) -> list[Period]:
    """The weeks of the last `back` and the month that have ended, hold anything, and are not closed; oldest first.

    A centre that never closed a period is not told to.
    """
    if not ever_closed(context):
        return []
    week = current_week(context)
    ended = [period_at(context, "month", context.today()).previous()]
    for _ in range(back):
        week = week.previous()
        ended.append(week)
    closed = closed_among(context, ended)
    waiting = [one for one in ended if one.key not in closed and _is_to_close(context, one)]
    return sorted(waiting, key=lambda one: (one.last, one.first))


def _is_to_close(context: Context, period: Period) -> bool:
    days = as_closed(context, period)
    return not is_overlapped(context, days) and has_anything(context, days.first, days.last)


def has_anything(context: Context, first: date, last: date) -> bool:
    """Whether a span of local days holds anything to report."""
    return any(feature.any_between(context, first, last) for feature in (activities, volunteers, feedback))


def submit(context: Context, period: Period) -> Submitted:
    """Put the report of a period into the outbox; nothing new when it stands there with the same figures.

    What travels are the values of every indicator that may leave the centre. A period still running may be submitted:
    its next submission is a revision. Of a closed one the frozen values travel, with the days that were closed; an
    amendment makes the next revision. The values are counted before the transaction that numbers the revision, which
    keeps no scan waiting, and again in it where another window submitted or closed the period meanwhile: so a higher
    revision never holds older values. Raises ReportError `period_not_begun`,
    ClosingError `overlaps`, and what `sync.submit_report` raises.
    """
    if period.first > context.today():
        raise ReportError("period_not_begun", period=period.label, first=period.first.isoformat())

    with context.database.reading():
        as_of = _handed_over(context, period)
        counted = values_to_send(context, as_of[0])

    def body() -> sync.ReportBodyV2:
        now = _handed_over(context, period)
        days = now[0]
        refuse_overlap(context, days)
        found = counted if now == as_of else values_to_send(context, days)
        return sync.report_of_values(context, days.key, days.first, days.last, found)

    return sync.submit_report(context, body)


def _handed_over(context: Context, period: Period) -> tuple[Period, int, int]:
    """A period with its days, the number of its edition and that of the revisions submitted of it."""
    revisions = closings.revisions_submitted(context.database.connection, period.key)
    return as_closed(context, period), edition_of(context, period.key), revisions


def register_page() -> str:
    """The register of indicators as a page of the manual; see `frontdesk.reports.indicators.page`."""
    from frontdesk.reports.indicators.page import register_page as run

    return run()


def invariants() -> tuple[Invariant, ...]:
    """What always holds of these records; see `frontdesk.reports.checking`."""
    from frontdesk.reports.checking import INVARIANTS

    return INVARIANTS
