"""Files that hours are written to: whole or not at all, and only once that they exist stands on record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from frontdesk.common.wholefile import write_whole
from frontdesk.volunteers.hours.errors import HoursError


def write_file(out: Path, content: bytes, on_record: Callable[[], None] | None = None) -> None:
    """Write a file whole. `on_record` is called when all is written and before the file takes its name.

    Raises HoursError `write_failed`, and what `on_record` raises; then `out` is as it was.
    """
    try:
        write_whole(out, content, on_record, private=True)
    except OSError as error:
        raise HoursError("write_failed", path=str(out), reason=error.strerror or str(error)) from error
