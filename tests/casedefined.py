"""What a definition says of itself to those who walk its records: what is typed, and what decides a condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from frontdesk.cases.definition.model import Condition, Definition, FieldDefinition


def typed_columns(definition: Definition, one: FieldDefinition) -> list[FieldDefinition]:
    """The columns of a list that are typed, not worked out."""
    worked = {work.column for work in definition.works_out if work.list_code == one.code}
    return [column for column in one.fields if column.code not in worked]


def field_of(definition: Definition, code: str) -> FieldDefinition:
    found = definition.field(code)
    assert found is not None
    return found


def sources(definition: Definition, needs: Sequence[Condition]) -> list[str]:
    """The fields that decide some conditions, through everything that is worked out."""
    named: list[str] = []
    for need in needs:
        parts = [need.field, *((one or "").partition(".")[0] for one in (need.total, need.different, need.every))]
        parts += [one for one in (need.least, need.most) if isinstance(one, str)]
        named += [one for one in parts if one]
    for code in named:
        for work in definition.works_out:
            if code in (work.column if not work.list_code else work.list_code, work.list_code):
                read = [*work.operands, *(one.partition(".")[0] for one in work.columns_read)]
                named += [one for one in read if definition.field(one) is not None and one not in named]
    return [one for one in dict.fromkeys(named) if one not in definition.worked_out]


def plain_holds(when: Condition, values: Mapping[str, Any]) -> bool:
    """Whether a limit is one of this record: by one field only."""
    value = values.get(when.field or "")
    if when.equals is not None:
        return bool(value == when.equals)
    if when.one_of:
        return value in when.one_of
    return when.filled is None or when.filled == (value not in (None, ""))
