"""What a centre reports: versioned schemas of totals, without names and without rates.

Version 1 holds figures by name. Version 2 holds values by indicator, each with its category if it has one; a rate
travels as its numerator and its denominator. A version once published stays readable under its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    PlainSerializer,
    StringConstraints,
    ValidationError,
    model_serializer,
    model_validator,
)

from frontdesk.common.periods import parse_period
from frontdesk.sync.frames import MAX_JSON_ITEMS, WireFault, from_json, to_json


def _to_day(value: object) -> object:
    if isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return date.fromisoformat(value)
    raise ValueError("a day is written YYYY-MM-DD")


Day = Annotated[date, BeforeValidator(_to_day), PlainSerializer(date.isoformat)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\s\x00-\x1f\x7f]+$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
PlainName = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
"""As `Name`, without the one character that not every database keeps."""
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
KeyId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Revision = Annotated[int, Field(ge=1, le=1_000_000)]
Instant = Annotated[int, Field(ge=0, le=10**14)]
"""UTC milliseconds since the epoch."""
Count = Annotated[int, Field(ge=0, le=10**15)] | None
"""A whole number, or None for "not known". There are no fractions: a rate travels as its parts."""
Figure: TypeAlias = Count | Annotated[dict[Name, Count], Field(max_length=500)]


def _not_too_many(value: object) -> object:
    """Refuse a flood of figures before each of them is looked at, and each that is wrong becomes a fault in memory."""
    if isinstance(value, dict):
        counts = len(value) + sum(len(each) for each in value.values() if isinstance(each, dict))
        if len(value) > MAX_FIGURES or counts > MAX_COUNTS:
            raise ValueError("too many figures")
    return value


MAX_FIGURES, MAX_COUNTS = 500, 10_000
Figures = Annotated[dict[Name, Figure], Field(max_length=MAX_FIGURES), BeforeValidator(_not_too_many)]

MAX_VALUES = 5_000
"""How many values a report may hold; the centre's own indicators with their categories are some hundred."""


class WireModel(BaseModel):
    """What is read from the wire: exact types, no unknown keys, never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


KINDS = {
    "week": "weekly",
    "half_month": "half_monthly",
    "month": "monthly",
    "quarter": "quarterly",
    "year": "yearly",
}
"""The kind of report that goes with each kind of period. Days do not travel."""


@lru_cache(maxsize=256)
def kind_of(period: str) -> str:
    """The kind of report that a period key asks for, wherever its weeks end; `bad_period` when it is no period key."""
    try:
        return KINDS[parse_period(period, finer=True).kind]
    except (ValueError, KeyError) as failure:
        raise WireFault("bad_period", period=period) from failure


class ReportBody(WireModel):
    """Schema version 1 of what a centre reports: a centre's totals over the days `first_day`–`last_day`.

    `figures` maps a figure's name to a count, or to counts by category; never a name or a rate.
    """

    schema_version: Literal[1] = 1
    centre: Code = Field(description="The centre's code.")
    name: Name = Field(description="The centre's name.")
    period: Code = Field(description="The period key: 2026-W46, 2026-11-H1, 2026-11, 2026-Q4, 2026.")
    first_day: Day = Field(alias="from", description="The first local day of the period.")
    last_day: Day = Field(alias="to", description="The last local day of the period, included.")
    figures: Figures = Field(
        description="Counts, or counts by category, by the figures' names; null for not known. At most 10,000 in all."
    )

    def to_bytes(self) -> bytes:
        """The exact bytes of this body: equal bodies give equal bytes."""
        return to_json(self.model_dump(mode="json", by_alias=True))

    def as_figures(self) -> dict[str, Count | dict[str, Count]]:
        """The figures by name: a count, or counts by category."""
        return {name: dict(figure) if isinstance(figure, dict) else figure for name, figure in self.figures.items()}


class ReportValue(WireModel):
    """One value of a report: of an indicator a count, of a split the count of one category, of a rate its two parts.

    A count, or a rate, that is not known has `value` None and no parts.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {
                    "required": ["value"],
                    "properties": {"numerator": {"type": "null"}, "denominator": {"type": "null"}},
                },
                {
                    "required": ["numerator", "denominator"],
                    "properties": {
                        "category": {"type": "null"},
                        "value": {"type": "null"},
                        "numerator": {"type": "integer"},
                        "denominator": {"type": "integer"},
                    },
                },
            ]
        }
    )

    indicator: Code = Field(description="The indicator's code.")
    category: PlainName | None = Field(
        default=None, description="Of a split the category that is counted; else left out."
    )
    value: Count = Field(
        default=None, description="A whole number, or null for not known; left out of a rate with parts."
    )
    numerator: Annotated[int, Field(ge=0, le=10**15)] | None = Field(default=None, description="Of a rate.")
    denominator: Annotated[int, Field(ge=0, le=10**15)] | None = Field(default=None, description="Of a rate.")

    @model_validator(mode="after")
    def _is_one_or_the_other(self) -> ReportValue:
        if (self.numerator is None) is not (self.denominator is None):
            raise ValueError("a rate has both parts")
        if self.numerator is None:
            if "value" not in self.__pydantic_fields_set__:
                raise ValueError("a value that is not known is null")
        elif self.value is not None or self.category is not None:
            raise ValueError("a rate has neither a value nor a category")
        return self

    @model_serializer
    def _plain(self) -> dict[str, Any]:
        plain: dict[str, Any] = {"indicator": self.indicator}
        if self.category is not None:
            plain["category"] = self.category
        if self.is_rate:
            return plain | {"numerator": self.numerator, "denominator": self.denominator}
        return plain | {"value": self.value}

    @property
    def is_rate(self) -> bool:
        """Whether it travels as numerator and denominator."""
        return self.numerator is not None

    @property
    def figure(self) -> Count | dict[str, Count]:
        """What it says: a count, or the parts of a rate."""
        return {"numerator": self.numerator, "denominator": self.denominator} if self.is_rate else self.value


