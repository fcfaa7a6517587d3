"""Reading the district's answer from a stick: receipts, refusals, documents and confirmations, each verified."""

from __future__ import annotations

import os
import sqlite3
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from db import audit, outbox, sync_keys
from db.errors import NothingWritten
from db.outbox import Enrolment
from frontdesk.common.smallfile import UnsuitableFile, read_small_file
from frontdesk.permission import allowed
from frontdesk.sync import wire
from frontdesk.sync.client import PASSING, Delivered, refusal_in
from frontdesk.sync.errors import SyncError
from frontdesk.sync.fetching import Arrived, store_answer
from frontdesk.sync.rotating import complete_rotation
from frontdesk.sync.sealing import read_centre_key, require_enrolment, trusted_keys
from frontdesk.sync.sending import store_receipt, store_refusal
from frontdesk.sync.usb import WRITTEN, usb_failure
from frontdesk.sync.words import refusal_words

if TYPE_CHECKING:
    from frontdesk.context import Context

MOST_FILES = 200
"""Files of ours on one stick that are looked at, by name from the end: their names begin with the day."""


@dataclass(frozen=True)
class UsbFound:
    """A file of ours on a stick.

    `direction` is `up` for one that this or another centre wrote, `down` for the district's answer. An answer that is
    for this centre and whole has no `problem`; `made_at` (UTC milliseconds, the district's clock) and `bundle_id` are
    known of such a one only.
    """

    path: Path
    direction: Literal["up", "down"]
    problem: str = ""
    made_at: int | None = None
    bundle_id: str | None = None


@dataclass
class UsbRead:
    """What the answers brought: how many receipts and refusals are new here, the documents that are, how many readings
    the district confirmed, whether it confirmed this centre's enrolment or its new key; `known` counts answers of which
    nothing was new, `strange` those to reports or requests that this centre does not know of, as after a backup was
    restored. `problem` is the code of what was left out, `message` the district's own words for it, if any.
    """

    files: list[Path] = field(default_factory=list)
    received: int = 0
    refused: int = 0
    arrived: list[Arrived] = field(default_factory=list)
    told: int = 0
    registered: bool = False
    key_changed: bool = False
    known: int = 0
    strange: int = 0
    problem: str = ""
    message: str = ""

    @property
    def is_new(self) -> bool:
        """Whether anything changed here."""
        return bool(self.received or self.refused or self.arrived or self.told or self.registered or self.key_changed)


def find_usb(context: Context, folder: Path) -> list[UsbFound]:
    """The files of ours in `folder`: the answers that can be read here, the oldest first, then all others by name.

    Links and folders are passed over. Raises SyncError `usb_gone`, `usb_no_folder`, `usb_read_only`, `usb_failed`.
    """
    try:
        if not folder.is_dir():
            raise SyncError("usb_no_folder" if folder.exists() else "usb_gone", folder=str(folder))
        with os.scandir(folder) as entries:
            names = [one.name for one in entries if _suffix(one.name) and one.is_file(follow_symlinks=False)]
    except OSError as failure:
        raise usb_failure(failure, folder) from failure
    keys = trusted_keys(context)
    found = [_look_at(context, folder / name, keys) for name in sorted(names)[-MOST_FILES:]]
    return sorted(found, key=lambda one: (bool(one.problem) or one.direction == "up", one.made_at or 0, one.path.name))


def _suffix(name: str) -> str:
    suffix = Path(name).suffix.lower()
    return suffix if suffix in (wire.UP_SUFFIX, wire.DOWN_SUFFIX) and not name.startswith(".") else ""


def _look_at(context: Context, path: Path, keys: list[bytes]) -> UsbFound:
    direction: Literal["up", "down"] = "up" if _suffix(path.name) == wire.UP_SUFFIX else "down"
    if direction == "up":
        return UsbFound(path, direction)
    try:
        answer = _open_answer(context, path, keys)
    except (SyncError, wire.WireFault) as fault:
        return UsbFound(path, direction, problem=fault.code)
    return UsbFound(path, direction, made_at=answer.header.made_at, bundle_id=answer.header.bundle_id)


