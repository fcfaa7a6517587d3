"""What is true of several records at once: posts that must be filled, results that come in a row, numbers. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from frontdesk.cases.definition.model import Definition, FieldDefinition, Number, Opening, Streak, Vacancy
from frontdesk.cases.engine.values import Plain, Value

LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Run:
    """Results in a row of one `by` (an operator): the last number in order (a year), and how many there are."""

    by: str
    last: int
    length: int
    has_consequence: bool


def vacant(vacancy: Vacancy, open_values: Iterable[Mapping[str, Value]]) -> list[str]:
    """The posts that stand in no record that has not ended, in the order of the file."""
    held = {values.get(vacancy.field) for values in open_values}
    return [one for one in vacancy.values if one not in held]


def held_twice(vacancy: Vacancy, open_values: Iterable[Mapping[str, Value]]) -> list[str]:
    """The posts that stand in more than one record, in the order of the file; the use cases let it come to none."""
    held = Counter(values.get(vacancy.field) for values in open_values)
    return [one for one in vacancy.values if held[one] > 1]


def runs(streak: Streak, results: Iterable[tuple[str, Mapping[str, Value]]]) -> list[Run]:
    """The rows of results that last until now and have come to be shown: of each `by` its latest number must be such a
    result, and the row goes back as far as there is no gap. `results` are states and values of the records that have
    ended: a year that is still looked into hides nothing.

    Several records of one year count once, and a good one among them ends the row.
    """
    by: dict[str, dict[int, bool]] = {}
    for state, values in results:
        who, order = values.get(streak.by), values.get(streak.order)
        if isinstance(who, str) and isinstance(order, int) and not isinstance(order, bool):
            years = by.setdefault(who, {})
            years[order] = years.get(order, True) and state in streak.states
    found = []
    for who in sorted(by):
        last = max(by[who])
        length = 0
        while by[who].get(last - length, False):
            length += 1
        if length >= streak.warns:
            found.append(Run(who, last, length, length >= streak.limit))
    return found


def is_wanted(opening: Opening, row: Mapping[str, Plain]) -> bool:
    """Whether a step opens something for a row of a list."""
    is_chosen = opening.only is None or row.get(opening.only) is True
    return is_chosen and (opening.unless is None or row.get(opening.unless) is not True)


def number_prefix(number: Number, day: date) -> str:
    """What the numbers of a day begin with: SW2026-, SW202611-, SW-."""
    part = {"year": f"{day.year:04d}", "month": f"{day.year:04d}{day.month:02d}", "never": ""}[number.per]
    return f"{number.prefix}{part}-"


def next_number(number: Number, day: date, last: str) -> str:
    """The number behind the last one with the same beginning ('' before the first). It grows a digit when it must."""
    begins = number_prefix(number, day)
    running = int(last.removeprefix(begins)) + 1 if last else 1
    return f"{begins}{running:0{number.digits}d}"


def title_of(definition: Definition, values: Mapping[str, Value]) -> str:
    """What a record is called in a list: the first text of it that stands in a column and tells of no person, else the
    beginning of its first other words; ''.
    """
    fields = titled_by(definition)
    if not any(values.get(one.code) for one in fields):
        fields = [one for one in definition.fields if one.kind in ("text", "long_text") and one.personal is None]
    found = next((value for one in fields if isinstance(value := values.get(one.code), str) and value), "")
    return found.partition("\n")[0][:LONGEST_TITLE]


def titled_by(definition: Definition) -> list[FieldDefinition]:
    """The fields that give a record its title, the first with something in it."""
    kinds = ("text", "organisation")
    return [one for one in definition.fields if one.column and one.kind in kinds and one.personal is None]
