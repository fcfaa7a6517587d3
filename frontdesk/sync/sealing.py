"""The centre's signing key, and sealing what waits in the outbox with it."""

from __future__ import annotations

import json
import secrets
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from db import outbox, sync_keys
from db.newfile import part_of, settle, take_name
from db.outbox import Enrolment, SealedReport
from frontdesk.keys import KEY_BYTES, write_secret
from frontdesk.sync import wire
from frontdesk.sync.errors import SyncError

if TYPE_CHECKING:
    from frontdesk.context import Context


def require_enrolment(context: Context) -> Enrolment:
    """The enrolment that what travels goes by, for whoever may write.

    Raises what `require_writer` and `confirm_operator` raise, and SyncError `not_enrolled`.
    """
    context.require_writer()
    connection = context.database.connection
    context.confirm_operator(connection)
    enrolled = outbox.enrolment(connection)
    if enrolled is None:
        raise SyncError("not_enrolled")
    return enrolled


def trusted_keys(context: Context) -> list[bytes]:
    """The district's keys whose word this centre takes, the present one first."""
    return [key.verify_key for key in sync_keys.pinned(context.database.connection)]


def centre_key_path(context: Context) -> Path:
    """Where the centre's signing key lies: among the home's keys."""
    return context.keys.folder / "centre.key"


def _retired_key_path(context: Context, key_id: str) -> Path:
    return context.keys.folder / f"centre-signing-{key_id}.key"


def find_centre_key(context: Context, key_id: str) -> bytes | None:
    """The seed of the centre's signing key `key_id`, also when it was kept aside; None when it is missing."""
    # Aside it still counts: a renewal may have been cut off between the files and the enrolment.
    for path in (centre_key_path(context), _retired_key_path(context, key_id)):
        try:
            seed = path.read_bytes()
        except OSError:
            continue
        if len(seed) == KEY_BYTES and wire.key_id_of(wire.verify_key_of(seed)) == key_id:
            return seed
    return None


def renew_centre_key(context: Context, key_id: str) -> str:
    """Make a new signing key in place of `key_id`, which is kept aside; the new key's id.

    Raises SyncError `centre_key_missing`, and OSError.
    """
    seed = secrets.token_bytes(KEY_BYTES)
    new_key_id = wire.key_id_of(wire.verify_key_of(seed))
    keep_key_aside(context, key_id, read_centre_key(context, key_id))
    _put_first(context, seed)
    return new_key_id


def take_key(context: Context, old_key_id: str, new_key_id: str) -> None:
    """Let the key `new_key_id`, which was kept aside, be the one in use; `old_key_id` is kept aside.

    Raises SyncError `centre_key_missing`, and OSError.
    """
    seed = read_centre_key(context, new_key_id)
    keep_key_aside(context, old_key_id, read_centre_key(context, old_key_id))
    _put_first(context, seed)


def keep_key_aside(context: Context, key_id: str, seed: bytes) -> None:
    """Keep a signing key under its own name beside the one in use. Raises OSError."""
    aside = _retired_key_path(context, key_id)
    if aside.exists():
        return
    fresh = part_of(aside)
    try:
        write_secret(fresh, seed)
        take_name(fresh, aside)
    finally:
        fresh.unlink(missing_ok=True)


def _put_first(context: Context, seed: bytes) -> None:
    path = centre_key_path(context)
    fresh = part_of(path)
    try:
        write_secret(fresh, seed)
        fresh.replace(path)
        settle(path.parent)
    finally:
        fresh.unlink(missing_ok=True)


def read_centre_key(context: Context, key_id: str) -> bytes:
    """The seed of the centre's signing key. Raises SyncError `centre_key_missing`."""
    seed = find_centre_key(context, key_id)
    if seed is None:
        raise SyncError("centre_key_missing", path=str(centre_key_path(context)))
    return seed


def may_seal(connection: sqlite3.Connection) -> bool:
    """Whether the centre's present key will count when a report sealed now arrives: no change of it is on its way."""
    pending = sync_keys.pending_rotation(connection)
    return pending is None or pending.left_at is None


def seal_waiting(context: Context, connection: sqlite3.Connection, enrolled: Enrolment, seed: bytes) -> None:
    """Seal, inside a transaction, every report that has waited for the enrolment or for a new key to count."""
    if not may_seal(connection):
        return
    for entry in outbox.unsealed(connection):
        sealed = wire.seal(
            entry.body,
            seed=seed,
            recipient=enrolled.district_key_id,
            report_id=entry.report_id,
            revision=entry.revision,
            schema_version=int(json.loads(entry.body)["schema_version"]),
        )
        outbox.add_sealed(
            connection,
            SealedReport(
                report_id=entry.report_id,
                content_hash=wire.content_hash(sealed),
                recipient=enrolled.district_key_id,
                sealed=sealed,
                sealed_at=context.now_ms(),
            ),
        )
