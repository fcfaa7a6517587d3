"""New files that no other account reads, and that take the place of nothing."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

OWNER_ONLY = 0o600
OWNERS_FOLDER = 0o700


def part_of(path: Path) -> Path:
    """A name beside `path` to write under first; no two attempts get the same."""
    return path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")


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
