"""The weeks that were closed or submitted keep their days, and no day is in two of them, wherever an office cuts later.

Once a week was closed or submitted its key has these days for good. Another week that shares a day with it is neither
closed nor submitted. So days can come to lie between two cuts, in no week: they are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from db import closings as records
from frontdesk.common.periods import Period, WeekStyle, parse_period, week_of
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.reports.closing.errors import ClosingError
from frontdesk.reports.closing.kept import closing_of, days_of

LOOKED_BACK = timedelta(days=35)
"""So far before a week days that lie in no week are told with it."""


class Counting(NamedTuple):
    """From which week on the weeks end as the setting says, and the days before it that lie in no week."""

    first: Period
    lost: tuple[date, ...]


def as_kept(context: Context, period: Period) -> Period:
    """The period with the days that were closed, else with those that were submitted, else as it is: weeks may have
    ended on another day then. Raises ClosingError `damaged`.
    """
    return _kept(context, period) or period


def _kept(context: Context, period: Period) -> Period | None:
    closing = closing_of(context, period)
    if closing is not None:
        return days_of(context, closing)
    days = records.days_submitted(context.database.connection, period.key) if period.kind == "week" else None
    return None if days is None else _of_days(context, period.key, *days)


def _of_days(context: Context, key: str, first: str, last: str) -> Period | None:
    """A week by the days that it was submitted with; None where they are none of a week with this key."""
    style: WeekStyle = context.settings.report_week_label  # type: ignore[assignment]
    try:
        found = parse_period(key, week_ends=date.fromisoformat(last).isoweekday(), style=style)
    except ValueError:
        return None
    return found if (found.first.isoformat(), found.last.isoformat()) == (first, last) else None


def overlapped(context: Context, period: Period) -> Period | None:
    """A week that was closed or submitted and shares days with this one without being it; None where there is none."""
    if period.kind != "week":
        return None
    # Weeks that share a day end less than seven days apart, so that their keys are neighbours or the same.
    for one in (period.previous(), period, period.following()):
        kept = _kept(context, one)
        if kept is not None and kept != period and kept.first <= period.last and period.first <= kept.last:
            return kept
    return None


def is_overlapped(context: Context, period: Period) -> bool:
    """Whether there is one, asked sparingly: for screens that wait."""
    if period.kind != "week":
        return False
    near = (period.previous().key, period.key, period.following().key)
    first, last = period.first.isoformat(), period.last.isoformat()
    return records.is_day_taken(context.database.connection, near, first, last)


def refuse_overlap(context: Context, period: Period) -> None:
    """Raise ClosingError `overlaps` where a day of this week lies in another that was closed or submitted."""
    other = overlapped(context, period)
    if other is None:
        return
    following = _first_free(context, other.last + timedelta(days=1))
    raise ClosingError(
        "overlaps",
        period=period.label,
        days=period.dates,
        other=other.label,
        other_days=other.dates,
        next=following.label,
        next_days=following.dates,
    )


def _first_free(context: Context, day: date) -> Period:
    """The first week that ends as is set, begins on a day or later, and shares no day with one that is kept."""
    week = _by_setting(context, day)
    while week.first < day or overlapped(context, week):
        week = week.following()
    return week


def _by_setting(context: Context, day: date) -> Period:
    style: WeekStyle = context.settings.report_week_label  # type: ignore[assignment]
    return week_of(day, context.settings.report_week_ends, style)


def lost_days(context: Context, period: Period) -> tuple[date, ...]:
    """The days of the weeks before a week and of the one after it that lie in no week: in none that was closed or
    submitted, and the one in which they lie as is set now shares days with such a week. Empty but for weeks.
    """
    if period.kind != "week":
        return ()
    with context.database.reading():
        days = _days(period.first - LOOKED_BACK, period.last + timedelta(days=7))
        return tuple(day for day in days if not period.contains(day) and is_lost(context, day))


def is_lost(context: Context, day: date) -> bool:
    """Whether a day lies in no week, and in none that could still be closed or submitted."""
    week = _by_setting(context, day)
    other = overlapped(context, week)
    return other is not None and not _is_kept(context, week, day)


def _is_kept(context: Context, week: Period, day: date) -> bool:
    near = (week.previous(), week, week.following())
    return any(kept is not None and kept.contains(day) for kept in (_kept(context, one) for one in near))


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def counting_from(context: Context) -> Counting | None:
    """From when weeks end as is set now; None where no week was closed or submitted yet: from the first on."""
    with context.database.reading() as connection:
        last = records.last_day_of_weeks(connection)
        if last is None:
            return None
        after = date.fromisoformat(last) + timedelta(days=1)
        first = _first_free(context, after)
        return Counting(first, tuple(_days(after, first.first - timedelta(days=1))))


def counting_words(context: Context) -> str:
    """From when weeks end as is set now, and which days lie in no week by that."""
    found = counting_from(context)
    if found is None:
        return t("closing.counting.at_once")
    words = t("closing.counting.from", period=found.first.label, days=found.first.dates)
    return words + (t("closing.counting.lost", days=days_words(found.lost)) if found.lost else "")


def days_words(days: tuple[date, ...]) -> str:
    """Days in their order as people write them, those in a row as a stretch."""
    stretches: list[list[date]] = []
    for day in days:
        if stretches and day - stretches[-1][-1] == timedelta(days=1):
            stretches[-1].append(day)
        else:
            stretches.append([day])
    said = (Period("", one[0], one[-1], "day").dates if len(one) > 1 else one[0].isoformat() for one in stretches)
    return t("closing.comma").join(said)
