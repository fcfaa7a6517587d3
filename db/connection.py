"""Opening the centre's file, and the one way to write to it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import EACCES, EISDIR
from pathlib import Path
from stat import S_ISREG

from db.errors import DatabaseError
from db.newfile import make_empty, part_of, remove_abandoned, take_name

APPLICATION_ID = 0x46524E54
"""Written into the header of every file of ours ("FRNT"), so that a foreign file is never taken for one."""

SCHEMA_VERSION = 21
"""`PRAGMA user_version` of a file to which every migration has been applied: the number of migrations."""

BUSY_TIMEOUT_MS = 20_000
"""How long a writer waits for another window's transaction: far longer than any of ours takes."""

WRONG_LAYOUT = ("no such table", "no such column", "has no column named")
"""What SQLite says of a statement that does not fit the file's tables; it has no code of its own for that."""


class Database:
    """One connection to the centre's file. Each thread opens its own."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.connection = connection
        self.before_commit: Callable[[sqlite3.Connection], None] | None = None
        """What is done last in every write transaction that ends well."""
        self.untold: set[str] = set()
        """What may have been changed since it was last told before and after; see `db.changes.watch`."""
        self.owes_fold = False
        """Whether the WAL still holds what `fold_if_free` could not write back."""
        self.is_writing = False
        """Whether a write transaction is running: what is read in it may still be taken back."""
        self._transaction = WriteTransaction(self)
        self._moment: int | None = None
        """While a `reading` runs what others had committed when it began: it sees nothing that came later."""
        self._not_newer_at: int | None = None
        """What others had committed when the file was last found to be none of a newer program."""

    def _begin_reading(self) -> None:
        """Take the moment of a `reading` that has begun. Whether a newer program has migrated the file is asked only
        where anybody else has written to it.
        """
        seen = self._committed()
        if seen != self._not_newer_at:
            self.refuse_newer()
            self._not_newer_at = seen
        self._moment = seen

    def _end_reading(self) -> None:
        self._moment = None
        # Nothing is left to undo where SQLite has rolled back by itself.
        if self.connection.in_transaction:
            # Said as a statement, which stays prepared.
            self.connection.execute("ROLLBACK")

    def _committed(self) -> int:
        """A number that changes when another connection has committed to the file."""
        cursor = self.connection.cursor()
        # The district's rows are dicts.
        cursor.row_factory = None
        return int(cursor.execute("PRAGMA data_version").fetchone()[0])

    def refuse_newer(self) -> None:
        """Raise DatabaseError `upgraded_meanwhile` where a newer program has migrated the file since it was opened:
        what this one goes on writing could be wrong in it.
        """
        cursor = self.connection.cursor()
        # The district's rows are dicts.
        cursor.row_factory = None
        version = int(cursor.execute("PRAGMA user_version").fetchone()[0])
        if version > SCHEMA_VERSION:
            raise DatabaseError("upgraded_meanwhile", path=str(self.path), file=version, program=SCHEMA_VERSION)

    def write(self) -> WriteTransaction:
        """One write transaction, committed when the block ends and rolled back when it raises.

        It begins IMMEDIATE: a deferred transaction that turns into a writer after another window wrote fails at once,
        whatever the busy timeout. SQLite's own failures come out as `DatabaseError`.
        """
        return self._transaction

    def reading(self) -> Reading:
        """Several reads of one moment: what another window commits meanwhile is not seen before the block ends.

        It begins deferred, so that it waits for no writer, and is rolled back: nothing is to be written in it. Inside a
        transaction that is running already it is part of that one. SQLite's own failures come out as `DatabaseError`.
        """
        return Reading(self)

    def changes_seen(self) -> tuple[int, int]:
        """Two numbers: one changes when another connection has committed to the file, one when this one writes."""
        seen = self._moment
        return self._committed() if seen is None else seen, self.connection.total_changes

    def whose(self) -> tuple[str, str] | None:
        """The name and the time zone of the centre, without loading any record type; None in a file without one."""
        row = self.connection.execute("SELECT name, zone FROM centre").fetchone()
        return (row[0], row[1]) if row else None

    def fold(self) -> None:
        """Write the WAL back into the file, which then is whole by itself. Raises DatabaseError."""
        try:
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as failure:
            raise explain(failure, self.path) from failure

    def fold_if_free(self) -> None:
        """Write the WAL back and cut it to nothing, unless another window is just reading or writing.

        The WAL keeps what was written in the order of writing, between frames that tell the time. Best effort: nobody
        waits for it and no failure comes out, because what was committed stays committed; what could not be done is
        owed, see `owes_fold`.
        """
        self.owes_fold = True
        try:
            self.connection.execute("PRAGMA busy_timeout = 0")
            self.owes_fold = bool(self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])
        except sqlite3.Error:
            return
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")

    def close(self) -> None:
        """Close the connection; SQLite folds the WAL back when it was the last one."""
        self.connection.close()

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Reading:
    """What `Database.reading` answers: BEGIN, and ROLLBACK, unless a transaction was running already."""

    __slots__ = ("_database", "_is_own")

    def __init__(self, database: Database) -> None:
        self._database = database
        self._is_own = False

    def __enter__(self) -> sqlite3.Connection:
        connection = self._database.connection
        if connection.in_transaction:
            return connection
        try:
            connection.execute("BEGIN")
            try:
                self._database._begin_reading()
            except BaseException:
                connection.rollback()
                raise
        except sqlite3.Error as failure:
            raise explain(failure, self._database.path) from failure
        self._is_own = True
        return connection

    def __exit__(self, kind: type[BaseException] | None, raised: BaseException | None, trace: object) -> None:
        if not self._is_own:
            return
        try:
            self._database._end_reading()
        except sqlite3.Error as failure:
            raise explain(failure, self._database.path) from failure
        if isinstance(raised, sqlite3.Error):
            raise explain(raised, self._database.path) from raised


class WriteTransaction:
    """What `Database.write` answers: BEGIN IMMEDIATE, and COMMIT or ROLLBACK. It keeps no state of its own."""

    __slots__ = ("_database",)

    def __init__(self, database: Database) -> None:
        self._database = database

    def __enter__(self) -> sqlite3.Connection:
        connection = self._database.connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                self._database.refuse_newer()
            except DatabaseError:
                connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as failure:
            raise explain(failure, self._database.path) from failure
        self._database.is_writing = True
        return connection

    def __exit__(self, kind: type[BaseException] | None, raised: BaseException | None, trace: object) -> None:
        connection = self._database.connection
        self._database.is_writing = False
        try:
            if raised is None and self._database.before_commit is not None:
                self._database.before_commit(connection)
            connection.execute("COMMIT" if raised is None else "ROLLBACK")
        except BaseException as failure:
            # SQLite has rolled back by itself after some failures (disk full), not after others (busy).
            if raised is None and connection.in_transaction:
                connection.execute("ROLLBACK")
            if not isinstance(failure, sqlite3.Error):
                raise
            if raised is None:
                raise explain(failure, self._database.path) from failure
        if isinstance(raised, sqlite3.Error):
            raise explain(raised, self._database.path) from raised


def explain(failure: sqlite3.Error, path: Path) -> DatabaseError:
    """The coded failure for what SQLite reported about the file at `path`."""
    name = getattr(failure, "sqlite_errorname", "") or ""
    codes = {
        "SQLITE_FULL": "disk_full",
        "SQLITE_READONLY": "read_only",
        "SQLITE_CANTOPEN": "cannot_open",
        "SQLITE_NOTADB": "not_ours",
        "SQLITE_CORRUPT": "damaged",
        "SQLITE_BUSY": "busy",
        "SQLITE_LOCKED": "busy",
        "SQLITE_IOERR_SHMSIZE": "disk_full",
        "SQLITE_IOERR": "disk_fault",
        "SQLITE_PERM": "read_only",
        "SQLITE_CONSTRAINT": "conflict",
    }
    for prefix, code in codes.items():
        if name.startswith(prefix):
            return DatabaseError(code, path=str(path), reason=str(failure))
    if any(words in str(failure) for words in WRONG_LAYOUT):
        return DatabaseError("wrong_layout", path=str(path), reason=str(failure))
    return DatabaseError("disk_fault", path=str(path), reason=str(failure))


def open_database(path: Path, *, create: bool = False, synchronous: str = "FULL", puts_aside: bool = True) -> Database:
    """Open the centre's file and bring its schema up to date.

    `create` makes a new file; without it a missing one is `no_database`. A file that is not ours is
    `not_ours`, one written by a newer program `newer_database`; neither is changed. Before an older one is changed, a
    copy of it is put aside (`db.upgrading`), unless it is a copy itself and `puts_aside` is False. `synchronous` is
    FULL except in measurements. Raises `DatabaseError`.
    """
    _check_path(path, create=create)
    try:
        connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000)
    except sqlite3.Error as failure:
        raise explain(failure, path) from failure
    try:
        _check_identity(connection, path)
        _set_pragmas(connection, synchronous)
        database = Database(path, connection)
        _migrate(database, puts_aside=puts_aside)
    except sqlite3.Error as failure:
        connection.close()
        raise explain(failure, path) from failure
    except DatabaseError:
        connection.close()
        raise
    return database


@contextmanager
def whole_new_database(path: Path, *, synchronous: str = "FULL") -> Iterator[Database]:
    """A new file to fill, which takes its name only when the block ends well and all of it is on the disk.

    However the attempt ends, killed or with a full disk, nothing stands at `path` but a whole file, and a file that
    has appeared there meanwhile stays. What a killed attempt left beside it goes at the next one. Only the owner may
    read it, where the system knows modes. Raises `DatabaseError`, OSError when it cannot be made, and FileExistsError
    when its name is taken.
    """
    remove_abandoned(path)
    part = part_of(path)
    try:
        make_empty(part)
        with open_database(part, create=True, synchronous=synchronous) as database:
            yield database
            database.fold()
        take_name(part, path)
    finally:
        _remove(part)


def _remove(path: Path) -> None:
    """Delete a database that nobody has open, with SQLite's files beside it."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _check_path(path: Path, *, create: bool) -> None:
    """Refuse what can be refused without opening the file.

    Only SQLite may open it: where another thread of this process has it open, closing any other descriptor of it drops
    all locks of the process (POSIX). The next window to close would then delete the WAL, with all that this one goes on
    writing in it (sqlite.org/howtocorrupt.html, 2.2).
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        if create:
            return
        raise DatabaseError("no_database", path=str(path)) from None
    except OSError as failure:
        raise DatabaseError("cannot_open", path=str(path), reason=failure.strerror or "") from failure
    if not S_ISREG(found.st_mode):
        raise DatabaseError("cannot_open", path=str(path), reason=os.strerror(EISDIR))
    if found.st_size == 0 and not create:
        raise DatabaseError("not_ours", path=str(path))
    if not os.access(path, os.R_OK):
        raise DatabaseError("cannot_open", path=str(path), reason=os.strerror(EACCES))
    if not os.access(path, os.W_OK):
        raise DatabaseError("read_only", path=str(path))


def _check_identity(connection: sqlite3.Connection, path: Path) -> None:
    application_id = int(connection.execute("PRAGMA application_id").fetchone()[0])
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if application_id == APPLICATION_ID:
        if version > SCHEMA_VERSION:
            raise DatabaseError("newer_database", path=str(path), file=version, program=SCHEMA_VERSION)
        return
    empty = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
    if application_id != 0 or version != 0 or not empty:
        raise DatabaseError("not_ours", path=str(path))


def _set_pragmas(connection: sqlite3.Connection, synchronous: str) -> None:
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA foreign_keys = ON")
    # What is taken back is overwritten, not only unlinked.
    connection.execute("PRAGMA secure_delete = ON")
    # What is only held for a while, the record of changes and SQLite's own sorting, is in no file that could be found.
    connection.execute("PRAGMA temp_store = MEMORY")


def _migrate(database: Database, *, puts_aside: bool) -> None:
    version = int(database.connection.execute("PRAGMA user_version").fetchone()[0])
    if version == SCHEMA_VERSION:
        return
    # sqlite-utils is slow to import, and a file is migrated once in a long while.
    from db.migrations import apply_migrations

    apply_migrations(database, puts_aside=puts_aside)
