"""Forms of records that somebody began and has not saved."""

from __future__ import annotations

import sqlite3

from db.record import Record


class DraftEntry(Record):
    """A form that was begun: of which definition, record (0 for a new one) and step, and when it was kept last."""

    definition: str
    case_id: int
    step: str
    saved_at: int


def drafts_of(connection: sqlite3.Connection, operator_no: str) -> list[DraftEntry]:
    """The forms that somebody began, the one that was kept last first."""
    rows = connection.execute(
        "SELECT definition, case_id, step, saved_at FROM case_draft WHERE operator_no = ? "
        "ORDER BY saved_at DESC, definition, case_id, step",
        (operator_no,),
    )
    return [DraftEntry.from_row(row) for row in rows]
