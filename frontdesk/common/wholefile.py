"""Writing a file whole or not at all, and what is said of one that was written."""

from __future__ import annotations

import errno
import os
import platform
import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from db.newfile import OWNER_ONLY, process_is_gone, settle
from frontdesk.locale import t

STRAY_AFTER = 600
"""So many seconds after it was last written to a part is nobody's any more; a report takes some."""
_PART = re.compile(r"\..+\.(?:([0-9a-f]{8})-)?([0-9]+)\.part", re.DOTALL)
_MOST_BYTES = 180
"""Of a name, before its number and ending: file systems take 255."""
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d", re.IGNORECASE)
"""Names that are devices to Windows, whatever ending they have (Win32: Naming Files)."""
_REASONS = {
    errno.EACCES: "no_right",
    errno.EPERM: "no_right",
    errno.EROFS: "no_right",
    errno.ENOSPC: "disk_full",
    getattr(errno, "EDQUOT", errno.ENOSPC): "disk_full",
    errno.ENOENT: "no_folder",
    errno.ENOTDIR: "no_folder",
    errno.EINVAL: "no_file",
    errno.ENAMETOOLONG: "name_too_long",
}
"""The keys of the words for what keeps a file from being written."""


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
def whole_file(out: Path, *, private: bool = False) -> Iterator[Path]:
    """A path beside `out` to write to, which takes the place of `out` when the block ends well. A `private` file, one
    that may hold names or phones in clear, is its owner's alone from the first byte, where the system knows modes.

    Whatever stood at `out` stays untouched until the new content is on the disk; after a failure nothing of
    the attempt is left. What a program that was killed left in that folder is removed. Raises OSError with the reason
    in words as its `strerror` (disk full, folder missing or read-only, `out` open elsewhere, or a device or pipe, which
    a file must not replace).
    """
    part = part_of(out, os.getpid())
    try:
        if out.exists() and not out.is_file():
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(out))
        clear_strays(out.parent)
        _begin(part, OWNER_ONLY if private else 0o666)
        yield part
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        _take_its_place(part, out)
        settle(out.parent)
    except OSError as failure:
        raise _in_words(failure, out) from failure
    finally:
        # Where a folder went away under the file, or may not be written to any more, that was said already.
        with suppress(OSError):
            part.unlink(missing_ok=True)


def part_of(out: Path, process: int) -> Path:
    """What a process of this computer writes before it is `out`."""
    return out.with_name(f".{out.name}.{_computer()}-{process}.part")


@cache
def _computer() -> str:
    """What tells this computer from another that writes to the same shared folder; its name cannot be read from it."""
    return blake2b(platform.node().encode(), digest_size=4).hexdigest()


def clear_strays(folder: Path) -> None:
    """Remove from a folder what a program that was killed while it wrote has left there: at once where it ran on this
    computer and is gone, and after some minutes whoever it was.
    """
    # Whether another computer still writes to a shared folder tells only the time.
    before = time.time() - STRAY_AFTER
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            found = _PART.fullmatch(entry.name)
            if found is None:
                continue
            with suppress(OSError):
                gone = found[1] == _computer() and process_is_gone(int(found[2]))
                if gone or entry.stat(follow_symlinks=False).st_mtime < before:
                    Path(entry.path).unlink()


def _begin(part: Path, mode: int) -> None:
    """Make the part, empty, as a file that was not there: no link that somebody has laid under its name is written
    through. What an earlier attempt of this process left goes. Raises OSError.
    """
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))


def _take_its_place(part: Path, out: Path) -> None:
    try:
        part.replace(out)
    except PermissionError as failure:
        # Windows lets no file be replaced that a program holds open.
        if out.exists():
            raise OSError(failure.errno, t("common.file.open_elsewhere"), str(out)) from failure
        raise


def _in_words(failure: OSError, out: Path) -> OSError:
    """The same failure with its reason in the language in force, where there are words for it."""
    key = _REASONS.get(failure.errno or 0)
    if key is None or failure.strerror == t("common.file.open_elsewhere"):
        return failure
    return OSError(failure.errno, t(f"common.file.{key}"), str(out))


def write_whole(
    out: Path, content: bytes, on_record: Callable[[], None] | None = None, *, private: bool = False
) -> None:
    """Write a file whole. `on_record` is called when all is written and before the file takes its name; for `private`
    see `whole_file`.

    Raises OSError as `whole_file` does, and what `on_record` raises; then `out` is as it was.
    """
    with whole_file(out, private=private) as part:
        part.write_bytes(content)
        if on_record is not None:
            on_record()


def free_path(folder: Path, name: str, ending: str) -> Path:
    """A path in `folder` that no file has yet: `name` with all that could lead elsewhere made harmless, and a number
    where an earlier file stands, because somebody may have worked on that.
    """
    kept = (character if character.isalnum() or character in "-_" else "_" for character in name)
    # A character of which the first bytes alone would be left goes.
    safe = "".join(kept).encode(errors="replace")[:_MOST_BYTES].decode(errors="ignore")
    if not safe or _RESERVED.fullmatch(unicodedata.normalize("NFKC", safe)):
        safe = f"_{safe}"
    number, path = 1, folder / f"{safe}{ending}"
    while path.exists():
        number += 1
        path = folder / f"{safe}-{number}{ending}"
    return path
