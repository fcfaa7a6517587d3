"""The centre's signing key, and sealing what waits in the outbox with it."""

from __future__ import annotations

import secrets
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from db import outbox, sync_keys
from db.newfile import part_of, take_name
from db.outbox import Enrolment, SealedReport
from frontdesk.keys import KEY_BYTES, write_secret
from frontdesk.sync import wire
from frontdesk.sync.errors import SyncError

if TYPE_CHECKING:
    from frontdesk.context import Context


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
    seed = read_centre_key(context, key_id)
    path, retired = centre_key_path(context), _retired_key_path(context, key_id)
    fresh = part_of(path)
    try:
        if not retired.exists():
            write_secret(fresh, seed)
            take_name(fresh, retired)
        new = secrets.token_bytes(KEY_BYTES)
        write_secret(fresh, new)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return wire.key_id_of(wire.verify_key_of(new))


def read_centre_key(context: Context, key_id: str) -> bytes:
    """The seed of the centre's signing key. Raises SyncError `centre_key_missing`."""
    seed = find_centre_key(context, key_id)
    if seed is None:
        raise SyncError("centre_key_missing", path=str(centre_key_path(context)))
    return seed


def seal_waiting(context: Context, connection: sqlite3.Connection, enrolled: Enrolment, seed: bytes) -> None:
    """Seal, inside a transaction, every report that has waited for the enrolment."""
    for entry in outbox.unsealed(connection):
        sealed = wire.seal(
            entry.body,
            seed=seed,
            recipient=enrolled.district_key_id,
            report_id=entry.report_id,
            revision=entry.revision,
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
