"""Files of earlier schemas: made by the migrations up to one of them, with rows in every table.

The rows are made from the schema itself: from the values that a CHECK names, the table that a column refers to, the
type of the column, and where a rule of the schema joins several columns from `TOLD`.
"""

from __future__ import annotations

import re
import sqlite3
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import sqlite_utils

from db.connection import APPLICATION_ID
from db.migrations import MODULES, migrations

ROWS = 3

TOLD: dict[str, dict[str, Any]] = {
    "centre": {"zone": "Asia/Shanghai"},
    "volunteer": {"no": lambda n: f"03{n:05d}", "birth_month": "1950-07"},
    "card": {"serial": lambda n: n},
    "session": {"starts_at": lambda n: 1_000 * n, "ends_at": lambda n: 1_000 * n + 500, "drawn_at": None}
    | {"draw_seed": "", "series_day": lambda n: f"2026-11-0{n}"},
    "series": {"starts": "09:00", "ends": "10:00"},
    "room": {"opens": "08:00", "closes": "20:00"},
    "booking": {"starts_at": 1, "ends_at": 2},
    "assignment": {"starts_at": 1, "ends_at": 2},
    "registration": {"offer_until": None, "party_size": 2, "least_seats": 1, "seats": 2, "state": "confirmed"},
    "attendance": {"status": "attended"},
    "visit": {"left_at": 10_000, "entered_at": 10, "review": "", "credit_seconds": None, "basis": "measured"},
    "absence": {"day": lambda n: f"2026-0{n}-01"},
    "leave": {"first_day": "2026-01-01", "last_day": "2026-01-02"},
    "wish": {"first_day": "2026-01-01", "last_day": "2026-01-02"},
    "contract": {"max_run": 5, "min_run": 1, "weekdays": "1111100"},
    "shift": {"starts": 480, "ends": 1000, "break_minutes": 0},
    "duty_slot": {"acting": None},
    "roster_plan": {"first_day": "2026-01-01", "last_day": "2026-01-31"},
    "supplement": {"annulled_at": None, "annulled_by": None, "displaced": 0},
    "penalty_waiver": {"annulled_at": None, "annulled_by": None},
    "fee_line": {"refunds": None, "kind": "receipt"},
    "demand": {"state": "new", "merged_into": None},
    "monthly_list": {"month": lambda n: f"2026-0{n}"},
    "hours_notice": {"first": "2026-01-01", "last": "2026-02-01", "published_on": "2026-02-01", "until": "2026-02-09"},
    "service_certificate": {"first": "2026-01-01", "last": "2026-02-01"},
    "workday_override": {"day": lambda n: f"2026-10-0{n}"},
    "calendar_year": {"year": lambda n: 2020 + n},
    "enrolment": {"district_key": bytes(32), "registered_at": None, "confirmation": None},
    "period_closing": {"first_day": "2026-01-01", "last_day": "2026-01-31", "digest": bytes(32), "edition": 1}
    | {"figures": "{}", "waived": "[]", "changes": "[]", "indicators": "{}"},
    "review_round": {"first_day": "2026-01-01", "last_day": "2026-01-31"},
    "resident": {"merged_into": None},
    "outbox": {"state": "unsent", "revision": lambda n: n},
    "pinned_key": {"verify_key": bytes(32), "replaced_by": None},
    "key_rotation": {"confirmed_at": None, "confirmation": None},
    "audit": {"detail": "{}"},
    "backup": {"state": "good", "problem": "", "digest": bytes(32), "name": lambda n: f"{n}.fdbackup"},
    "case_adoption": {"is_kept": 1},
    "case_record": {"said": "{}"},
    "parked_card": {"volunteer_no": "0300009"},
    "recovery_key": {"public_key": bytes(32)},
    "swap": {"with_staff": None},
    "audit_salt": {"salt": bytes(16)},
    # The first schemas let it be anything; the programs wrote 0 or 1.
    "rating": {"named": 0, "excluded": 0, "ended": 0},
    "rating_service": {"name": lambda n: f"服务{n}"},
}
"""By table the columns that rules of the schema join, with the value or a function of the row's number."""


def file_of(path: Path, version: int) -> dict[str, int]:
    """Make a file of schema `version` with rows in every table; returns how many each table has.

    It is made once in a process: each takes most of a second.
    """
    content, made = _content_of(version)
    path.write_bytes(content)
    return dict(made)


