"""The sealed file of a backup: written and read as a stream, so that memory stays bounded however large the centre is.

    "FDBACKUP" | format 1 | header length (4) | header JSON | content key sealed for the recovery key (80)
    | secretstream header (24) | frames | SHA-256 of all before (32)

The frames are XChaCha20-Poly1305 secretstream messages (libsodium, crypto_secretstream) of `CHUNK` bytes of one zlib
stream, the last one shorter and with the final tag, so that a file that was cut off is noticed; each is bound to the
header and the sealed key in front. The digest at the end tells a half-copied file without any key. The header tells
nothing of people, not even the centre's name.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pydantic import BaseModel, ConfigDict, ValidationError

from frontdesk.backup.errors import BackupError, reading_failed
from frontdesk.backup.recovery import RecoveryKey, key_id_of

if TYPE_CHECKING:
    from frontdesk.backup.reading import Payload

MAGIC = b"FDBACKUP"
FORMAT = 1
CHUNK = 256 * 1024
TAG_BYTES = 17
FRAME = CHUNK + TAG_BYTES
KEY_BYTES = 32
SEALED_KEY = KEY_BYTES + 48
STREAM_HEADER = 24
DIGEST = 32
LONGEST_HEADER = 16 * 1024
LEVEL = 3
"""Of zlib: a database of sealed fields gets little smaller by more, and a cheap computer several times slower."""

ENDING = ".fdbackup"

GoesOn = Callable[[int], None]
"""Told how many bytes were done; it stops the work by raising."""


class Header(BaseModel):
    """What a backup tells without a key: its format, when it was made (UTC ms), for which recovery key, how large the
    database in it is, and the schema and the program that wrote it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, strict=True)

    format: int
    made_at: int
    key_id: str
    database_bytes: int
    schema_version: int
    program: str

    def to_bytes(self) -> bytes:
        """As it stands in the file."""
        return json.dumps(self.model_dump(), sort_keys=True, separators=(",", ":")).encode()


class SealingWriter:
    """Takes the bytes of the payload and writes the sealed file; `finish` ends it and returns its SHA-256."""

    def __init__(self, file: BinaryIO, header: Header, public_key: bytes) -> None:
        from nacl import bindings
        from nacl.public import PublicKey, SealedBox
        from nacl.utils import random

        self.content_key = random(KEY_BYTES)
        raw = header.to_bytes()
        front = MAGIC + bytes((FORMAT,)) + len(raw).to_bytes(4, "big") + raw
        front += SealedBox(PublicKey(public_key)).encrypt(self.content_key)
        self._bound = hashlib.sha256(front).digest()
        self._push = bindings.crypto_secretstream_xchacha20poly1305_push
        self._message = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
        self._final = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
        self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
        begin = bindings.crypto_secretstream_xchacha20poly1305_init_push(self._state, self.content_key)
        self._file = file
        self._digest = hashlib.sha256()
        self._engine = zlib.compressobj(LEVEL)
        self._waiting = bytearray()
        self._put(front + begin)

    def write(self, content: bytes) -> None:
        """Compress, seal and write. Raises OSError."""
        self._waiting += self._engine.compress(content)
        # The last frame is written by `finish`, so that it is never an empty one behind a full one.
        while len(self._waiting) > CHUNK:
            self._put(self._push(self._state, bytes(self._waiting[:CHUNK]), self._bound, self._message))
            del self._waiting[:CHUNK]

    def finish(self) -> bytes:
        """Write what is left and the digest. Raises OSError."""
        self._waiting += self._engine.flush()
        while len(self._waiting) > CHUNK:
            self._put(self._push(self._state, bytes(self._waiting[:CHUNK]), self._bound, self._message))
            del self._waiting[:CHUNK]
        self._put(self._push(self._state, bytes(self._waiting), self._bound, self._final))
        digest = self._digest.digest()
        self._file.write(digest)
        return digest

    def _put(self, raw: bytes) -> None:
        self._digest.update(raw)
        self._file.write(raw)


