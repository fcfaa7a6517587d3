"""Sticks and cards are found by what each system says of itself."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from frontdesk.sync.drives import WINDOWS_REMOVABLE, drive_at, find_drives, linux_drives, mac_drives, windows_drives


@pytest.fixture
def blocks(tmp_path: Path) -> Path:
    """A /sys/class/block with an inner disk sda, a card mmcblk0 that says it is removable, a disk sdb on USB."""
    devices, classes = tmp_path / "sys" / "devices", tmp_path / "sys" / "class" / "block"
    classes.mkdir(parents=True)
    for disk, part, removable in (
        ("pci0/ata1/block/sda", "sda1", "0"),
        ("mmc0/block/mmcblk0", "mmcblk0p1", "1"),
        ("pci0/usb2/2-1/block/sdb", "sdb1", "0"),
    ):
        folder = devices / disk
        (folder / part).mkdir(parents=True)
        (folder / "removable").write_text(f"{removable}\n", encoding="ascii")
        (classes / folder.name).symlink_to(folder)
        (classes / part).symlink_to(folder / part)
    return classes


def test_on_linux_what_can_be_pulled_out_or_hangs_on_usb_is_found_under_its_name(tmp_path: Path, blocks: Path) -> None:
    for name in ("data", "card", "My Stick", "locked"):
        (tmp_path / name).mkdir()
    space = str(tmp_path / "My Stick").replace(" ", r"\040")
    mounts = "\n".join(
        (
            "/dev/sda1 / ext4 rw 0 0",
            f"/dev/sda1 {tmp_path}/data ext4 rw 0 0",
            f"/dev/mmcblk0p1 {tmp_path}/card vfat rw,nosuid 0 0",
            f"/dev/sdb1 {space} exfat rw 0 0",
            f"/dev/sdb1 {tmp_path}/locked exfat ro,nosuid 0 0",
            f"/dev/sdb1 {tmp_path}/pulled-out exfat rw 0 0",
            f"tmpfs {tmp_path} tmpfs rw 0 0",
            "/dev/sdb1",
        )
    )
    found = linux_drives(mounts, blocks)
    assert [(one.name, one.folder, one.is_writable) for one in found] == [
        ("My Stick", tmp_path / "My Stick", True),
        ("card", tmp_path / "card", True),
        ("locked", tmp_path / "locked", False),
    ]
    assert all(one.free for one in found)


def test_a_system_that_runs_from_a_stick_is_not_offered_as_one(blocks: Path) -> None:
    assert linux_drives("/dev/sdb1 / ext4 rw 0 0", blocks) == []


def test_on_a_mac_the_disk_of_the_system_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Macintosh HD").symlink_to("/")
    (tmp_path / "STICK").mkdir()
    (tmp_path / "folder").mkdir()
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path).name != "folder")
    assert [one.name for one in mac_drives(tmp_path)] == ["STICK"]
    assert mac_drives(tmp_path / "nowhere") == []


def test_on_windows_only_removable_letters_count_and_have_their_label(monkeypatch: pytest.MonkeyPatch) -> None:
    class Kernel:
        modes: ClassVar[list[int]] = []

        def SetErrorMode(self, mode: int) -> int:
            self.modes.append(mode)
            return 0

        def GetLogicalDrives(self) -> int:
            return 0b11100

        def GetDriveTypeW(self, root: str) -> int:
            return WINDOWS_REMOVABLE if root in ("D:\\", "E:\\") else 3

        def GetVolumeInformationW(self, root: str, /, *rest: Any) -> int:
            if root == "E:\\":
                return 0
            rest[0].value = "U盘"
            return 1

    kernel = Kernel()
    monkeypatch.setattr(Path, "is_dir", lambda path: True)
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=5))
    assert [(one.name, one.free) for one in windows_drives(kernel)] == [("D: U盘", 5), ("E:", 5)]
    assert kernel.modes, "an empty card reader would ask for a card in a window of its own"


def test_this_computer_can_be_asked_and_a_folder_that_is_gone_is_nothing(tmp_path: Path) -> None:
    assert all(one.folder.is_dir() for one in find_drives())
    assert drive_at(tmp_path / "gone") is None
    here = drive_at(tmp_path)
    assert here is not None and here.is_writable and here.free
