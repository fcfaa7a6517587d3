"""The folder that was typed for a stick is there again, days later; nothing that spoils what is kept is in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from frontdesk.home import Home
from frontdesk.sync.usb_folder import NAME, remember_folder, remembered_folder


def test_the_folder_typed_last_is_remembered_for_this_centre_alone(tmp_path: Path) -> None:
    one, other = Home(tmp_path / "one"), Home(tmp_path / "other")
    for home in (one, other):
        home.path.mkdir()
    assert remembered_folder(one) is None
    for folder in (tmp_path / "first", tmp_path / "U盘 二"):
        remember_folder(one, folder)
        assert remembered_folder(one) == folder
    assert remembered_folder(other) is None


@pytest.mark.parametrize("kept", [b"", b"stick", b"/media/\0", b"/" + b"x" * 5000])
def test_what_is_no_whole_path_is_passed_over(tmp_path: Path, kept: bytes) -> None:
    (tmp_path / NAME).write_bytes(kept)
    assert remembered_folder(Home(tmp_path)) is None


def test_a_folder_that_cannot_be_kept_is_only_forgotten(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    remember_folder(Home(tmp_path), tmp_path)
    assert remembered_folder(Home(tmp_path)) is None
