"""The index behind the search box: terms of a person, found by prefix."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable


def set_terms(connection: sqlite3.Connection, kind: str, ref: str, terms: Iterable[str]) -> None:
    """Make `terms` the whole of what finds the person `ref` of this `kind`."""
    connection.execute("DELETE FROM search_term WHERE kind = ? AND ref = ?", (kind, ref))
    connection.executemany(
        "INSERT OR IGNORE INTO search_term (kind, term, ref) VALUES (?, ?, ?)",
        ((kind, term, ref) for term in terms),
    )


def find(connection: sqlite3.Connection, kind: str, prefix: str, limit: int) -> list[str]:
    """At most `limit` references whose terms begin with `prefix`, each once: those with just this term first, then in
    the order of their terms.

    The rows come in the order of the index and reading stops as soon as there are enough, so that one letter that half
    of all people begin with costs no more than a whole name.
    """
    cursor = connection.cursor()
    cursor.row_factory = None
    rows = cursor.execute(
        "SELECT ref FROM search_term WHERE kind = ? AND term >= ? AND term < ? ORDER BY term, ref",
        (kind, prefix, prefix + "\U0010ffff"),
    )
    found: dict[str, None] = {}
    for (ref,) in rows:
        found[ref] = None
        if len(found) == limit:
            break
    return list(found)


def exact(connection: sqlite3.Connection, kind: str, term: str) -> list[str]:
    """Every reference that has just this term, in order."""
    rows = connection.execute("SELECT ref FROM search_term WHERE kind = ? AND term = ? ORDER BY ref", (kind, term))
    return [row[0] for row in rows]
