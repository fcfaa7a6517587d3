"""By which rules the records of each edition of a definition were begun at this centre."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from db.cases import plain


class Noted(NamedTuple):
    """An edition that records were begun or moved under; `parts` is the JSON of what logs are read by."""

    definition: str
    edition: int
    parts: str


def every(connection: sqlite3.Connection) -> list[Noted]:
    """Every edition that was used here, by definition, the earliest first."""
    rows = plain(connection, "SELECT definition, edition, parts FROM case_edition ORDER BY definition, edition")
    return list(map(Noted._make, rows))


def parts_of(connection: sqlite3.Connection, definition: str, edition: int) -> str:
    """What one edition was when it was used; '' where it never was."""
    found = plain(
        connection, "SELECT parts FROM case_edition WHERE definition = ? AND edition = ?", (definition, edition)
    ).fetchone()
    return found[0] if found else ""


def keep(connection: sqlite3.Connection, one: Noted) -> None:
    """Note what an edition is, in the place of what was noted before."""
    connection.execute(
        "INSERT INTO case_edition (definition, edition, parts) VALUES (?, ?, ?) "
        "ON CONFLICT (definition, edition) DO UPDATE SET parts = excluded.parts",
        one,
    )
