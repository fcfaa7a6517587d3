"""Writing a file whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(out: Path) -> Iterator[Path]:
    """A path beside `out` to write to, which takes the place of `out` when the block ends well.

    Whatever stood at `out` stays untouched until the new content is on the disk; after a failure nothing of
    the attempt is left. Raises OSError (disk full, folder missing or read-only, `out` open elsewhere).
    """
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        yield part
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