class ReportBodyV2(WireModel):
    """Schema version 2 of what a centre reports: values by indicator over the days `first_day`–`last_day`.

    No indicator stands twice with the same category. `audit_head` is the hash that ends the centre's audit log at the
    moment of the report, for the district to keep; None where the centre does not tell it.
    """

    schema_version: Literal[2] = 2
    centre: Code = Field(description="The centre's code.")
    name: PlainName = Field(description="The centre's name.")
    period: Code = Field(description="The period key: 2026-W46, 2026-11-H1, 2026-11, 2026-Q4, 2026.")
    first_day: Day = Field(alias="from", description="The first local day of the period.")
    last_day: Day = Field(alias="to", description="The last local day of the period, included.")
    values: list[ReportValue] = Field(
        max_length=MAX_VALUES, description="No indicator stands twice with the same category."
    )
    audit_head: Hash | None = Field(default=None, description="The hash at the end of the centre's audit log, or null.")

    def to_bytes(self) -> bytes:
        """The exact bytes of this body: equal bodies give equal bytes."""
        return to_json(self.model_dump(mode="json", by_alias=True))

    def as_figures(self) -> dict[str, Count | dict[str, Count]]:
        """The values by indicator: a count, counts by category, or a rate as {"numerator": k, "denominator": n}."""
        found: dict[str, Count | dict[str, Count]] = {}
        for one in self.values:
            if one.category is None:
                found[one.indicator] = one.figure
                continue
            split = found.setdefault(one.indicator, {})
            if isinstance(split, dict):
                split[one.category] = one.value
        return found


AnyBody: TypeAlias = ReportBody | ReportBodyV2
SCHEMAS: Mapping[int, type[ReportBody] | type[ReportBodyV2]] = {1: ReportBody, 2: ReportBodyV2}
"""Every schema version ever published, so that an older centre's report stays readable."""
DERIVED_FIGURES = ("good_rate", "good_rate_interval95")
"""Rates: never in a report, which carries their parts; worked out by whoever shows it."""


def make_values(figures: Mapping[str, int | Mapping[str, int | None] | None]) -> list[ReportValue]:
    """The values of version 2 that say what `figures` says, which is as `as_figures` gives it; sorted by code.

    A mapping of exactly `numerator` and `denominator` is a rate, any other the counts of categories. Raises WireFault
    `bad_value`.
    """
    rows: list[tuple[str, str | None, int | None, int | None, int | None]] = []
    for code, figure in sorted(figures.items()):
        if not isinstance(figure, Mapping):
            rows.append((code, None, figure, None, None))
        elif figure.keys() == {"numerator", "denominator"}:
            rows.append((code, None, None, figure["numerator"], figure["denominator"]))
        else:
            rows += [(code, category, count, None, None) for category, count in figure.items()]
    return values_of(rows)


def values_of(rows: Iterable[tuple[str, str | None, int | None, int | None, int | None]]) -> list[ReportValue]:
    """The values in rows of indicator, category, value, numerator, denominator. Raises WireFault `bad_value`."""
    found: list[ReportValue] = []
    for index, (indicator, category, value, numerator, denominator) in enumerate(rows):
        said = {
            "indicator": indicator,
            "category": category,
            "value": value,
            "numerator": numerator,
            "denominator": denominator,
        }
        try:
            found.append(ReportValue.model_validate(said))
        except ValidationError as failure:
            raise _bad_value(index, str(indicator), _where(failure)) from failure
    return found


