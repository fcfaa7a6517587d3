"""New files that no other account reads, and that take the place of nothing."""

from __future__ import annotations

import errno
import os
import re
import secrets
import time
from contextlib import suppress
from errno import EEXIST
from pathlib import Path

OWNER_ONLY = 0o600
OWNERS_FOLDER = 0o700

ABANDONED_SECONDS = 3600
"""No file of ours takes that long to make."""


def part_of(path: Path) -> Path:
    """A name beside `path` to write under first; no two attempts get the same. It tells which process writes."""
    return path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}.new")


def remove_abandoned(path: Path, names: str | None = None) -> None:
    """Delete the parts of `path` that nobody will finish: their process is gone, or they are older than an hour.

    `names` is a regular expression for files whose names are not the same each time: the parts of all that fit. What
    cannot be deleted stays; it harms nobody.
    """
    parts = re.compile(f"(?:{names or re.escape(path.name)})" + r"\.(?:(\d+)-)?[0-9a-f]{8}\.new(?:-wal|-shm|-journal)?")
    with suppress(OSError):
        for beside in path.parent.iterdir():
            found = parts.fullmatch(beside.name)
            with suppress(OSError):
                if found and (_is_gone(found[1]) or time.time() - beside.stat().st_mtime > ABANDONED_SECONDS):
                    beside.unlink()


def _is_gone(process: str | None) -> bool:
    return process is not None and process_is_gone(int(process))


def process_is_gone(process: int) -> bool:
    """Whether no process of this number runs on this computer; False where that cannot be told."""
    # Elsewhere than on POSIX the same call would end the process.
    if os.name != "posix":
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def make_empty(path: Path) -> None:
    """Make an empty file that, where the system knows modes, only its owner may read.

    Raises OSError, FileExistsError where there is one.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY))


def take_name(part: Path, path: Path) -> None:
    """Give a finished file its name. Raises FileExistsError where another has appeared under it, and OSError.

    A link refuses what exists, a rename would replace it. Where the file system has no links the last look and the
    rename lie close together, and on Windows the rename refuses by itself.
    """
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except (OSError, AttributeError, NotImplementedError):
        if path.exists():
            raise FileExistsError(str(path)) from None
        part.rename(path)
    else:
        part.unlink()
    settle(path.parent)


def settle(folder: Path) -> None:
    """Have the names in a folder on the medium too, where folders can be synced: until then a power cut may take a file
    away that was written whole. Raises OSError.
    """
    if os.name != "posix":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:
        # A folder may be there to put files into and not to look at.
        return
    try:
        os.fsync(descriptor)
    except OSError as failure:
        # Some file systems cannot, those of sticks among them; the file itself is there.
        if failure.errno not in (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS):
            raise
    finally:
        os.close(descriptor)


def take_free_name(part: Path, wanted: Path, most: int) -> Path:
    """Give a finished file the first free name, `wanted` or the same with -2, -3 and so on behind its stem; returns it.

    What stands there, a link too, is neither replaced nor followed. Raises FileExistsError after so many names, and
    OSError.
    """
    for number in range(1, most):
        path = wanted if number == 1 else wanted.with_stem(f"{wanted.stem}-{number}")
        if os.path.lexists(path):
            continue
        try:
            take_name(part, path)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(EEXIST, os.strerror(EEXIST), wanted.name)
