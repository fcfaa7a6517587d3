"""What the records of a sound file never say: for each such thing a statement that answers a row where they do.

Each row has the columns that its words need. None of them is a name or a phone. Reads only, for checks.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from importlib import import_module

AREAS = ("activities", "cases", "feedback", "residents", "roster", "staff", "sync", "volunteers")


def statements(area: str) -> Mapping[str, str]:
    """The statements of an area by the codes of what they find."""
    found: Mapping[str, str] = import_module(f"db.invariants.{area}").STATEMENTS
    return found


def astray(connection: sqlite3.Connection, area: str, code: str) -> tuple[int, dict[str, object]]:
    """How many rows contradict an invariant, and the columns of the first; (0, {}) where none does."""
    cursor = connection.execute(statements(area)[code])
    row = cursor.fetchone()
    if row is None:
        return 0, {}
    first = {column[0]: value for column, value in zip(cursor.description, tuple(row), strict=True)}
    return 1 + sum(1 for _ in cursor), first
