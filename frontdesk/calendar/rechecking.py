"""What is planned already and no longer goes with the calendar, compared before and after the calendar changes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from frontdesk.common.text import some_of
from frontdesk.context import Context

DUTY_DAYS = 400
"""A list of next year may come as early as this year's first day of planning."""


@dataclass(frozen=True)
class Doubtful:
    """Sessions of series that would be held otherwise, by code with day and series, and the days off the order of duty;
    single sessions on holidays, by code with name and day.
    """

    of_series: dict[str, tuple[str, str]]
    single: dict[str, tuple[str, str]]
    duty: frozenset[date]

    def since(self, before: Doubtful) -> list[tuple[str, dict[str, object]]]:
        """Codes and details of the remarks about what has become doubtful since."""
        remarks: list[tuple[str, dict[str, object]]] = []
        series = Counter(
            name for code, (name, day) in self.of_series.items() if before.of_series.get(code) != (name, day)
        )
        if series:
            names = [f"{name} ({count})" for name, count in series.items()]
            remarks.append(("calendar_series", {"count": series.total(), "series": some_of(names)}))
        single = [f"{name} {day[5:]}" for code, (name, day) in self.single.items() if code not in before.single]
        if single:
            remarks.append(("calendar_sessions", {"count": len(single), "sessions": some_of(single)}))
        if duty := self.duty - before.duty:
            remarks.append(("calendar_duty", {"count": len(duty), "day": min(duty).isoformat()}))
        return remarks


def doubtful(context: Context) -> Doubtful:
    """What does not go with the calendar as it stands, inside a running transaction too."""
    from frontdesk.activities import service as activities
    from frontdesk.roster import service as roster

    found = activities.sessions_to_recheck(context)
    return Doubtful(
        {one.session.code: (one.session.name, one.session.day) for one in found},
        {one.code: (one.name, one.day) for one in activities.single_sessions_on_holidays(context)},
        frozenset(roster.days_off_order(context, DUTY_DAYS)),
    )
