"""The figures of a period, counted anew from the centre's records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.common.periods import Period, PeriodKind
from frontdesk.context import Context
from frontdesk.reports.rules import OF_LEVELS, WITHOUT_LEVELS

if TYPE_CHECKING:
    from frontdesk.reports.indicators.rules import Value

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
"""The indicators that the report shows first, by their codes and in their order; what travels is `travelling`."""


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


def with_levels_unsaid(values: dict[str, object], kind: PeriodKind) -> dict[str, object]:
    """The figures of a period of this kind as they may be shown: of days and half months nothing tells how people
    rated, all of which is None (`rules.WITHOUT_LEVELS`).
    """
    return values | dict.fromkeys(sorted(OF_LEVELS)) if kind in WITHOUT_LEVELS else values


def travelling(kind: PeriodKind) -> list[str]:
    """The codes of the indicators that leave the centre in the report of a period of this kind, in their order."""
    from frontdesk.reports.indicators.service import indicators

    return [one.code for one in indicators() if one.travels_with(kind)]


def travelling_values(context: Context, period: Period) -> dict[str, Value]:
    """Every indicator that leaves the centre in the report of a period, counted anew at one moment, in their order; of
    mechanisms of which the centre has had no record by then none, so that a report grows with what a centre does.
    """
    from db import case_numbers
    from frontdesk.reports.indicators.service import indicator, values

    with context.database.reading() as connection:
        used = case_numbers.used(connection, period.last.isoformat()) | {"none"}
        codes = [code for code in travelling(period.kind) if indicator(code).records_of in used]
        return values(context, codes, period.first, period.last)
