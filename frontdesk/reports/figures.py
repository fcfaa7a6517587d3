"""The figures of a period, counted anew from the centre's records."""

from __future__ import annotations

from frontdesk.common.periods import Period
from frontdesk.context import Context

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
