"""A report's values one by one, as the store keeps them to add them up."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Literal

from frontdesk.sync import wire

Item = dict[str, str | int | None]
"""One value: i indicator, c category (absent without one), v value, or n numerator and d denominator."""

FIELDS: Mapping[str, Literal["text", "int"]] = {"i": "text", "c": "text", "v": "int", "n": "int", "d": "int"}


def values_as_json(body: bytes, schema_version: int) -> tuple[str, str]:
    """The first day of the report and its values as JSON. Raises WireFault when the body cannot be read any more."""
    report = wire.read_body(body, schema_version)
    return report.first_day.isoformat(), as_json(report)


def as_json(report: wire.AnyBody) -> str:
    """The values of a report of any schema version as a JSON array of `Item`."""
    return json.dumps(list(items(report)), ensure_ascii=False, separators=(",", ":"))


def items(report: wire.AnyBody) -> Iterator[Item]:
    """The values of a report one by one, in the order in which it names them."""
    if isinstance(report, wire.ReportBodyV2):
        for one in report.values:
            category: Item = {} if one.category is None else {"c": one.category}
            if one.denominator is None:
                yield {"i": one.indicator, **category, "v": one.value}
            else:
                yield {"i": one.indicator, **category, "n": one.numerator, "d": one.denominator}
        return
    for indicator, figure in report.figures.items():
        if not isinstance(figure, Mapping):
            yield {"i": indicator, "v": figure}
            continue
        for name, count in figure.items():
            yield {"i": indicator, "c": name, "v": count}
