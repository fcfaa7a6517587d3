"""What the district has to know of every indicator: how it is called, how it adds up, whether it may travel.

Read from the same files from which the centre counts, without any of their SQL and without the code that counts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from frontdesk.sync.body import KINDS, Code, Name, ReportValue, WireModel, repeated_values
from frontdesk.sync.frames import WireFault
from frontdesk.sync.plain import Shape

OverCentres = Literal["sum", "distinct", "rate"]
PeriodKind = Literal["week", "half_month", "month", "quarter", "year"]
PERIOD_KINDS: tuple[PeriodKind, ...] = ("week", "half_month", "month", "quarter", "year")

_COLUMNS_FILE = "columns.toml"


class BothNames(WireModel):
    """The same in both languages."""

    zh_CN: Name
    en: Name


class BothTexts(WireModel):
    """A sentence or two in both languages."""

    zh_CN: Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
    en: Annotated[str, StringConstraints(min_length=1, max_length=1_000)]


class IndicatorRule(WireModel):
    """What holds for an indicator's values, wherever they come from.

    `shape` says whether a value is one count, one for each category, or a rate with the parts that the indicators
    `numerator` and `denominator` count. `adds` is how values of several stretches of time become one, `over_centres`
    those of several centres: `sum`; `rate`, by the sums of the parts; `distinct`, never. `leaves` is whether it may
    leave the centre at all, `period_kinds` for which kinds of period.
    """

    model_config = ConfigDict(extra="ignore", strict=False)

    code: Code
    name: BothNames
    meaning: BothTexts | None = None
    unit: Name
    shape: Shape = Field(default="count", alias="kind")
    numerator: Code | None = None
    denominator: Code | None = None
    adds: OverCentres
    over_centres: OverCentres
    leaves: bool
    period_kinds: tuple[PeriodKind, ...] = PERIOD_KINDS


@cache
def indicator_rules() -> Mapping[str, IndicatorRule]:
    """The rule of every indicator of the program by its code, sorted by file and place in it.

    Raises WireFault `bad_catalogue`: the program's own files are damaged.
    """
    folder = files("frontdesk") / "reports" / "indicators" / "definitions"
    found: dict[str, IndicatorRule] = {}
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".toml") and file.name != _COLUMNS_FILE:
            try:
                said = tomllib.loads(file.read_text(encoding="utf-8"))
                found |= {one.code: one for one in map(_rule, said.get("indicators", []))}
            except (OSError, ValueError) as failure:
                raise WireFault("bad_catalogue", file=file.name) from failure
    return found


def _rule(said: Mapping[str, Any]) -> IndicatorRule:
    return IndicatorRule.model_validate({key: value for key, value in said.items() if value != "none"})


def period_kind_of(kind: str) -> str:
    """The kind of period that goes with a kind of report; a kind of period is given back. Raises `unknown_kind`."""
    if kind in KINDS:
        return kind
    for period_kind, report_kind in KINDS.items():
        if kind == report_kind:
            return period_kind
    raise WireFault("unknown_kind", kind=kind[:64], supported=sorted(KINDS.values()))


def check_values(
    values: Sequence[ReportValue],
    rules: Mapping[str, IndicatorRule],
    kind: str,
    assigned: AbstractSet[str] | None = None,
) -> list[WireFault]:
    """What is wrong with the values of a report, by their place in it; nothing where the report may be taken in.

    One rule: with a single fault the whole report is refused. `kind` is the report's kind, or its period's;
    `assigned` are the codes that this centre is to report, None for all. Each fault has the `index` of its value,
    from 0, and the `indicator`: `unknown_indicator`, `not_for_district`, `wrong_period_kind`, `not_assigned`,
    `bad_value` (with `where`); `duplicate_value` has the `indexes` of both values. Pure.
    """
    period_kind = period_kind_of(kind)
    found = (_fault(index, one, rules, period_kind, assigned) for index, one in enumerate(values))
    return [fault for fault in found if fault is not None] + repeated_values(values)


def fitting_shapes(rules: Mapping[str, IndicatorRule], kind: str) -> Mapping[str, Shape]:
    """The shape of every indicator that may travel in a report of this kind, by code, for `are_fitting`."""
    period_kind = period_kind_of(kind)
    return {code: rule.shape for code, rule in rules.items() if rule.leaves and period_kind in rule.period_kinds}


def are_fitting(
    told: Mapping[str, Shape], shapes: Mapping[str, Shape], assigned: AbstractSet[str] | None = None
) -> bool:
    """Whether `check_values` finds nothing wrong with the values that `read_plainly` read, by their shapes alone.

    Almost every report is right: that is found by the indicators, without each value being asked for. Of a split or a
    rate that is not known the shape is another one here; that is left to `check_values`. Pure.
    """
    return told.items() <= shapes.items() and (assigned is None or told.keys() <= assigned)


def _fault(
    index: int,
    value: ReportValue,
    rules: Mapping[str, IndicatorRule],
    period_kind: str,
    assigned: AbstractSet[str] | None,
) -> WireFault | None:
    """What is wrong with a value; of several things that which has to be mended first."""
    rule = rules.get(value.indicator)
    if rule is None:
        return WireFault("unknown_indicator", index=index, indicator=value.indicator)
    if not rule.leaves:
        return WireFault("not_for_district", index=index, indicator=value.indicator)
    if period_kind not in rule.period_kinds:
        return WireFault("wrong_period_kind", index=index, indicator=value.indicator, kind=period_kind)
    if assigned is not None and value.indicator not in assigned:
        return WireFault("not_assigned", index=index, indicator=value.indicator)
    where = _misfit(value, rule)
    return WireFault("bad_value", index=index, indicator=value.indicator, where=where) if where else None


def _misfit(value: ReportValue, rule: IndicatorRule) -> str:
    """The field that does not go with the indicator's shape; "" when all do."""
    if rule.shape != "rate" and value.is_rate:
        return "numerator"
    if rule.shape == "rate" and not value.is_rate and value.value is not None:
        return "numerator"
    if rule.shape != "split" and value.category is not None:
        return "category"
    # A split without a category may only say that it is not known.
    if rule.shape == "split" and value.category is None and value.value is not None:
        return "category"
    if value.numerator is not None and value.denominator is not None and value.numerator > value.denominator:
        return "numerator"
    return ""
