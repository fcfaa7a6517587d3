"""What a record that is referred to brings along: the materials of a guide stand in what is told at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import TYPE_CHECKING

from db import cases as records
from frontdesk.cases.rows import values_of

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition
    from frontdesk.cases.engine.values import Value


def brought(
    connection: sqlite3.Connection, definition: Definition, values: Mapping[str, Value | None]
) -> dict[str, Value]:
    """By field what the references of a record bring into it, where nothing was said there. Nothing of people is ever
    brought: `reading.crossed` and the definitions' own checks name what would.
    """
    found: dict[str, Value] = {}
    for field in definition.fields:
        number = values.get(field.code)
        if not field.brings or field.of is None or not isinstance(number, str):
            continue
        row = records.by_number(connection, field.of, number)
        theirs = values_of(row) if row is not None else {}
        found |= {
            ours: theirs[other]
            for ours, other in field.brings.items()
            if other in theirs and values.get(ours) is None and ours not in found
        }
    return found
