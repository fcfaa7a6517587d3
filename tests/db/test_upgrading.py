"""Every earlier schema is brought up to date: nothing is lost, a copy stands beside it, and whatever happens meanwhile
the file is the old one or the new one.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from db import connection as opening
from db import schema, upgrading
from db.backup import PLAIN_ENDING
from db.connection import SCHEMA_VERSION, open_database
from db.errors import DatabaseError
from frontdesk.locale import words_for
from tests.desks import is_sound, new_desk
from tests.old_files import ROWS, file_of, tables
from tests.programs import run_here

USUAL = (1, 5, 8, 12)
"""The others take the slow run: each takes a second."""

EARLIER = [
    pytest.param(version, marks=() if version in USUAL else pytest.mark.slow) for version in range(1, SCHEMA_VERSION)
]

TAKEN_OVER = {"absence": "leave"}
"""Tables that are gone, and where their rows went."""

GROWN = {"registration_log", "room", "leave", "rating_service", "pinned_key"}
"""Tables that a later migration adds rows to."""


def rows_of(path: Path) -> dict[str, tuple[list[str], Counter[tuple[Any, ...]]]]:
    """The columns of every table and how often it has which row."""
    with closing(sqlite3.connect(path)) as connection:
        found = {}
        for table in tables(connection):
            cursor = connection.execute(f"SELECT * FROM {table}")
            found[table] = ([one[0] for one in cursor.description], Counter(cursor.fetchall()))
        return found


def objects(path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        query = (
            "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_autoindex%' ORDER BY 1, 2"
        )
        return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("fresh") / "centre.db"
    open_database(path, create=True, synchronous="OFF").close()
    return path


@pytest.mark.parametrize("version", EARLIER)
def test_a_file_of_every_earlier_schema_has_all_its_rows_afterwards_and_the_same_schema(
    tmp_path: Path, fresh: Path, version: int
) -> None:
    path = tmp_path / "centre.db"
    made = file_of(path, version)
    assert min(made.values()) >= 1 and max(made.values()) >= ROWS
    before = rows_of(path)
    with open_database(path, synchronous="OFF") as database:
        assert schema.differences(database.connection) == []
    assert is_sound(path)
    after = rows_of(path)
    for table, (columns, rows) in before.items():
        kept_columns, kept = after[TAKEN_OVER.get(table, table)]
        assert kept.total() == rows.total() or (table in GROWN and kept.total() >= rows.total()), table
        if table in TAKEN_OVER:
            continue
        shared = [name for name in columns if name in kept_columns]
        places = [columns.index(name) for name in shared], [kept_columns.index(name) for name in shared]
        was = Counter(tuple(row[place] for place in places[0]) for row in rows.elements())
        now = Counter(tuple(row[place] for place in places[1]) for row in kept.elements())
        assert was <= now, table
    # The record of the migrations has times; the rest is letter by letter what a new file has.
    assert objects(path) == objects(fresh)


def test_the_copy_from_before_is_whole_its_owners_alone_and_the_last_two_stay(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    for version in (5, 8, 12):
        path = tmp_path / f"{version}" / "centre.db"
        path.parent.mkdir()
        file_of(path, version)
        path.rename(tmp_path / "centre.db")
        before = rows_of(tmp_path / "centre.db")
        open_database(tmp_path / "centre.db", synchronous="OFF").close()
        newest = upgrading.copies(tmp_path)[-1]
        assert rows_of(newest) == before and is_sound(newest)
        with closing(sqlite3.connect(newest)) as connection:
            assert connection.execute("PRAGMA user_version").fetchone()[0] == version
        if os.name == "posix":
            assert [stat.S_IMODE(one.stat().st_mode) for one in (newest, folder)] == [0o600, 0o700]
        (tmp_path / "centre.db").unlink()
    assert len(upgrading.copies(tmp_path)) == upgrading.COPIES_KEPT
    assert [one.name for one in folder.iterdir() if not one.name.endswith(PLAIN_ENDING)] == []


def test_a_new_file_and_one_that_is_up_to_date_need_no_copy(tmp_path: Path) -> None:
    for _ in range(2):
        open_database(tmp_path / "centre.db", create=True, synchronous="OFF").close()
    assert not (tmp_path / "backups").exists()


def test_a_copy_is_made_of_no_copy(tmp_path: Path) -> None:
    file_of(tmp_path / "centre.db", 12)
    open_database(tmp_path / "centre.db", synchronous="OFF", puts_aside=False).close()
    assert not (tmp_path / "backups").exists()


def test_what_opening_will_come_to_is_told_and_nothing_changed(tmp_path: Path) -> None:
    path = tmp_path / "centre.db"
    file_of(path, 12)
    content = path.read_bytes()
    found = upgrading.look(path)
    assert (found.version, found.to, found.is_pending, found.has_room) == (12, SCHEMA_VERSION, True, True)
    assert found.needed == upgrading.room_needed(found.size) > 2 * len(content) > 0
    assert path.read_bytes() == content


def test_where_there_is_no_room_the_upgrade_is_refused_with_how_much_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "centre.db"
    file_of(path, 12)
    before = rows_of(path)
    monkeypatch.setattr(upgrading, "SPARE", 1 << 60)
    with pytest.raises(DatabaseError) as refused:
        open_database(path)
    assert refused.value.code == "no_room_to_upgrade"
    words = words_for(refused.value)
    assert str(refused.value.details["missing_mb"]) in words and "{" not in words
    assert rows_of(path) == before
    assert upgrading.copies(tmp_path) == []


def test_a_file_that_is_not_whole_is_not_migrated(tmp_path: Path) -> None:
    path = tmp_path / "centre.db"
    file_of(path, 12)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = "
            "(SELECT rootpage FROM sqlite_schema WHERE name = 'visit') WHERE name = 'scan'"
        )
    with pytest.raises(DatabaseError) as refused:
        open_database(path)
    assert refused.value.code == "damaged"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == 12


def test_of_windows_that_open_an_old_file_at_once_one_migrates_and_makes_one_copy(tmp_path: Path) -> None:
    path = tmp_path / "centre.db"
    file_of(path, 12)
    ready, found = threading.Barrier(4), list[str]()

    def open_one() -> None:
        ready.wait()
        with open_database(path, synchronous="OFF") as database:
            found.append(",".join(one.name for one in schema.differences(database.connection)))

    windows = [threading.Thread(target=open_one) for _ in range(4)]
    for window in windows:
        window.start()
    for window in windows:
        window.join(60)
    assert found == [""] * 4
    assert len(upgrading.copies(tmp_path)) == 1


def test_a_window_that_waits_too_long_is_told_that_another_is_at_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "centre.db"
    file_of(path, 12)
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_MS", 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseError) as refused:
            open_database(path)
        assert refused.value.code == "upgrade_under_way"


def test_a_file_of_a_newer_program_is_refused_with_both_versions(tmp_path: Path) -> None:
    path = tmp_path / "centre.db"
    open_database(path, create=True, synchronous="OFF").close()
    newer(path)
    content = path.read_bytes()
    for refuse in (open_database, upgrading.look):
        with pytest.raises(DatabaseError) as refused:
            refuse(path)
        assert refused.value.code == "newer_database"
        words = words_for(refused.value)
        assert str(SCHEMA_VERSION) in words and str(SCHEMA_VERSION + 1) in words
    assert path.read_bytes() == content


def test_a_window_whose_file_a_newer_program_has_migrated_says_so_and_writes_nothing(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "home")
    desk.refresh_settings()
    with desk.database.reading():
        newer(desk.home.database)
    with pytest.raises(DatabaseError) as wrote, desk.change("staff.set_role", "M001"):
        pytest.fail("nothing is written")
    with pytest.raises(DatabaseError) as read, desk.database.reading():
        pytest.fail("nothing is read")
    with pytest.raises(DatabaseError) as again, desk.database.reading():
        pytest.fail("nothing is read the second time either")
    with pytest.raises(DatabaseError) as asked:
        desk.refresh_settings()
    assert {one.value.code for one in (wrote, read, again, asked)} == {"upgraded_meanwhile"}
    assert not desk.database.connection.in_transaction
    assert str(SCHEMA_VERSION + 1) in words_for(wrote.value)
    desk.database.close()


def newer(path: Path) -> None:
    """What the next program's migration leaves."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")


