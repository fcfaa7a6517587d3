"""The centre's keys: files beside the database, readable by its owner only.

card: the codes on cards. field: sealed fields and the keyed hashes that find them again; it can be changed. lookup: the
fingerprints of files, rows and codes that were seen before, which stay for good. audit: the hashes in the record of
changes.

Which field key counts is said by the database, so that its change is one transaction: the new key lies beside the old
one as the next, and takes its place when the database says so. Whoever opens the centre in between finds both.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection
from contextlib import suppress
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from db.newfile import OWNER_ONLY, OWNERS_FOLDER, part_of, settle, take_name
from frontdesk.errors import DeskError

if TYPE_CHECKING:
    from nacl.secret import SecretBox

KEY_BYTES = 32
LOOKUP_BYTES = 16
KEY_NAMES = ("field", "card", "lookup", "audit")
NEXT_FIELD = "field-next"


class Keyring:
    """What the keys are for: cards, sealed fields, keyed hashes to find a sealed value again, fingerprints."""

    def __init__(self, folder: Path, field_id: str | None = None, relied_on: Collection[str] = ()) -> None:
        """`relied_on` names the keys that the centre's file was written with: lost, none of them is made anew."""
        self.folder = folder
        self._field_id = field_id
        self._relied_on = relied_on

    def create(self) -> None:
        """Make every key that does not exist yet; those that exist stay."""
        self.folder.mkdir(mode=OWNERS_FOLDER, parents=True, exist_ok=True)
        for name in KEY_NAMES:
            create_key_file(self.folder / f"{name}.key")

    def path(self, name: str) -> Path:
        """Where a key lies."""
        return self.folder / f"{name}.key"

    def _read(self, name: str) -> bytes:
        key = self._find(name)
        if key is None:
            raise DeskError("key_missing", path=str(self.path(name)))
        return key

    def _find(self, name: str) -> bytes | None:
        """A key, None where there is none. Raises DeskError `key_missing` where it cannot be read, `key_damaged`."""
        path = self.path(name)
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as failure:
            raise DeskError("key_missing", path=str(path)) from failure
        if len(key) != KEY_BYTES:
            raise DeskError("key_damaged", path=str(path))
        return key

    def use_field(self, field_id: str | None) -> bool:
        """Go by the field key that the database names (None: it was never changed); whether that is another one than so
        far.
        """
        if field_id == self._field_id:
            return False
        self._field_id = field_id
        for name in ("_field", "_box"):
            self.__dict__.pop(name, None)
        return True

    @property
    def field_id(self) -> str:
        """What the database calls the field key in use."""
        return key_id(self._field)

    @cached_property
    def card(self) -> bytes:
        """The key of the codes on the volunteers' cards."""
        return self._read("card")

    @cached_property
    def audit(self) -> bytes:
        """The key of the hashes in the record of changes, made where a centre is older than it. Raises DeskError
        `key_missing` where it was lost.
        """
        if "audit" not in self._relied_on:
            create_key_file(self.path("audit"))
        return self._read("audit")

    @cached_property
    def _lookup(self) -> bytes:
        """In a centre that is older than it, what the field key was then: so that what was seen before is known. Raises
        DeskError `key_missing` where it was lost.
        """
        if "lookup" not in self._relied_on and not self.path("lookup").exists():
            create_key_file(self.path("lookup"), self._field)
        return self._read("lookup")

    @cached_property
    def _field(self) -> bytes:
        """Raises DeskError `key_missing`, also where there is another field key than the database goes by."""
        path = self.path("field")
        if self._field_id is None:
            return self._read("field")
        # The next one first: it takes the other's name only once the database goes by it.
        for name in (NEXT_FIELD, "field", NEXT_FIELD, "field"):
            # Another window may be giving it its name just now.
            key = self._find(name)
            if key is not None and key_id(key) == self._field_id:
                if name == NEXT_FIELD:
                    settle_next(self.folder)
                return key
        raise DeskError("key_missing", path=str(path))

    @cached_property
    def _box(self) -> SecretBox:
        from nacl.secret import SecretBox

        return SecretBox(self._field)

    def holding(self, field: bytes) -> Keyring:
        """The same keys with another field key, which no database goes by yet."""
        other = Keyring(self.folder, key_id(field), self._relied_on)
        other.__dict__["_field"] = field
        return other

    def seal(self, text: str) -> bytes:
        """`text` encrypted for one field; the same text never gives the same bytes twice."""
        return bytes(self._box.encrypt(text.encode()))

    def unseal(self, sealed: bytes) -> str:
        """The text of a sealed field.

        Raises DeskError `field_unreadable` when the key is not the one it was sealed with.
        """
        try:
            return self._box.decrypt(sealed).decode()
        # Imported only once something fails: a record asks for this at every field about people.
        except _crypto_error() as failure:
            raise DeskError("field_unreadable") from failure

    def lookup(self, text: str) -> bytes:
        """A keyed hash by which a sealed value is found again without being readable. It changes with the field key:
        whatever keeps one is made anew by frontdesk/keychange.
        """
        return blake2b(text.encode(), key=self._field, digest_size=LOOKUP_BYTES).digest()

    def fingerprint(self, text: str) -> bytes:
        """A keyed hash by which a file, a row or a code is recognised for good."""
        return blake2b(text.encode(), key=self._lookup, digest_size=LOOKUP_BYTES).digest()


def _crypto_error() -> type[Exception]:
    from nacl.exceptions import CryptoError

    return CryptoError


def key_id(key: bytes) -> str:
    """What a field key is called in the database: a hash that does not give it away."""
    return blake2b(key, person=b"fieldkey-id", digest_size=8).hexdigest()


def settle_next(folder: Path) -> None:
    """Let the next field key be the field key, as the database has it already. Another window may be doing the same.

    Best effort: as long as it fails both files lie there, and either order of them is understood.
    """
    with suppress(OSError):
        (folder / f"{NEXT_FIELD}.key").replace(folder / "field.key")
        settle(folder)


def write_secret(path: Path, content: bytes) -> None:
    """Write a new file that only its owner may read, on the disk before this returns."""
    # Without O_BINARY Windows would write every newline among the bytes of a key as two.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def create_key_file(path: Path, key: bytes | None = None) -> bool:
    """Make a key, a random one unless one is given, in a new file unless there is one; whether one was made.

    It appears under its name only when all of it is on the disk, so that a crash leaves no half key; of two programs
    that make it at once the second finds the first one's.
    """
    if path.exists():
        return False
    path.parent.mkdir(mode=OWNERS_FOLDER, parents=True, exist_ok=True)
    fresh = part_of(path)
    try:
        write_secret(fresh, key or secrets.token_bytes(KEY_BYTES))
        take_name(fresh, path)
    except FileExistsError:
        return False
    finally:
        fresh.unlink(missing_ok=True)
    return True
