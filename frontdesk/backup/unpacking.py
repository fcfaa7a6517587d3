"""Unpacking a backup into scratch: the database and the keys as they were, checked before anybody uses them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from db.backup import identity, opened_copy, page_faults, row_counts, scratch_folder, settle
from db.connection import SCHEMA_VERSION
from db.newfile import OWNER_ONLY, OWNERS_FOLDER, make_empty
from frontdesk.backup.container import Header, SealedFile
from frontdesk.backup.errors import BackupError, writing_failed
from frontdesk.backup.lock import NAME as LOCK
from frontdesk.backup.lock import alone
from frontdesk.backup.making import SPARE_BYTES
from frontdesk.home import Home, find_home

if TYPE_CHECKING:
    from frontdesk.backup.reading import Manifest, Payload
    from frontdesk.backup.recovery import RecoveryKey
    from frontdesk.backup.watching import Watch


@dataclass(frozen=True)
class Unpacked:
    """A backup as a home of its own in scratch, not migrated yet."""

    home: Home
    header: Header
    manifest: Manifest


@contextmanager
def unpacked(path: Path, key: RecoveryKey, home: Home | None, watch: Watch) -> Iterator[Unpacked]:
    """A backup unpacked into scratch inside a home, and gone when the block ends, wherever it was not moved away.

    Meanwhile nobody else makes or restores a backup in that home; where there was no such folder it is made for the
    block. Raises BackupError as `verify` says, and `newer_backup`, `keys_unlike`.
    """
    where = home or find_home(None)
    was_there = where.path.exists()
    try:
        where.path.mkdir(mode=OWNERS_FOLDER, parents=True, exist_ok=True)
    except OSError as failure:
        raise writing_failed(failure, where.path) from failure
    try:
        with alone(where), SealedFile(path) as sealed:
            content_key = sealed.content_key(key)
            if sealed.header.schema_version > SCHEMA_VERSION:
                raise BackupError("newer_backup", path=str(path))
            _check_room(where, sealed.header)
            try:
                folder = scratch_folder(where.path)
                watch.begin("restoring", sealed.size)
                manifest = _pour_out(sealed.payload(content_key, watch.add), folder)
            except OSError as failure:
                raise writing_failed(failure, where.path) from failure
            _check_copy(folder / "centre.db", manifest, path)
            yield Unpacked(Home(folder), sealed.header, manifest)
    finally:
        if not was_there:
            with suppress(OSError):
                if [one.name for one in where.path.iterdir()] == [LOCK]:
                    (where.path / LOCK).unlink()
                where.path.rmdir()


def _check_room(home: Home, header: Header) -> None:
    try:
        free = shutil.disk_usage(home.path).free
    except OSError as failure:
        raise writing_failed(failure, home.path) from failure
    wanted = header.database_bytes + SPARE_BYTES
    if free < wanted:
        raise BackupError(
            "no_room_to_unpack", folder=str(home.path), wanted=-(-wanted // 1_000_000), free=free // 1_000_000
        )


def _pour_out(payload: Payload, folder: Path) -> Manifest:
    """Write everything that is in a backup below `folder`, each file new and for its owner only."""
    manifest = payload.manifest()
    for part in manifest.parts:
        target = folder.joinpath(*part.name.split("/"))
        target.parent.mkdir(mode=OWNERS_FOLDER, parents=True, exist_ok=True)
        make_empty(target)
        with target.open("rb+") as out:
            payload.copy_part(part, out)
        target.chmod(OWNER_ONLY)
        settle(target)
    payload.end()
    (folder / "keys").mkdir(mode=OWNERS_FOLDER, exist_ok=True)
    return manifest


def _check_copy(copy: Path, manifest: Manifest, path: Path) -> None:
    """See that the database is ours, whole, and has the rows that the manifest counts."""
    with opened_copy(copy) as connection:
        is_ours, version = identity(connection)
        if not is_ours or version != manifest.schema_version:
            raise BackupError("copy_unsound", first=f"application_id, user_version {version}")
        if version > SCHEMA_VERSION:
            raise BackupError("newer_backup", path=str(path))
        faults = page_faults(connection)
        if faults:
            raise BackupError("copy_unsound", first=faults[0])
        if row_counts(connection) != manifest.tables:
            raise BackupError("copy_unsound", first="row counts")
