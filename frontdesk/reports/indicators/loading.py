"""Reading the definitions of the indicators: one TOML file for each area, and one with the columns of all rows."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from frontdesk.reports.indicators.definition import PARAMETERS, Column, Indicator, Source
from frontdesk.reports.indicators.errors import IndicatorError

COLUMNS_FILE = "columns.toml"
AREAS = (
    "sessions",
    "signups",
    "attendance",
    "volunteers",
    "duty",
    "rooms",
    "demands",
    "ratings",
    "follow_ups",
    "fees",
    "letters",
    "mechanisms",
    "competency",
    "catalogue",
    "case_rates",
    "grid",
)
"""The files in the order in which the indicators are listed."""

Model = TypeVar("Model", bound=BaseModel)


@cache
def register() -> Mapping[str, Indicator]:
    """Every indicator of the program by its code, in the order of the files. Raises IndicatorError `bad_definition`."""
    folder = files("frontdesk.reports.indicators") / "definitions"
    return read(folder, [f"{area}.toml" for area in AREAS])


def read(folder: Traversable, names: Iterable[str]) -> dict[str, Indicator]:
    """The indicators that these files of a folder define, with columns that its `columns.toml` says.

    Raises IndicatorError `bad_definition`, which names file, entry and key of what is wrong.
    """
    columns = _columns(folder)
    found: dict[str, Indicator] = {}
    for name in names:
        for one in _read_file(folder, name, columns):
            if one.code in found:
                raise _wrong(name, one.code, "code", "defined twice")
            found[one.code] = one
    for one in found.values():
        _check_others(one, found)
    return found


def _columns(folder: Traversable) -> dict[str, Column]:
    said = _toml(folder, COLUMNS_FILE)
    return {name: _valid(Column, value, COLUMNS_FILE, name) for name, value in said.items()}


def _read_file(folder: Traversable, name: str, columns: Mapping[str, Column]) -> Iterable[Indicator]:
    said = _toml(folder, name)
    for key in said.keys() - {"sources", "indicators"}:
        raise _wrong(name, key, "", "only sources and indicators stand in a file")
    sources = {code: _valid(Source, value, name, code) for code, value in said.get("sources", {}).items()}
    for place, value in enumerate(said.get("indicators", []), 1):
        entry = str(value.get("code", f"#{place}"))
        one = _valid(Indicator, value | {"area": name.removesuffix(".toml")}, name, entry)
        if one.kind != "rate":
            one = _with_source(one, sources, columns, name)
        _check(one, name)
        yield one


def _with_source(one: Indicator, sources: Mapping[str, Source], columns: Mapping[str, Column], name: str) -> Indicator:
    source = sources.get(one.of)
    if source is None:
        raise _wrong(name, one.code, "of", f"no source {one.of}")
    shown = one.columns or tuple(source.columns)
    for column in shown:
        if column not in source.columns and column not in one.say:
            raise _wrong(name, one.code, "columns", f"the source has no column {column}")
        if column not in columns:
            raise _wrong(name, one.code, "columns", f"{COLUMNS_FILE} has no column {column}")
    if one.sums != "none" and one.sums not in source.columns:
        raise _wrong(name, one.code, "sums", f"the source has no column {one.sums}")
    headings = {column: columns[column] for column in shown}
    return one.model_copy(update={"source": source, "columns": shown, "headings": headings})


def _check(one: Indicator, name: str) -> None:
    """What fields must be with each other."""
    if (one.kind == "split") != bool(one.by):
        raise _wrong(name, one.code, "by", "a split says by what, and nothing else does")
    # A rate of what stands at the end of a period is over several of them no rate at all.
    adds = one.adds == "rate" or (one.adds == "distinct" and one.kind == "rate")
    if (one.kind == "rate") != adds or (one.kind == "rate") != (one.over_centres == "rate"):
        raise _wrong(name, one.code, "adds", "a rate adds up by its parts, and nothing else does")
    if one.kind == "rate" and "none" in (one.numerator, one.denominator):
        raise _wrong(name, one.code, "numerator", "a rate has a numerator and a denominator")
    if one.unknown_without_rows and (one.sums == "none" or (one.adds, one.over_centres) != ("distinct", "distinct")):
        raise _wrong(name, one.code, "unknown_without_rows", "only what is worked out of a column and never adds up")
    if one.distinct and (one.sums != "none" or one.per):
        raise _wrong(name, one.code, "distinct", "what is distinct is neither added up nor put together")
    for parameter in one.parameters() - PARAMETERS.keys():
        raise _wrong(name, one.code, "which", f"unknown parameter :{parameter}")


def _check_others(one: Indicator, found: Mapping[str, Indicator]) -> None:
    """That the indicators it names are there, and are counts."""
    for key in ("numerator", "denominator", "needs"):
        named = getattr(one, key)
        if named != "none" and (named not in found or found[named].kind != "count"):
            raise _wrong(f"{one.area}.toml", one.code, key, f"{named} is no count")
        # A rate travels as its parts, and what differs in it is told of these.
        if one.kind == "rate" and key != "needs" and not _goes_with(found[named], one):
            raise _wrong(f"{one.area}.toml", one.code, key, f"{named} neither leaves nor moves as the rate does")


def _goes_with(part: Indicator, rate: Indicator) -> bool:
    """Whether a part leaves with every report in which its rate does, and stays as it was closed where that does: a
    rate may move by one of its parts alone.
    """
    return (part.leaves >= rate.leaves and {*part.period_kinds} >= {*rate.period_kinds}) and part.moves <= rate.moves


def _toml(folder: Traversable, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as failure:
        raise _wrong(name, "", "", str(failure)) from failure


def _valid(model: type[Model], value: object, name: str, entry: str) -> Model:
    try:
        return model.model_validate(value)
    except ValidationError as failure:
        first = failure.errors()[0]
        raise _wrong(name, entry, ".".join(map(str, first["loc"])), first["msg"]) from failure


def _wrong(name: str, entry: str, key: str, reason: str) -> IndicatorError:
    return IndicatorError("bad_definition", file=name, entry=entry or "-", key=key or "-", reason=reason)
