"""What a step carries into a record that it opens: it has to fit there, as if a person had typed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from frontdesk.cases.engine.values import LONGEST_LINE, LONGEST_TEXT, MOST_ROWS, Plain, Row, Value
from frontdesk.cases.errors import CaseError
from frontdesk.common.phones import normalise_phone

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition, FieldDefinition

CUT = "…"
"""What stands at the end of words that go on in the record from which they were carried."""


@dataclass(frozen=True, slots=True)
class _Into:
    """A field, or a column of a list, into which something is carried, and what it is called."""

    definition: Definition
    field: FieldDefinition
    named: str

    def refuse(self, code: str, most: int = 0) -> CaseError:
        return CaseError(code, name=str(self.definition.name), field=self.named, most=most)


def carried(definition: Definition, given: Mapping[str, Value]) -> dict[str, Value]:
    """These values as fields of a new record hold them. Free words that are too long are cut, with a mark that they go
    on where they came from; a name, a phone or an amount is never cut.

    Raises CaseError `carried_too_much`, `carried_unfit`, which say what has to be mended before.
    """
    fitting = {}
    for code, value in given.items():
        field = definition.field(code)
        fitting[code] = value if field is None else _fitting(_Into(definition, field, str(field.name)), value)
    return fitting


def _fitting(into: _Into, value: Value) -> Value:
    if isinstance(value, str | int):
        return _plain(into, value)
    return _rows(into, value)


def _plain(into: _Into, value: Plain) -> Plain:
    field = into.field
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        if (field.most is not None and value > field.most) or (field.least is not None and value < field.least):
            raise into.refuse("carried_unfit")
        return value
    if field.kind not in ("text", "long_text", "organisation", "person"):
        return value
    if field.personal == "phone":
        try:
            return normalise_phone(value)
        except ValueError as wrong:
            raise into.refuse("carried_unfit") from wrong
    words = value if field.kind == "long_text" else " ".join(value.split())
    most = field.most or (LONGEST_TEXT if field.kind == "long_text" else LONGEST_LINE)
    if len(words) <= most:
        return words
    if field.personal == "name" or field.kind == "organisation":
        raise into.refuse("carried_too_much", most)
    return words[: most - len(CUT)].rstrip() + CUT


def _rows(into: _Into, rows: Sequence[Row]) -> Sequence[Row]:
    most = into.field.most or MOST_ROWS
    if len(rows) > most:
        raise into.refuse("carried_too_much", most)
    columns = {one.code: _Into(into.definition, one, f"{into.named} {one.name}") for one in into.field.fields}
    return [
        {code: _plain(columns[code], value) if code in columns else value for code, value in row.items()}
        for row in rows
    ]
