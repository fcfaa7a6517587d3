"""Where screens write their files: in the user's documents unless somebody says otherwise."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

from frontdesk.clock import system_clock
from frontdesk.common.wholefile import part_of
from frontdesk.context import open_context
from frontdesk.home import Home, find_exports
from frontdesk.shell.desk import Desk
from tests.desks import new_desk


@pytest.fixture
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The documents of a user who has none yet."""
    folder = tmp_path / "文档"
    monkeypatch.setattr(platformdirs, "user_documents_path", lambda: folder)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("FRONTDESK_EXPORTS")
    return folder


@pytest.mark.parametrize(("named", "folder"), [("", "frontdesk"), ("  ", "frontdesk"), ("每周 报表", "每周 报表")])
def test_files_go_into_the_documents_into_a_folder_that_is_made(documents: Path, named: str, folder: str) -> None:
    assert find_exports(named) == documents / folder
    assert (documents / folder).is_dir()
    assert find_exports(named) == documents / folder


def test_a_whole_path_is_taken_as_it_stands(documents: Path, tmp_path: Path) -> None:
    assert find_exports(str(tmp_path / "a" / "b")) == tmp_path / "a" / "b"
    assert find_exports("~/报表") == tmp_path / "home" / "报表"
    assert not documents.exists()


def test_a_folder_that_cannot_be_made_is_said_by_whoever_writes_to_it(documents: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    found = find_exports(str(tmp_path / "file" / "folder"))
    assert found == tmp_path / "file" / "folder" and not found.exists()
    assert find_exports("~nobody_of_this_name/x") is not None


def test_the_environment_comes_first_and_is_told_as_a_whole_path(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FRONTDESK_EXPORTS", "here")
    assert find_exports("elsewhere") == tmp_path / "here"


@pytest.mark.skipif(sys.platform == "win32", reason="whether a process still runs cannot be told there")
async def test_the_next_start_removes_what_a_killed_program_left_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTDESK_EXPORTS", str(tmp_path / "exports"))
    (tmp_path / "exports").mkdir()
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    left = part_of(tmp_path / "exports" / "week.xlsx", ended.pid)
    left.write_text("half of a week, with names")
    new_desk(tmp_path / "home").database.close()
    desk = Desk(Home(tmp_path / "home"), "desk", system_clock)
    try:
        # Today asks for what is slow as soon as it is shown.
        await desk.run_slow(lambda _: None)
    finally:
        desk.close()
    assert not left.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="whether a process still runs cannot be told there")
def test_the_next_start_removes_a_key_that_a_killed_program_was_making(tmp_path: Path) -> None:
    context = new_desk(tmp_path / "home")
    context.database.close()
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    left = context.home.keys / f"field-next.key.{ended.pid}-0a1b2c3d.new"
    left.write_bytes(bytes(32))
    keys = set(context.home.keys.iterdir())
    open_context(context.home, source="cli").database.close()
    assert set(context.home.keys.iterdir()) == keys - {left}
