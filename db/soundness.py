"""Whether SQLite finds the file whole. Reads only."""

from __future__ import annotations

import sqlite3


def page_faults(connection: sqlite3.Connection) -> list[str]:
    """What SQLite finds wrong with the pages, at most a hundred lines of its own words; empty where nothing is."""
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
    return [] if found == ["ok"] else found


def broken_references(connection: sqlite3.Connection) -> int:
    """How many rows refer to a row that is not there."""
    return len(connection.execute("PRAGMA foreign_key_check").fetchall())
