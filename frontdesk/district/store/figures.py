"""A report's values as the store keeps them to add them up, and one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic_core import to_json

from frontdesk.sync import wire

Item = dict[str, str | int | None]
"""One value: i indicator, c category (absent without one), v value, or n numerator and d denominator."""


def values_as_json(body: bytes, schema_version: int) -> tuple[str, str]:
    """The first day of the report and its values as JSON. Raises WireFault when the body cannot be read any more."""
    report = wire.read_body(body, schema_version)
    return report.first_day.isoformat(), as_json(report)


def as_json(report: wire.AnyBody | wire.PlainBody) -> str:
    """The values of a report of any schema version as a JSON object by indicator: a count, an object of the counts of
    its categories, or of a rate [numerator, denominator].
    """
    return report.figures if isinstance(report, wire.PlainBody) else written(items(report))


def written(values: Iterable[Item]) -> str:
    """Values as `as_json` writes them."""
    said: dict[str, Any] = {}
    for one in values:
        code = str(one["i"])
        if "c" in one:
            said.setdefault(code, {})[one["c"]] = one["v"]
        else:
            said[code] = one["v"] if "v" in one else [one["n"], one["d"]]
    return to_json(said).decode()


def items(report: wire.AnyBody) -> list[Item]:
    """The values of a report one by one, in the order in which it names them."""
    if isinstance(report, wire.ReportBodyV2):
        return [
            {"i": one.indicator, "n": one.numerator, "d": one.denominator}
            if one.numerator is not None
            else {"i": one.indicator, "v": one.value}
            if one.category is None
            else {"i": one.indicator, "c": one.category, "v": one.value}
            for one in report.values
        ]
    found: list[Item] = []
    for indicator, figure in report.figures.items():
        split = figure if isinstance(figure, Mapping) else {None: figure}
        found += [
            {"i": indicator, "v": count} if category is None else {"i": indicator, "c": category, "v": count}
            for category, count in split.items()
        ]
    return found
