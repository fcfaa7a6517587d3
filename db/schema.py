"""Whether the file has the tables, indexes and triggers that the migrations make. Reads only.

A trigger that somebody dropped is missed by nothing else: whatever it held can be changed from then on.
"""

from __future__ import annotations

import re
import sqlite3
from functools import cache
from importlib import import_module
from typing import Any, Literal, NamedTuple

from db.migrations import MODULES

How = Literal["missing", "otherwise", "strange"]

# What SQLite and the keeper of the migrations make for themselves has names of its own.
_OBJECTS = """
    SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL
    AND substr(tbl_name, 1, 1) <> '_' AND substr(tbl_name, 1, 7) <> 'sqlite_'
"""


class Difference(NamedTuple):
    """A table, index or trigger that is missing, is made otherwise, or is none of ours (`strange`)."""

    how: How
    kind: str
    name: str


def differences(connection: sqlite3.Connection) -> list[Difference]:
    """Where the schema of a file of the present version is not what the migrations make; by name."""
    wanted, kept = expected(), _objects(connection)
    found = [Difference("missing", *one) for one in wanted.keys() - kept.keys()]
    found += [Difference("strange", *one) for one in kept.keys() - wanted.keys()]
    found += [Difference("otherwise", *one) for one in wanted.keys() & kept.keys() if wanted[one] != kept[one]]
    return sorted(found, key=lambda one: (one.how != "missing", one.kind, one.name))


@cache
def expected() -> dict[tuple[str, str], str]:
    """What the migrations make in an empty file, by kind and name: each statement without its spaces and quotes, of
    which versions of SQLite keep other ones.
    """
    memory = sqlite3.connect(":memory:", isolation_level=None)
    try:
        made: Any = memory
        for name in MODULES:
            # They only ever execute statements: the library that keeps the record of them takes long to import.
            import_module(f"db.migrations.{name}").migrate(made)
        return _objects(memory)
    finally:
        memory.close()


def _objects(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    return {(row[0], row[1]): re.sub(r"[\s\"'`\[\]]+", "", row[2]).casefold() for row in connection.execute(_OBJECTS)}
