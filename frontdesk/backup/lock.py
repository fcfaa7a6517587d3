"""One backup at a time in a home, whichever window or program makes it; the system lets go of the lock of a program
that was killed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from db.backup import remove_scratch
from db.newfile import OWNER_ONLY
from frontdesk.backup.errors import BackupError, writing_failed

if TYPE_CHECKING:
    from frontdesk.home import Home

NAME = "backup.lock"


@contextmanager
def alone(home: Home) -> Iterator[None]:
    """The block is the only one that makes or restores a backup in this home. Clear copies that a killed one left are
    removed when it begins, and its own when it ends.

    Raises BackupError `already_running`, and as `writing_failed` says.
    """
    try:
        descriptor = os.open(home.path / NAME, os.O_RDWR | os.O_CREAT, OWNER_ONLY)
    except OSError as failure:
        raise writing_failed(failure, home.path) from failure
    try:
        if not _taken(descriptor):
            raise BackupError("already_running")
        remove_scratch(home.path)
        try:
            yield
        finally:
            remove_scratch(home.path)
    finally:
        # The lock goes with it.
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    """Whether the lock could be taken; nobody waits for it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
