"""A closed period keeps every indicator that may leave the centre, and its digest covers all that was closed; a letter
that came back is found at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

STATEMENTS = (
    # 1: the digest is that of the figures alone; 2: of the whole edition.
    "ALTER TABLE period_closing ADD COLUMN scheme INTEGER NOT NULL DEFAULT 1 CHECK (scheme IN (1, 2))",
    # Values by the indicators' codes as canonical JSON; empty for what was closed before they were kept.
    "ALTER TABLE period_closing ADD COLUMN indicators TEXT NOT NULL DEFAULT '{}'",
    # What the street office has sent back and nobody has sent again: Today asks with every change.
    "CREATE INDEX info_report_back ON info_report (id) "
    "WHERE sent_at IS NOT NULL AND (state = 'returned' OR state = 'draft' OR state = 'reviewed')",
)


def migrate(database: Database) -> None:
    """Add to what schema version 10 has."""
    for statement in STATEMENTS:
        database.execute(statement)
