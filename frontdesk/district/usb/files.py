"""Reading a centre's file from a stick, never more of it than such a file may have."""

from __future__ import annotations

from pathlib import Path

from frontdesk.district.errors import DistrictError
from frontdesk.sync import wire


def read_file(path: Path) -> bytes:
    """The bytes of a file. Raises DistrictError `file_unreadable`, or WireFault `too_large`."""
    try:
        with path.open("rb") as file:
            raw = file.read(wire.MAX_USB + 1)
    except OSError as failure:
        raise DistrictError("file_unreadable", path=str(path), reason=failure.strerror or "") from failure
    if len(raw) > wire.MAX_USB:
        raise wire.WireFault("too_large", limit=wire.MAX_USB)
    return raw
