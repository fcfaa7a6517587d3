"""The centre's signing key, and sealing what waits in the outbox with it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from db import outbox
from db.outbox import Enrolment, SealedReport
from frontdesk.keys import KEY_BYTES
from frontdesk.sync import wire
from frontdesk.sync.errors import SyncError

if TYPE_CHECKING:
    from frontdesk.context import Context


def centre_key_path(context: Context) -> Path:
    """Where the centre's signing key lies: among the home's keys."""
    return context.keys.folder / "centre.key"


def find_centre_key(context: Context, key_id: str) -> bytes | None:
    """The seed of the centre's signing key; None when it is missing or is not `key_id`."""
    try:
        seed = centre_key_path(context).read_bytes()
    except OSError:
        return None
    if len(seed) != KEY_BYTES or wire.key_id_of(wire.verify_key_of(seed)) != key_id:
        return None
    return seed


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
