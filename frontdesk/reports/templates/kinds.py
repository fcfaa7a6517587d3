"""Which sheets a report can have and which columns each of them, in the order of the report that no template orders."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from frontdesk.reports.words import COUNTS

COVER = "cover"
DEFINITIONS = "figures"

RATES = ("good_rate", "good_rate_low", "good_rate_high")
SATISFACTION = "satisfaction_rate"


def _figures() -> tuple[str, ...]:
    counts = list(COUNTS)
    counts.insert(counts.index("volunteer_seconds_measured") + 1, "volunteer_hours")
    return (*counts, *RATES, SATISFACTION)


FIGURES = _figures()
"""The figures of the cover, each with its meaning and how it is counted."""

DERIVED = MappingProxyType(
    {"volunteer_hours": "volunteer_seconds_measured", "good_rate_low": "good_rate", "good_rate_high": "good_rate"}
)
"""Figures that no indicator counts, with the one they follow from."""

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        COVER: FIGURES,
        "sessions": (
            "code",
            "day",
            "time",
            "session",
            "category",
            "room",
            "lead",
            "capacity",
            "confirmed",
            "waitlisted",
            "person_times",
            "no_show_seats",
            "state",
        ),
        "attendance": ("day", "time", "code", "session", "number", "participant", "status", "way", "seats"),
        "hours": ("volunteer_no", "volunteer", "team", "visits", "hours", "seconds", "supplemented", "left_open"),
        "ratings": ("subject", "level", "level_name", "comment"),
        "rating_totals": ("subject", "count", "good", *RATES),
        "follow_ups": (
            "number",
            "subject",
            "rater",
            "responsible",
            "verified",
            "result",
            "called",
            "appeal",
            "follow_up",
            "due",
            "ended_on",
        ),
        "cases": (
            "kind",
            "number",
            "matter",
            "rated",
            "happened",
            "standing",
            "opened_on",
            "due",
            "ended_on",
            "role",
            "responsible",
        ),
        "mechanisms": ("mechanism", "item", "unit", "value", "asked", "until", "remark"),
        "duty": ("post", "holders_a", "holders_b", "slots", "gaps", "covered", "alone"),
        "shifts": ("day", "weekday", "time", "shift", "post", "acting", "standby", "remark"),
        "rooms": ("room", "open", "used", "share", "uses", "person_times", "no_shows"),
        "amendments": ("period", "amendment", "amended_on", "figure", "before", "after", "reason"),
        DEFINITIONS: ("figure", "figure_code", "unit", "meaning", "rule", "basis"),
    }
)
"""The sheets by their codes; the columns of the cover are figures, which stand there one below the other."""

LEFT_OUT_OF_PDF = frozenset({"attendance", "ratings", "cases", "mechanisms"})
"""Sheets that a PDF has only if a template says so: it hangs on the wall, and these list people, what they said,
and all numbers there are."""

NUMBERS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "after",
                "alone",
                "amendment",
                "before",
                "capacity",
                "confirmed",
                "count",
                "covered",
                "gaps",
                "good",
                "left_open",
                "level",
                "no_show_seats",
                "no_shows",
                "person_times",
                "seats",
                "seconds",
                "slots",
                "uses",
                "visits",
                "waitlisted",
            ),
            "#,##0",
        ),
        **dict.fromkeys(("hours", "supplemented"), "#,##0.00"),
        **dict.fromkeys(("open", "used"), "#,##0.0"),
        **dict.fromkeys((*RATES, SATISFACTION, "share"), "0.0%"),
    }
)
"""The number formats of columns; "number" is one of the sign-up or the follow-up, which nobody adds up."""
