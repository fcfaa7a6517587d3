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
    """At most `limit` references whose terms begin with `prefix`, in the order of their terms, each once."""
    rows = connection.execute(
        "SELECT ref, min(term) AS first FROM search_term WHERE kind = ? AND term >= ? AND term < ? "
        "GROUP BY ref ORDER BY length(first), first, ref LIMIT ?",
        (kind, prefix, prefix + "\U0010ffff", limit),
    )
    return [row["ref"] for row in rows]
