"""Sticks and cards that are plugged in: where they are mounted, found by the plain means of each system.

Linux says in /proc/mounts what is mounted and in /sys/class/block what of it can be pulled out; desktops mount such
things below /media or /run/media. Windows has drive letters and says of each what it is. macOS mounts below /Volumes.
Nothing here is certain: some sticks call themselves fixed disks. Whoever misses theirs types its folder.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

EXCHANGED = (".fdu", ".fdd")
"""Endings of what goes to the district, and of its answers."""

MOUNTED_BELOW = ("/media/", "/run/media/")
"""Where desktops mount what is plugged in (udisks2: /run/media/USER, before /media/USER)."""

SYSTEM_FOLDERS = ("/", "/boot", "/boot/efi", "/boot/firmware", "/home", "/usr", "/var")
"""What no stick is mounted as, also where the whole system runs from one."""

WINDOWS_REMOVABLE = 2
"""DRIVE_REMOVABLE of GetDriveTypeW (winbase.h)."""

WINDOWS_NO_DIALOGS = 1
"""SEM_FAILCRITICALERRORS of SetErrorMode: an empty card reader fails instead of asking for a card."""

LABEL_LENGTH = 261
"""MAX_PATH + 1 characters, the longest label that GetVolumeInformationW writes."""

_OCTAL = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True)
class Drive:
    """Something that can be pulled out: its folder, the name people gave it, and the bytes that are free on it.

    `free` is None where the system does not say.
    """

    folder: Path
    name: str
    free: int | None
    is_writable: bool


class WindowsDrives(Protocol):
    """What kernel32 knows of drives; the names are those of Windows."""

    def SetErrorMode(self, mode: int, /) -> int:
        """Say what is to be asked of the person at the screen; the mode before."""

    def GetLogicalDrives(self) -> int:
        """A bit for each letter in use, that of A the lowest."""

    def GetDriveTypeW(self, root: str, /) -> int:
        """What a drive is, such as DRIVE_REMOVABLE."""

    def GetVolumeInformationW(self, root: str, /, *rest: object) -> int:
        """Write the label of a drive, among other things; 0 where it does not say."""


def find_drives() -> list[Drive]:
    """Every stick and card that can be found on this computer, by name; an empty list where there is none."""
    if sys.platform == "win32":
        import ctypes

        return windows_drives(ctypes.windll.kernel32)
    if sys.platform == "darwin":
        return mac_drives(Path("/Volumes"))
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return []
    return linux_drives(mounts, Path("/sys/class/block"))


def drive_at(folder: Path, name: str = "") -> Drive | None:
    """What stands at a folder; None where there is no folder, or it went away while it was looked at."""
    try:
        if not folder.is_dir():
            return None
        free = shutil.disk_usage(folder).free
    except OSError:
        return None
    return Drive(folder, name or folder.name or str(folder), free, os.access(folder, os.W_OK))


def files_of_ours(folder: Path) -> list[Path]:
    """The files at the top of a drive that this centre and its district exchange, by their endings."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() in EXCHANGED)
    except OSError:
        return []


def linux_drives(mounts: str, blocks: Path) -> list[Drive]:
    """What of these lines of /proc/mounts can be pulled out; `blocks` is /sys/class/block."""
    found: dict[Path, Drive] = {}
    for line in mounts.splitlines():
        parts = line.split(" ")
        if len(parts) < 4 or not parts[0].startswith("/dev/"):
            continue
        device, folder = (_OCTAL.sub(lambda match: chr(int(match[1], 8)), part) for part in parts[:2])
        if not folder.startswith(MOUNTED_BELOW) and (
            folder in SYSTEM_FOLDERS or not is_removable(blocks, device.removeprefix("/dev/"))
        ):
            continue
        drive = drive_at(Path(folder))
        if drive is not None:
            is_writable = drive.is_writable and "ro" not in parts[3].split(",")
            found[drive.folder] = Drive(drive.folder, drive.name, drive.free, is_writable)
    return _by_name(found.values())


def is_removable(blocks: Path, device: str) -> bool:
    """Whether a block device is a disk that can be pulled out, or a part of one, or hangs on USB."""
    try:
        place = (blocks / device).resolve(strict=True)
    except OSError:
        return False
    if any(part.startswith("usb") for part in place.parts):
        return True
    for disk in (place, place.parent):
        try:
            if (disk / "removable").read_text(encoding="ascii").strip() == "1":
                return True
        except (OSError, ValueError):
            continue
    return False


def mac_drives(volumes: Path) -> list[Drive]:
    """What is mounted below /Volumes; the system's own disk is a link there."""
    try:
        entries = [entry for entry in volumes.iterdir() if not entry.is_symlink() and os.path.ismount(entry)]
    except OSError:
        return []
    return _by_name(drive for entry in entries if (drive := drive_at(entry)) is not None)


def windows_drives(kernel: WindowsDrives) -> list[Drive]:
    """The drive letters of what can be pulled out, each with its label."""
    kernel.SetErrorMode(WINDOWS_NO_DIALOGS)
    letters = kernel.GetLogicalDrives()
    found = []
    for place in range(26):
        letter = chr(ord("A") + place)
        root = f"{letter}:\\"
        if not letters & (1 << place) or kernel.GetDriveTypeW(root) != WINDOWS_REMOVABLE:
            continue
        drive = drive_at(Path(root), f"{letter}: {_label(kernel, root)}".rstrip())
        if drive is not None:
            found.append(drive)
    return found


def _label(kernel: WindowsDrives, root: str) -> str:
    """The label of a volume; empty where it has none or does not say."""
    import ctypes

    label = ctypes.create_unicode_buffer(LABEL_LENGTH)
    if not kernel.GetVolumeInformationW(root, label, LABEL_LENGTH, None, None, None, None, 0):
        return ""
    return label.value


def _by_name(drives: Iterable[Drive]) -> list[Drive]:
    return sorted(drives, key=lambda drive: (drive.name, str(drive.folder)))
