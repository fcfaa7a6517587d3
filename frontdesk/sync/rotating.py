"""Changing the centre's key in good order: the old one signs for the new one, the district confirms.

Once the request is on its way the district may know the new key and no longer take the old one. Nothing is sealed
from then on until the confirmation is here; a request that surely did not arrive counts as not on its way.
"""

from __future__ import annotations

import secrets
import sqlite3
from typing import TYPE_CHECKING

from db import outbox, sync_keys
from db.errors import NothingWritten
from db.sync_keys import KeyRotation
from frontdesk.keys import KEY_BYTES
from frontdesk.permission import allowed
from frontdesk.sync import wire
from frontdesk.sync.client import DistrictClient, Failed, Refused
from frontdesk.sync.errors import SyncError
from frontdesk.sync.sealing import keep_key_aside, read_centre_key, take_key
from frontdesk.sync.status import NOT_ARRIVED

if TYPE_CHECKING:
    from frontdesk.context import Context


@allowed("writer")
def rotate_key(context: Context) -> KeyRotation:
    """Make a new key for this centre; the next sync, or the next file on a stick, asks the district to know it.

    A change that is under way already is answered again. Raises what `require_writer` raises, and SyncError
    `not_enrolled`, `not_registered`, `send_first` (while a report is unsent or without an answer) and
    `centre_key_missing`; OSError when the new key cannot be written.
    """
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        enrolled = outbox.enrolment(connection)
        if enrolled is None:
            raise SyncError("not_enrolled")
        if enrolled.registered_at is None:
            raise SyncError("not_registered", url=enrolled.url)
        pending = sync_keys.pending_rotation(connection)
        if pending is not None:
            return pending
        unsent = outbox.count(connection, "unsent")
        if unsent:
            raise SyncError("send_first", unsent=unsent)
        old_seed, new_seed = read_centre_key(context, enrolled.centre_key_id), secrets.token_bytes(KEY_BYTES)
        new_key_id = wire.key_id_of(wire.verify_key_of(new_seed))
        keep_key_aside(context, new_key_id, new_seed)
        request = wire.make_rotation(
            centre=enrolled.centre, old_seed=old_seed, new_seed=new_seed, recipient=enrolled.district_key_id
        )
        rotation = KeyRotation(
            old_key_id=enrolled.centre_key_id, new_key_id=new_key_id, request=request, made_at=context.now_ms()
        )
        sync_keys.add_rotation(connection, rotation)
        context.note(connection, "sync.rotation_begun", new_key_id)
    return rotation


def ask_rotation(context: Context, client: DistrictClient, rotation: KeyRotation) -> Failed | Refused | None:
    """Ask the district to know the new key, after `leaving`; what failed, or None when it counts from now on.

    A refused change is given up: the old key stays. Raises SyncError `centre_key_missing`.
    """
    outcome = client.rotate(rotation.request, rotation.new_key_id)
    if isinstance(outcome, Failed):
        if rotation.left_at is None and (not outcome.left or outcome.code in NOT_ARRIVED):
            with context.change("sync.rotation_stayed", rotation.new_key_id, code=outcome.code) as connection:
                sync_keys.mark_stayed(connection, rotation.new_key_id)
        return outcome
    if isinstance(outcome, Refused):
        with context.change("sync.rotation_refused", rotation.new_key_id, code=outcome.code) as connection:
            sync_keys.withdraw_rotation(connection, rotation.new_key_id)
        return outcome
    with context.change("sync.key_changed", rotation.new_key_id) as connection:
        complete_rotation(context, connection, rotation, outcome.answer)
    return None


def leaving(context: Context, rotation: KeyRotation, channel: str, before_it: int = 0) -> bool:
    """Keep that the request is on its way, before it leaves: a program that is killed then seals nothing amiss.

    False, and nothing kept, where more unsent reports are sealed with the old key than the `before_it` that arrive
    before the request: the district would refuse the others.
    """
    if rotation.left_at is not None:
        return True
    try:
        with context.change("sync.rotation_asked", rotation.new_key_id, channel=channel) as connection:
            # Another window may have sealed one just now; from here on none does.
            if outbox.waiting_sealed(connection) > before_it:
                raise NothingWritten
            sync_keys.mark_left(connection, rotation.new_key_id, context.now_ms())
    except NothingWritten:
        return False
    return True


def complete_rotation(
    context: Context, connection: sqlite3.Connection, rotation: KeyRotation, confirmation: bytes
) -> None:
    """Let the new key count, inside a transaction, by the district's verified confirmation. Both key files stay."""
    enrolled = outbox.enrolment(connection)
    pending = sync_keys.pending_rotation(connection)
    if enrolled is None or pending is None or pending.new_key_id != rotation.new_key_id:
        # Another window has kept the same confirmation meanwhile.
        return
    take_key(context, rotation.old_key_id, rotation.new_key_id)
    now = context.now_ms()
    outbox.change_key(connection, rotation.new_key_id, now, confirmation)
    sync_keys.mark_confirmed(connection, rotation.new_key_id, now, confirmation)
