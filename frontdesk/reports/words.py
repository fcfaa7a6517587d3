"""The figures as lines of words, for the terminal and the screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from frontdesk.locale import t

COUNTS = (
    "sessions_planned",
    "sessions_held",
    "sessions_cancelled",
    "person_times",
    "named_persons",
    "seats_confirmed",
    "parties_waitlisted",
    "no_show_seats",
    "volunteers_served",
    "volunteer_seconds_measured",
    "visits_left_open",
    "ratings",
    "bad_ratings",
)
"""The counts of a report in their order, for whoever shows them: terminal, screen and workbook."""


def figure_lines(values: Mapping[str, Any], public_minimum: int = 5) -> list[tuple[str, str]]:
    """A label and a value in words for every figure, in the order of the report.

    Below `public_minimum` ratings only their number is shown, neither levels nor bad ones nor the rate, which could be
    worked out from these.
    """
    hidden = values["bad_ratings"] is None or values["ratings"] < public_minimum
    lines = []
    for key in COUNTS:
        value = values[key]
        shown = hours_words(value) if key == "volunteer_seconds_measured" else str(value)
        if key == "bad_ratings" and hidden:
            shown = _why_hidden(values, public_minimum)
        lines.append((t(f"reports.figure.{key}"), shown))
        if key == "sessions_held":
            lines += [(f"  {name}", str(count)) for name, count in values["sessions_by_category"].items()]
        if key == "ratings" and not hidden:
            levels = values["ratings_by_level"]
            lines += [(f"  {t(f'feedback.level.{level}')}", str(count)) for level, count in levels.items()]
    return [*lines, *_rate_lines(values, public_minimum)]


def _rate_lines(values: Mapping[str, Any], public_minimum: int) -> list[tuple[str, str]]:
    """The rates with their n and interval, never a bare percentage; nothing below `public_minimum` answers."""
    total, label = values["ratings"], t("reports.figure.good_rate")
    if values["bad_ratings"] is None or total < public_minimum:
        return [(label, _why_hidden(values, public_minimum))]
    low, high = values["good_rate_interval95"]
    rate = t("reports.rate", good=total - values["bad_ratings"], n=total, rate=f"{values['good_rate']:.1%}")
    lines = [(label, rate), (t("reports.interval"), f"{low:.1%} - {high:.1%}")]
    counted = values.get("satisfaction_rate")
    if counted and counted["denominator"]:
        good, n = counted["numerator"], counted["denominator"]
        said = t("reports.rate", good=good, n=n, rate=f"{good / n:.1%}")
        lines.append((t("reports.figure.satisfaction_rate"), said))
    return lines


def _why_hidden(values: Mapping[str, Any], public_minimum: int) -> str:
    """Too short a period (`rules.WITHOUT_LEVELS`), or too few answers."""
    if values["bad_ratings"] is None:
        return t("reports.rate_not_by_day")
    return t("reports.rate_hidden", minimum=public_minimum)


def hours_words(seconds: int) -> str:
    """Seconds as hours with two decimals."""
    return t("reports.hours", hours=f"{seconds / 3600:.2f}")
