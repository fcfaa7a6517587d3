"""What lies where the centre's file should be, and is not: said by code, and not a byte of it changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from db.connection import SCHEMA_VERSION
from tests.programs import ROOT, centre_with_cards, run_here

OFFICE = ROOT / "tests" / "data" / "centre-a"


def other_program(path: Path) -> None:
    """A database of another program."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")
        connection.execute("INSERT INTO recipe VALUES ('小笼包')")
        connection.commit()


def other_program_numbered(path: Path) -> None:
    """A database of another program that has an application id and a version of its own."""
    other_program(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA application_id = 1234")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def text(path: Path) -> None:
    """A text file."""
    path.write_text("not a database\n" * 100)


def nothing_in_it(path: Path) -> None:
    """A file of no bytes."""
    path.touch()


def newer(path: Path) -> None:
    """A centre's file that a newer program has written."""
    centre_with_cards(path.parent, 1)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def cut_off(path: Path) -> None:
    """A centre's file of which only the beginning was copied."""
    centre_with_cards(path.parent, 1)
    path.write_bytes(path.read_bytes()[:10_000])


FILES: list[tuple[Callable[[Path], None], str]] = [
    (other_program, "not_ours"),
    (other_program_numbered, "not_ours"),
    (text, "not_ours"),
    (nothing_in_it, "not_ours"),
    (newer, "newer_database"),
    (cut_off, "damaged"),
]
COMMANDS = {
    "scan": ["scan"],
    "import": ["import", "volunteers", str(OFFICE / "志愿者.xlsx")],
    "card issue": ["card", "issue", "--all"],
    "report show": ["report", "show", "2026-W46"],
    "report submit": ["report", "submit", "2026-W46"],
    "staff list": ["staff", "list"],
}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(("make", "code"), FILES, ids=[make.__name__ for make, _ in FILES])
def test_a_file_that_is_not_ours_to_read_is_refused_and_stays_as_it_is(
    tmp_path: Path, make: Callable[[Path], None], code: str, name: str
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    path = home / "centre.db"
    make(path)
    before = path.read_bytes()
    assert run_here(home, *COMMANDS[name], given="71031000101127152985\n").error == code
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", COMMANDS)
def test_where_no_centre_is_the_command_says_so_and_makes_nothing(tmp_path: Path, name: str) -> None:
    home = tmp_path / "home"
    assert run_here(home, *COMMANDS[name]).error == "no_database"
    assert not home.exists()


@pytest.mark.parametrize("name", ["report export", "card print"])
def test_what_cannot_be_read_is_not_exported_either_and_the_older_file_stays(tmp_path: Path, name: str) -> None:
    home, out = tmp_path / "home", tmp_path / "out"
    home.mkdir()
    text(home / "centre.db")
    out.write_text("last week's")
    arguments = ["report", "export", "2026-W46"] if name == "report export" else ["card", "print"]
    assert run_here(home, *arguments, "--out", str(out)).error == "not_ours"
    assert out.read_text() == "last week's"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["home", "out"]


def test_a_set_up_leaves_a_file_that_is_already_there_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    other_program(home / "centre.db")
    before = (home / "centre.db").read_bytes()
    given = ["--code", "310114-901", "--name", "示范", "--street", "示范街道", "--district", "示范区"]
    assert run_here(home, "init", *given, "--manager-no", "M001", "--manager-name", "王五").error == "centre_exists"
    assert (home / "centre.db").read_bytes() == before
    assert [file.name for file in home.iterdir()] == ["centre.db"]