@cache
def _content_of(version: int) -> tuple[bytes, dict[str, int]]:
    with tempfile.TemporaryDirectory(prefix="frontdesk-old-") as folder:
        path = Path(folder) / "centre.db"
        made = _make(path, version)
        # Nothing has it open, so it is whole by itself.
        return path.read_bytes(), made


def _make(path: Path, version: int) -> dict[str, int]:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA journal_mode = WAL")
        stop = MODULES[version] if version < len(MODULES) else None
        migrations().apply(sqlite_utils.Database(connection), stop_before=stop)
        connection.execute("PRAGMA foreign_keys = ON")
        for table in in_order(connection):
            fill(connection, table)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {version}")
        return {table: count(connection, table) for table in tables(connection)}
    finally:
        connection.close()


def tables(connection: sqlite3.Connection) -> list[str]:
    """The tables of the program's own, by name."""
    rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    return [row[0] for row in rows if not row[0].startswith(("_", "sqlite_"))]


def count(connection: sqlite3.Connection, table: str) -> int:
    """How many rows a table has."""
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def in_order(connection: sqlite3.Connection) -> list[str]:
    """The tables, those that others refer to first."""
    left = {name: {row[2] for row in references(connection, name)} - {name} for name in tables(connection)}
    ordered: list[str] = []
    while left:
        ready = sorted(name for name, others in left.items() if not others & left.keys())
        # Two tables that refer to each other begin with the one that may do without.
        ready = ready or [min(left)]
        ordered += ready
        for name in ready:
            del left[name]
    return ordered


def references(connection: sqlite3.Connection, table: str) -> list[Any]:
    """The foreign keys of a table: table and columns of each."""
    return connection.execute(f"PRAGMA foreign_key_list({table})").fetchall()


def fill(connection: sqlite3.Connection, table: str) -> None:
    """Put up to three rows into a table, one at least."""
    if count(connection, table):
        return
    for number in range(1, ROWS + 1):
        row = made_row(connection, table, number)
        marks = ", ".join("?" * len(row))
        try:
            connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
        except sqlite3.IntegrityError as refused:
            # A table of one row has no second one.
            assert number > 1, f"{table}: {refused} {row}"


def made_row(connection: sqlite3.Connection, table: str, number: int) -> dict[str, Any]:
    """A row that the schema allows."""
    sql = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)).fetchone()[0]
    refers = {row[3]: (row[2], row[4]) for row in references(connection, table)}
    told, row = TOLD.get(table, {}), dict[str, Any]()
    for _, column, kind, is_needed, default, _ in connection.execute(f"PRAGMA table_info({table})").fetchall():
        if column in told:
            row[column] = told[column](number) if callable(told[column]) else told[column]
        elif column in refers:
            row[column] = referred(connection, *refers[column], number)
        elif (allowed := named_in_check(sql, column, number)) is not None:
            row[column] = allowed
        elif (is_needed and default is None) or number > 1:
            row[column] = plain(column, kind, number)
    return row


def referred(connection: sqlite3.Connection, table: str, column: str | None, number: int) -> Any:
    """The key of a row that is there; None where there is none yet."""
    if column is None:
        column = next(row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[5] == 1)
    found = connection.execute(f"SELECT {column} FROM {table} ORDER BY 1").fetchall()
    return found[(number - 1) % len(found)][0] if found else None


def named_in_check(sql: str, column: str, number: int) -> Any:
    """The first value that a CHECK of the table lets this column have; None where it names none."""
    found = re.search(rf"CHECK \(\s*{column} IN \(('?)(-?\w*)\1", sql) or re.search(rf"\b{column} = (')(\w+)'", sql)
    if found is None:
        found = re.search(rf"\b{column} BETWEEN ()(\d+) AND", sql) or re.search(rf"CHECK \({column} >=? ()(\d+)\)", sql)
        return None if found is None else int(found[2]) + number
    return found[2] if found[1] else int(found[2])


def plain(column: str, kind: str, number: int) -> Any:
    """Some value of a type."""
    if kind == "INTEGER":
        return number
    if kind == "REAL":
        return number / 2
    if kind == "BLOB":
        return bytes([number]) * 16
    return f"2026-11-0{number}" if "day" in column or column.endswith(("_on", "date")) else f"{column}-{number}"
