"""The store in one SQLite file: WAL, synchronous=FULL, one BEGIN IMMEDIATE for all that a request writes."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from db.connection import BUSY_TIMEOUT_MS, Database, explain
from db.errors import DatabaseError
from db.newfile import OWNER_ONLY, make_empty
from frontdesk.district.errors import DistrictError
from frontdesk.district.store.migrations import SCHEMA_VERSION, migrate
from frontdesk.district.store.session import Dialect, Session, Value, ValueField, ValueType
from frontdesk.district.zone import OFFSET_MS

APPLICATION_ID = 0x46444453
"""In the header of every district file ("FDDS")."""

READERS = 4
"""Connections that are kept open for reading; more are opened while they are needed."""


class SqliteSession(Session):
    """A session on the file; see `Session`."""

    dialect: Dialect = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _run(self, sql: str, params: Sequence[Value]) -> sqlite3.Cursor:
        return self._connection.execute(sql, params)

    def values_in(self, column: str, alias: str) -> str:
        """Each value of a report; see `Session`. What its values are is known from the JSON itself."""
        split = f"CASE {alias}_i.type WHEN 'object' THEN {alias}_i.value END"
        return f"JOIN json_each({column}) AS {alias}_i LEFT JOIN json_each({split}) AS {alias}_c"

    def value_field(self, alias: str, field: ValueField) -> str:
        """One field of a value; see `Session`."""
        of = f"{alias}_i"
        part = "CASE {of}.type WHEN 'array' THEN json_extract({of}.value, '$[{place}]') END"
        return {
            "i": f"{of}.key",
            "c": f"{alias}_c.key",
            "v": f"CASE {of}.type WHEN 'object' THEN {alias}_c.value WHEN 'integer' THEN {of}.value END",
            "n": part.format(of=of, place=0),
            "d": part.format(of=of, place=1),
        }[field]

    @classmethod
    def local_day(cls, instant: str) -> str:
        """The district's day of an instant; see `Session`."""
        return f"date(({instant} + {OFFSET_MS}) / 1000, 'unixepoch')"

    @classmethod
    def typed(cls, kind: ValueType) -> str:
        """A mark for a value, whose type goes with it; see `Session`."""
        return "?"

    def keep_report(self, statement: str, values: Sequence[Value]) -> bool:
        """Accept a report; a trigger writes its audit entry within the statement. See `Session`."""
        return self._run(statement, values).rowcount > 0


def _as_mapping(cursor: sqlite3.Cursor, values: tuple[object, ...]) -> dict[str, object]:
    return {column[0]: value for column, value in zip(cursor.description, values, strict=True)}


class SqliteStore:
    """The store in one file: one connection that writes, under a lock, and some that read beside it."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        if not create and not path.exists():
            raise DistrictError("no_store", path=str(path))
        if create:
            # Where it cannot be made, SQLite says why.
            with suppress(OSError):
                make_empty(path)
        self._path = path
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        connection = self._connect()
        self._database = Database(path, connection)
        try:
            self._prepare(connection)
        except sqlite3.Error as failure:
            connection.close()
            raise explain(failure, path) from failure
        except DatabaseError:
            connection.close()
            raise

    def _connect(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(
                self._path, isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000, check_same_thread=False
            )
        except sqlite3.Error as failure:
            raise explain(failure, self._path) from failure
        connection.row_factory = _as_mapping
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Refuse a foreign file before touching it; then set the pragmas and bring the schema up to date."""
        application_id = _number(connection, "PRAGMA application_id")
        empty = _number(connection, "SELECT count(*) FROM sqlite_schema") == 0
        if application_id != APPLICATION_ID and not (application_id == 0 and empty):
            raise DatabaseError("not_ours", path=str(self._path))
        version = _number(connection, "PRAGMA user_version")
        if version > SCHEMA_VERSION:
            raise DatabaseError("newer_database", path=str(self._path), file=version, program=SCHEMA_VERSION)
        connection.execute("PRAGMA journal_mode = WAL")
        _keep_to_owner(self._path)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        if version == SCHEMA_VERSION:
            return
        with self._database.write():
            # Another process may have brought it up to date while this one waited.
            migrate(SqliteSession(connection), _number(connection, "PRAGMA user_version"))
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads, all from one state of the file; it waits for nobody who writes."""
        connection = self._take_reader()
        try:
            connection.execute("BEGIN")
            try:
                yield SqliteSession(connection)
            finally:
                connection.rollback()
        except sqlite3.Error as failure:
            raise explain(failure, self._path) from failure
        finally:
            self._give_back(connection)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One BEGIN IMMEDIATE transaction, on the disk when the block ends."""
        with self._lock, self._database.write() as connection:
            yield SqliteSession(connection)

    def together(self) -> AbstractContextManager[Session]:
        """As `writing`: here there is one writer at a time in any case."""
        return self.writing()

    @contextmanager
    def single(self) -> Iterator[Session]:
        """Each statement is a transaction by itself; here they still wait for one another's disk."""
        with self._lock:
            try:
                yield SqliteSession(self._database.connection)
            except sqlite3.Error as failure:
                raise explain(failure, self._path) from failure

    def facts(self) -> Mapping[str, str]:
        """The engine, its version, the schema's, and what durability rests on."""
        with self._lock:
            connection = self._database.connection
            return {
                "engine": "SQLite",
                "version": sqlite3.sqlite_version,
                "schema": str(SCHEMA_VERSION),
                "journal_mode": str(_first(connection, "PRAGMA journal_mode")),
                "synchronous": str(_first(connection, "PRAGMA synchronous")),
            }

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            while self._idle:
                self._idle.pop().close()
            self._database.close()

    def _take_reader(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            connection = self._connect()
            connection.execute("PRAGMA query_only = ON")
            return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if len(self._idle) < READERS:
            self._idle.append(connection)
        else:
            connection.close()


def _keep_to_owner(path: Path) -> None:
    """Take everybody else's rights from the file, which an earlier program left open to all, and from what SQLite keeps
    beside it: new ones of those take their rights from the file. One that is somebody else's stays as it is.
    """
    if os.name != "posix":
        return
    for one in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        with suppress(OSError):
            mode = one.stat().st_mode & 0o777
            if mode & ~OWNER_ONLY:
                one.chmod(mode & OWNER_ONLY)


def _first(connection: sqlite3.Connection, sql: str) -> object:
    row: dict[str, object] = connection.execute(sql).fetchone()
    return next(iter(row.values()))


def _number(connection: sqlite3.Connection, sql: str) -> int:
    return int(str(_first(connection, sql)))
