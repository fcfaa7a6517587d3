"""Lists of cases, page by page: what waits by when it is due, and the register of a definition."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from db.cases import CaseRow, select


@dataclass(frozen=True)
class Wanted:
    """Which records a list has: those that have not ended, of these definitions (of all without any), of one
    responsible person, due from a day on or before one, handed to somebody who has not opened them; or, `whole`, every
    record of one definition, those that have ended too.
    """

    definitions: tuple[str, ...] = ()
    responsible: str = ""
    due_from: str = ""
    due_before: str = ""
    whole: bool = False
    is_handed: bool = False


def count(connection: sqlite3.Connection, wanted: Wanted) -> int:
    """How many records a list has."""
    where, values = _where(wanted)
    found: int = connection.execute(f"SELECT count(*) FROM case_record WHERE {where}", values).fetchone()[0]
    return found


def page(connection: sqlite3.Connection, wanted: Wanted, first: int, limit: int) -> list[CaseRow]:
    """At most `limit` records of a list from a place on: what is due first first, without a limit last; of a whole
    register the latest first.
    """
    # Of several definitions the rows are met in the order of the list: their own index would have to be sorted.
    where, values = _where(wanted, in_order=True)
    order = "opened_on DESC, id DESC" if wanted.whole else "coalesce(due_on, '9999'), id"
    return select(connection, f"WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?", [*values, limit, first])


def _where(wanted: Wanted, *, in_order: bool = False) -> tuple[str, list[str]]:
    wheres = [] if wanted.whole else ["ended_on IS NULL"]
    values: list[str] = []
    if len(wanted.definitions) == 1:
        wheres.append("definition = ?")
        values += wanted.definitions
    elif wanted.definitions:
        plus = "+" if in_order else ""
        wheres.append(f"{plus}definition IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(wanted.definitions))
    if wanted.responsible:
        wheres.append("responsible = ?")
        values.append(wanted.responsible)
    for day, sign in ((wanted.due_from, ">="), (wanted.due_before, "<")):
        if day:
            wheres.append(f"coalesce(due_on, '9999') {sign} ?")
            values.append(day)
    if wanted.is_handed:
        wheres.append(f"id IN (SELECT case_id FROM case_handed{' WHERE staff_no = ?' if wanted.responsible else ''})")
        values += [wanted.responsible] if wanted.responsible else []
    return " AND ".join(wheres) or "1", values


def opened_between(
    connection: sqlite3.Connection, definitions: Iterable[str], first: str, before: str
) -> dict[str, int]:
    """By definition how many records were opened from a day on, and before another; those without any are left out."""
    rows = connection.execute(
        "SELECT value, (SELECT count(*) FROM case_record WHERE definition = value AND opened_on >= ? "
        "AND opened_on < ?) AS many FROM json_each(?) WHERE many > 0",
        (first, before, json.dumps(list(definitions))),
    )
    return {row[0]: row[1] for row in rows}


LAST_ENTRIES = 5000
"""So many entries of the log are looked through for what somebody did last."""


def opened_last(connection: sqlite3.Connection, operator_no: str, day: str) -> int:
    """The id of the record that somebody opened last on a day, among the last entries of the log; 0 for none."""
    row = connection.execute(
        "SELECT case_id FROM case_log WHERE id > (SELECT max(id) FROM case_log) - ? AND kind = 'opened' "
        "AND operator_no = ? AND day = ? ORDER BY id DESC LIMIT 1",
        (LAST_ENTRIES, operator_no, day),
    ).fetchone()
    return 0 if row is None else int(row[0])


def by_state(connection: sqlite3.Connection, definition: str) -> dict[str, int]:
    """How many records of a definition stand in each state, those that have ended too."""
    rows = connection.execute(
        "SELECT state, count(*) FROM case_record WHERE definition = ? GROUP BY state",
        (definition,),
    )
    return {row[0]: row[1] for row in rows}


def by_value(connection: sqlite3.Connection, definition: str, field: str) -> dict[str, int]:
    """How many records of a definition that have not ended have each value of a field; without one '' has them."""
    rows = connection.execute(
        "SELECT coalesce(json_extract(said, '$.' || ?), '') AS value, count(*) FROM case_record "
        "WHERE definition = ? AND ended_on IS NULL GROUP BY value",
        (field, definition),
    )
    return {str(row[0]): row[1] for row in rows}
