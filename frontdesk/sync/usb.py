"""What travels on a stick: the file for the district is written here, in `usb_reading` its answer is read.

The stick is not trusted to have kept anything: the file gets its name only when all of it was read back from it.
"""

from __future__ import annotations

import errno
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from db import inbox, outbox, sync_keys
from db.newfile import part_of, remove_abandoned, take_free_name
from db.outbox import Attempt, Enrolment, OutboxEntry
from frontdesk.permission import allowed
from frontdesk.sync import wire
from frontdesk.sync.errors import SyncError
from frontdesk.sync.fetching import exchange_request
from frontdesk.sync.rotating import leaving
from frontdesk.sync.sealing import read_centre_key, require_enrolment, seal_waiting

if TYPE_CHECKING:
    from frontdesk.context import Context

MOST_REPORTS = wire.MAX_PARTS - 3
"""Reports in one file, beside an enrolment, a changed key and the exchange."""

MOST_BYTES = wire.MAX_USB // 2
"""Bytes of reports in one file: far below what the district takes."""

MOST_NAMES = 100
"""Files of one minute; no stick has more."""

WRITTEN = "sync.usb_written"
"""The entry in the audit log by which a file of this centre's is known."""

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
GONE = (errno.ENOENT, errno.ENOTDIR, errno.ENODEV, errno.ENXIO, errno.EIO, errno.ESTALE)
READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)


@dataclass(frozen=True)
class UsbWritten:
    """The file that was written for the district, and what is in it: how many reports and readings of documents, and
    whether this centre enrols or changes its key by it. `left` reports did not fit and go into another file once the
    answer to this one was read.
    """

    path: Path
    bundle_id: str
    size: int
    reports: int
    readings: int
    left: int = 0
    has_enrolment: bool = False
    has_rotation: bool = False


@dataclass(frozen=True)
class _Load:
    """What goes into one file."""

    reports: list[tuple[OutboxEntry, bytes]]
    left: int
    exchange: bytes
    enrolment: bytes | None
    readings: int
    rotation: bytes | None = None


@allowed("writer")
def write_usb(context: Context, folder: Path) -> UsbWritten:
    """Write all that is unsent into one file in `folder`, sealed so that only the district can read it.

    The reports are the very bytes that would travel over the network; sent both ways they arrive once. A file without
    a report still fetches what the district has to say. The reports count as sent, not as received, until the answer
    was read. Raises what `require_writer` raises, and SyncError `not_enrolled`, `centre_key_missing`, `usb_gone`,
    `usb_no_folder`, `usb_read_only`, `usb_full`, `usb_unlike` (what was read back is something else), `usb_failed`.
    """
    enrolled, connection = require_enrolment(context), context.database.connection
    seed = read_centre_key(context, enrolled.centre_key_id)
    _check_folder(folder)
    if outbox.unsealed(connection):
        with context.change("sync.sealed", enrolled.district_key_id) as sealing:
            seal_waiting(context, sealing, enrolled, seed)
    load = _with_rotation(context, _load(context, enrolled, seed))
    bundle_id = context.ids()
    raw = wire.make_usb_up(
        centre=enrolled.centre,
        seed=seed,
        district_key=enrolled.district_key,
        bundle_id=bundle_id,
        made_at=context.now_ms(),
        reports=[sealed for _, sealed in load.reports],
        exchange=load.exchange,
        rotation=load.rotation,
        enrolment=load.enrolment,
    )
    path = put_file(folder, wire.usb_name(enrolled.centre, "up", context.local(context.now_ms())), raw)
    with context.change(WRITTEN, bundle_id, reports=len(load.reports)) as writing:
        for entry, _ in load.reports:
            attempt = Attempt(report_id=entry.report_id, at=context.now_ms(), channel="usb", bundle_id=bundle_id)
            outbox.add_attempt(writing, attempt)
    return UsbWritten(
        path=path,
        bundle_id=bundle_id,
        size=len(raw),
        reports=len(load.reports),
        readings=load.readings,
        left=load.left,
        has_enrolment=load.enrolment is not None,
        has_rotation=load.rotation is not None,
    )


def _load(context: Context, enrolled: Enrolment, seed: bytes) -> _Load:
    """What there is to tell: the oldest reports first, as many as fit."""
    with context.database.reading() as connection:
        chosen: list[tuple[OutboxEntry, bytes]] = []
        waiting = outbox.entries(connection, "unsent")
        room = MOST_BYTES
        for entry in waiting:
            sealed = outbox.sealed(connection, entry.report_id)
            if sealed is None:
                continue
            room -= len(sealed.sealed)
            if len(chosen) == MOST_REPORTS or room < 0:
                break
            chosen.append((entry, sealed.sealed))
        enrolment = None
        if enrolled.registered_at is None:
            enrolment = wire.make_enrolment_request(centre=enrolled.centre, code=enrolled.code, seed=seed)
        return _Load(
            reports=chosen,
            left=len(waiting) - len(chosen),
            exchange=exchange_request(context, enrolled),
            enrolment=enrolment,
            readings=min(len(inbox.untold(connection)), wire.MAX_READINGS),
        )


def _with_rotation(context: Context, load: _Load) -> _Load:
    """With a change of the centre's key that waits, unless what the old key sealed is left for another file.

    Not beside an enrolment: that the network would ask for once more with a key that the change has put out of use.
    """
    pending = sync_keys.pending_rotation(context.database.connection)
    if (
        pending is None
        or load.enrolment is not None
        or not leaving(context, pending, "usb", before_it=len(load.reports))
    ):
        return load
    return replace(load, rotation=pending.request)


def _check_folder(folder: Path) -> None:
    try:
        if not folder.is_dir():
            raise SyncError("usb_no_folder" if folder.exists() else "usb_gone", folder=str(folder))
    except OSError as failure:
        raise usb_failure(failure, folder) from failure


def put_file(folder: Path, name: str, raw: bytes) -> Path:
    """Write a file whole into `folder`, under `name` or the next free one like it, and read it back from the medium.

    Nothing that stands there is replaced or followed, and a failure leaves nothing behind. Raises SyncError as
    `write_usb` does.
    """
    try:
        # Of any minute, and of the answers: whoever was killed had another name than this file.
        remove_abandoned(folder / name, rf"frontdesk-.*(?:{re.escape(wire.UP_SUFFIX)}|{re.escape(wire.DOWN_SUFFIX)})")
        part = part_of(folder / name)
        try:
            _write_through(part, raw)
            if _read_back(part, len(raw)) != raw:
                raise SyncError("usb_unlike", folder=str(folder))
            path = take_free_name(part, folder / name, MOST_NAMES)
        finally:
            part.unlink(missing_ok=True)
    except OSError as failure:
        raise usb_failure(failure, folder) from failure
    return path


def _write_through(part: Path, raw: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    # Whoever carries the stick has to be able to read it: what is in it is sealed.
    with os.fdopen(os.open(part, flags, 0o644), "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def _read_back(part: Path, size: int) -> bytes:
    """What the medium holds, not what the system remembers of it, where it can be told to forget."""
    with part.open("rb") as file:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return file.read(size + 1)


def usb_failure(failure: OSError, folder: Path) -> SyncError:
    """The coded failure for what the system said about a stick."""
    number = failure.errno or 0
    details = {"folder": str(folder), "reason": failure.strerror or str(failure)}
    if number in FULL:
        return SyncError("usb_full", **details)
    if number in READ_ONLY:
        return SyncError("usb_read_only", **details)
    return SyncError("usb_gone" if number in GONE else "usb_failed", **details)
