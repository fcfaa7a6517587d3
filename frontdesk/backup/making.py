"""Making a backup: a copy of one moment, sealed, read back from the disk, restored and compared, and only then good."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from errno import ENOENT
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, BinaryIO

from db import audit
from db import backups as records
from db.backup import (
    TableDigest,
    digests,
    identity,
    opened_copy,
    page_faults,
    remove_copy,
    row_counts,
    scratch_folder,
    settle,
    snapshot,
)
from db.backups import BackupRow, Kind, RecoveryKeyRow
from db.newfile import make_empty, part_of, remove_abandoned, take_free_name
from frontdesk import __version__
from frontdesk.backup.container import ENDING, FORMAT, Header, SealedFile, SealingWriter
from frontdesk.backup.errors import BackupError, writing_failed
from frontdesk.backup.keeping import folder_of, home_folder, rotated, waiting_copies
from frontdesk.backup.lock import alone
from frontdesk.backup.models import BackupMade, Progress, Stop
from frontdesk.backup.reading import PIECE, Manifest, Part, key_files
from frontdesk.backup.watching import Watch
from frontdesk.errors import CodedError

if TYPE_CHECKING:
    from frontdesk.context import Context

MOST_NAMES = 1000
"""Backups of one second; nobody makes as many."""

PARTS = rf"frontdesk-.*{re.escape(ENDING)}"
"""The names that backups have, whatever their centre and time."""

SPARE_BYTES = 64 * 1024 * 1024
"""What is left free beside a backup, so that the desk goes on writing."""

KEY_TRIES = 5
READABLE_BY_ALL = 0o644
"""Of a backup on a stick: whoever carries it has to be able to read it, and what is in it is sealed."""


@dataclass(frozen=True)
class _Content:
    """What goes into a backup: the clear copy, the keys, and the digests of the moment that both are of."""

    copy: Path
    keys: Mapping[str, bytes]
    tables: Mapping[str, TableDigest]
    manifest: Manifest
    head: bytes | None = None
    """The hash that ends the audit log of the copy, where that is one which the centre's own goes on from."""


def make(
    context: Context, kind: Kind, folder: Path | None = None, progress: Progress | None = None, stop: Stop | None = None
) -> BackupMade:
    """Make one backup of a centre in a folder, the centre's own where none is named, in this very thread.

    Raises BackupError `no_recovery_key`, `already_running`, `no_room`, `stopped`, `keys_odd`, `keys_moving`,
    `copy_unsound`, `unlike`, `folder_…`, and DatabaseError. What failed is kept in the record, but for a stop.
    """
    key = records.key_in_force(context.database.connection)
    if key is None:
        raise BackupError("no_recovery_key")
    target = folder_of(context) if folder is None else folder
    is_home = target == home_folder(context)
    try:
        with alone(context.home):
            _check_folder(target, make_it=is_home)
            made = _make(context, kind, target, key, Watch(progress, stop))
            _keep_erased(context, target)
            sealed = _sealed_besides(context, key, Watch(progress, stop)) if kind == "daily" or is_home else []
            removed = rotated(context) if kind != "usb" else ()
    except CodedError as failure:
        if failure.code not in ("stopped", "already_running"):
            _keep_failure(context, kind, target, failure)
        raise
    return BackupMade(made[0], target / made[0].name, made[1], tuple(removed), tuple(sealed))


def _keep_erased(context: Context, folder: Path) -> None:
    """Lay the list of those who were erased, which holds no names, beside the backup: whoever restores an earlier one
    from the same folder on a new computer forgets them again.
    """
    from frontdesk.privacy.service import keep_ledger

    keep_ledger(context, folder)


def before_upgrade(context: Context) -> list[str]:
    """Seal the clear copies that were put aside before an upgrade and delete them; the names of what was sealed.

    Without a recovery key they wait. Raises what `make` raises.
    """
    key = records.key_in_force(context.database.connection)
    if key is None or not waiting_copies(context.home):
        return []
    with alone(context.home):
        return _seal_waiting(context, key, folder_of(context), Watch(None, None))


def _sealed_besides(context: Context, key: RecoveryKeyRow, watch: Watch) -> list[str]:
    """Seal the clear copies that wait. What cannot be sealed stays as it is and is told of by the status; the backup
    that was made counts all the same.
    """
    try:
        return _seal_waiting(context, key, folder_of(context), watch)
    except CodedError:
        return []


def _keep_failure(context: Context, kind: Kind, folder: Path, failure: CodedError) -> None:
    """Note that a backup failed. Where not even that can be written, the failure itself is told."""
    at = context.now_ms()
    row = BackupRow(
        kind=kind,
        state="failed",
        problem=failure.code,
        made_at=at,
        day=context.local_day(at),
        folder=str(folder),
        operator_no=context.operator.no if context.operator else None,
    )
    try:
        with context.database.write() as connection:
            records.add(connection, row)
            context.note(connection, "backup.failed", kind, problem=failure.code)
    except (CodedError, OSError):
        return


