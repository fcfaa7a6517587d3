"""The centre's keys: files beside the database, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from db.newfile import OWNER_ONLY, OWNERS_FOLDER, part_of, take_name
from frontdesk.errors import DeskError

if TYPE_CHECKING:
    from nacl.secret import SecretBox

KEY_BYTES = 32
LOOKUP_BYTES = 16
KEY_NAMES = ("field", "card")


class Keyring:
    """What the keys are for: cards, sealed fields, and keyed hashes to find a sealed value again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self) -> None:
        """Make every key that does not exist yet; those that exist stay."""
        self.folder.mkdir(mode=OWNERS_FOLDER, parents=True, exist_ok=True)
        for name in KEY_NAMES:
            create_key_file(self.folder / f"{name}.key")

    def _read(self, name: str) -> bytes:
        path = self.folder / f"{name}.key"
        try:
            key = path.read_bytes()
        except OSError as failure:
            raise DeskError("key_missing", path=str(path)) from failure
        if len(key) != KEY_BYTES:
            raise DeskError("key_damaged", path=str(path))
        return key

    @cached_property
    def card(self) -> bytes:
        """The key of the codes on the volunteers' cards."""
        return self._read("card")

    @cached_property
    def _field(self) -> bytes:
        return self._read("field")

    @cached_property
    def _box(self) -> SecretBox:
        from nacl.secret import SecretBox

        return SecretBox(self._field)

    def seal(self, text: str) -> bytes:
        """`text` encrypted for one field; the same text never gives the same bytes twice."""
        return bytes(self._box.encrypt(text.encode()))

    def unseal(self, sealed: bytes) -> str:
        """The text of a sealed field.

        Raises DeskError `field_unreadable` when the key is not the one it was sealed with.
        """
        from nacl.exceptions import CryptoError

        try:
            return self._box.decrypt(sealed).decode()
        except CryptoError as failure:
            raise DeskError("field_unreadable") from failure

    def lookup(self, text: str) -> bytes:
        """A keyed hash by which a sealed value is found again without being readable."""
        return blake2b(text.encode(), key=self._field, digest_size=LOOKUP_BYTES).digest()


def write_secret(path: Path, content: bytes) -> None:
    """Write a new file that only its owner may read, on the disk before this returns."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def create_key_file(path: Path) -> bool:
    """Make a random key in a new file unless there is one; whether one was made.

    It appears under its name only when all of it is on the disk, so that a crash leaves no half key; of two programs
    that make it at once the second finds the first one's.
    """
    if path.exists():
        return False
    path.parent.mkdir(mode=OWNERS_FOLDER, parents=True, exist_ok=True)
    fresh = part_of(path)
    try:
        write_secret(fresh, secrets.token_bytes(KEY_BYTES))
        take_name(fresh, path)
    except FileExistsError:
        return False
    finally:
        fresh.unlink(missing_ok=True)
    return True
