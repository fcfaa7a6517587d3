"""Which records are new to whom: handed to somebody who has neither opened them yet nor taken a step on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

STATEMENTS = (
    # A record has one responsible person, so it is new to one at most; by whom it came (staff number), and when.
    """
    CREATE TABLE case_handed (
        case_id INTEGER PRIMARY KEY REFERENCES case_record (id), staff_no TEXT NOT NULL,
        at INTEGER NOT NULL, operator_no TEXT NOT NULL, CHECK (staff_no <> operator_no)
    ) STRICT
    """,
    "CREATE INDEX case_handed_to ON case_handed (staff_no)",
)


def migrate(database: Database) -> None:
    """Make the table. What somebody was handed before is new to nobody: who opened it nobody noted."""
    for statement in STATEMENTS:
        database.execute(statement)
