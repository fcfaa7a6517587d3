"""Reading a small file that somebody points at, which may be anything."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from frontdesk.locale import t


class UnsuitableFile(Exception):
    """What was pointed at is not read; `code` is `not_a_file` or `file_too_large`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def reason(self) -> str:
        """Why it is not, in words that fit into brackets."""
        return t(f"common.file.{self.code}")


def read_small_file(path: Path, limit: int) -> bytes:
    """The content of a regular file of at most `limit` bytes; pipes, devices and folders are not waited for.

    Raises UnsuitableFile `not_a_file`, `file_too_large`, and OSError when it cannot be opened or read.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise UnsuitableFile("not_a_file")
    # The file may be exchanged between the look and the opening: no pipe is waited for.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise UnsuitableFile("not_a_file")
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise UnsuitableFile("file_too_large")
    return content
