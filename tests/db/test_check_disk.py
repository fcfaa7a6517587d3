"""What stands around the centre's file is looked at too: room, who may read, what was left over."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from frontdesk.check import disk, words
from frontdesk.checking import Finding, Watch
from frontdesk.context import Context, open_context
from frontdesk.errors import DeskError
from frontdesk.keys import Keyring
from frontdesk.settings.service import set_setting
from tests.desks import new_desk


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Context]:
    monkeypatch.setenv("FRONTDESK_EXPORTS", str(tmp_path / "exports"))
    context = new_desk(tmp_path / "home")
    context.home.database.chmod(0o600)
    (context.home.path / "backups").mkdir(mode=0o700)
    yield context
    context.database.close()


def found(desk: Context) -> dict[str, Finding]:
    connection = desk.database.connection
    every = [one.look(desk, connection, Watch()) for one in disk.INVARIANTS]
    return {one.code: one for one in every if one is not None}


def test_a_home_that_is_as_it_is_made_has_nothing_amiss(desk: Context) -> None:
    assert found(desk) == {}


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_a_disk_that_is_nearly_full_is_told_with_what_is_needed(desk: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, 50_000_000))
    told = found(desk)["little_room"]
    assert told.severity == "warning" and told.first["free_mb"] == 50 and "50 MB" in words.what(told)
    assert int(str(told.first["need_mb"])) >= 64


@pytest.mark.skipif(os.name != "posix", reason="modes")
@pytest.mark.parametrize("name", ["", "centre.db", "keys", "keys/field.key", "backups", "backups/old.fdbackup"])
def test_what_other_accounts_may_read_is_named(desk: Context, name: str) -> None:
    (desk.home.path / "backups" / "old.fdbackup").touch(0o600)
    path = desk.home.path / name
    path.chmod(path.stat().st_mode | 0o044)
    assert found(desk)["open_to_others"].first["path"] == str(path)


def test_a_key_that_is_gone_is_named(desk: Context) -> None:
    (desk.home.keys / "card.key").rename(desk.home.keys / "card.old")
    told = found(desk)["key_missing"]
    assert (told.severity, told.first["path"]) == ("broken", str(desk.home.keys / "card.key"))


@pytest.mark.parametrize("name", ["audit", "lookup"])
def test_a_key_of_hashes_that_is_lost_is_named_and_not_made_anew(desk: Context, name: str) -> None:
    set_setting(desk, "public_minimum", "7")
    path = desk.home.keys / f"{name}.key"
    kept = path.read_bytes()
    path.unlink()
    assert found(desk)["key_missing"].first["path"] == str(path)
    again = open_context(desk.home, source="desk", operator=desk.operator, clock=desk.clock)
    with pytest.raises(DeskError, match="key_missing"):
        if name == "audit":
            set_setting(again, "public_minimum", "8")
        else:
            again.keys.fingerprint("file:1")
    assert not path.exists()
    path.write_bytes(kept)
    set_setting(again, "public_minimum", "8")
    assert len(again.keys.fingerprint("file:1")) == 16
    again.database.close()


def test_a_centre_that_is_older_than_the_keys_of_hashes_has_them_made(desk: Context) -> None:
    keys = [desk.home.keys / f"{name}.key" for name in ("audit", "lookup")]
    for path in keys:
        path.unlink()
    older = Keyring(desk.home.keys)
    assert older.audit and older.fingerprint("file:1") == older.lookup("file:1")
    assert all(path.exists() for path in keys)


def test_parts_that_nobody_will_finish_are_named_once_they_are_old(desk: Context, tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    parts = [
        desk.home.path / "check.json.1-0a0a0a0a.new",
        desk.home.path / "backups" / "before-upgrade-0012.plain.db.7-0a0a0a0a.new",
        tmp_path / "exports" / ".周报.xlsx.71.part",
    ]
    for part in parts:
        part.touch(0o600)
    assert "left_over" not in found(desk)
    for part in parts:
        os.utime(part, (time.time() - 7_200,) * 2)
    told = found(desk)["left_over"]
    assert (told.count, told.severity, Path(str(told.first["path"])) in parts) == (3, "note", True)


def test_helper_files_without_their_database_are_named(desk: Context) -> None:
    for helper in ("-wal", "-shm", "-journal"):
        (desk.home.path / f"centre2.db{helper}").touch(0o600)
    told = found(desk)["helper_left"]
    assert (told.count, told.first["path"]) == (3, str(desk.home.path / "centre2.db-journal"))


def test_a_wal_that_nobody_folds_back_is_told(desk: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    with desk.change("staff.set_role", "M001"):
        pass
    monkeypatch.setattr(disk, "LARGE_WAL", 1)
    assert found(desk)["large_wal"].severity == "warning"
