"""What a centre reports: a versioned schema of totals, without names and without rates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    PlainSerializer,
    StringConstraints,
)

from frontdesk.common.periods import parse_period
from frontdesk.sync.frames import WireFault, read_model, to_json


def _to_day(value: object) -> object:
    if isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return date.fromisoformat(value)
    raise ValueError("a day is written YYYY-MM-DD")


Day = Annotated[date, BeforeValidator(_to_day), PlainSerializer(date.isoformat)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\s\x00-\x1f\x7f]+$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
KeyId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Revision = Annotated[int, Field(ge=1, le=1_000_000)]
Count = Annotated[int, Field(ge=0, le=10**15)] | None
"""A whole number, or None for "not known". There are no fractions: a rate travels as its parts."""
Figures = Annotated[dict[Name, Count | Annotated[dict[Name, Count], Field(max_length=500)]], Field(max_length=500)]


class WireModel(BaseModel):
    """What is read from the wire: exact types, no unknown keys, never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


KINDS = {"week": "weekly", "month": "monthly", "quarter": "quarterly", "year": "yearly"}
"""The kind of report that goes with each kind of period."""


def kind_of(period: str) -> str:
    """The kind of report that a period key asks for, wherever its weeks end; `bad_period` when it is no period key."""
    try:
        return KINDS[parse_period(period).kind]
    except ValueError as failure:
        raise WireFault("bad_period", period=period) from failure


class ReportBody(WireModel):
    """Schema version 1 of what a centre reports: a centre's totals over the days `first_day`–`last_day`.

    `figures` maps a figure's name to a count, or to counts by category; never a name or a rate.
    """

    schema_version: Literal[1] = 1
    centre: Code
    name: Name
    period: Code
    first_day: Day = Field(alias="from")
    last_day: Day = Field(alias="to")
    figures: Figures

    def to_bytes(self) -> bytes:
        """The exact bytes of this body: equal bodies give equal bytes."""
        return to_json(self.model_dump(mode="json", by_alias=True))


SCHEMAS: Mapping[int, type[ReportBody]] = {1: ReportBody}
"""Every schema version ever published, so that an older centre's report stays readable."""
DERIVED_FIGURES = ("good_rate", "good_rate_interval95")
"""Rates: never in a report, which carries their parts; worked out by whoever shows it."""


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


def read_body(body: bytes, schema_version: int) -> ReportBody:
    """The report in `body`, read by its version's schema.

    Raises `WireFault`: `unknown_schema`, `bad_body`, `bad_period`.
    """
    schema = SCHEMAS.get(schema_version)
    if schema is None:
        raise WireFault("unknown_schema", schema_version=schema_version, supported=sorted(SCHEMAS))
    report = read_model(schema, body, "bad_body")
    kind_of(report.period)
    if report.first_day > report.last_day:
        raise WireFault("bad_body", where="from")
    return report
