"""A centre in a folder, sheets to import into it, and what it holds afterwards."""

from __future__ import annotations

import csv
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from frontdesk.clock import Clock
from frontdesk.context import Context, Operator
from frontdesk.home import Home
from frontdesk.staff.service import set_pin, set_up_centre
from frontdesk.volunteers.checkin.clock import accept_clock, clocks
from tests.templates import NewCentre, new_centre

NOON = datetime(2026, 11, 9, 4, 0, tzinfo=UTC)
"""Monday noon at the centre."""

Import = Callable[..., Any]


DESK = NewCentre("310114-901", "安亭示范邻里中心", "安亭镇", "嘉定区", "M001", "王五")


def new_desk(folder: Path) -> Context:
    """A new centre with its manager M001 signed in and the clock standing still."""
    return new_centre(folder, DESK, clock=lambda: NOON)


def set_up_desk(folder: Path) -> Context:
    """The same set up by the program itself, for tests of the setting up."""
    return set_up_centre(Home(folder), **vars(DESK), clock=lambda: NOON, synchronous="OFF")


def turn_clock(context: Context, clock: Clock) -> None:
    """Have the desk go by another clock; where it is behind what was written the manager takes it for right."""
    context.clock = clock
    if clocks(context).behind:
        accept_clock(replace(context, operator=Operator(DESK.manager_no, DESK.manager_name, "manager")), "换了时间")


def set_own_pin(context: Context, no: str, pin: str) -> None:
    """Give a manager a first PIN by their own hand: they count as another person beside whoever is signed in."""
    set_pin(replace(context, operator=Operator(no, no, "manager")), no, pin)


@contextmanager
def passing_desk() -> Iterator[tuple[Context, Path]]:
    """A new centre and a folder for sheets, both gone afterwards; for tests with many examples."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        context = new_desk(folder / "home")
        try:
            yield context, folder
        finally:
            context.database.close()


def sheet(folder: Path, headings: str, rows: Sequence[Sequence[object]], name: str = "表.csv") -> Path:
    """A CSV file with these headings, separated by spaces, and rows."""
    path = folder / name
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings.split())
        writer.writerows(rows)
    return path


def contents(context: Context, *, audit: bool = False) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, the audit log only if asked for."""
    connection = context.database.connection
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    return {
        name: [tuple(row) for row in connection.execute(f"SELECT * FROM {name}")]
        for name in names
        if audit or name != "audit"
    }


def rejections(outcome: Any) -> list[tuple[int, str, str, str]]:
    """Row, column, value and reason of every rejected cell, after a look at its words."""
    for rejection in outcome.rejected:
        words = rejection.words()
        assert words and "{" not in words and not words.startswith(rejection.area)
    return [(one.row, one.column, one.value, one.reason) for one in outcome.rejected]


def counts(outcome: Any) -> tuple[int, int, int]:
    """Added, changed, unchanged; together they are the rows read."""
    assert not outcome.rejected
    assert outcome.read == outcome.added + outcome.changed + outcome.unchanged
    return (outcome.added, outcome.changed, outcome.unchanged)


def is_sound(path: Path) -> bool:
    """Whether SQLite finds nothing wrong in the file."""
    connection = sqlite3.connect(path)
    try:
        return bool(connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok")
    finally:
        connection.close()
