"""Files of the monthly list: whole or not at all."""

from __future__ import annotations

from pathlib import Path

from frontdesk.activities.monthly.errors import MonthlyError
from frontdesk.common.wholefile import write_whole


def write_file(out: Path, content: bytes) -> None:
    """Write a file whole. Raises MonthlyError `write_failed`; then `out` is as it was."""
    try:
        write_whole(out, content, private=True)
    except OSError as error:
        raise MonthlyError("write_failed", path=str(out), reason=error.strerror or str(error)) from error
