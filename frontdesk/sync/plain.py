"""The quick way to read a report of version 2: one pass over its bytes into plain values, for whoever takes in many.

What it reads is what `body.read_body` reads; whatever is written in another way than our programs write it, or is
wrong, is left to that one, which decides what is taken in and which place is at fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, NotRequired

from pydantic import ConfigDict, Field, ValidationError, with_config
from typing_extensions import TypedDict

from frontdesk.sync.body import MAX_VALUES, Code, Count, Day, Hash, PlainName, WireModel
from frontdesk.sync.frames import MAX_JSON_ITEMS

PLAIN_VERSION = 2
"""The schema version that is read so."""

_EXACTLY = ConfigDict(extra="forbid", strict=True)
_Part = Annotated[int, Field(ge=0, le=10**15)]


@with_config(_EXACTLY)
class PlainValue(TypedDict):
    """A value as `body.ReportValue` has it: without what is left out."""

    indicator: Code
    category: NotRequired[PlainName]
    value: NotRequired[Count]
    numerator: NotRequired[_Part]
    denominator: NotRequired[_Part]


class PlainBody(WireModel):
    """As `body.ReportBodyV2`."""

    schema_version: Literal[2]
    centre: Code
    name: PlainName
    period: Code
    first_day: Day = Field(alias="from")
    last_day: Day = Field(alias="to")
    values: list[PlainValue] = Field(max_length=MAX_VALUES)
    audit_head: Hash | None = None


def read_plainly(body: bytes) -> PlainBody | None:
    """The report in the bytes of a body of version 2; None where it has to be read step by step.

    pydantic lets a key stand twice. Every key that stands in the text has a colon of its own: where there are no more
    colons than different keys none stands twice.
    """
    if body.count(b",") > MAX_JSON_ITEMS:
        return None
    try:
        report = PlainBody.model_validate_json(body)
    except ValidationError:
        return None
    keys = len(report.model_fields_set) + sum(map(len, report.values))
    if body.count(b":") != keys or report.first_day > report.last_day:
        return None
    return report if _each_once(report.values) else None


def _each_once(values: Sequence[PlainValue]) -> bool:
    """Whether each value is a count, the count of a category, or a rate with both parts, and none stands twice."""
    whole: set[str] = set()
    split: set[tuple[str, str]] = set()
    for one in values:
        if "numerator" in one:
            if len(one) != 3 or "denominator" not in one:
                return False
            whole.add(one["indicator"])
        elif "denominator" in one or "value" not in one:
            return False
        elif "category" in one:
            split.add((one["indicator"], one["category"]))
        else:
            whole.add(one["indicator"])
    return len(whole) + len(split) == len(values) and whole.isdisjoint({indicator for indicator, _ in split})
