"""What the centres of a street, or of the district, come to in a period: the visible revisions, added up by the rule of
each indicator over centres.

A count is summed. A rate is made of the sums of its parts, and stands with n and its Wilson interval. What counts
different people (`distinct`) is never added: somebody who goes to two centres would be two. It is told by centre.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from frontdesk.common.wilson import wilson_interval
from frontdesk.district.documents.service import rules_in_force
from frontdesk.district.reports.deadlines import period_named
from frontdesk.district.store import VALUE_FIELDS, Row, Session
from frontdesk.sync import wire

VISIBLE = (
    "r.period = ? AND r.revision = "
    "(SELECT max(x.revision) FROM report x WHERE x.centre = r.centre AND x.period = r.period)"
)
"""The highest revision of each centre: parameter period."""


@dataclass(frozen=True)
class Total:
    """What one indicator, or one category of it, comes to.

    `over_centres` is the rule: `sum`, `rate`, `distinct`, or `unknown` where no edition defines the indicator.
    `centres` is how many told it, `unknown` for how many of them it was not known. `value` is there for a sum, the
    parts are for a rate; all are None where nobody knew, and where the rule forbids to add.
    """

    indicator: str
    category: str | None
    over_centres: str
    centres: int
    unknown: int
    value: int | None = None
    numerator: int | None = None
    denominator: int | None = None

    @property
    def addable(self) -> bool:
        """Whether values of several centres may become one."""
        return self.over_centres in ("sum", "rate")

    @property
    def rate(self) -> float | None:
        """The rate, 0..1; None for what is none, and without anything to rate."""
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator / self.denominator

    @property
    def interval(self) -> tuple[float, float] | None:
        """The Wilson 95 % interval of the rate."""
        if self.numerator is None or not self.denominator:
            return None
        return wilson_interval(self.numerator, self.denominator)


@dataclass(frozen=True)
class Totals:
    """A period's totals: `whole` over all that were asked for, and by street. Sorted by the order of the indicators."""

    kind: str
    period: str
    reports: int
    whole: Sequence[Total]
    streets: Mapping[str, Sequence[Total]]
    reports_by_street: Mapping[str, int]


def totals(session: Session, kind: str, period: str, street: str | None = None) -> Totals:
    """The totals of a period, of one street where it is named. Raises WireFault `bad_period`."""
    period_named(kind, period)
    rules = rules_in_force(session)
    where, params = ("AND c.street = ?", (street,)) if street is not None else ("", ())
    origin = "FROM report r JOIN centre c ON c.code = r.centre"
    counted = session.rows(
        f"SELECT c.street, count(*) AS reports {origin} WHERE {VISIBLE} {where} GROUP BY c.street ORDER BY c.street",
        (period, *params),
    )
    indicator, category, value, numerator, denominator = (session.value_field("f", name) for name in VALUE_FIELDS)
    rows = session.rows(
        f"SELECT c.street, {indicator} AS indicator, {category} AS category, count(*) AS centres, "
        f"count({value}) + count({denominator}) AS known, sum({value}) AS value, "
        f"sum({numerator}) AS numerator, sum({denominator}) AS denominator "
        f"{origin} {session.values_in('r.figures', 'f')} WHERE {VISIBLE} {where} "
        f"GROUP BY c.street, {indicator}, {category}",
        (period, *params),
    )
    by_street: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_street[row["street"]].append(row)
    reports = {row["street"]: int(row["reports"]) for row in counted}
    return Totals(
        kind,
        period,
        sum(reports.values()),
        _totals(rows, rules),
        {name: _totals(by_street[name], rules) for name in reports},
        reports,
    )


def values_of_centres(session: Session, kind: str, period: str, indicator: str, street: str | None = None) -> list[Row]:
    """What each centre told of one indicator for a period, in its visible revision, by street and code.

    Each with code, name, street, category, value, numerator, denominator. Raises WireFault `bad_period`.
    """
    period_named(kind, period)
    where, params = ("AND c.street = ?", (street,)) if street is not None else ("", ())
    code, category, value, numerator, denominator = (session.value_field("f", name) for name in VALUE_FIELDS)
    return session.rows(
        f"SELECT c.code, c.name, c.street, {category} AS category, {value} AS value, {numerator} AS numerator, "
        f"{denominator} AS denominator FROM report r JOIN centre c ON c.code = r.centre "
        f"{session.values_in('r.figures', 'f')} WHERE {VISIBLE} AND {code} = ? {where} "
        "ORDER BY c.street, c.code",
        (period, indicator, *params),
    )


def _totals(rows: Iterable[Row], rules: Mapping[str, wire.IndicatorRule]) -> list[Total]:
    """One total for each indicator and category of the rows, which may be of several streets."""
    grouped: defaultdict[tuple[str, str | None], list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["indicator"], row["category"]].append(row)
    order = {code: place for place, code in enumerate(rules)}
    keys = sorted(grouped, key=lambda key: (order.get(key[0], len(order)), key[0], key[1] or ""))
    return [_total(code, category, grouped[code, category], rules.get(code)) for code, category in keys]


def _total(indicator: str, category: str | None, rows: Sequence[Row], rule: wire.IndicatorRule | None) -> Total:
    over_centres = rule.over_centres if rule else "unknown"
    centres = sum(row["centres"] for row in rows)
    unknown = centres - sum(row["known"] for row in rows)
    if over_centres == "sum":
        value = _sum(row["value"] for row in rows)
        return Total(indicator, category, over_centres, centres, unknown, value=value)
    if over_centres == "rate":
        numerator, denominator = (_sum(row[part] for row in rows) for part in ("numerator", "denominator"))
        parts = {"numerator": numerator, "denominator": denominator}
        return Total(indicator, category, over_centres, centres, unknown, **parts)
    return Total(indicator, category, over_centres, centres, unknown)


def _sum(values: Iterable[object]) -> int | None:
    # PostgreSQL adds up to numbers of any length, which come as decimals.
    known = [int(str(value)) for value in values if value is not None]
    return sum(known) if known else None
