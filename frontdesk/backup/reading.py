"""The content of a backup as it is read: a manifest, the database, the files beside it."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from pydantic import BaseModel, ConfigDict, ValidationError

from frontdesk.backup.errors import BackupError

LONGEST_MANIFEST = 4 * 1024 * 1024
PIECE = 256 * 1024
LARGEST_KEY = 1024 * 1024
LITTER = ("Thumbs.db", "desktop.ini")
"""What file managers leave everywhere."""
_SAFE_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
_FORBIDDEN = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")


class Part(BaseModel):
    """A file in a backup: its name within the home with `/`, its size in bytes, its SHA-256 in hexadecimal digits."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, strict=True)

    name: str
    size: int
    sha256: str


class Manifest(BaseModel):
    """What stands first in the content: whose backup it is, what kind, what is in it, and its rows by table."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, strict=True)

    centre: str
    centre_code: str
    zone: str
    kind: str
    made_at: int
    schema_version: int
    audit_entries: int
    tables: dict[str, int]
    parts: list[Part]
    """The database first, then the files below keys/."""

    def to_bytes(self) -> bytes:
        """As it stands in the content, with its length in front."""
        raw = json.dumps(self.model_dump(), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        return len(raw).to_bytes(4, "big") + raw


class Payload:
    """Reads the content from its zlib stream, piece by piece and never more than was asked for."""

    def __init__(self, clear: Iterator[bytes], damaged: Callable[[], BackupError]) -> None:
        self._clear = clear
        self._damaged = damaged
        self._engine = zlib.decompressobj()
        self._waiting = b""

    def take(self, size: int) -> bytes:
        """Exactly so many bytes. Raises BackupError `file_damaged`."""
        found = bytearray()
        while len(found) < size:
            found += self._some(size - len(found))
        return bytes(found)

    def _some(self, most: int) -> bytes:
        try:
            while True:
                if self._engine.eof:
                    raise self._damaged()
                piece = self._engine.decompress(self._waiting, most)
                self._waiting = self._engine.unconsumed_tail
                if piece:
                    return piece
                if not self._waiting:
                    self._waiting = next(self._clear)
        except StopIteration:
            raise self._damaged() from None
        except zlib.error as failure:
            raise self._damaged() from failure

    def end(self) -> None:
        """See that nothing is left and that the last frame was there. Raises BackupError `file_damaged`."""
        try:
            while True:
                if self._engine.decompress(self._waiting, 1):
                    raise self._damaged()
                self._waiting = self._engine.unconsumed_tail
                if self._engine.eof:
                    break
                self._waiting = self._waiting or next(self._clear)
        except StopIteration:
            raise self._damaged() from None
        except zlib.error as failure:
            raise self._damaged() from failure
        if self._engine.unused_data or any(True for _ in self._clear):
            raise self._damaged()

    def manifest(self) -> Manifest:
        """What stands first. Raises BackupError `file_damaged`, also where a name would lead out of the home."""
        length = int.from_bytes(self.take(4), "big")
        if length > LONGEST_MANIFEST:
            raise self._damaged()
        try:
            manifest = Manifest.model_validate_json(self.take(length))
        except ValidationError as wrong:
            raise self._damaged() from wrong
        names = [part.name for part in manifest.parts]
        if names[:1] != ["centre.db"] or len(set(map(str.lower, names))) != len(names):
            raise self._damaged()
        if not all(is_safe(name) for name in names[1:]) or any(part.size < 0 for part in manifest.parts):
            raise self._damaged()
        return manifest

    def copy_part(self, part: Part, out: BinaryIO) -> None:
        """Write one file of the content. Raises BackupError `file_damaged` where it is not what the manifest says, and
        OSError.
        """
        left, digest = part.size, hashlib.sha256()
        while left > 0:
            piece = self._some(min(left, PIECE))
            digest.update(piece)
            out.write(piece)
            left -= len(piece)
        if digest.hexdigest() != part.sha256:
            raise self._damaged()


def is_safe(name: str) -> bool:
    """Whether a name stands for a file below keys/ and can stand for nothing else on any system."""
    first, *others = name.split("/")
    return (
        first == "keys"
        and 0 < len(others) <= 4
        and all(_SAFE_PART.fullmatch(part) and not _FORBIDDEN.fullmatch(part) for part in others)
    )


def key_files(folder: Path) -> dict[str, bytes]:
    """Every key by its name within the home; what somebody is just writing is left out.

    Raises BackupError `keys_odd` for what is no key (a link, something large, an odd name) and `keys_unreadable`.
    """
    try:
        return dict(_keys(folder))
    except OSError as failure:
        reason = failure.strerror or str(failure)
        raise BackupError("keys_unreadable", path=str(failure.filename or folder), reason=reason) from failure


def _keys(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        name = f"keys/{path.relative_to(folder).as_posix()}"
        if path.name.startswith(".") or path.name in LITTER or name.endswith(".new"):
            continue
        if path.is_file():
            if path.is_symlink() or path.stat().st_size > LARGEST_KEY or not is_safe(name):
                raise BackupError("keys_odd", path=str(path))
            yield name, path.read_bytes()