def shown_figures(figures: Mapping[str, int | Mapping[str, int | None] | None]) -> dict[str, JsonValue]:
    """The figures as people read them: with the rate of good ratings and its Wilson 95 % interval.

    A good rating is 5, 4 or 3 (glossary §5.4). Rounded to six decimals, both are None without a rating, and
    left out where a report does not count ratings.
    """
    from frontdesk.common.wilson import wilson_interval

    shown: dict[str, JsonValue] = {
        name: dict(figure) if isinstance(figure, Mapping) else figure for name, figure in figures.items()
    }
    levels = figures.get("ratings_by_level")
    if not isinstance(levels, Mapping):
        return shown
    counts = {level: count or 0 for level, count in levels.items()}
    total = sum(counts.values())
    good = sum(counts.get(level, 0) for level in ("5", "4", "3"))
    shown["good_rate"] = round(good / total, 6) if total else None
    shown["good_rate_interval95"] = [round(bound, 6) for bound in wilson_interval(good, total)] if total else None
    return shown


def read_body(body: bytes, schema_version: int) -> AnyBody:
    """The report in `body`, read by its version's schema.

    Raises `WireFault`: `unknown_schema`, `bad_body`, `bad_period`; of version 2 also `bad_value` with the `index` of
    the value, and `duplicate_value` with the `indexes` of both.
    """
    schema = SCHEMAS.get(schema_version)
    if schema is None:
        raise WireFault("unknown_schema", schema_version=schema_version, supported=sorted(SCHEMAS))
    report = _read_at_once(body) if schema is ReportBodyV2 else None
    if report is None:
        said = from_json(body, "bad_body")
        try:
            report = schema.model_validate(said)
        except ValidationError as failure:
            raise _body_fault(failure, said) from failure
    kind_of(report.period)
    if report.first_day > report.last_day:
        raise WireFault("bad_body", where="from")
    if isinstance(report, ReportBodyV2):
        for fault in repeated_values(report.values):
            raise fault
    return report


def _read_at_once(body: bytes) -> AnyBody | None:
    """A body of version 2 as pydantic reads it from the bytes; None where it has to be read step by step.

    pydantic lets a key stand twice. Every key that stands in the text has a colon of its own: where there are no more
    colons than different keys none stands twice. What is not read here, or has colons in its texts, is read step by
    step, so that what is taken in and what is refused, and for which place, is decided there.
    """
    if body.count(b",") > MAX_JSON_ITEMS:
        return None
    try:
        report = ReportBodyV2.model_validate_json(body)
    except ValidationError:
        return None
    keys = len(report.__pydantic_fields_set__) + sum([len(one.__pydantic_fields_set__) for one in report.values])
    return report if body.count(b":") == keys else None


def _body_fault(failure: ValidationError, said: Any) -> WireFault:
    place = failure.errors(include_url=False)[0]["loc"]
    if len(place) > 1 and place[0] == "values" and isinstance(place[1], int):
        value = said["values"][place[1]]
        indicator = value.get("indicator") if isinstance(value, dict) else None
        where = ".".join(str(step) for step in place[2:])
        return _bad_value(place[1], indicator if isinstance(indicator, str) else "", where)
    return WireFault("bad_body", where=_where(failure))


def _where(failure: ValidationError) -> str:
    return ".".join(str(step) for step in failure.errors(include_url=False)[0]["loc"])[:100]


def _bad_value(index: int, indicator: str, where: str) -> WireFault:
    return WireFault("bad_value", index=index, indicator=indicator[:64], where=where[:100])


def repeated_values(values: Sequence[ReportValue]) -> list[WireFault]:
    """A fault for every value that says again what an earlier one says: `duplicate_value` with the `indexes` of both,
    or `bad_value` where an indicator stands both with and without a category.
    """
    keys = {(one.indicator, one.category) for one in values}
    whole = {indicator for indicator, category in keys if category is None}
    if len(keys) == len(values) and whole.isdisjoint(
        {indicator for indicator, category in keys if category is not None}
    ):
        return []
    faults: list[WireFault] = []
    first: dict[tuple[str, str | None], int] = {}
    is_split: dict[str, bool] = {}
    for index, one in enumerate(values):
        earlier = first.setdefault((one.indicator, one.category), index)
        if earlier != index:
            faults.append(WireFault("duplicate_value", indexes=[earlier, index], indicator=one.indicator))
        elif is_split.setdefault(one.indicator, one.category is not None) != (one.category is not None):
            faults.append(_bad_value(index, one.indicator, "category"))
    return faults


def body_schema(schema_version: int) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a version of the report's body. Raises WireFault `unknown_schema`."""
    schema = SCHEMAS.get(schema_version)
    if schema is None:
        raise WireFault("unknown_schema", schema_version=schema_version, supported=sorted(SCHEMAS))
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:frontdesk:report-body:{schema_version}",
    }
    return head | schema.model_json_schema(by_alias=True)
