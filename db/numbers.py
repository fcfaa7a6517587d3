"""The highest numbers that a file has given out, by kind and year: what a gap after a restoration begins from."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from db import backups
from db.backups import Numbered

MOST: dict[Numbered, int] = {
    "volunteer": 9_999_999,
    "certificate": 99_999,
    "receipt": 999_999,
    "resident": 2**53,
    "follow_up": 9_999_999,
    "session": 9_999_999,
    "case": 999_999_999,
}
"""The last number of each kind that can be given."""


def highest(connection: sqlite3.Connection, years: Iterable[int]) -> dict[tuple[Numbered, int], int]:
    """The highest number of each kind, of each of these years where its numbers begin anew each year; 0 before the
    first.
    """
    found: dict[tuple[Numbered, int], int] = {
        ("volunteer", 0): _one(connection, "SELECT max(CAST(no AS INTEGER)) FROM volunteer"),
        ("resident", 0): _one(connection, "SELECT max(id) FROM resident"),
        ("session", 0): _one(
            connection,
            "SELECT max(CAST(substr(code, 3) AS INTEGER)) FROM session WHERE code GLOB 'HD[0-9]*' "
            "AND substr(code, 3) NOT GLOB '*[^0-9]*'",
        ),
    }
    for year in years:
        found["certificate", year] = _one(
            connection,
            "SELECT max(CAST(substr(number, 5, 5) AS INTEGER)) FROM service_certificate WHERE number LIKE ?",
            f"{year}%",
        )
        found["receipt", year] = _one(
            connection, "SELECT max(CAST(substr(number, 6) AS INTEGER)) FROM fee_line WHERE number LIKE ?", f"{year}-%"
        )
        found["follow_up", year] = _one(
            connection, "SELECT max(CAST(substr(no, 8) AS INTEGER)) FROM follow_up WHERE no LIKE ?", f"CP{year}-%"
        )
    return found


def of_cases(connection: sqlite3.Connection, years: Iterable[int]) -> dict[str, int]:
    """By what the numbers of cases begin with (SW2026-) the highest, of these years and of those that know no year."""
    rows = connection.execute(
        "SELECT substr(number, 1, instr(number, '-')) AS begins, "
        "max(CAST(substr(number, instr(number, '-') + 1) AS INTEGER)) FROM case_record GROUP BY begins"
    )
    wanted = {0, *years}
    return {begins: int(highest) for begins, highest in rows if backups.year_of(begins) in wanted}


def _one(connection: sqlite3.Connection, query: str, *values: object) -> int:
    return int(connection.execute(query, values).fetchone()[0] or 0)
