"""Which fields are about the same person. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import FieldDefinition


def persons_in(fields: Iterable[FieldDefinition]) -> list[tuple[FieldDefinition, ...]]:
    """The fields about one person each, but for lists: with a name begins the next one. A volunteer, whom a number
    names, is somebody else than whoever stands before.
    """
    groups: list[list[FieldDefinition]] = []
    volunteers: list[list[FieldDefinition]] = []
    for one in fields:
        if one.personal is None or one.fields:
            continue
        if one.kind == "volunteer":
            volunteers.append([one])
            continue
        is_next = not groups or (one.personal == "name" and any(other.personal == "name" for other in groups[-1]))
        if is_next:
            groups.append([])
        groups[-1].append(one)
    return [tuple(one) for one in (*groups, *volunteers)]


def phone_beside(fields: Iterable[FieldDefinition], code: str) -> str:
    """The field for the phone of whoever stands in a field; '' where there is none."""
    group = next((one for one in persons_in(fields) if any(field.code == code for field in one)), ())
    return next((one.code for one in group if one.personal == "phone"), "")
