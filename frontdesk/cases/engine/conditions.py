"""Whether what a definition asks for holds of a record: of its fields, its lists, and what is linked to it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from frontdesk.cases.definition.model import Condition, Definition
from frontdesk.cases.engine.values import Value


@dataclass(frozen=True, slots=True)
class Linked:
    """A record that is linked to this one: of which definition, and where it stands."""

    definition: str
    state: str


def holds(condition: Condition, values: Mapping[str, Value], linked: Iterable[Linked] = ()) -> bool:
    """Whether a condition is met. A field without anything is no number: it is neither at least nor at most."""
    if condition.field is None and any(of_rows(condition)):
        return _rows_hold(condition, values)
    if condition.linked is not None:
        number: int | None = sum(
            one.definition == condition.linked and (not condition.states or one.state in condition.states)
            for one in linked
        )
    elif condition.total is not None:
        number = total(values, condition.total)
    elif condition.different is not None:
        number = len({one for one in _cells(condition.different, values) if one is not None})
    else:
        value = values.get(condition.field or "")
        if condition.filled is not None and condition.filled != (value not in (None, "", ())):
            return False
        if condition.equals is not None and not _same(value, condition.equals):
            return False
        if condition.one_of and value not in condition.one_of:
            return False
        number = _number(value)
    return _within(number, condition, values)


def of_rows(condition: Condition) -> tuple[str | None, ...]:
    """The columns that a condition looks at row by row."""
    return (condition.every, condition.unique, condition.known, condition.among)


def _rows_hold(condition: Condition, values: Mapping[str, Value]) -> bool:
    """Whether a condition on the rows of a list is met; of no rows it is, and an empty cell is not looked at twice."""
    if condition.every is not None:
        return all(one is True for one in _cells(condition.every, values))
    if condition.unique is not None:
        filled = [one for one in _cells(condition.unique, values) if one is not None]
        return len(set(filled)) == len(filled)
    others = set(_cells(condition.among or "", values))
    return all(one is None or one in others for one in _cells(condition.known or "", values))


def failing(condition: Condition, values: Mapping[str, Value]) -> list[int]:
    """The rows (from 1) by which a condition on the rows of a list does not hold; none for any other condition."""
    if condition.every is not None:
        return [place for place, one in enumerate(_cells(condition.every, values), 1) if one is not True]
    if condition.unique is not None:
        cells = _cells(condition.unique, values)
        return [place for place, one in enumerate(cells, 1) if one is not None and cells.count(one) > 1]
    if condition.known is not None:
        others = set(_cells(condition.among or "", values))
        cells = _cells(condition.known, values)
        return [place for place, one in enumerate(cells, 1) if one is not None and one not in others]
    return []


def rows_named(definition: Definition, condition: Condition, values: Mapping[str, Value]) -> tuple[str, ...]:
    """The rows by which a condition does not hold, each with its number and what it is about: `2. Parking`."""
    named = condition.every or condition.unique or condition.known or ""
    code = named.partition(".")[0]
    field, rows = definition.field(code), values.get(code, ())
    if field is None or isinstance(rows, str | int):
        return ()
    texts = [one for one in field.fields if one.kind in ("text", "long_text") and one.personal is None]
    about = next((one.code for one in sorted(texts, key=lambda one: not one.required)), "")
    return tuple(f"{place}. {rows[place - 1].get(about, '')}".strip() for place in failing(condition, values))


def _cells(named: str, values: Mapping[str, Value]) -> list[Value | None]:
    """What the rows of a list have in a column."""
    name, _, column = named.partition(".")
    rows = values.get(name, ())
    return [] if isinstance(rows, str | int) else [row.get(column) for row in rows]


def _within(number: int | None, condition: Condition, values: Mapping[str, Value]) -> bool:
    for bound, sign in ((condition.least, 1), (condition.most, -1)):
        if bound is None:
            continue
        limit = _number(values.get(bound)) if isinstance(bound, str) else bound
        if number is None or limit is None or sign * number < sign * limit:
            return False
    return True


def _same(value: Value | None, wanted: str | int | bool) -> bool:
    """Equal and of one kind: True is not 1."""
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)


def _number(value: Value | None) -> int | None:
    """A number as it is, a list as the number of its rows."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return None
    return value if isinstance(value, int) else len(value)


def total(values: Mapping[str, Value], named: str) -> int:
    """The sum of a list's column, 0 for an empty list; whole numbers only, money in fen."""
    name, _, column = named.partition(".")
    rows = values.get(name, ())
    if isinstance(rows, str | int):
        return 0
    return sum(amount for row in rows if isinstance(amount := row.get(column, 0), int))
