"""A file is written whole or not at all, and only where a file may stand."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from frontdesk.common.wholefile import STRAY_AFTER, part_of, whole_file, write_whole
from frontdesk.locale import t, use_language


def test_the_new_content_takes_the_place_of_the_old_at_the_end(tmp_path: Path) -> None:
    out = tmp_path / "week.xlsx"
    out.write_text("last week's")
    with whole_file(out) as part:
        part.write_text("this week's")
        assert out.read_text() == "last week's"
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("week.xlsx", "this week's")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_what_is_no_file_is_not_replaced_by_one(tmp_path: Path) -> None:
    pipe = tmp_path / "null"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="null"), whole_file(pipe) as part:
        part.write_text("content")
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


def test_a_file_that_another_program_has_open_is_said_and_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "week.xlsx"
    out.write_text("last week's")

    def held_open(part: object, target: object) -> None:
        raise PermissionError(errno.EACCES, "Access is denied", str(part), 5, str(target))

    monkeypatch.setattr(os, "replace", held_open)
    for language in ("zh_CN", "en"):
        use_language(language)
        with pytest.raises(PermissionError) as caught:
            write_whole(out, b"this week's")
        assert caught.value.strerror == t("common.file.open_elsewhere") and caught.value.filename == str(out)
    use_language("zh_CN")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("week.xlsx", "last week's")]


@pytest.mark.parametrize(
    ("place", "key"),
    [("absent/week.xlsx", "no_folder"), (".", "no_file"), ("x" * 300, "name_too_long")],
    ids=["absent", "folder", "long"],
)
def test_why_a_file_cannot_be_written_is_said_in_words(tmp_path: Path, place: str, key: str) -> None:
    with pytest.raises(OSError) as caught:
        write_whole(tmp_path / place, b"content")
    assert caught.value.strerror == t(f"common.file.{key}") != f"common.file.{key}"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="everybody may write there")
def test_a_folder_that_may_not_be_written_to_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError) as caught:
        write_whole(tmp_path / "week.xlsx", b"content")
    assert caught.value.strerror == t("common.file.no_right")


def test_what_a_killed_program_left_goes_with_the_next_file_and_what_is_being_written_stays(tmp_path: Path) -> None:
    mine = os.getpid()
    old, fresh = part_of(tmp_path / "old.xlsx", mine), part_of(tmp_path / "new.pdf", mine)
    other = tmp_path / ".note.part"
    for file in (old, fresh, other):
        file.write_text("half")
    for file in (old, other):
        before = file.stat().st_mtime - STRAY_AFTER - 5
        os.utime(file, (before, before))
    write_whole(tmp_path / "week.xlsx", b"whole")
    assert {file.name for file in tmp_path.iterdir()} == {"week.xlsx", fresh.name, other.name}


@pytest.mark.skipif(sys.platform == "win32", reason="whether a process still runs cannot be told there")
def test_what_is_of_a_process_that_is_gone_goes_at_once_and_another_computer_s_only_with_time(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    gone = part_of(tmp_path / "gone.xlsx", ended.pid)
    theirs = [tmp_path / f".{name}.xlsx.{mark}{ended.pid}.part" for name, mark in (("new", "00000000-"), ("old", ""))]
    for file in (gone, *theirs):
        file.write_text("half")
    write_whole(tmp_path / "week.xlsx", b"whole")
    assert {file.name for file in tmp_path.iterdir()} == {"week.xlsx", *(file.name for file in theirs)}


@pytest.mark.skipif(os.name != "posix", reason="the system knows no modes")
def test_a_private_file_is_its_owners_alone_from_the_first_byte_and_in_place_of_an_open_one(tmp_path: Path) -> None:
    out = tmp_path / "people.xlsx"
    out.write_text("for all to read")
    out.chmod(0o644)
    modes = []
    before = os.umask(0o022)
    try:
        with whole_file(out, private=True) as part:
            modes.append(part.stat().st_mode & 0o777)
            part.write_bytes(b"names")
        write_whole(tmp_path / "wall.pdf", b"shifts")
    finally:
        os.umask(before)
    assert [*modes, out.stat().st_mode & 0o777] == [0o600, 0o600]
    assert (tmp_path / "wall.pdf").stat().st_mode & 0o777 == 0o644
