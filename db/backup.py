"""Copies of the centre's file as it stands at one moment, made while others write; and where such copies may lie.

A copy is made through a connection of its own inside one read transaction: in a WAL readers hinder no writer and no
writer makes the copy begin anew, so that it always ends (sqlite.org/backup.html restarts only where the source's
snapshot moves on, which an open read transaction keeps it from). It is taken in steps, between which it gives way.
"""

from __future__ import annotations

import marshal
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from errno import ENOSPC
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from db.connection import APPLICATION_ID, BUSY_TIMEOUT_MS, explain
from db.errors import DatabaseError
from db.newfile import OWNERS_FOLDER, make_empty, part_of, remove_abandoned

PAGES_A_STEP = 256
"""A megabyte of pages of 4 KiB: some milliseconds of a slow disk."""

SCRATCH = "scratch"
"""The folder in the home for clear copies that are needed for a moment."""

BACKUPS = "backups"
"""The folder in the home for backups, unless the centre names another one."""

PLAIN_ENDING = ".plain.db"
"""Of a clear copy that was made before a migration and waits to be sealed."""

_MOST_ROWS_AT_ONCE = 512
_BYTES_AT_ONCE = 1 << 20
"""Of the rows that are digested together: papers and reports are large, scans are small."""

Progress = Callable[[int, int], None]
"""Told how much is done and of how much; it stops the work by raising."""


class TableDigest(NamedTuple):
    """How many rows a table has and a digest of all they say, to be compared within one run of the program."""

    rows: int
    digest: bytes


class Snapshot:
    """The file as it stands at one moment, open for reading until the block of `snapshot` ends."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.connection = connection

    @property
    def bytes(self) -> int:
        """How large a copy of it gets."""
        pages, size = (
            int(self.connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("page_count", "page_size")
        )
        return pages * size

    def copy_to(self, target: Path, progress: Progress | None = None) -> None:
        """Write the snapshot to a new file that only its owner reads, whole by itself, without a WAL.

        Raises DatabaseError, OSError, and what `progress` raises; then the target is gone.
        """
        make_empty(target)
        try:
            with _opened(target) as copy:
                copy.execute("PRAGMA journal_mode = OFF")
                copy.execute("PRAGMA synchronous = OFF")
                self.connection.backup(copy, pages=PAGES_A_STEP, progress=_paced(progress), sleep=0.01)
            with _opened(target) as copy:
                # The copy says that it has a WAL, as the original does; a file alone must not.
                copy.execute("PRAGMA journal_mode = DELETE")
                if _owes_cleaning(copy):
                    # Bytes that were to be gone, which another window kept from being taken out of the file.
                    copy.execute("VACUUM")
        except sqlite3.Error as failure:
            remove_copy(target)
            raise explain(failure, target) from failure
        except BaseException:
            remove_copy(target)
            raise


def _owes_cleaning(connection: sqlite3.Connection) -> bool:
    """Whether bytes of erased people, or of what was sealed since, may still lie in unused parts of the file; an older
    program's file has not all of the tables that say so.
    """
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    return any(
        table in there and connection.execute(f"SELECT 1 FROM {table} WHERE {owed} LIMIT 1").fetchone() is not None
        for table, owed in (("tombstone", "cleaned_at IS NULL"), ("cleaning_owed", "1"))
    )


def _paced(progress: Progress | None) -> Callable[[int, int, int], None]:
    def told(_: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress(total - remaining, total)

    return told


@contextmanager
def snapshot(path: Path) -> Iterator[Snapshot]:
    """The centre's file as it stands now, read through a connection of its own. Raises DatabaseError."""
    try:
        with _opened(path) as connection:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
            connection.execute("BEGIN")
            # The read transaction begins with the first read.
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            try:
                yield Snapshot(path, connection)
            finally:
                connection.rollback()
    except sqlite3.Error as failure:
        raise explain(failure, path) from failure


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    # By a URI that makes no file: one that went away meanwhile must not come back empty.
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


def digests(connection: sqlite3.Connection, progress: Callable[[int], None] | None = None) -> dict[str, TableDigest]:
    """Rows and a digest of each table, in the order of its key; to be compared within one run of the program.

    `progress` is told how many bytes were digested since it was told last, and stops it by raising.
    """
    return {name: _digest(connection, name, order, progress) for name, order in _tables(connection)}


