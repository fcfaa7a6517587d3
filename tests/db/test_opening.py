"""A centre whose file holds what it should not is refused in words, and nothing stays open."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from db.connection import open_database
from db.errors import DatabaseError
from frontdesk.context import Settings, open_context
from frontdesk.errors import DeskError
from frontdesk.home import Home
from frontdesk.locale import words_for
from frontdesk.shell.opening import whose_centre
from tests.desks import new_desk


@pytest.fixture
def home(tmp_path: Path) -> Home:
    context = new_desk(tmp_path / "home")
    context.database.close()
    return context.home


def change(home: Home, statement: str, *values: object) -> None:
    """Change the file behind the program's back."""
    with open_database(home.database) as database, database.write() as connection:
        connection.execute(statement, values)


def refusal(home: Home) -> DeskError:
    """How the opening is refused; the WAL is gone when no connection was left open."""
    with pytest.raises(DeskError) as refused:
        open_context(home, source="cli")
    assert not home.database.with_name("centre.db-wal").exists()
    assert "{" not in words_for(refused.value)
    return refused.value


@pytest.mark.parametrize("zone", ["Asia/Nowhere", "../etc/passwd", "", "Asia"])
def test_a_time_zone_that_nobody_knows_is_refused_with_what_to_do(home: Home, zone: str) -> None:
    change(home, "UPDATE centre SET zone = ?", zone)
    assert refusal(home).code == "bad_zone"
    with pytest.raises(DeskError) as refused:
        whose_centre(home)
    assert refused.value.code == "bad_zone"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("same_scan_seconds", '"ten"'),
        ("same_scan_seconds", "-1"),
        ("public_minimum", "true"),
        ("public_minimum", "null"),
        ("rating_correction_seconds", "2.5"),
        ("same_scan_seconds", "no JSON"),
        ("brand_rgb", "[1, 2]"),
        ("brand_rgb", "[1, 2, 256]"),
        ("brand_rgb", "7"),
        ("undo_minutes", '"abc"'),
        ("undo_minutes", "[" * 100_000),
    ],
)
def test_a_setting_that_cannot_be_has_its_default_in_force_and_is_named(home: Home, key: str, value: str) -> None:
    change(home, "INSERT INTO setting (key, value) VALUES (?, ?)", key, value)
    change(home, "INSERT INTO setting (key, value) VALUES ('guardian_age', '16')")
    context = open_context(home, source="cli")
    assert (context.settings, context.damaged_settings) == (Settings(guardian_age=16), (key,))
    context.database.close()


def test_settings_that_can_be_are_in_force_and_those_of_a_newer_program_are_ignored(home: Home) -> None:
    for key, value in (("same_scan_seconds", 30), ("brand_rgb", [0, 128, 255]), ("of_a_newer_program", "x")):
        change(home, "INSERT INTO setting (key, value) VALUES (?, ?)", key, json.dumps(value))
    context = open_context(home, source="cli")
    assert context.settings == Settings(same_scan_seconds=30, brand_rgb=(0, 128, 255))
    context.database.close()


def test_a_window_that_closes_leaves_the_wal_to_one_that_has_opened_the_file_in_two_threads(home: Home) -> None:
    look = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
        " print(c.execute('SELECT name FROM centre').fetchone()[0]); c.close()"
    )

    def other_window() -> str:
        run = subprocess.run([sys.executable, "-c", look, str(home.database)], capture_output=True, check=True)
        return run.stdout.decode().strip()

    with open_database(home.database) as first, open_database(home.database):
        other_window()
        with first.write() as connection:
            connection.execute("UPDATE centre SET name = 'written since'")
        assert other_window() == "written since"


def test_a_table_or_column_that_is_not_there_is_no_fault_of_the_disk(home: Home) -> None:
    with open_database(home.database, create=True) as database:
        for statement in (
            "SELECT 1 FROM absent",
            "SELECT absent FROM outbox",
            "INSERT INTO outbox (absent) VALUES (1)",
        ):
            with pytest.raises(DatabaseError) as caught, database.reading() as reading:
                reading.execute(statement)
            assert caught.value.code == "wrong_layout" and "absent" in words_for(caught.value)
