"""A closed period keeps every indicator that may leave the centre, and its digest covers all that was closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

STATEMENTS = (
    # 1: the digest is that of the figures alone; 2: of the whole edition.
    "ALTER TABLE period_closing ADD COLUMN scheme INTEGER NOT NULL DEFAULT 1 CHECK (scheme IN (1, 2))",
    # Values by the indicators' codes as canonical JSON; empty for what was closed before they were kept.
    "ALTER TABLE period_closing ADD COLUMN indicators TEXT NOT NULL DEFAULT '{}'",
)


def migrate(database: Database) -> None:
    """Add to the closings of schema version 10."""
    for statement in STATEMENTS:
        database.execute(statement)
