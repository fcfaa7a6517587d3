"""Figures in words: what an indicator is called, what its values come to, and how two revisions differ. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeAlias

from frontdesk.common.wilson import wilson_interval
from frontdesk.district.reports.service import Total
from frontdesk.district.wording import number, percent, words
from frontdesk.locale import current_language, t
from frontdesk.sync import wire

Rules: TypeAlias = Mapping[str, wire.IndicatorRule]
Figure: TypeAlias = int | Mapping[str, int | None] | None
RATE_PARTS = {"numerator", "denominator"}


@dataclass(frozen=True)
class Said:
    """One line of a report: what is counted, of which category, and the value in words."""

    indicator: str
    label: str
    category: str
    value: str
    before: str = ""
    changed: bool = False


def label(code: str, rules: Rules) -> str:
    """What an indicator is called in the language in force, with its unit unless the name has it already.

    It is its code where nobody defines it.
    """
    rule = rules.get(code)
    if rule is None:
        said = t(f"reports.figure.{code}")
        return code if said == f"reports.figure.{code}" else said
    name = rule.name.en if current_language() == "en" else rule.name.zh_CN
    unit = unit_of(rule)
    # "Person-times (person-times)" says nothing twice.
    return name if unit.casefold() in name.casefold() else words("with_unit", name=name, unit=unit)


def unit_of(rule: wire.IndicatorRule) -> str:
    """The unit in which a count is shown: hours for seconds, yuan for fen; "" for a rate and for plain counts."""
    if rule.shape == "rate" or rule.unit == "count":
        return ""
    shown = {"seconds": "unit.hours", "fen": "unit.yuan"}.get(rule.unit)
    if shown:
        return words(shown)
    said = t(f"indicators.unit.{rule.unit}")
    return rule.unit if said == f"indicators.unit.{rule.unit}" else said


def count_words(code: str, count: int | None, rules: Rules) -> str:
    """A count in its unit: seconds as hours and fen as yuan with two decimals, all else whole."""
    found = in_unit(code, count, rules)
    return f"{found:,.2f}" if isinstance(found, float) else number(found)


def in_unit(code: str, count: int | None, rules: Rules) -> int | float | None:
    """A count in the unit in which it is shown."""
    rule = rules.get(code)
    divisor = {"seconds": 3600, "fen": 100}.get(rule.unit) if rule else None
    return count if divisor is None or count is None else count / divisor


def rate_words(k: int | None, n: int | None) -> str:
    """A rate with its parts and its Wilson 95 % interval: never a bare percentage."""
    if k is None or not n or k > n:
        return "—"
    low, high = wilson_interval(k, n)
    return words("rate", rate=percent(k / n), k=number(k), n=number(n), low=percent(low), high=percent(high))


CATEGORIES = {
    "_by_level": "feedback.level",
    "_by_channel": "indicators.channel",
    "_by_source": "monthly.demand.source",
    "_by_kind": "letters.kind",
    "_at_level": "indicators.at_level",
}
"""Where the words of categories are that travel as codes, by the end of the indicator's."""


def category_words(code: str, category: str) -> str:
    """What a category is called: as the centre wrote it where there are no words for it."""
    area = next((area for end, area in CATEGORIES.items() if code.endswith(end)), None)
    key = f"{area}.{category}"
    said = t(key) if area else key
    return category if said == key else said


def not_added_words(total: Total) -> str:
    """Why a total is no number; "" where it is one."""
    if total.addable:
        return ""
    return words("totals.not_addable" if total.over_centres == "distinct" else "totals.unknown_rule")


def lines(
    present: Mapping[str, Figure],
    before: Mapping[str, Figure] | None,
    rules: Rules,
    differing: AbstractSet[tuple[str, str | None]] = frozenset(),
) -> list[Said]:
    """A line for each value of a report, in the order of the rules, with that of the report `before` beside it.

    `differing` are the indicators with their categories that the two do not say alike.
    """
    changed_codes = {code for code, _ in differing}
    order = {code: place for place, code in enumerate(rules)}
    codes = sorted({*present, *(before or {})}, key=lambda code: (order.get(code, len(order)), code))
    found = []
    for code in codes:
        now, then = dict(_values(code, present, rules)), dict(_values(code, before or {}, rules))
        for category in [*now, *(one for one in then if one not in now)]:
            value, earlier = now.get(category, ""), then.get(category, "")
            changed = (code, category) in differing if category else code in changed_codes
            found.append(Said(code, label(code, rules), category_words(code, category), value, earlier, changed))
    return found


def _values(code: str, figures: Mapping[str, Figure], rules: Rules) -> Iterator[tuple[str, str]]:
    if code not in figures:
        return
    figure = figures[code]
    if not isinstance(figure, Mapping):
        yield "", count_words(code, figure, rules)
    elif set(figure) == RATE_PARTS and (code not in rules or rules[code].shape == "rate"):
        yield "", rate_words(figure["numerator"], figure["denominator"])
    else:
        for category, count in figure.items():
            yield category, count_words(code, count, rules)
