"""What is refused about backups, the recovery key and restoring."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import ClassVar

from frontdesk.errors import DeskError

FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG)
GONE = (errno.ENOENT, errno.ENOTDIR, errno.ENODEV, errno.ENXIO, errno.EIO, getattr(errno, "ESTALE", errno.EIO))
READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)


class BackupError(DeskError):
    """A backup that was not made, a recovery key that is none, or a file that cannot be restored."""

    area: ClassVar[str] = "backup"


def writing_failed(failure: OSError, folder: Path) -> BackupError:
    """The coded failure for what the system said while something was written into `folder`: `folder_full`,
    `folder_read_only`, `folder_gone`, `folder_failed`.
    """
    number = failure.errno or 0
    details = {"folder": str(folder), "reason": failure.strerror or str(failure)}
    if number in FULL:
        return BackupError("folder_full", **details)
    if number in READ_ONLY:
        return BackupError("folder_read_only", **details)
    return BackupError("folder_gone" if number in GONE else "folder_failed", **details)


def reading_failed(failure: OSError, path: Path) -> BackupError:
    """The coded failure for what the system said while the backup at `path` was read: `file_missing`,
    `file_unreadable`.
    """
    if failure.errno in (errno.ENOENT, errno.ENOTDIR):
        return BackupError("file_missing", path=str(path))
    return BackupError("file_unreadable", path=str(path), reason=failure.strerror or str(failure))
