"""By which rules the records of each edition were begun here, and who of the register stands in the rows of lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

STATEMENTS = (
    """
    CREATE TABLE case_edition (
        definition TEXT NOT NULL, edition INTEGER NOT NULL,
        -- JSON: by part of the definition that logs are read by what it was; a new part is added, none is changed.
        parts TEXT NOT NULL,
        PRIMARY KEY (definition, edition)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE case_row_person (
        case_id INTEGER NOT NULL REFERENCES case_record (id), field TEXT NOT NULL, position INTEGER NOT NULL,
        "column" TEXT NOT NULL, resident_id INTEGER NOT NULL REFERENCES resident (id),
        PRIMARY KEY (case_id, field, position, "column")
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX case_row_person_resident ON case_row_person (resident_id)",
)


def migrate(database: Database) -> None:
    """Make the two tables."""
    for statement in STATEMENTS:
        database.execute(statement)
