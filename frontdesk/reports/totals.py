"""The impact totals (成效统计口径, mechanisms H13): what a centre is asked for again and again, of any period."""

from __future__ import annotations

from typing import NamedTuple

from frontdesk.common.periods import Period
from frontdesk.context import Context
from frontdesk.reports.closing.kept import closing_of, frozen_figures
from frontdesk.reports.indicators.rules import Parts, Value
from frontdesk.reports.indicators.service import indicator, values
from frontdesk.reports.indicators.words import value_words
from frontdesk.reports.rules import WITHOUT_LEVELS

TOTALS = (
    "sessions_held",
    "person_times",
    "persons",
    "named_persons",
    "first_time_persons",
    "volunteers_served",
    "volunteer_seconds",
    "demands_new",
    "demands_delivered",
    "case_deliberation_raised",
    "case_deliberation_decided",
    "case_deliberation_solved",
    "room_uses",
    "ratings_counted",
    "satisfaction_rate",
)
"""场次, 人次, 人数 (by resident, by phone, new), volunteers and their time, demands, topics deliberated (议题, H03),
rooms, ratings: in this order."""
OF_RATINGS = frozenset({"ratings_counted", "satisfaction_rate"})


class Total(NamedTuple):
    """One total: the indicator's code, its name, its value (None where too few answered), that in words, whether it was
    frozen when the period was closed.
    """

    code: str
    name: str
    value: Value | None
    words: str
    is_frozen: bool


def totals(context: Context, period: Period) -> list[Total]:
    """The totals of a period at one moment; a figure that was frozen when it was closed stands as it was."""
    from frontdesk.feedback import service as feedback
    from frontdesk.locale import t

    with context.database.reading():
        found = values(context, TOTALS, period.first, period.last)
        closing = closing_of(context, period)
        frozen = frozen_figures(closing) if closing is not None else {}
        untold = period.kind in WITHOUT_LEVELS
        rated = None if untold else feedback.satisfaction(context, period).figures
    if rated is not None:
        # Up to yesterday, as the statistics have it: the ratings of a day that is running are not told apart.
        found |= {"ratings_counted": rated.n, "satisfaction_rate": Parts(rated.good, rated.n)}
    made = []
    for code in TOTALS:
        one, value = indicator(code), found[code]
        kept = frozen.get(code)
        if isinstance(kept, int):
            value = kept
        if code in OF_RATINGS and rated is None:
            why = "reports.rate_not_by_day" if untold else "reports.rate_hidden"
            hidden = t(why, minimum=context.settings.public_minimum)
            made.append(Total(code, str(one.name), None, hidden, False))
        else:
            made.append(Total(code, str(one.name), value, value_words(one, value), isinstance(kept, int)))
    return made