def _digest(
    connection: sqlite3.Connection, name: str, order: str, progress: Callable[[int], None] | None
) -> TableDigest:
    digest, rows, at_once = blake2b(digest_size=32), 0, 8
    cursor = connection.cursor()
    cursor.row_factory = None
    cursor.execute(f'SELECT * FROM "{name}" ORDER BY {order}')
    while part := cursor.fetchmany(at_once):
        rows += len(part)
        # Version 2 of the format writes equal values as equal bytes, whatever the interpreter shares among them. How
        # many rows are fetched together follows from what they say, so that equal tables are cut alike.
        said = marshal.dumps(part, 2)
        digest.update(said)
        at_once = max(1, at_once // 2) if len(said) > _BYTES_AT_ONCE else min(2 * at_once, _MOST_ROWS_AT_ONCE)
        if progress is not None:
            progress(len(said))
    return TableDigest(rows, digest.digest())


def row_counts(connection: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {
        name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name, _ in _tables(connection)
    }


def _tables(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Every table with the columns by which its rows have one order."""
    found = []
    names = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall()
    for name, sql in names:
        if name.startswith("sqlite_stat"):
            continue
        if "WITHOUT ROWID" in (sql or "").upper():
            columns = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
            keyed = sorted((row[5], row[1]) for row in columns if row[5])
            found.append((name, ", ".join(f'"{column}"' for _, column in keyed)))
        else:
            found.append((name, "rowid"))
    return found


def page_faults(connection: sqlite3.Connection) -> list[str]:
    """What SQLite finds wrong with the pages of a copy; empty where nothing is.

    A row that refers to nothing is no fault of the copy: it is as it was, the check tells of it, and a backup of it is
    better than none.
    """
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
    return [] if found == ["ok"] else found


@contextmanager
def opened_copy(path: Path) -> Iterator[sqlite3.Connection]:
    """A copy that nobody else has open, for reading; no file appears beside it. Raises DatabaseError."""
    try:
        # Said to be immutable, so that SQLite neither locks it nor makes a WAL for what says that it has one.
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            yield connection
        finally:
            connection.close()
    except sqlite3.Error as failure:
        raise explain(failure, path) from failure


def identity(connection: sqlite3.Connection) -> tuple[bool, int]:
    """Whether this is a file of ours, and the schema's version that it has."""
    ours = int(connection.execute("PRAGMA application_id").fetchone()[0]) == APPLICATION_ID
    return ours, int(connection.execute("PRAGMA user_version").fetchone()[0])


def is_free(path: Path) -> bool:
    """Whether no other window or program has the centre's file open; folds the WAL where that is so.

    A connection in WAL mode keeps a lock as long as it is open, and only who is alone can leave that mode.
    """
    try:
        with _opened(path) as connection:
            connection.execute("PRAGMA busy_timeout = 200")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return str(connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]) == "delete"
    except sqlite3.OperationalError as failure:
        if explain(failure, path).code == "busy":
            return False
        raise explain(failure, path) from failure
    except sqlite3.Error as failure:
        raise explain(failure, path) from failure


def copy_before_migration(path: Path, version: int) -> Path:
    """Put a clear copy of the centre's file aside in the home's folder of backups before it is migrated; returns it.

    The file must be left as schema `version` has it: no connection may be inside a transaction that changes it. Only
    the owner may read the copy; it is sealed as soon as a recovery key is known (frontdesk.backup). It takes the place
    of an earlier one of the same version. Raises DatabaseError (`disk_full`, `read_only`, `disk_fault`, `damaged` for a
    file that is not whole).
    """
    folder = path.parent / BACKUPS
    target = folder / f"before-upgrade-{version:04d}{PLAIN_ENDING}"
    try:
        folder.mkdir(mode=OWNERS_FOLDER, exist_ok=True)
        remove_abandoned(target)
        part = part_of(target)
        try:
            with snapshot(path) as moment:
                moment.copy_to(part)
            with opened_copy(part) as copy:
                found = [str(row[0]) for row in copy.execute("PRAGMA integrity_check(1)")]
            if found != ["ok"]:
                raise DatabaseError("damaged", path=str(path), reason=found[0])
            settle(part)
            # What an upgrade that failed left is older than this.
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as failure:
        code = "disk_full" if failure.errno == ENOSPC else "cannot_open"
        raise DatabaseError(code, path=str(target), reason=failure.strerror or str(failure)) from failure
    return target


def settle(path: Path) -> None:
    """Have a file's content on the disk before this returns. Raises OSError."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def remove_copy(path: Path) -> None:
    """Delete a copy with whatever SQLite made beside it; what cannot be deleted stays until the next start."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        with suppress(OSError):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


def scratch_folder(home: Path) -> Path:
    """A new folder for clear copies inside the home, which only its owner reads. Raises OSError."""
    above = home / SCRATCH
    above.mkdir(mode=OWNERS_FOLDER, exist_ok=True)
    folder = above / f"{os.getpid()}-{time.time_ns():x}"
    folder.mkdir(mode=OWNERS_FOLDER)
    return folder


def remove_scratch(home: Path) -> None:
    """Delete every clear copy in the home. Only for who holds the lock of the backups: nobody else is making any."""
    shutil.rmtree(home / SCRATCH, ignore_errors=True)
