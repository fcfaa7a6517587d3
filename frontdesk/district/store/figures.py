"""A report's values one by one, as the store keeps them to add them up."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from pydantic_core import to_json

from frontdesk.sync import wire

Item = dict[str, str | int | None]
"""One value: i indicator, c category (absent without one), v value, or n numerator and d denominator."""

FIELDS: Mapping[str, Literal["text", "int"]] = {"i": "text", "c": "text", "v": "int", "n": "int", "d": "int"}


def values_as_json(body: bytes, schema_version: int) -> tuple[str, str]:
    """The first day of the report and its values as JSON. Raises WireFault when the body cannot be read any more."""
    report = wire.read_body(body, schema_version)
    return report.first_day.isoformat(), as_json(report)


def as_json(report: wire.AnyBody | wire.PlainBody) -> str:
    """The values of a report of any schema version as a JSON array of `Item`."""
    if not isinstance(report, wire.PlainBody):
        return to_json(items(report)).decode()
    said = [
        f"{_opened(one['indicator'], one.get('category'))}{'null' if one['value'] is None else one['value']}}}"
        if "value" in one
        else f'{{"i":{_quoted(one["indicator"])},"n":{one["numerator"]},"d":{one["denominator"]}}}'
        for one in report.values
    ]
    return f"[{','.join(said)}]"


@lru_cache(maxsize=4096)
def _opened(indicator: str, category: str | None) -> str:
    """An item up to its value: the same indicators and categories come with every report."""
    of_category = "" if category is None else f',"c":{_quoted(category)}'
    return f'{{"i":{_quoted(indicator)}{of_category},"v":'


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    return to_json(text).decode()


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
