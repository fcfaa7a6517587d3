"""A disk that fails on order, or loses its power: `tests/faulty/shim.c` compiled, and told what to do.

A program that is started with `environment(...)` has it preloaded; what it does is said by a `Control`, a file that
both map. Only on Linux with a C compiler; `library()` is None elsewhere, with the reason in `why_not()`.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).parent / "faulty" / "shim.c"
ALWAYS = 2**62

OPENS, WRITES, SYNCS, CUTS, NAMES, REMOVES, MAPS, FOLDERS = (1 << place for place in range(8))
EVERY_CHANGE = OPENS | WRITES | SYNCS | CUTS | NAMES | REMOVES | FOLDERS
KILL_BEFORE, KILL_AFTER, KILL_TORN, FAIL, SHORT = range(1, 6)
ERRORS = {"full": errno.ENOSPC, "read-only": errno.EROFS, "broken": errno.EIO}
"""What a disk says that is full, was mounted anew because of an error, or is broken."""

_LONGEST = 4096


class _Layout(ctypes.Structure):
    """`struct control` of the shim."""

    _fields_ = (
        ("counted", ctypes.c_int64),
        ("first", ctypes.c_int64),
        ("until", ctypes.c_int64),
        ("happened", ctypes.c_int64),
        ("what", ctypes.c_int32),
        ("error", ctypes.c_int32),
        ("kinds", ctypes.c_uint32),
        ("traced", ctypes.c_int32),
        ("prefix", ctypes.c_char * _LONGEST),
        ("trace", ctypes.c_char * _LONGEST),
    )


class Control:
    """What happens to the calls that change files below a folder, in every process that is attached to it."""

    def __init__(self, path: Path, folder: Path, *, kinds: int = EVERY_CHANGE, trace: Path | None = None) -> None:
        self.path = path
        path.write_bytes(bytes(ctypes.sizeof(_Layout)))
        with path.open("r+b") as file:
            self._mapped = mmap.mmap(file.fileno(), ctypes.sizeof(_Layout))
        self._layout = _Layout.from_buffer(self._mapped)
        self._layout.kinds = kinds
        self._layout.prefix = str(folder.resolve()).encode()
        self._layout.traced = trace is not None
        self._layout.trace = str(trace or "").encode()

    @property
    def counted(self) -> int:
        """How many calls there were since it was last told something."""
        return int(self._layout.counted)

    @property
    def happened(self) -> int:
        """How many of them something happened to."""
        return int(self._layout.happened)

    def order(self, what: int, first: int, until: int = ALWAYS, error: int = 0) -> None:
        """Have something happen to the calls from the `first` (from 1) on; the count begins anew."""
        self._layout.first = 0
        self._layout.what, self._layout.until, self._layout.error = what, until, error
        self._layout.counted = self._layout.happened = 0
        self._layout.first = first

    def well(self) -> None:
        """Let every call succeed again; the count begins anew."""
        self._layout.first = self._layout.counted = self._layout.happened = 0


@cache
def library() -> Path | None:
    """The compiled shim; None where it cannot be made here."""
    if why_not():
        return None
    source = SOURCE.read_bytes()
    out = Path(tempfile.gettempdir()) / f"frontdesk-disk-{os.getuid()}-{blake2b(source, digest_size=8).hexdigest()}.so"
    if not out.exists():
        part = out.with_suffix(f".{os.getpid()}")
        compiler = shutil.which("cc") or shutil.which("gcc") or ""
        subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", str(part), str(SOURCE), "-ldl"], check=True)
        part.replace(out)
    return out


def why_not() -> str:
    """Why there is no such disk on this system; '' where there is."""
    if sys.platform != "linux":
        return "calls to the disk are intercepted on Linux only"
    if not (shutil.which("cc") or shutil.which("gcc")):
        return "there is no C compiler (cc or gcc) to make the failing disk with"
    return ""


def environment(control: Control | None = None) -> dict[str, str]:
    """What a program needs in its environment to have the disk, and to obey a control from its start."""
    settings = {"LD_PRELOAD": str(library())}
    return settings | {"FRONTDESK_TEST_DISK": str(control.path)} if control else settings


def run_with_disk(module: str) -> str:
    """Start this program (`python -m <module>`) anew with the disk unless it has it; comes back where it has, with '',
    or where there is none, with the reason.
    """
    if reason := why_not():
        return reason
    if str(library()) != os.environ.get("LD_PRELOAD"):
        os.execve(sys.executable, [sys.executable, "-m", module, *sys.argv[1:]], {**os.environ, **environment()})
    return ""


def attach(control: Control) -> None:
    """Have this process, which was started with the disk, obey a control from now on."""
    assert ctypes.CDLL(None).disk_attach(os.fsencode(control.path)) == 0


class Call(NamedTuple):
    """One call that changed a file, as it was made. `data` is what was written, or the new name."""

    kind: int
    path: str
    data: bytes
    place: int


def calls(trace: Path) -> Iterator[Call]:
    """The calls of a trace in their order."""
    content = trace.read_bytes() if trace.exists() else b""
    at = 0
    while at < len(content):
        kind, path, size, place = _HEAD.from_buffer_copy(content, at).values()
        at += ctypes.sizeof(_HEAD)
        yield Call(kind, os.fsdecode(content[at : at + path]), content[at + path : at + path + size], place)
        at += path + size


class _HEAD(ctypes.Structure):
    _fields_ = (
        ("kind", ctypes.c_uint32),
        ("path", ctypes.c_uint32),
        ("size", ctypes.c_uint64),
        ("place", ctypes.c_int64),
    )

    def values(self) -> tuple[int, int, int, int]:
        return self.kind, self.path, self.size, self.place


HEAD_BYTES = ctypes.sizeof(_HEAD)
"""Of each call in a trace, before its path and its data."""
