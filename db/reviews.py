"""Reviews of departments by the staff (部门评价): rounds, the hashes of used codes, and what was said with them.

What was said has a random key, no time, no operator and nothing that leads to the code; it and the used codes are
written in a new random order whenever one is added (mechanisms §12).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Literal

from db.mixing import mix
from db.record import Record

RoundState = Literal["open", "closed"]


class Round(Record):
    """A round of reviews between two local days, for which so many codes were made. Number 0 until it is stored.

    `minimum` is from how many reviews on its results are shown.
    """

    no: int = 0
    title: str
    first_day: str
    last_day: str
    codes: int = 0
    minimum: int = 5
    state: RoundState = "open"
    opened_at: int
    opened_by: str
    closed_at: int | None = None
    closed_by: str | None = None


class Review(Record):
    """What one code said of one department: 5, very satisfied, to 1 of its response and of its handling."""

    key: bytes
    round: int
    department: str
    response: int
    handling: int
    comment: str = ""


class Wrong(Record):
    """How many wrong codes were typed in a row, and when the last one was."""

    wrong: int
    last_at: int


def add_round(connection: sqlite3.Connection, new: Round, departments: Sequence[str]) -> int:
    """Store a new round with its departments in this order; returns its number."""
    values = new.model_dump(exclude={"no"})
    places = ", ".join("?" * len(values))
    made = connection.execute(f"INSERT INTO review_round ({', '.join(values)}) VALUES ({places})", (*values.values(),))
    no = made.lastrowid
    assert no is not None
    connection.executemany(
        "INSERT INTO review_department (round, name, position) VALUES (?, ?, ?)",
        [(no, name, place) for place, name in enumerate(departments, 1)],
    )
    return no


def rounds(connection: sqlite3.Connection) -> list[Round]:
    """Every round, the latest first."""
    return [Round.from_row(row) for row in connection.execute("SELECT * FROM review_round ORDER BY no DESC")]


def get_round(connection: sqlite3.Connection, no: int) -> Round | None:
    """The round with this number; None if there is none."""
    row = connection.execute("SELECT * FROM review_round WHERE no = ?", (no,)).fetchone()
    return Round.from_row(row) if row else None


def departments(connection: sqlite3.Connection, no: int) -> list[str]:
    """The departments of a round in their order."""
    rows = connection.execute("SELECT name FROM review_department WHERE round = ? ORDER BY position", (no,))
    return [row[0] for row in rows]


def set_codes(connection: sqlite3.Connection, no: int, codes: int) -> None:
    """Have a round have so many codes."""
    connection.execute("UPDATE review_round SET codes = ? WHERE no = ?", (codes, no))


def close(connection: sqlite3.Connection, no: int, at: int, by: str) -> None:
    """End a round."""
    connection.execute(
        "UPDATE review_round SET state = 'closed', closed_at = ?, closed_by = ? WHERE no = ?", (at, by, no)
    )


def used_counts(connection: sqlite3.Connection) -> dict[int, int]:
    """How many codes of each round were used; rounds without any are left out."""
    rows = connection.execute("SELECT round, count(*) FROM review_used GROUP BY round")
    return {row[0]: row[1] for row in rows}


def is_used(connection: sqlite3.Connection, no: int, digest: bytes) -> bool:
    """Whether the code with this hash was used."""
    row = connection.execute("SELECT 1 FROM review_used WHERE round = ? AND digest = ?", (no, digest)).fetchone()
    return row is not None


def add(connection: sqlite3.Connection, no: int, digest: bytes, said: Sequence[Review]) -> None:
    """Store what was said with a code, and that it was used; a code that was used is a conflict."""
    connection.execute("INSERT INTO review_used (round, digest) VALUES (?, ?)", (no, digest))
    connection.executemany(
        "INSERT INTO department_review (key, round, department, response, handling, comment) VALUES (?, ?, ?, ?, ?, ?)",
        [(one.key, one.round, one.department, one.response, one.handling, one.comment) for one in said],
    )
    mix(connection, "review_used", "round = ?", (no,), key="digest", fresh=(digest,))
    mix(connection, "department_review", "round = ?", (no,), fresh=[one.key for one in said])


def reviews(connection: sqlite3.Connection, no: int) -> list[Review]:
    """What was said in a round, in the order of the random keys."""
    rows = connection.execute("SELECT * FROM department_review WHERE round = ? ORDER BY key", (no,))
    return [Review.from_row(row) for row in rows]


def wrong_codes(connection: sqlite3.Connection) -> Wrong | None:
    """The wrong codes in a row; None where the last code was a right one."""
    row = connection.execute("SELECT * FROM review_wrong").fetchone()
    return Wrong.from_row(row) if row else None


def set_wrong_codes(connection: sqlite3.Connection, said: Wrong | None) -> None:
    """Note how many wrong codes there were in a row; None for none."""
    connection.execute("DELETE FROM review_wrong")
    if said is not None:
        connection.execute(
            "INSERT INTO review_wrong (one, wrong, last_at) VALUES (1, ?, ?)", (said.wrong, said.last_at)
        )
