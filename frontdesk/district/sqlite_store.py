"""The district's store in one SQLite file: WAL, synchronous=FULL, one BEGIN IMMEDIATE for all that a request writes."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, fields
from pathlib import Path

from db.connection import BUSY_TIMEOUT_MS, Database, explain
from db.errors import DatabaseError
from frontdesk.district.errors import DistrictError
from frontdesk.district.store import CentreKey, CentreStatus, EnrolmentCode, StoredReport

APPLICATION_ID = 0x46444453
"""In the header of every district file ("FDDS")."""
SCHEMA_VERSION = 1

_SCHEMA = (
    """
    CREATE TABLE centre_key (
        key_id TEXT PRIMARY KEY, centre TEXT NOT NULL,
        verify_key BLOB NOT NULL CHECK (length(verify_key) = 32),
        enrolled_at INTEGER NOT NULL, confirmation BLOB NOT NULL, revoked_at INTEGER
    ) STRICT
    """,
    """
    CREATE TABLE enrolment_code (
        code_hash TEXT PRIMARY KEY, centre TEXT NOT NULL, issued_at INTEGER NOT NULL,
        used_key_id TEXT REFERENCES centre_key (key_id), withdrawn_at INTEGER
    ) STRICT
    """,
    """
    CREATE TABLE report (
        centre TEXT NOT NULL, report_id TEXT NOT NULL, kind TEXT NOT NULL, period TEXT NOT NULL,
        last_day TEXT NOT NULL, revision INTEGER NOT NULL CHECK (revision > 0),
        schema_version INTEGER NOT NULL,
        key_id TEXT NOT NULL REFERENCES centre_key (key_id), content_hash TEXT NOT NULL UNIQUE,
        received_at INTEGER NOT NULL, sealed BLOB NOT NULL, body BLOB NOT NULL, receipt BLOB NOT NULL,
        PRIMARY KEY (centre, report_id), UNIQUE (centre, period, revision)
    ) STRICT
    """,
    """
    CREATE TRIGGER report_never_changes BEFORE UPDATE ON report
    BEGIN SELECT RAISE(ABORT, 'an accepted report never changes'); END
    """,
    """
    CREATE TRIGGER report_never_deleted BEFORE DELETE ON report
    BEGIN SELECT RAISE(ABORT, 'an accepted report is never deleted'); END
    """,
)

_REPORT_COLUMNS = ", ".join(field.name for field in fields(StoredReport))
_KEY_COLUMNS = ", ".join(field.name for field in fields(CentreKey))
_CODE_COLUMNS = ", ".join(field.name for field in fields(EnrolmentCode))


class SqliteSession:
    """One transaction; see `StoreSession`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find_key(self, key_id: str) -> CentreKey | None:
        """The centre's key with this id."""
        row = self._one(f"SELECT {_KEY_COLUMNS} FROM centre_key WHERE key_id = ?", key_id)
        return CentreKey(**row) if row else None

    def add_key(self, centre_key: CentreKey) -> None:
        """Keep a new key."""
        self._insert("centre_key", _KEY_COLUMNS, astuple(centre_key))

    def revoke_key(self, key_id: str, at: int) -> None:
        """Mark a key as revoked; the first time counts."""
        self._connection.execute(
            "UPDATE centre_key SET revoked_at = ? WHERE key_id = ? AND revoked_at IS NULL", (at, key_id)
        )

    def find_code(self, code_hash: str) -> EnrolmentCode | None:
        """The one-time code with this hash."""
        row = self._one(f"SELECT {_CODE_COLUMNS} FROM enrolment_code WHERE code_hash = ?", code_hash)
        return EnrolmentCode(**row) if row else None

    def add_code(self, code: EnrolmentCode) -> None:
        """Keep a new code and withdraw the centre's unused older ones."""
        self._connection.execute(
            "UPDATE enrolment_code SET withdrawn_at = ? "
            "WHERE centre = ? AND used_key_id IS NULL AND withdrawn_at IS NULL",
            (code.issued_at, code.centre),
        )
        self._insert("enrolment_code", _CODE_COLUMNS, astuple(code))

    def consume_code(self, code_hash: str, key_id: str) -> None:
        """Mark a code as used by this key."""
        self._connection.execute("UPDATE enrolment_code SET used_key_id = ? WHERE code_hash = ?", (key_id, code_hash))

    def find_by_content(self, content_hash: str) -> StoredReport | None:
        """The report with exactly these bytes."""
        row = self._one(f"SELECT {_REPORT_COLUMNS} FROM report WHERE content_hash = ?", content_hash)
        return StoredReport(**row) if row else None

    def find_by_identity(self, centre: str, report_id: str) -> StoredReport | None:
        """The report with this identity."""
        row = self._one(f"SELECT {_REPORT_COLUMNS} FROM report WHERE centre = ? AND report_id = ?", centre, report_id)
        return StoredReport(**row) if row else None

    def revisions(self, centre: str, period: str) -> list[StoredReport]:
        """Every revision that arrived for a period, the highest first."""
        rows = self._connection.execute(
            f"SELECT {_REPORT_COLUMNS} FROM report WHERE centre = ? AND period = ? ORDER BY revision DESC",
            (centre, period),
        )
        return [StoredReport(**dict(row)) for row in rows]

    def add_report(self, report: StoredReport) -> None:
        """Keep an accepted report."""
        self._insert("report", _REPORT_COLUMNS, astuple(report))

    def centres(self) -> list[CentreStatus]:
        """Every centre that was given a code, by code; the latest period is the one that ended last."""
        rows = self._connection.execute(
            """
            SELECT centre,
                   (SELECT min(enrolled_at) FROM centre_key k
                     WHERE k.centre = known.centre AND k.revoked_at IS NULL) AS enrolled_at,
                   (SELECT count(*) FROM report r WHERE r.centre = known.centre) AS reports,
                   (SELECT period FROM report r WHERE r.centre = known.centre
                     ORDER BY last_day DESC, received_at DESC LIMIT 1) AS latest_period,
                   (SELECT max(received_at) FROM report r WHERE r.centre = known.centre) AS latest_received_at
              FROM (SELECT centre FROM enrolment_code UNION SELECT centre FROM centre_key) AS known
             ORDER BY centre
            """
        )
        return [CentreStatus(**dict(row)) for row in rows]

    def _one(self, query: str, *values: object) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._connection.execute(query, values).fetchone()
        return row

    def _insert(self, table: str, columns: str, values: tuple[object, ...]) -> None:
        marks = ", ".join("?" * len(values))
        self._connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)