class SealedFile:
    """A backup opened for reading. Making one reads the front and checks its form; nothing is decrypted yet."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
            self._file = os.fdopen(os.open(path, flags), "rb")
            self.size = os.fstat(self._file.fileno()).st_size
        except OSError as failure:
            raise reading_failed(failure, path) from failure
        try:
            self._front, self.header = self._read_front()
        except OSError as failure:
            self._file.close()
            raise reading_failed(failure, path) from failure
        except BackupError:
            self._file.close()
            raise

    def __enter__(self) -> SealedFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _read_front(self) -> tuple[bytes, Header]:
        front = self._file.read(len(MAGIC) + 5)
        if not front.startswith(MAGIC) or len(front) < len(MAGIC) + 5:
            raise BackupError("not_a_backup", path=str(self.path))
        if front[len(MAGIC)] > FORMAT:
            raise BackupError("newer_backup", path=str(self.path))
        length = int.from_bytes(front[-4:], "big")
        raw = self._file.read(length) if length <= LONGEST_HEADER else b""
        sealed = self._file.read(SEALED_KEY)
        if front[len(MAGIC)] < FORMAT or len(raw) < length or len(sealed) < SEALED_KEY or length > LONGEST_HEADER:
            raise self._damaged()
        try:
            header = Header.model_validate_json(raw)
        except ValidationError as wrong:
            raise self._damaged() from wrong
        return front + raw + sealed, header

    def _damaged(self) -> BackupError:
        return BackupError("file_damaged", path=str(self.path))

    def check_digest(self, goes_on: GoesOn | None = None) -> bytes:
        """Read the whole file and compare it with the digest that it ends in, without any key; returns the digest.

        Raises BackupError `file_damaged`, `file_unreadable`.
        """
        digest, left = hashlib.sha256(), self.size - DIGEST
        try:
            self._file.seek(0)
            while left > 0:
                part = self._file.read(min(left, 4 * CHUNK))
                if not part:
                    raise self._damaged()
                digest.update(part)
                left -= len(part)
                if goes_on is not None:
                    goes_on(len(part))
            if left < 0 or self._file.read(DIGEST) != digest.digest():
                raise self._damaged()
        except OSError as failure:
            raise reading_failed(failure, self.path) from failure
        return digest.digest()

    def content_key(self, key: RecoveryKey) -> bytes:
        """The key of the content. Raises BackupError `other_key` where the file was sealed for another recovery key,
        `file_damaged`.
        """
        from nacl.exceptions import CryptoError
        from nacl.public import SealedBox

        private = key.private
        if key_id_of(bytes(private.public_key)) != self.header.key_id:
            raise BackupError("other_key", key=key.key_id[:4], wanted=self.header.key_id[:4])
        try:
            found = SealedBox(private).decrypt(self._front[-SEALED_KEY:])
        except CryptoError as failure:
            raise self._damaged() from failure
        if len(found) != KEY_BYTES:
            raise self._damaged()
        return bytes(found)

    def payload(self, content_key: bytes, goes_on: GoesOn | None = None) -> Payload:
        """The content as a stream. What reads it raises BackupError `file_damaged` at the first byte that is not as it
        was written, and `file_unreadable`.
        """
        from frontdesk.backup.reading import Payload

        return Payload(self._clear(content_key, goes_on), self._damaged)

    def _clear(self, content_key: bytes, goes_on: GoesOn | None) -> Iterator[bytes]:
        """The zlib stream, frame by frame."""
        from nacl import bindings

        digest = hashlib.sha256(self._front)
        bound, begin = hashlib.sha256(self._front).digest(), len(self._front) + STREAM_HEADER
        left = self.size - DIGEST - begin
        try:
            self._file.seek(len(self._front))
            state = bindings.crypto_secretstream_xchacha20poly1305_state()
            start = self._file.read(STREAM_HEADER)
            bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, start, content_key)
            digest.update(start)
            while left > 0:
                frame = self._file.read(min(left, FRAME))
                left -= len(frame)
                digest.update(frame)
                if len(frame) <= TAG_BYTES - 1:
                    raise self._damaged()
                clear, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, frame, bound)
                if (tag == bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL) != (left == 0):
                    raise self._damaged()
                if goes_on is not None:
                    goes_on(len(frame))
                yield clear
            # No frame covers it; a stick that loses bits there loses others too.
            whole = self._file.read(DIGEST) == digest.digest()
        except OSError as failure:
            raise reading_failed(failure, self.path) from failure
        except (RuntimeError, ValueError) as failure:
            # What PyNaCl raises where a frame was not sealed with this key at this place.
            raise self._damaged() from failure
        if left < 0 or self.size < begin + DIGEST or not whole:
            raise self._damaged()
