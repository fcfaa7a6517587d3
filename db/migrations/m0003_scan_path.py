"""Fewer pages for a scan to write: every index costs one more page of each durable transaction.

All that lists visits asks for local days, and a scan for one person's visits of one day: one index by day and person
serves both. The accepted scans of a person are the ends of that person's visits, so that scans, a log, need no index
by person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

STATEMENTS = (
    "DROP INDEX scan_volunteer",
    "DROP INDEX visit_volunteer",
    "DROP INDEX visit_day",
    "CREATE INDEX visit_day ON visit (day, volunteer_no)",
)


def migrate(database: Database) -> None:
    """Replace three indexes by one."""
    for statement in STATEMENTS:
        database.execute(statement)
