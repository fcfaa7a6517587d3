"""Which mechanisms (制度) a centre keeps: its decisions, each from a day on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

STATEMENTS = (
    # What was decided last holds from its day on; before it what was decided until then.
    """
    CREATE TABLE case_adoption (
        id INTEGER PRIMARY KEY, definition TEXT NOT NULL, since TEXT NOT NULL,
        is_kept INTEGER NOT NULL CHECK (is_kept IN (0, 1)), reason TEXT NOT NULL DEFAULT '',
        at INTEGER NOT NULL, operator_no TEXT NOT NULL, CHECK (is_kept = 1 OR reason <> '')
    ) STRICT
    """,
    "CREATE INDEX case_adoption_of ON case_adoption (definition, since)",
    """
    CREATE TRIGGER case_adoption_never_changes BEFORE UPDATE ON case_adoption
    BEGIN SELECT RAISE(ABORT, 'what was decided on mechanisms is only added to'); END
    """,
    """
    CREATE TRIGGER case_adoption_never_deleted BEFORE DELETE ON case_adoption
    BEGIN SELECT RAISE(ABORT, 'what was decided on mechanisms is only added to'); END
    """,
)


def migrate(database: Database) -> None:
    """Make the table."""
    for statement in STATEMENTS:
        database.execute(statement)
