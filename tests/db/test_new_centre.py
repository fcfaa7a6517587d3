"""A centre as it is made: for no other account to read, and never in the place of another."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from db.newfile import ABANDONED_SECONDS
from frontdesk.errors import DeskError
from frontdesk.home import Home
from frontdesk.keys import Keyring, create_key_file
from frontdesk.staff import service as staff
from frontdesk.staff.service import set_up_centre
from tests.desks import NOON, set_up_desk


@pytest.mark.skipif(os.name != "posix", reason="this system knows no modes")
def test_no_other_account_reads_the_home_its_file_or_its_keys(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        context = set_up_desk(tmp_path / "home")
        staff.sign_out(context)
        found = [tmp_path / "home", *(tmp_path / "home").rglob("*")]
        assert {path.name for path in found} >= {"home", "keys", "centre.db", "centre.db-wal", "centre.db-shm"}
        assert [path.name for path in found if path.stat().st_mode & 0o077] == []
        context.database.close()
    finally:
        os.umask(before)


def second(home: Home) -> None:
    """Set a second centre up in the same home."""
    set_up_centre(
        home,
        code="310114-902",
        name="后来的中心",
        street="安亭镇",
        district="嘉定区",
        manager_no="M002",
        manager_name="赵六",
        pin=None,
        clock=lambda: NOON,
        synchronous="OFF",
    ).database.close()


@pytest.mark.parametrize("links", [True, False], ids=["with links", "without"])
def test_a_centre_that_appears_while_another_is_set_up_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    home = Home(tmp_path / "home")
    write_first_rows = staff._write_first_rows
    made: list[bytes] = []

    def another_comes_first(*arguments: object) -> None:
        if not made:
            made.append(b"")
            set_up_desk(home.path).database.close()
            made[0] = home.database.read_bytes()
        write_first_rows(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(staff, "_write_first_rows", another_comes_first)
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    with pytest.raises(DeskError) as refused:
        second(home)
    assert refused.value.code == "centre_exists"
    assert home.database.read_bytes() == made[0]
    assert sorted(path.name for path in home.path.iterdir()) == ["centre.db", "keys"]


def no_links(*_: object) -> None:
    """What a file system without links answers."""
    raise OSError(95, "Operation not supported")


def test_a_key_that_appears_while_another_is_made_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "keys" / "field.key"

    def another_comes_first(*_: object) -> bytes:
        path.write_bytes(b"the first one's")
        return bytes(32)

    monkeypatch.setattr("frontdesk.keys.secrets.token_bytes", another_comes_first)
    assert not create_key_file(path)
    assert path.read_bytes() == b"the first one's"
    assert [file.name for file in path.parent.iterdir()] == ["field.key"]


def test_a_key_is_made_where_there_are_no_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", no_links)
    keys = Keyring(tmp_path / "keys")
    keys.create()
    assert keys.unseal(keys.seal("a")) == "a"


@pytest.mark.skipif(os.name != "posix", reason="asks after processes as POSIX does")
def test_what_a_killed_set_up_left_goes_at_the_next_one_and_what_is_being_made_stays(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    young, old = time.time(), time.time() - ABANDONED_SECONDS - 60
    parts = {
        f"centre.db.{ended.pid}-0a1b2c3d.new": (young, False),
        f"centre.db.{ended.pid}-0a1b2c3d.new-wal": (young, False),
        f"centre.db.{os.getpid()}-0a1b2c3d.new": (young, True),
        f"centre.db.{os.getpid()}-0a1b2c3e.new": (old, False),
        "centre.db.0a1b2c3d.new": (old, False),
        "centre.db.0a1b2c3e.new": (young, True),
        "centre.db.new": (old, True),
        "notes.0a1b2c3d.new": (old, True),
    }
    for name, (at, _) in parts.items():
        (folder / name).write_bytes(b"")
        os.utime(folder / name, (at, at))
    set_up_desk(folder).database.close()
    assert {name for name in parts if (folder / name).exists()} == {name for name, (_, stays) in parts.items() if stays}


@pytest.mark.skipif(os.name != "posix", reason="asks after processes as POSIX does")
def test_a_set_up_that_is_killed_leaves_nothing_that_the_next_one_does_not_clear(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    dies = "import os, sys\nfrom pathlib import Path\nfrom db.connection import whole_new_database\n"
    dies += "with whole_new_database(Path(sys.argv[1])): os._exit(9)"
    subprocess.run([sys.executable, "-c", dies, str(folder / "centre.db")], check=False)
    assert [path for path in folder.iterdir() if ".new" in path.name]
    set_up_desk(folder).database.close()
    assert sorted(path.name for path in folder.iterdir()) == ["centre.db", "keys"]