def _check_folder(folder: Path, *, make_it: bool) -> None:
    try:
        if make_it:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not folder.is_dir():
            raise BackupError("folder_gone", folder=str(folder), reason=os.strerror(ENOENT))
    except OSError as failure:
        raise writing_failed(failure, folder) from failure


def _make(context: Context, kind: Kind, folder: Path, key: RecoveryKeyRow, watch: Watch) -> tuple[BackupRow, int]:
    """One backup while the lock is held: its row and how many rows the tables in it have."""
    begun, made_at = perf_counter(), context.now_ms()
    scratch = _scratch(context)
    content = _copied(context, kind, made_at, scratch, folder, watch)
    row = _seal(context, kind, made_at, folder, key, content, scratch, watch, begun)
    return row, sum(one.rows for one in content.tables.values())


def _scratch(context: Context) -> Path:
    try:
        return scratch_folder(context.home.path)
    except OSError as failure:
        raise writing_failed(failure, context.home.path) from failure


def _copied(context: Context, kind: Kind, made_at: int, scratch: Path, folder: Path, watch: Watch) -> _Content:
    """The clear copy with the keys of the same moment: a new field key and the values sealed with it go together."""
    for _ in range(KEY_TRIES):
        before = key_files(context.home.keys)
        with snapshot(context.database.path) as moment:
            if key_files(context.home.keys) != before:
                continue
            size = moment.bytes
            _check_room(context.home.path, folder, size)
            copy = scratch / "copy.db"
            watch.begin("copying", size)
            try:
                moment.copy_to(copy, watch.at_part)
            except OSError as failure:
                raise writing_failed(failure, scratch) from failure
            watch.begin("checking", size)
            tables = digests(moment.connection, watch.add)
            entries, head = audit.count(moment.connection), bytes.fromhex(audit.head(moment.connection) or "")
        manifest = _manifest(context, kind, made_at, copy, before, tables, entries)
        return _Content(copy, before, tables, manifest, head or None)
    raise BackupError("keys_moving")


def _manifest(
    context: Context,
    kind: Kind,
    made_at: int,
    copy: Path,
    keys: Mapping[str, bytes],
    tables: Mapping[str, TableDigest],
    entries: int,
) -> Manifest:
    with copy.open("rb") as file:
        whole = hashlib.file_digest(file, "sha256").hexdigest()
    parts = [Part(name="centre.db", size=copy.stat().st_size, sha256=whole)]
    parts += [
        Part(name=name, size=len(content), sha256=hashlib.sha256(content).hexdigest()) for name, content in keys.items()
    ]
    with opened_copy(copy) as connection:
        _, version = identity(connection)
    return Manifest(
        centre=context.centre.name,
        centre_code=context.centre.code,
        zone=context.centre.zone,
        kind=kind,
        made_at=made_at,
        schema_version=version,
        audit_entries=entries,
        tables={name: one.rows for name, one in tables.items()},
        parts=parts,
    )


