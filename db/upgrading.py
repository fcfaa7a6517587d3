"""Before a file is brought to a newer schema: is there room, and a copy of it as it was.

The copy is made while the write lock is held and nothing has been written yet, so that it is exactly what the migration
begins with, whatever windows of an older program are open beside it.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from db.connection import APPLICATION_ID, SCHEMA_VERSION, explain
from db.errors import DatabaseError

SPARE = 16_000_000
"""So many bytes are to be left besides."""

COPIES_KEPT = 2
"""So many copies from before upgrades stay that wait to be sealed."""

MEGABYTE = 1_000_000


class Upgrade(NamedTuple):
    """What bringing a file up to date takes: in which folder, from and to which schema, the bytes that the file has and
    those that are needed. `version` is 0 for a new file.
    """

    folder: Path
    version: int
    to: int
    size: int

    @property
    def needed(self) -> int:
        """The bytes that are needed where the file lies."""
        return room_needed(self.size)

    @property
    def free(self) -> int:
        """The bytes that are free there. Raises DatabaseError `cannot_open`."""
        # Of all starts only one in years needs it, and it imports much.
        import shutil

        try:
            return shutil.disk_usage(self.folder).free
        except OSError as failure:
            raise DatabaseError("cannot_open", path=str(self.folder), reason=failure.strerror or "") from failure

    @property
    def is_pending(self) -> bool:
        """Whether the file is older than the program."""
        return 0 < self.version < self.to

    @property
    def has_room(self) -> bool:
        """Whether the disk has room for it."""
        return self.free >= self.needed


def room_needed(size: int) -> int:
    """The bytes that an upgrade of a file of `size` needs at most: for the copy, and for the WAL in which all of the
    file is written anew before it takes the place of the old pages.
    """
    return 2 * size + SPARE


def look(path: Path) -> Upgrade:
    """What opening this file will come to; nothing is changed. Raises DatabaseError `no_database`, `not_ours`,
    `newer_database` and whatever keeps it from being read.
    """
    if not path.is_file():
        raise DatabaseError("no_database", path=str(path))
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)
        try:
            names = ("application_id", "user_version", "page_count", "page_size")
            application_id, version, pages, page = (
                int(connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in names
            )
        finally:
            connection.close()
    except sqlite3.Error as failure:
        raise explain(failure, path) from failure
    if application_id != APPLICATION_ID:
        raise DatabaseError("not_ours", path=str(path))
    if version > SCHEMA_VERSION:
        raise DatabaseError("newer_database", path=str(path), file=version, program=SCHEMA_VERSION)
    return Upgrade(path.parent, version, SCHEMA_VERSION, pages * page)


def put_aside(connection: sqlite3.Connection, path: Path, version: int) -> Path:
    """Make the copy of a file of schema `version`, inside the write transaction in which it will be migrated and before
    anything was written in it; returns where it is.

    Raises DatabaseError `no_room_to_upgrade`, `damaged` where the file is not whole, `disk_full`, `cannot_open`.
    """
    from db.backup import copy_before_migration

    pages, page = (int(connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("page_count", "page_size"))
    upgrade = Upgrade(path.parent, version, SCHEMA_VERSION, pages * page)
    if not upgrade.has_room:
        raise DatabaseError(
            "no_room_to_upgrade",
            path=str(path.parent),
            file=version,
            program=SCHEMA_VERSION,
            need_mb=-(-upgrade.needed // MEGABYTE),
            missing_mb=-(-(upgrade.needed - upgrade.free) // MEGABYTE),
        )
    made = copy_before_migration(path, version)
    _remove_older(made)
    return made


def copies(home: Path) -> list[Path]:
    """The copies from before upgrades that wait in a home to be sealed, the oldest first."""
    from db.backup import BACKUPS, PLAIN_ENDING

    found = (home / BACKUPS).glob(f"before-upgrade-*{PLAIN_ENDING}")
    return sorted((one for one in found if one.is_file()), key=lambda one: (one.stat().st_mtime_ns, one.name))


def _remove_older(made: Path) -> None:
    """Delete the copies that the newest ones have taken the place of."""
    older = [one for one in copies(made.parent.parent) if one != made]
    for path in older[: max(0, len(older) + 1 - COPIES_KEPT)]:
        with suppress(OSError):
            path.unlink()
