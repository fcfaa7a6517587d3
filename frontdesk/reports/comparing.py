"""The figures of a period beside those of the period before and of the same a year ago, as rows to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from frontdesk.common.periods import Period, PeriodKind
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.reports import service
from frontdesk.reports.rules import WITHOUT_LEVELS
from frontdesk.reports.words import COUNTS, hours_words

Values = Mapping[str, Any]


@dataclass(frozen=True)
class FigureRow:
    """One figure: its `code`, of a split the `key` of the part, and the words for label and values.

    `before` and `ago` are '' where there is nothing to compare with yet.
    """

    code: str
    key: str
    label: str
    value: str
    before: str = ""
    ago: str = ""


@dataclass(frozen=True)
class Compared:
    """The figures of the period before and of the same a year ago; None of one that holds nothing: the centre may not
    have kept records then.
    """

    before: Values | None
    ago: Values | None


def compared(context: Context, period: Period) -> Compared:
    """What a period is compared with, both of one moment; as frozen where they are closed."""
    with context.database.reading():
        before = service.as_closed(context, period.previous())
        ago = service.as_closed(context, period.year_before())
        return Compared(_values(context, before), _values(context, ago))


def _values(context: Context, period: Period) -> Values | None:
    if not service.has_anything(context, period.first, period.last):
        return None
    return service.both_rates(context, period)


def figure_rows(kind: PeriodKind, values: Values, others: Compared | None, minimum: int) -> list[FigureRow]:
    """A row for every figure, in the order of the report, with the parts of a split under it.

    Of fewer than `minimum` ratings only their number is shown, in each of the three periods.
    """
    columns: list[Values | None] = [values, *([others.before, others.ago] if others else [])]
    rows: list[FigureRow] = []
    for code in COUNTS:
        shown = [_value(kind, code, one, minimum) for one in columns]
        if code == "volunteer_seconds_measured":
            shown[0] = hours_words(values[code])
        rows.append(_row(code, "", t(f"reports.figure.{code}"), shown))
        if code == "sessions_held":
            rows += _parts("sessions_by_category", str, columns)
        if code == "ratings" and not _is_hidden(kind, values, minimum):
            seen = [None if _is_hidden(kind, one, minimum) else one for one in columns]
            rows += _parts("ratings_by_level", lambda level: t(f"feedback.level.{level}"), seen)
    return rows + _rates(kind, columns, minimum)


def _row(code: str, key: str, label: str, shown: list[str]) -> FigureRow:
    return FigureRow(code, key, label, *shown)


def _parts(code: str, name: Any, columns: list[Values | None]) -> list[FigureRow]:
    """The parts of a split that any of the periods has; a category that a period lacks counts 0 there."""
    keys = dict.fromkeys(key for one in columns if one for key in one[code])
    return [
        _row(code, key, f"  {name(key)}", [str(one[code].get(key, 0)) if one else "-" for one in columns])
        for key in keys
    ]


def _is_hidden(kind: PeriodKind, values: Values | None, minimum: int) -> bool:
    return kind in WITHOUT_LEVELS or values is None or values["ratings"] < max(1, minimum)


def _value(kind: PeriodKind, code: str, values: Values | None, minimum: int) -> str:
    if values is None:
        return "-"
    if code == "bad_ratings" and _is_hidden(kind, values, minimum):
        return "-"
    return f"{values[code] / 3600:.2f}" if code == "volunteer_seconds_measured" else str(values[code])


def _rates(kind: PeriodKind, columns: list[Values | None], minimum: int) -> list[FigureRow]:
    """Good ratings of n, and below it the rate with its interval: never a bare percentage; then the satisfaction rate,
    which leaves out what an upheld appeal excluded.
    """
    parts, intervals, satisfied = [], [], []
    for one in columns:
        if one is None or _is_hidden(kind, one, minimum):
            parts.append("-")
            intervals.append("-")
            satisfied.append("-")
            continue
        counted = one.get("satisfaction_rate")
        satisfied.append("-" if counted is None else f"{counted['numerator']}/{counted['denominator']}")
        low, high = one["good_rate_interval95"]
        parts.append(f"{one['ratings'] - one['bad_ratings']}/{one['ratings']}")
        intervals.append(f"{low * 100:.0f}-{high:.0%}")
    own = columns[0]
    if own is not None and not _is_hidden(kind, own, minimum):
        intervals[0] = f"{own['good_rate']:.0%} {intervals[0]}"
        return [
            _row("good_rate", "", t("reports.figure.good_rate"), parts),
            _row("good_rate", "", t("reports.rate_and_interval"), intervals),
            _row("satisfaction_rate", "", t("reports.figure.satisfaction_rate"), satisfied),
        ]
    why = "reports.rate_not_by_day" if kind in WITHOUT_LEVELS else "reports.rate_hidden"
    return [_row("good_rate", "", t("reports.figure.good_rate"), [t(why, minimum=minimum), *parts[1:]])]
