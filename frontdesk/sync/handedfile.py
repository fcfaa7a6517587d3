"""Files that the district hands out, read from wherever a person says that they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def enrolment_in(file: Path) -> bytes:
    """The bytes of an enrolment file. Raises SyncError `not_a_file`, `file_too_large`, `not_readable`."""
    from frontdesk.common.smallfile import UnsuitableFile, read_small_file
    from frontdesk.sync.errors import SyncError
    from frontdesk.sync.wire import MAX_ANSWER

    try:
        return read_small_file(file, MAX_ANSWER)
    except UnsuitableFile as failure:
        raise SyncError(failure.code, file=file.name, limit=MAX_ANSWER) from failure
    except OSError as failure:
        raise SyncError("not_readable", file=file.name, reason=failure.strerror or str(failure)) from failure
