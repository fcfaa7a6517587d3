"""The fields of a series as people type them: in the form and on the command line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from db.series import Pattern, Series
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.series.dates import last_of_count, with_dates_of
from frontdesk.activities.series.errors import SeriesError
from frontdesk.activities.series.patterns import pattern_words, read_pattern
from frontdesk.activities.sessions.typed import check_day, read_day, read_fields, shown_amount
from frontdesk.context import Context
from frontdesk.locale import t

SERIES_FIELDS: Final = (
    *("name", "pattern", "first_day", "last_day", "times", "room", "lead", "category", "activity_type", "capacity"),
    *("min_enrol", "on_holiday", "on_makeup", "setup_minutes", "clearing_minutes", "fee_fen", "note"),
)
ON_HOLIDAY: Final = ("skip", "move", "keep")
ON_MAKEUP: Final = ("keep", "skip")

_COUNT = re.compile(r"x?\s*([0-9]{1,3})\s*(?:次|场|x|times)", re.IGNORECASE)


def read_series(context: Context, texts: Mapping[str, str], before: Series | None = None) -> Series:
    """The series that the typed fields make of `before`, or a new one; fields that are not there stay.

    Raises SeriesError `bad_pattern`, `bad_last_day`, `bad_rule`, `no_dates`, and what `read_fields` raises, each with
    the `field`.
    """
    known = before.model_dump() if before else {}
    values: dict[str, Any] = read_fields(context, texts, known=known)
    if "times" in values:
        first, last = values.pop("times")
        values |= {"starts": f"{first:%H:%M}", "ends": f"{last:%H:%M}"}
    if "pattern" in texts:
        # A date that was taken out stays out as long as the pattern gives it.
        without = before.pattern.without if before else ()
        values["pattern"] = _pattern(context, texts["pattern"]).model_copy(update={"without": without})
    if "first_day" in texts:
        values["first_day"] = check_day(
            context, read_day(context, texts["first_day"], "first_day"), "first_day"
        ).isoformat()
    for name, choices in (("on_holiday", ON_HOLIDAY), ("on_makeup", ON_MAKEUP)):
        if name in texts:
            values[name] = _rule(name, texts[name], choices)
    pattern = values.get("pattern") or (before.pattern if before else None)
    if "last_day" in texts and pattern is not None and pattern.kind != "dates":
        begins = date.fromisoformat(str((known | values).get("first_day") or context.today().isoformat()))
        values["last_day"] = _last_day(context, texts["last_day"], pattern, begins).isoformat()
    if before is not None:
        return with_dates_of(before.model_copy(update=values))
    values.setdefault("first_day", context.today().isoformat())
    values.setdefault("last_day", values["first_day"])
    return with_dates_of(Series.model_validate(values))


def shown_series(series: Series) -> dict[str, str]:
    """The fields of a series as they are typed."""
    shown = {name: str(getattr(series, name, "")) for name in SERIES_FIELDS}
    for name in ("min_enrol", "setup_minutes", "clearing_minutes"):
        shown[name] = str(getattr(series, name) or "")
    shown |= {"times": f"{series.starts}-{series.ends}", "pattern": pattern_words(series.pattern)}
    shown |= {"fee_fen": shown_amount(series.fee_fen)}
    shown["on_holiday"] = t(f"series.on_holiday.{series.on_holiday}")
    shown["on_makeup"] = t(f"series.on_makeup.{series.on_makeup}")
    return shown


def rules_hint(field: str) -> str:
    """What can be done about holidays or make-up workdays, with its digits."""
    choices = ON_HOLIDAY if field == "on_holiday" else ON_MAKEUP
    return " ".join(f"{place}{t(f'series.{field}.{choice}')}" for place, choice in enumerate(choices, 1))


def _pattern(context: Context, text: str) -> Pattern:
    try:
        return read_pattern(text, context.today())
    except (ValueError, OverflowError) as wrong:
        raise SeriesError("bad_pattern", field="pattern") from wrong


def _last_day(context: Context, text: str, pattern: Pattern, first: date) -> date:
    typed = unicodedata.normalize("NFKC", text).strip()
    if match := _COUNT.fullmatch(typed):
        return last_of_count(pattern, first, int(match[1]))
    try:
        return read_day(context, typed, "last_day")
    except ActivityError as wrong:
        raise SeriesError("bad_last_day", field="last_day") from wrong


def _rule(field: str, text: str, choices: tuple[str, ...]) -> str:
    typed = unicodedata.normalize("NFKC", text).strip().lower()
    if not typed:
        return choices[0]
    for place, choice in enumerate(choices, 1):
        if typed in (str(place), choice, t(f"series.{field}.{choice}").lower()):
            return choice
    raise SeriesError("bad_rule", field=field, choices=rules_hint(field))