@allowed("writer")
def read_usb(context: Context, path: Path) -> UsbRead:
    """Keep what the district's answer in a file brings, or what all answers in a folder bring, the oldest first.

    The same answer again changes nothing. Each file is one transaction with its audit entry. Raises what
    `require_writer` raises, WireFault for a file that is damaged or not the district's (`half_copied`, `not_ours`,
    `unknown_key`, `bad_signature`, …), and SyncError `not_enrolled`, `other_centre`, `usb_own_file` (it is the file for
    the district), `usb_nothing_found`, `not_a_file`, `file_too_large`, `usb_gone`, `usb_read_only`, `usb_failed`. A
    folder in which no answer can be read fails as the one in it that was most likely meant.
    """
    require_enrolment(context)
    if not path.is_dir():
        read = UsbRead()
        _read_file(context, path, read)
        return read
    found = find_usb(context, path)
    answers = [one for one in found if one.direction == "down" and not one.problem]
    if not answers:
        unread = sorted((one for one in found if one.problem), key=lambda one: one.problem != "other_centre")
        if unread:
            _read_file(context, unread[-1].path, UsbRead())
        raise SyncError("usb_nothing_found", folder=str(path))
    read = UsbRead()
    for one in answers:
        _read_file(context, one.path, read)
    return read


def _read_file(context: Context, path: Path, read: UsbRead) -> None:
    answer = _open_answer(context, path, trusted_keys(context))
    read.files.append(path)
    bundle_id = answer.header.bundle_id or ""
    before = UsbRead(received=read.received, refused=read.refused, arrived=list(read.arrived), told=read.told)
    before.registered, before.key_changed = read.registered, read.key_changed
    try:
        with context.change("sync.usb_read", bundle_id or path.name[:100]) as connection:
            _keep(context, connection, answer, read)
            if _counts(read) == _counts(before):
                raise NothingWritten
    except NothingWritten:
        return


def _counts(read: UsbRead) -> tuple[int, ...]:
    return read.received, read.refused, len(read.arrived), read.told, read.registered, read.key_changed


def _keep(context: Context, connection: sqlite3.Connection, answer: wire.UsbAnswer, read: UsbRead) -> None:
    keys = [key.verify_key for key in sync_keys.pinned(connection)]
    for raw in answer.confirmations:
        _keep_confirmation(context, connection, raw, keys, read)
    for raw in answer.receipts:
        _keep_receipt(context, connection, raw, keys, read)
    for raw in answer.refusals:
        _keep_refusal(context, connection, raw, keys, answer.header.bundle_id or "", read)
    for raw in answer.exchanges:
        _keep_exchange(context, connection, raw, keys, answer.header.bundle_id or "", read)


def _keep_receipt(
    context: Context, connection: sqlite3.Connection, raw: bytes, keys: list[bytes], read: UsbRead
) -> None:
    try:
        receipt = wire.open_receipt(raw, district_keys=keys)
    except wire.WireFault:
        read.problem = "unverified_answer"
        return
    entry = outbox.sealed_as(connection, receipt.content_hash)
    if entry is None:
        read.strange += 1
    elif store_receipt(context, connection, entry, Delivered(raw, receipt.received_at)):
        read.received += 1
    else:
        read.known += 1


def _keep_refusal(
    context: Context, connection: sqlite3.Connection, raw: bytes, keys: list[bytes], bundle_id: str, read: UsbRead
) -> None:
    try:
        refusal = wire.open_refusal(raw, district_keys=keys)
    except wire.WireFault:
        read.problem = "unverified_answer"
        return
    if refusal.status in PASSING or refusal.status >= 500:
        # The district asks for patience; the report stays on its way and goes again with the next file.
        read.problem = "district_failed"
        return
    entry = outbox.sealed_as(connection, refusal.content)
    if entry is None:
        _keep_refused_request(context, connection, refusal, read)
    elif outbox.is_answered(connection, entry.report_id, bundle_id):
        read.known += 1
    elif store_refusal(context, connection, entry, refusal_in(refusal.answer), "usb", bundle_id):
        read.refused += 1
    else:
        read.known += 1


