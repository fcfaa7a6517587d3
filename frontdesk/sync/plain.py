"""The quick way to read a report of version 2, for whoever takes in many: what stands before the numbers is the same in
every report, so each such text is read properly once and known again from then on.

What is read here is what `body.read_body` reads; whatever is written in another way than our programs write it, or is
wrong, is left to that one, which decides what is taken in and which place is at fault.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, ValidationError

from frontdesk.sync.body import MAX_VALUES, Code, Day, Hash, PlainName, ReportValue, WireModel, kind_of
from frontdesk.sync.frames import MAX_JSON_ITEMS, WireFault, from_json, to_json

Shape = Literal["count", "split", "rate"]

PLAIN_VERSION = 2
"""The schema version that is read so."""

_VALUES, _END = b',"values":[{', b"}]}"
"""Between them stand the values: keys are sorted, so nothing follows them."""

_SMALL = frozenset({b"null", *(b"%d" % number for number in range(5_000))})
"""Numbers as most reports have them."""
_NUMBER = re.compile(rb"0|[1-9][0-9]{0,14}|null")
_RATE = re.compile(rb'"denominator":([0-9]{1,15}),("indicator":"[^"]*","numerator")')

REMEMBERED = 20_000
"""Names of values that a process knows again: some thousands are in use in a district, of some hundred bytes each."""
_LONGEST = 1_500


class _Name(NamedTuple):
    """What stands before a number: of which indicator it is, and how that is written among the `figures`.

    `split` is the indicator of which it counts a category; "" for what is a whole or a rate.
    """

    indicator: str
    split: str
    shape: Shape
    going_on: bytes
    after_whole: bytes
    after_split: bytes


_known: dict[bytes, _Name] = {}
_rates: dict[bytes, _Name] = {}
"""Of rates what stands around the denominator; apart, for by itself it is no value."""


@dataclass(frozen=True, slots=True)
class PlainBody:
    """What a report says, as `body.ReportBodyV2`, with its values in two forms.

    `figures` is a JSON object by indicator: a count, counts by category, or a rate as [numerator, denominator];
    `shapes` says by indicator which of them it is. No numerator is above its denominator.
    """

    centre: str
    period: str
    first_day: date
    last_day: date
    shapes: Mapping[str, Shape]
    figures: str


class _Head(WireModel):
    """A body of which the values were taken out."""

    schema_version: Literal[2]
    centre: Code
    name: PlainName
    period: Code
    first_day: Day = Field(alias="from")
    last_day: Day = Field(alias="to")
    values: Annotated[list[int], Field(max_length=0)]
    audit_head: Hash | None = None


def read_plainly(body: bytes) -> PlainBody | None:
    """The report in the bytes of a body of version 2; None where it has to be read step by step.

    The bytes before the values and those of each value are whole JSON by themselves, so together they are too.
    """
    begin = body.find(_VALUES)
    if begin < 0 or not body.endswith(_END):
        return None
    if len(body) > MAX_JSON_ITEMS and body.count(b",") > MAX_JSON_ITEMS:
        return None
    head = _read_head(body[:begin] + b',"values":[]}')
    said = _read_values(body[begin + len(_VALUES) : -len(_END)])
    if head is None or said is None:
        return None
    shapes, figures = said
    return PlainBody(head.centre, head.period, head.first_day, head.last_day, shapes, figures)


def _read_head(raw: bytes) -> _Head | None:
    """pydantic lets a key stand twice. Every key that stands in the text has a colon of its own: where there are no
    more colons than different keys none stands twice.
    """
    try:
        head = _Head.model_validate_json(raw)
        kind_of(head.period)
    except (ValidationError, WireFault):
        return None
    return head if raw.count(b":") == len(head.model_fields_set) and head.first_day <= head.last_day else None


def _read_values(raw: bytes) -> tuple[dict[str, Shape], str] | None:
    """Shapes and figures of the values between the first brace and the last; None for what is not at once in order.

    All values of an indicator stand together: where each indicator begins only once, none stands both with and without
    a category.
    """
    pieces = raw.split(b"},{")
    parted = [one.rpartition(b":") for one in pieces]
    heads = [one[0] for one in parted]
    numbers = [one[2] for one in parted]
    names = list(map(_known.get, heads))
    if len(pieces) > MAX_VALUES or not (_SMALL.issuperset(numbers) or all(map(_NUMBER.fullmatch, numbers))):
        return None
    if None in names and not _look_up(names, heads, numbers):
        return None
    shapes: dict[str, Shape] = {}
    written: list[bytes] = []
    begun, split = 0, ""
    for indicator, of_split, shape, going_on, after_whole, after_split in filter(None, names):
        if of_split and of_split == split:
            written.append(going_on)
        else:
            written.append(after_split if split else after_whole)
            shapes[indicator] = shape
            split = of_split
            begun += 1
    if begun != len(shapes) or len(set(heads)) != len(heads):
        return None
    both = [b""] * (2 * len(written))
    both[::2], both[1::2] = written, numbers
    return shapes, f"{{{b''.join(both)[1:].decode()}{'}' if split else ''}}}"


def _look_up(names: list[_Name | None], heads: list[bytes], numbers: list[bytes]) -> bool:
    """Whether all names that are missing could be filled in; of a rate the denominator is taken out of its head."""
    for place, name in enumerate(names):
        if name is not None:
            continue
        rate = _RATE.fullmatch(heads[place])
        if rate is None:
            found = _learned(_known, heads[place], b"{%b:0}")
        else:
            numerator, denominator = numbers[place], rate[1]
            if not (numerator.isdigit() and _NUMBER.fullmatch(denominator) and int(numerator) <= int(denominator)):
                return False
            heads[place], numbers[place] = rate[2], b"[%b,%b]" % (numerator, denominator)
            found = _rates.get(rate[2]) or _learned(_rates, rate[2], b'{"denominator":0,%b:0}')
        if found is None:
            return False
        names[place] = found
    return True


def _learned(known: dict[bytes, _Name], head: bytes, value_with: bytes) -> _Name | None:
    """The name in the text before a number, read as a whole value is; None where that is wrong or written otherwise."""
    raw = value_with % head
    if len(raw) > _LONGEST:
        return None
    try:
        value = ReportValue.model_validate(from_json(raw, "bad_body"))
    except (WireFault, ValidationError):
        return None
    if to_json(value.model_dump()) != raw or value.is_rate is not (known is _rates):
        return None
    indicator = to_json(value.indicator)
    if value.category is None:
        opening = b"%b:" % indicator
        name = _Name(value.indicator, "", "rate" if value.is_rate else "count", b"", b"," + opening, b"}," + opening)
    else:
        category = to_json(value.category)
        opening = b"%b:{%b:" % (indicator, category)
        going_on = b",%b:" % category
        name = _Name(value.indicator, value.indicator, "split", going_on, b"," + opening, b"}," + opening)
    if len(known) >= REMEMBERED:
        known.clear()
    known[head] = name
    return name
