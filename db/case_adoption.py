"""What a centre decided on the mechanisms (制度) that it keeps."""

from __future__ import annotations

import sqlite3

from db.record import Record


class Adoption(Record):
    """From a local day on a mechanism is kept, or not, and then why: when that was decided (UTC milliseconds), by
    whom.
    """

    definition: str
    since: str
    is_kept: bool
    reason: str = ""
    at: int
    operator_no: str


def decide(connection: sqlite3.Connection, one: Adoption) -> None:
    """Keep a decision behind those before it."""
    connection.execute(
        "INSERT INTO case_adoption (definition, since, is_kept, reason, at, operator_no) VALUES (?, ?, ?, ?, ?, ?)",
        (one.definition, one.since, int(one.is_kept), one.reason, one.at, one.operator_no),
    )


def decided(connection: sqlite3.Connection, definition: str) -> list[Adoption]:
    """Every decision on a mechanism in the order in which they were made."""
    rows = connection.execute(
        "SELECT definition, since, is_kept, reason, at, operator_no FROM case_adoption WHERE definition = ? "
        "ORDER BY id",
        (definition,),
    )
    return [Adoption.from_row(row) for row in rows]


def every(connection: sqlite3.Connection) -> dict[str, list[Adoption]]:
    """Every decision, by mechanism, in the order in which they were made."""
    found: dict[str, list[Adoption]] = {}
    for row in connection.execute(
        "SELECT definition, since, is_kept, reason, at, operator_no FROM case_adoption ORDER BY id"
    ):
        found.setdefault(row["definition"], []).append(Adoption.from_row(row))
    return found
