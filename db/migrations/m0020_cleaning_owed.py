"""Why the file has still to be made anew, where it is not for somebody who was erased: tombstones say that themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database


def migrate(database: Database) -> None:
    """Make the table, with a row for what earlier programs sealed: they left it in unused parts of the file."""
    database.execute(
        """
        CREATE TABLE cleaning_owed (
            id INTEGER PRIMARY KEY, cause TEXT NOT NULL CHECK (cause IN ('sealed')), at INTEGER NOT NULL
        ) STRICT
        """
    )
    database.execute(
        "INSERT INTO cleaning_owed (cause, at) SELECT 'sealed', at FROM audit WHERE action = 'case.sealed_again' "
        "ORDER BY id DESC LIMIT 1"
    )
