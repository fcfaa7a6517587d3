"""Records that are new to the person who is responsible for them, each until that person has opened it."""

from __future__ import annotations

import sqlite3

from db.record import Record


class HandedEntry(Record):
    """A record that was handed to somebody (staff number): by whom, and when (UTC milliseconds)."""

    case_id: int
    staff_no: str
    at: int
    operator_no: str


_COLUMNS = "case_id, staff_no, at, operator_no"


def put(connection: sqlite3.Connection, one: HandedEntry) -> None:
    """Note that a record is new to somebody, in place of whom it was new to before."""
    connection.execute(
        f"INSERT INTO case_handed ({_COLUMNS}) VALUES (?, ?, ?, ?) ON CONFLICT (case_id) DO UPDATE SET "
        "staff_no = excluded.staff_no, at = excluded.at, operator_no = excluded.operator_no",
        (one.case_id, one.staff_no, one.at, one.operator_no),
    )


def drop(connection: sqlite3.Connection, case_id: int) -> None:
    """A record is new to nobody any more."""
    connection.execute("DELETE FROM case_handed WHERE case_id = ?", (case_id,))


def is_new_to(connection: sqlite3.Connection, case_id: int, staff_no: str) -> bool:
    """Whether somebody was handed a record and has not opened it."""
    statement = "SELECT 1 FROM case_handed WHERE case_id = ? AND staff_no = ?"
    return connection.execute(statement, (case_id, staff_no)).fetchone() is not None


def handed_to(connection: sqlite3.Connection, staff_no: str) -> dict[int, HandedEntry]:
    """What is new to somebody, by the ids of the records."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM case_handed WHERE staff_no = ?", (staff_no,))
    return {row[0]: HandedEntry.from_row(row) for row in rows}


def every(connection: sqlite3.Connection) -> dict[int, HandedEntry]:
    """What is new to anybody, by the ids of the records."""
    return {row[0]: HandedEntry.from_row(row) for row in connection.execute(f"SELECT {_COLUMNS} FROM case_handed")}


def count_of(connection: sqlite3.Connection, staff_no: str) -> int:
    """How many records are new to somebody."""
    statement = "SELECT count(*) FROM case_handed WHERE staff_no = ?"
    return int(connection.execute(statement, (staff_no,)).fetchone()[0])


def unopened_since(connection: sqlite3.Connection, before: int) -> int:
    """How many records are new to anybody that were handed on before an instant (UTC milliseconds)."""
    return int(connection.execute("SELECT count(*) FROM case_handed WHERE at < ?", (before,)).fetchone()[0])
