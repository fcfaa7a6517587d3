"""Looking at a backup file: whole or not without a key, and with one everything in it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.backup.container import SealedFile
from frontdesk.backup.models import Progress, Stop, Verified
from frontdesk.backup.unpacking import unpacked
from frontdesk.backup.watching import Watch

if TYPE_CHECKING:
    from frontdesk.backup.reading import Manifest
    from frontdesk.backup.recovery import RecoveryKey
    from frontdesk.home import Home


def verify(
    path: Path,
    key: RecoveryKey | None = None,
    *,
    home: Home | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Verified:
    """Look at a backup file. Without a key: whether all of it is there, as it was written. With one: that it opens, and
    that the file in it is whole, by unpacking it into scratch in `home` (else beside the backup) and checking it.

    Raises BackupError `file_missing`, `file_unreadable`, `not_a_backup`, `newer_backup`, `file_damaged`, `other_key`,
    `copy_unsound`, `no_room_to_unpack`, `stopped`, `folder_…`.
    """
    watch = Watch(progress, stop)
    with SealedFile(path) as sealed:
        watch.begin("verifying", sealed.size)
        sealed.check_digest(watch.add)
    if key is None:
        return _told(sealed)
    with unpacked(path, key, home, watch) as content:
        manifest = content.manifest
        return _told(sealed, manifest)


def _told(sealed: SealedFile, manifest: Manifest | None = None) -> Verified:
    header = sealed.header
    return Verified(
        sealed.path,
        sealed.size,
        datetime.fromtimestamp(header.made_at / 1000, UTC),
        header.key_id,
        header.schema_version,
        header.program,
        manifest is not None,
        manifest.centre if manifest else "",
        manifest.centre_code if manifest else "",
        manifest.tables if manifest else {},
        manifest.zone if manifest else "",
    )


def told_by_header(path: Path) -> Verified:
    """What a backup file tells in front, unverified. Raises what opening a `SealedFile` raises."""
    with SealedFile(path) as sealed:
        return _told(sealed)
