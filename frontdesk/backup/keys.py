"""Use cases of the recovery key: made, proved by its paper, printed; and small things sealed for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from db import backups as records
from frontdesk.backup.errors import BackupError
from frontdesk.backup.models import RecoveryKeyState
from frontdesk.backup.recovery import RecoveryKey, check_groups, key_id_of, make_key, read_key
from frontdesk.common.wholefile import Written, write_whole
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from frontdesk.context import Context

SEALED_MAGIC = b"FDSEALED"
SEALED_FORMAT = 1
MOST_SEALED = 16 * 1024 * 1024
"""Bytes of a small thing: keys are some hundred."""


@allowed("manager")
def new_recovery_key(context: Context) -> RecoveryKey:
    """A new recovery key, of which the public half is kept from now on. It is to be shown and printed at once, and can
    never be shown again.

    Where an older key's paper was proved, backups stay sealed for that one until the new one's is proved too. What was
    sealed for the older key always asks for the older paper. Raises what `Context.require_manager` raises.
    """
    return keep_key(context, make_key())


@allowed("manager")
def keep_key(context: Context, key: RecoveryKey) -> RecoveryKey:
    """Keep the public half of a key; returns the key. Raises what `Context.require_manager` raises."""
    with context.change("recovery_key.made", key.key_id) as connection:
        context.require_manager()
        operator = context.require_operator().no
        records.add_key(connection, key.key_id, key.public, context.now_ms(), operator)
    return key


@allowed("writer")
def confirm_groups(context: Context, key: RecoveryKey, typed: Mapping[int, str]) -> RecoveryKeyState:
    """Take the paper of a key that was just made for proved by some of its groups, by their places from 0.

    Only while the key is in memory: of the stored half nobody can tell a part. Raises BackupError `key_group`,
    `key_too_little` for fewer than two groups, `key_unknown`, and what `Context.require_writer` raises.
    """
    if len(typed) < 2:
        raise BackupError("key_too_little")
    check_groups(key, typed)
    return _confirmed(context, key)


@allowed("writer")
def confirm_recovery_key(context: Context, text: str) -> RecoveryKeyState:
    """Take the paper of a key for proved by all of its digits, as they were typed or scanned.

    Raises what `read_key` raises, BackupError `key_unknown` where the centre never had this key, and what
    `Context.require_writer` raises.
    """
    return _confirmed(context, read_key(text))


def _confirmed(context: Context, key: RecoveryKey) -> RecoveryKeyState:
    with context.change("recovery_key.proved", key.key_id) as connection:
        operator = context.require_operator().no
        if not records.confirm_key(connection, key.key_id, context.now_ms(), operator):
            raise BackupError("key_unknown", key=key.key_id[:4])
    state = recovery_key(context)
    assert state is not None
    return state


def recovery_key(context: Context) -> RecoveryKeyState | None:
    """What is known of the key that backups are sealed for; None where there is none yet."""
    with context.database.reading() as connection:
        found = records.key_in_force(connection)
        newest = records.recovery_keys(connection)[:1]
    if found is None:
        return None
    return RecoveryKeyState(
        found.key_id,
        context.local(found.made_at),
        found.made_by,
        None if found.confirmed_at is None else context.local(found.confirmed_at),
        found.confirmed_by,
        newest[0].key_id if newest[0].id != found.id else "",
    )


@allowed("manager")
def print_recovery_key(context: Context, key: RecoveryKey, out: Path) -> Written:
    """Write the paper of a key: one A4 page with its digits, their QR symbol and what it is for.

    That it was printed is in the audit log, the digits never. Raises BackupError `key_unknown`, `print_failed`,
    FontFault, and what `Context.require_manager` raises.
    """
    context.require_manager()
    from frontdesk.backup.paper import draw_key

    known = {one.key_id for one in records.recovery_keys(context.database.connection)}
    if key.key_id not in known:
        raise BackupError("key_unknown", key=key.key_id[:4])
    created = context.now().astimezone(context.zone)
    content, romanised = draw_key(key, context.centre, context.settings.brand_rgb, created)

    def note() -> None:
        with context.change("recovery_key.printed", key.key_id):
            pass

    try:
        write_whole(out, content, note, private=True)
    except OSError as failure:
        raise BackupError("print_failed", path=str(out), reason=failure.strerror or str(failure)) from failure
    return Written(out, "pdf", 1, romanised)


def seal_for_recovery(context: Context, content: bytes) -> bytes:
    """A small thing sealed so that only the recovery key in force opens it: keys that are exported on their own.

    "FDSEALED" | format 1 | name of the key (8) | libsodium sealed box. Raises BackupError `no_recovery_key`, and
    ValueError for more than 16 MiB.
    """
    from nacl.public import PublicKey, SealedBox

    if len(content) > MOST_SEALED:
        raise ValueError("too large to be sealed at once")
    found = records.key_in_force(context.database.connection)
    if found is None:
        raise BackupError("no_recovery_key")
    front = SEALED_MAGIC + bytes((SEALED_FORMAT,)) + bytes.fromhex(found.key_id)
    return front + bytes(SealedBox(PublicKey(found.public_key)).encrypt(content))


def unseal_with_recovery(sealed: bytes, key: RecoveryKey) -> bytes:
    """What `seal_for_recovery` sealed. Raises BackupError `not_sealed`, `other_key`, `sealed_damaged`."""
    from nacl.exceptions import CryptoError
    from nacl.public import SealedBox

    begin = len(SEALED_MAGIC) + 1
    if not sealed.startswith(SEALED_MAGIC) or len(sealed) < begin + 8 + 48 or sealed[begin - 1] != SEALED_FORMAT:
        raise BackupError("not_sealed")
    wanted = sealed[begin : begin + 8].hex()
    private = key.private
    if key_id_of(bytes(private.public_key)) != wanted:
        raise BackupError("other_key", key=key.key_id[:4], wanted=wanted[:4])
    try:
        return bytes(SealedBox(private).decrypt(sealed[begin + 8 :]))
    except CryptoError as failure:
        raise BackupError("sealed_damaged") from failure