def _keep_refused_request(
    context: Context, connection: sqlite3.Connection, refusal: wire.SignedRefusal, read: UsbRead
) -> None:
    """A refusal of something else than a report: of a changed key, which is given up, of the enrolment, or of an
    earlier file's.
    """
    said = refusal_in(refusal.answer)
    pending = sync_keys.pending_rotation(connection)
    enrolled = outbox.enrolment(connection)
    if pending is not None and wire.content_hash(pending.request) == refusal.content:
        sync_keys.withdraw_rotation(connection, pending.new_key_id)
        read.problem, read.message = "rotation_refused", said.message or said.code
    elif enrolled is not None and enrolled.registered_at is None and _is_request(context, enrolled, refusal.content):
        read.problem = "enrolment_refused"
        read.message = refusal_words(said.code, said.message, said.details)
    else:
        read.strange += 1


def _is_request(context: Context, enrolled: Enrolment, content: str) -> bool:
    """Whether these bytes are the request to enrol that this centre makes; it is the same every time."""
    seed = read_centre_key(context, enrolled.centre_key_id)
    request = wire.make_enrolment_request(centre=enrolled.centre, code=enrolled.code, seed=seed)
    return wire.content_hash(request) == content


def _keep_confirmation(
    context: Context, connection: sqlite3.Connection, raw: bytes, keys: list[bytes], read: UsbRead
) -> None:
    try:
        confirmation = wire.verify_confirmation(raw, district_keys=keys)
    except wire.WireFault:
        read.problem = "unverified_answer"
        return
    enrolled = outbox.enrolment(connection)
    pending = sync_keys.pending_rotation(connection)
    if enrolled is not None and confirmation.key_id == enrolled.centre_key_id:
        if enrolled.registered_at is None:
            outbox.mark_registered(connection, context.now_ms(), raw)
            read.registered = True
        else:
            read.known += 1
    elif pending is not None and confirmation.key_id == pending.new_key_id:
        complete_rotation(context, connection, pending, raw)
        read.key_changed = True
    else:
        read.strange += 1


def _keep_exchange(
    context: Context, connection: sqlite3.Connection, raw: bytes, keys: list[bytes], bundle_id: str, read: UsbRead
) -> None:
    """Keep the documents that were asked for with a file of this centre's.

    An answer to a file that this centre does not know of was asked for by one that held more: after it was kept, what
    lies between would never be asked for.
    """
    try:
        opened = wire.open_exchange_answer(raw, district_keys=keys)
    except wire.WireFault:
        read.problem = "unverified_answer"
        return
    if opened.answer.centre != context.centre.code or not audit.has(connection, WRITTEN, bundle_id):
        read.strange += 1
        return
    fetched = store_answer(context, connection, opened, "usb")
    read.arrived += fetched.arrived
    read.told += fetched.told
    if fetched.problem:
        read.problem, read.message = fetched.problem, fetched.message


def _open_answer(context: Context, path: Path, keys: list[bytes]) -> wire.UsbAnswer:
    raw = _bytes_of(path)
    if wire.usb_direction(raw[:4]) == "up":
        raise SyncError("usb_own_file", file=path.name)
    answer = wire.open_usb_down(raw, keys)
    if answer.header.centre != context.centre.code:
        raise SyncError("other_centre", centre=answer.header.centre, own=context.centre.code)
    return answer


def _bytes_of(path: Path) -> bytes:
    try:
        if stat.S_ISLNK(path.lstat().st_mode):
            raise SyncError("not_a_file", file=path.name)
        return read_small_file(path, wire.MAX_USB)
    except UnsuitableFile as failure:
        raise SyncError(failure.code, file=path.name, limit=wire.MAX_USB) from failure
    except OSError as failure:
        raise usb_failure(failure, path) from failure