STATEMENTS_AT_MOST = 400


def migrate_and_die(path: Path, statements: int) -> None:
    """Open the file, and be killed before that many statements were executed."""

    class Mortal(sqlite3.Connection):
        left = statements

        def execute(self, *arguments: Any) -> sqlite3.Cursor:
            Mortal.left -= 1
            if Mortal.left < 0:
                os.kill(os.getpid(), 9)
            return super().execute(*arguments)

    connect = sqlite3.connect

    def connected(*arguments: Any, **options: Any) -> sqlite3.Connection:
        made: sqlite3.Connection = connect(*arguments, **{"factory": Mortal, **options})
        return made

    sqlite3.connect = connected  # type: ignore[assignment]
    open_database(path, synchronous="OFF").close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills its own child")
@pytest.mark.parametrize("step", [61, pytest.param(19, marks=pytest.mark.slow)])
def test_killed_anywhere_in_an_upgrade_the_file_is_the_old_one_or_the_new_one(
    tmp_path: Path, fresh: Path, step: int
) -> None:
    original = tmp_path / "original.db"
    file_of(original, 12)
    with closing(sqlite3.connect(original)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    before, content = rows_of(original), original.read_bytes()
    versions, ended = set[int](), False
    for place, statements in enumerate(range(3, STATEMENTS_AT_MOST, step)):
        home = tmp_path / f"home{place}"
        home.mkdir()
        path = home / "centre.db"
        path.write_bytes(content)
        child = os.fork()
        if child == 0:
            migrate_and_die(path, statements)
            os._exit(0)
        ended = os.waitpid(child, 0)[1] == 0
        assert is_sound(path)
        with closing(sqlite3.connect(path)) as connection:
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        versions.add(version)
        assert rows_of(path) == before if version == 12 else objects(path) == objects(fresh)
        # The next start finishes it, and takes away what the one that was killed left.
        open_database(path, synchronous="OFF").close()
        assert objects(path) == objects(fresh)
        assert len(upgrading.copies(home)) == 1
        assert {one.suffix for one in (home / "backups").iterdir()} == {".db"}
        if ended:
            break
    assert ended and versions == {12, SCHEMA_VERSION}


def test_the_command_says_what_an_upgrade_takes_and_does_it(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "home")
    home = desk.home.path
    desk.database.close()
    looked = run_here(home, "upgrade", "--check")
    assert (looked.code, looked.answers[0]["pending"], looked.answers[0]["copies"]) == (0, False, [])
    (home / "centre.db").unlink()
    file_of(home / "centre.db", 12)
    looked = run_here(home, "upgrade", "--check")
    assert (looked.answers[0]["file"], looked.answers[0]["pending"]) == (12, True)
    done = run_here(home, "upgrade")
    assert (done.code, done.answers[0]["file"], len(done.answers[0]["copies"])) == (0, SCHEMA_VERSION, 1)
    assert str(SCHEMA_VERSION) in done.said
    newer(home / "centre.db")
    assert run_here(home, "upgrade").error == "newer_database"


def test_a_command_that_finds_an_old_file_says_that_it_is_upgraded_first(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "home")
    desk.database.close()
    (desk.home.database).unlink()
    file_of(desk.home.database, 12)
    ended = run_here(desk.home.path, "staff", "list")
    assert ended.code == 0 and "12" in ended.said
    assert run_here(desk.home.path, "staff", "list").said == ""
