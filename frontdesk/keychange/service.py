"""The field key: how it stands, another one in its place, and a sealed copy of all keys.

Changing it seals every sealed field anew and makes every keyed lookup anew, in one transaction that also says which key
counts from then on. The new key lies on the disk before the transaction begins and takes the old one's name after it:
whenever the power fails, the key that the database goes by is there. What was only begun is begun again with the same
new key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from db import changes, field_keys, rekeying
from db.newfile import remove_abandoned, settle
from frontdesk.common.phones import phone_tail
from frontdesk.errors import DeskError
from frontdesk.keychange.errors import KeyChangeError
from frontdesk.keys import KEY_BYTES, NEXT_FIELD, Keyring, create_key_file, key_id
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from frontdesk.backup.service import RecoveryKey
    from frontdesk.context import Context
    from frontdesk.home import Home

__all__ = [
    "KeyChangeError",
    "KeyState",
    "Restored",
    "Rotated",
    "export_keys",
    "restore_keys",
    "rotate",
    "state",
]

ROTATED = "keys.rotated"
EXPORTED = "keys.exported"
STEP = 500
MOST_SEALED = 1_000_000
"""Bytes of a sealed copy; some dozen keys are a few thousand."""
KEY_FILE = re.compile(r"[a-z][a-z0-9-]{0,80}\.key")

Progress = Callable[[int, int], None]
"""Told how many rows are sealed anew, and how many there are; raising ends it, with nothing changed."""


class KeyState(NamedTuple):
    """How the field key stands."""

    key_id: str
    since: int | None
    """Since when it counts (UTC ms); None where it is the one that the centre was made with."""
    sealed: int
    """How many rows have a sealed field."""
    begun: bool
    """Whether a change was cut off before it counted; it can be begun again."""


class Restored(NamedTuple):
    """What became of the keys of a sealed copy, by the names of their files."""

    made: tuple[str, ...]
    other: tuple[str, ...]
    """Where another key lies, which stayed."""


class Rotated(NamedTuple):
    """What a change of the key came to."""

    key_id: str
    rows: int
    terms: int
    unreadable: int
    """How many fields nobody could read before either; they stay as they are."""


@dataclass
class _Work:
    """Reading with the old key and writing with the new one."""

    old: Keyring
    new: Keyring
    hashes: dict[bytes, bytes]
    unreadable: int = 0

    def renewed(self, row: rekeying.Sealed) -> rekeying.Sealed:
        clear = {column: self._clear(sealed) for column, sealed in row.fields.items()}
        fields = {column: self.new.seal(text) for column, text in clear.items() if text is not None}
        for text in clear.values():
            for phone in rekeying.texts_in(row.table, text) if text is not None else ():
                self._learn(f"tail:{phone_tail(phone)}")
        lookups = {}
        for column in row.lookups:
            what, of = rekeying.DERIVED[row.table, column]
            # Without a phone: one that nobody else has, which is no hash and stays, and the tail of nothing.
            text = clear.get(of) if of in row.fields else ""
            if text is None or (what == "phone" and not text):
                continue
            lookups[column] = self._learn(f"{what}:{phone_tail(text) if what == 'tail' else text}")
        return row._replace(fields=fields, lookups=lookups)

    def _learn(self, text: str) -> bytes:
        """The new hash of a text; whoever has the old one finds it from now on."""
        made = self.new.lookup(text)
        self.hashes[self.old.lookup(text)] = made
        return made

    def _clear(self, sealed: bytes) -> str | None:
        try:
            return self.old.unseal(sealed)
        except DeskError as failure:
            if failure.code != "field_unreadable":
                raise
            self.unreadable += 1
            return None


@allowed("shown")
def state(context: Context) -> KeyState:
    """How the field key stands. Raises DeskError `key_missing` where its file, or that of the next one, is not there or
    cannot be read.
    """
    connection = context.database.connection
    with context.database.reading():
        return KeyState(
            context.keys.field_id,
            field_keys.since(connection),
            rekeying.count(connection),
            _id_in(context.keys.path(NEXT_FIELD)) not in (None, context.keys.field_id),
        )


@allowed("manager")
def rotate(context: Context, progress: Progress | None = None) -> Rotated:
    """Put another field key in place of the present one; a few seconds for 20,000 people. Scans wait meanwhile.

    Backups made before keep their own keys and can be restored as before. Raises what `require_manager` raises,
    DatabaseError, KeyChangeError `key_not_written`, and whatever `progress` raises.
    """
    context.require_manager()
    try:
        fresh = _next_key(context)
    except OSError as failure:
        raise KeyChangeError("key_not_written", path=str(context.keys.folder), reason=failure.strerror or "") from None
    with context.database.write() as connection:
        context.confirm_operator(connection)
        context.require_manager()
        work = _Work(context.keys, fresh, {})
        done, total = 0, rekeying.count(connection)
        for row in rekeying.sealed_rows(connection):
            if progress is not None and not done % STEP:
                progress(min(done, total), total)
            rekeying.write(connection, work.renewed(row))
            done += bool(row.fields)
        terms, lost = rekeying.change_terms(connection, work.hashes.get)
        field_keys.set_current(connection, fresh.field_id, context.now_ms())
        # The same fields under another key: nobody changed them.
        changes.pass_over(connection)
        said = {"rows": done, "terms": terms, "terms_lost": lost, "unreadable": work.unreadable}
        context.note(connection, ROTATED, fresh.field_id, **said)
    context.keys.use_field(fresh.field_id)
    # Whoever first reads the key that counts now lets it take its place.
    answer = Rotated(context.keys.field_id, done, terms, work.unreadable)
    context.database.owes_fold = True
    context.database.fold_if_free()
    if progress is not None:
        progress(total, total)
    return answer


def _next_key(context: Context) -> Keyring:
    """A keyring with the next field key, which lies on the disk. Raises OSError."""
    keys = context.keys
    # A fingerprint made so far is under the field key where the centre is older than the key of fingerprints.
    keys.fingerprint("")
    path = keys.path(NEXT_FIELD)
    if _id_in(path) == keys.field_id:
        # It counts already, and only its name is not the right one yet.
        path.replace(keys.path("field"))
        settle(keys.folder)
    remove_abandoned(path)
    create_key_file(path)
    return keys.holding(path.read_bytes())


def _id_in(path: Path) -> str | None:
    """What the key in a file is called; None without one. Raises DeskError `key_missing` where it cannot be read."""
    try:
        return key_id(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as failure:
        raise DeskError("key_missing", path=str(path)) from failure


@allowed("manager")
def export_keys(context: Context, out: Path) -> Path:
    """Write all keys of the centre into one file that only the recovery key opens; where it lies now.

    Raises what `require_manager` raises, KeyChangeError `key_not_written`, and BackupError `no_recovery_key`.
    """
    from frontdesk.backup.service import seal_for_recovery
    from frontdesk.common.wholefile import write_whole

    context.require_manager()

    def note() -> None:
        with context.change(EXPORTED, context.keys.field_id, keys=len(found)):
            pass

    try:
        found = {path.name: path.read_bytes() for path in sorted(context.keys.folder.glob("*.key"))}
        write_whole(out, seal_for_recovery(context, _packed(found)), note)
    except OSError as failure:
        raise KeyChangeError("key_not_written", path=str(out), reason=failure.strerror or "") from failure
    return out


def restore_keys(home: Home, sealed: bytes, recovery_key: RecoveryKey) -> Restored:
    """Put keys that are missing back from a sealed copy; what lies there stays, and is told where it is another one.

    Raises BackupError `not_sealed`, `other_key`, `sealed_damaged`, and KeyChangeError `key_not_written`.
    """
    from frontdesk.backup.service import BackupError, unseal_with_recovery

    found = _unpacked(unseal_with_recovery(sealed, recovery_key))
    if found is None:
        raise BackupError("sealed_damaged")
    made, other = [], []
    try:
        for name, content in found.items():
            path = home.keys / name
            if create_key_file(path, content):
                made.append(name)
            elif path.read_bytes() != content:
                other.append(name)
    except OSError as failure:
        raise KeyChangeError("key_not_written", path=str(home.keys), reason=failure.strerror or "") from failure
    return Restored(tuple(made), tuple(other))


def _packed(keys: dict[str, bytes]) -> bytes:
    return json.dumps({name: content.hex() for name, content in keys.items()}).encode()


def _unpacked(content: bytes) -> dict[str, bytes] | None:
    """The keys by the names of their files; None where it is anything else."""
    try:
        said = json.loads(content)
        found = {str(name): bytes.fromhex(value) for name, value in said.items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    sound = all(KEY_FILE.fullmatch(name) and len(key) == KEY_BYTES for name, key in found.items())
    return found if sound else None