def _check_room(home: Path, folder: Path, size: int) -> None:
    """See beforehand whether there is room: for the clear copy in the home, for the sealed one in the folder."""
    for place, wanted in ((home, size), (folder, size // 2)):
        try:
            free = shutil.disk_usage(place).free
        except OSError as failure:
            raise writing_failed(failure, place) from failure
        if free < wanted + SPARE_BYTES:
            needed, left = (-(-count // 1_000_000) for count in (wanted + SPARE_BYTES, free))
            raise BackupError("no_room", folder=str(place), wanted=needed, free=left)


def _seal(
    context: Context,
    kind: Kind,
    made_at: int,
    folder: Path,
    key: RecoveryKeyRow,
    content: _Content,
    scratch: Path,
    watch: Watch,
    begun: float,
) -> BackupRow:
    """Write the sealed file under a name of its own, restore it from the disk, compare, and only then name it."""
    name = f"frontdesk-{context.centre.code}-{context.local(made_at):%Y%m%d-%H%M%S}{ENDING}"
    part = part_of(folder / name)
    try:
        # Of any backup: whoever was killed made one of another second.
        remove_abandoned(folder / name, PARTS)
        make_empty(part)
        if kind == "usb":
            part.chmod(READABLE_BY_ALL)
        digest, content_key = _written(part, key, content, watch)
        # From here on the disk holds one clear copy at a time.
        remove_copy(content.copy)
        _compare(part, content_key, content, scratch, watch)
        size = part.stat().st_size
        path = take_free_name(part, folder / name, MOST_NAMES)
    except OSError as failure:
        raise writing_failed(failure, folder) from failure
    finally:
        # A stick that was pulled out keeps what nobody takes for a backup.
        with suppress(OSError):
            part.unlink(missing_ok=True)
    row = BackupRow(
        kind=kind,
        state="good",
        made_at=made_at,
        day=context.local_day(made_at),
        folder=str(folder.absolute()),
        name=path.name,
        size=size,
        digest=digest,
        key_id=key.key_id,
        schema_version=content.manifest.schema_version,
        seconds=round(perf_counter() - begun, 3),
        operator_no=context.operator.no if context.operator else None,
        audit_head=content.head,
    )
    with context.database.write() as connection:
        row = row.model_copy(update={"id": records.add(connection, row)})
        context.note(connection, "backup.made", path.name, kind=kind, key=key.key_id)
    return row


def _written(part: Path, key: RecoveryKeyRow, content: _Content, watch: Watch) -> tuple[bytes, bytes]:
    """Write the sealed file through to the disk; its digest and the key of its content."""
    manifest = content.manifest
    header = Header(
        format=FORMAT,
        made_at=manifest.made_at,
        key_id=key.key_id,
        database_bytes=manifest.parts[0].size,
        schema_version=manifest.schema_version,
        program=__version__,
    )
    watch.begin("sealing", sum(one.size for one in manifest.parts))
    with part.open("rb+") as file:
        writer = SealingWriter(file, header, key.public_key)
        writer.write(manifest.to_bytes())
        with content.copy.open("rb") as copy:
            _pour(copy, writer.write, watch)
        for name in [one.name for one in manifest.parts[1:]]:
            writer.write(content.keys[name])
        digest = writer.finish()
        file.flush()
        os.fsync(file.fileno())
        if hasattr(os, "posix_fadvise"):
            # What is read back is what the disk holds, not what the system remembers of it.
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return digest, writer.content_key


def _pour(source: BinaryIO, write: Callable[[bytes], None], watch: Watch) -> None:
    while piece := source.read(PIECE):
        write(piece)
        watch.add(len(piece))


def _compare(part: Path, content_key: bytes, content: _Content, scratch: Path, watch: Watch) -> None:
    """Restore the file from the disk into scratch and compare everything with the moment that it was made of.

    Raises BackupError `unlike`, `copy_unsound`.
    """
    restored = scratch / "restored.db"
    try:
        with SealedFile(part) as sealed:
            watch.begin("verifying", 2 * sealed.size)
            sealed.check_digest(watch.add)
            payload = sealed.payload(content_key, watch.add)
            manifest = payload.manifest()
            make_empty(restored)
            with restored.open("rb+") as out:
                payload.copy_part(manifest.parts[0], out)
            for one in manifest.parts[1:]:
                if payload.take(one.size) != content.keys.get(one.name):
                    raise BackupError("unlike", folder=str(part.parent))
            payload.end()
    except BackupError as failure:
        if failure.code == "file_damaged":
            raise BackupError("unlike", folder=str(part.parent)) from failure
        if failure.code in ("file_missing", "file_unreadable"):
            reason = failure.details.get("reason", os.strerror(ENOENT))
            raise BackupError("folder_gone", folder=str(part.parent), reason=reason) from failure
        raise
    with opened_copy(restored) as connection:
        faults = page_faults(connection)
        if faults:
            raise BackupError("copy_unsound", first=faults[0])
        watch.begin("checking", manifest.parts[0].size)
        if manifest != content.manifest or digests(connection, watch.add) != content.tables:
            raise BackupError("unlike", folder=str(part.parent))
    remove_copy(restored)


def _seal_waiting(context: Context, key: RecoveryKeyRow, folder: Path, watch: Watch) -> list[str]:
    """Seal each clear copy from before an upgrade and delete it; the names of the sealed files."""
    names = []
    for path in waiting_copies(context.home):
        scratch = _scratch(context)
        copy = scratch / "copy.db"
        try:
            # Sealed from a second copy: the first stays until the sealed one was read back.
            shutil.copyfile(path, copy)
            copy.chmod(0o600)
            settle(copy)
            made_at = round(path.stat().st_mtime * 1000)
        except OSError as failure:
            raise writing_failed(failure, scratch) from failure
        keys = key_files(context.home.keys)
        with opened_copy(copy) as connection:
            tables, entries = digests(connection), row_counts(connection).get("audit", 0)
        manifest = _manifest(context, "before_upgrade", made_at, copy, keys, tables, entries)
        content = _Content(copy, keys, tables, manifest)
        row = _seal(context, "before_upgrade", made_at, folder, key, content, scratch, watch, perf_counter())
        remove_copy(path)
        names.append(row.name)
    return names