class SqliteStore:
    """The store in one file; one connection, handed from thread to thread under a lock."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        if not create and not path.exists():
            raise DistrictError("no_store", path=str(path))
        self._lock = threading.Lock()
        try:
            connection = sqlite3.connect(
                path, isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000, check_same_thread=False
            )
        except sqlite3.Error as failure:
            raise explain(failure, path) from failure
        connection.row_factory = sqlite3.Row
        self._database = Database(path, connection)
        try:
            self._prepare(connection, path)
        except sqlite3.Error as failure:
            connection.close()
            raise explain(failure, path) from failure
        except DatabaseError:
            connection.close()
            raise

    def _prepare(self, connection: sqlite3.Connection, path: Path) -> None:
        """Refuse a foreign file before touching it; then set the pragmas and make what is missing."""
        application_id = int(connection.execute("PRAGMA application_id").fetchone()[0])
        empty = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
        if application_id != APPLICATION_ID and not (application_id == 0 and empty):
            raise DatabaseError("not_ours", path=str(path))
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version > SCHEMA_VERSION:
            raise DatabaseError("newer_database", path=str(path), file=version, program=SCHEMA_VERSION)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        if version == SCHEMA_VERSION:
            return
        with self._database.write():
            if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0:
                for statement in _SCHEMA:
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    @contextmanager
    def reading(self) -> Iterator[SqliteSession]:
        """A session that only reads, all from one state of the file."""
        with self._lock:
            connection = self._database.connection
            try:
                connection.execute("BEGIN")
                try:
                    yield SqliteSession(connection)
                finally:
                    connection.execute("ROLLBACK")
            except sqlite3.Error as failure:
                raise explain(failure, self._database.path) from failure

    @contextmanager
    def writing(self) -> Iterator[SqliteSession]:
        """One BEGIN IMMEDIATE transaction, on the disk when the block ends."""
        with self._lock, self._database.write() as connection:
            yield SqliteSession(connection)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()
