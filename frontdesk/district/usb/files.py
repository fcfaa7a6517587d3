"""Finding a centre's file on a stick, and reading never more of it than such a file may have."""

from __future__ import annotations

from pathlib import Path

from frontdesk.common.smallfile import UnsuitableFile, read_small_file
from frontdesk.district.errors import DistrictError
from frontdesk.sync import wire

NAMED = 20
"""Files that a refusal names."""


def find_file(path: Path) -> Path:
    """The file itself, or in a folder the only one for the district; links and hidden files are passed over.

    Raises DistrictError `usb_nothing_found`, `usb_several_found`, `file_unreadable`.
    """
    try:
        if not path.is_dir():
            return path
        found = sorted(
            one.name
            for one in path.iterdir()
            if one.suffix.lower() == wire.UP_SUFFIX and not one.name.startswith(".")
            if one.is_file() and not one.is_symlink()
        )
    except OSError as failure:
        raise DistrictError("file_unreadable", path=str(path), reason=failure.strerror or "") from failure
    if not found:
        raise DistrictError("usb_nothing_found", folder=str(path), suffix=wire.UP_SUFFIX)
    if len(found) > 1:
        files = ", ".join(found[:NAMED]) + (", …" if len(found) > NAMED else "")
        raise DistrictError("usb_several_found", folder=str(path), count=len(found), files=files)
    return path / found[0]


def read_file(path: Path) -> bytes:
    """The bytes of a file. Raises DistrictError `file_unreadable`, or WireFault `too_large`."""
    try:
        return read_small_file(path, wire.MAX_USB)
    except UnsuitableFile as failure:
        if failure.code == "file_too_large":
            raise wire.WireFault("too_large", limit=wire.MAX_USB) from failure
        raise DistrictError("file_unreadable", path=str(path), reason=failure.reason) from failure
    except OSError as failure:
        raise DistrictError("file_unreadable", path=str(path), reason=failure.strerror or "") from failure
