"""What records of cases say of people, across all of them: for checks, for a person's rights, for keeping no longer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from db.cases import CaseRow


def of_each(connection: sqlite3.Connection) -> dict[str, int]:
    """How many records there are of each definition."""
    rows = connection.execute("SELECT definition, count(*) FROM case_record GROUP BY definition ORDER BY definition")
    return {row[0]: row[1] for row in rows}


def with_people(connection: sqlite3.Connection) -> Iterator[tuple[CaseRow, dict[str, bytes]]]:
    """Every record that says something of people, by id, and what its fields say, sealed."""
    rows = connection.execute(
        "SELECT r.*, p.field, p.phone_cipher FROM case_person p JOIN case_record r ON r.id = p.case_id "
        "ORDER BY p.case_id, p.field"
    )
    for _, of_one in groupby(rows, itemgetter("id")):
        fields = list(of_one)
        yield CaseRow.from_row(fields[0]), {row["field"]: row["phone_cipher"] for row in fields}
