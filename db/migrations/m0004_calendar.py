"""The calendar: the days that differ from Monday to Friday, and the years whose list is known.

No days are put in here: they come from a library and from the office's lists, and both change while a released
migration must not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

STATEMENTS = (
    """
    CREATE TABLE workday_override (
        day TEXT PRIMARY KEY CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
        kind TEXT NOT NULL CHECK (kind IN ('holiday', 'makeup')),
        name TEXT NOT NULL DEFAULT '',
        source TEXT NOT NULL CHECK (source IN ('package', 'import', 'manual'))
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE calendar_year (
        year INTEGER PRIMARY KEY CHECK (year BETWEEN 1900 AND 2199),
        source TEXT NOT NULL CHECK (source IN ('package', 'import')),
        loaded_at INTEGER NOT NULL
    ) STRICT
    """,
)


def migrate(database: Database) -> None:
    """Create the tables of schema version 4."""
    for statement in STATEMENTS:
        database.execute(statement)
