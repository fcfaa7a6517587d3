"""Writing a file whole or not at all, and what is said of one that was written."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Written:
    """A file that was written; `pages` of a PDF, and the words in it that are in pinyin for want of a font."""

    path: Path
    kind: str
    pages: int | None = None
    romanised: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The answer of the command line."""
        value: dict[str, Any] = {"out": str(self.path), "kind": self.kind}
        if self.pages is not None:
            value |= {"pages": self.pages, "romanised": list(self.romanised)}
        return value


@contextmanager
def whole_file(out: Path) -> Iterator[Path]:
    """A path beside `out` to write to, which takes the place of `out` when the block ends well.

    Whatever stood at `out` stays untouched until the new content is on the disk; after a failure nothing of
    the attempt is left. Raises OSError (disk full, folder missing or read-only, `out` open elsewhere, or a device or
    pipe, which a file must not replace).
    """
    if out.exists() and not out.is_file():
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(out))
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        yield part
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def write_whole(out: Path, content: bytes, on_record: Callable[[], None] | None = None) -> None:
    """Write a file whole. `on_record` is called when all is written and before the file takes its name.

    Raises OSError as `whole_file` does, and what `on_record` raises; then `out` is as it was.
    """
    with whole_file(out) as part:
        part.write_bytes(content)
        if on_record is not None:
            on_record()


def free_path(folder: Path, name: str, ending: str) -> Path:
    """A path in `folder` that no file has yet: `name` with all that could lead elsewhere made harmless, and a number
    where an earlier file stands, because somebody may have worked on that.
    """
    safe = "".join(character if character.isalnum() or character in "-_" else "_" for character in name)[:120]
    number, path = 1, folder / f"{safe}{ending}"
    while path.exists():
        number += 1
        path = folder / f"{safe}-{number}{ending}"
    return path
