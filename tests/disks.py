"""A small disk of our own, to be filled and write-protected: a tmpfs in a namespace that only these tests see.

File permissions do not bind root, and a quota needs an administrator; this works for both root and ordinary users.
"""

from __future__ import annotations

import errno
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FILLER = "filler"


class Disk:
    """A mounted disk. Programs run with `prefix` before their command line see it at `path`; nobody else does."""

    def __init__(self, path: Path, holder: int) -> None:
        self.path = path
        self.prefix = ["nsenter", f"--target={holder}", "--user", "--mount", "--preserve-credentials", "--"]
        # Plain file access through the holder's root; SQLite would resolve it back to our own.
        self.seen = Path(f"/proc/{holder}/root") / path.relative_to("/")

    def fill(self, free_bytes: int = 0) -> None:
        """Leave so much room."""
        with (self.seen / _FILLER).open("wb", buffering=0) as filler:
            size = 0
            try:
                while True:
                    size += filler.write(bytes(4096))
            except OSError as failure:
                assert failure.errno == errno.ENOSPC
            filler.truncate(max(0, size - free_bytes))

    def empty(self) -> None:
        """Make room again."""
        (self.seen / _FILLER).unlink()

    def write_protect(self, protected: bool = True) -> None:
        """Let nobody write to the disk, root included; or let them again."""
        options = "remount,ro" if protected else "remount,rw"
        subprocess.run([*self.prefix, "mount", "-o", options, str(self.path)], check=True)

    def files(self) -> dict[str, bytes]:
        """Every file and its bytes, without what fills the disk and without SQLite's helpers beside a database."""
        return {
            str(file.relative_to(self.seen)): file.read_bytes()
            for file in sorted(self.seen.rglob("*"))
            if file.is_file() and file.name != _FILLER and not file.name.endswith(("-wal", "-shm"))
        }


@contextmanager
def small_disk(path: Path, megabytes: int) -> Iterator[Disk | None]:
    """A disk of this size, mounted at a new folder; None where this system does not let us."""
    path.mkdir()
    # The size includes the folders' own pages.
    mount = f"mount -t tmpfs -o size={megabytes}m none '{path}' && echo mounted && exec cat"
    try:
        holder = subprocess.Popen(
            ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        yield None
        return
    assert holder.stdin and holder.stdout
    with holder, holder.stdin, holder.stdout:
        yield Disk(path, holder.pid) if holder.stdout.readline() == b"mounted\n" else None
        # The namespace and its disk end with the process that waits for the end of its input.
