"""The store on PostgreSQL: a pool of connections, each of which insists that what is committed is on the disk.

A transaction that reads sees one moment (REPEATABLE READ). One that writes holds an advisory lock to its end, so that
the store has one writer at a time, as the SQLite file has. A report is accepted by one statement of its own that holds
no such lock; what it decides upon it reads itself, and two that want one place are told apart by the unique keys.
"""

from __future__ import annotations

import re
import selectors
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from db.errors import DatabaseError
from frontdesk.district.errors import DistrictError
from frontdesk.district.store.migrations import SCHEMA_VERSION, migrate
from frontdesk.district.store.session import Dialect, Session, Value, ValueField, ValueType
from frontdesk.district.zone import OFFSET_MS

if TYPE_CHECKING:
    from psycopg import Connection, Cursor
    from psycopg_pool import ConnectionPool

POOL_SIZE = 8
"""Connections that one process holds at most: a report takes one for about a millisecond."""

CONNECT_SECONDS = 5
"""How long a request waits for a connection, and a connection for the server."""

RETRY_SECONDS = 2.0
"""How long the pool goes on trying by itself; afterwards the next request tries again, at once."""

LOCK_MS = 20_000
"""How long a writer waits for another one: far longer than any of ours takes."""

WRITER_LOCK = 0x46444453
"""The advisory lock of the one writer ("FDDS")."""

SETTINGS = (
    "SET synchronous_commit = on; SET lock_timeout = {lock}; SET jit = off; SET client_min_messages = warning; "
    "SET default_transaction_isolation = 'read committed'"
)
"""Of every connection: an answer is given when the WAL is on the disk, and who waited for another writer sees what that
one wrote, whatever the server's defaults say.
"""

FACTS = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_level")

KEPT_WITH_ENTRY = (
    "WITH kept AS ({statement} RETURNING centre, report_id, key_id, received_at) "
    "INSERT INTO audit (at, who, action, centre, subject) "
    "SELECT received_at, 'key:' || key_id, 'report_accepted', centre, report_id FROM kept"
)

VALUES = """
    SELECT a.key AS i, b.key AS c, CASE left(a.value, 1) WHEN '[' THEN NULL WHEN '{{' THEN CAST(b.value AS BIGINT)
               ELSE CAST(a.value AS BIGINT) END AS v,
           CASE left(a.value, 1) WHEN '[' THEN CAST(CAST(a.value AS JSON) ->> 0 AS BIGINT) END AS n,
           CASE left(a.value, 1) WHEN '[' THEN CAST(CAST(a.value AS JSON) ->> 1 AS BIGINT) END AS d
      FROM json_each_text(CAST({column} AS JSON)) AS a
      LEFT JOIN LATERAL json_each_text(CASE left(a.value, 1) WHEN '{{' THEN CAST(a.value AS JSON) END) AS b ON true
    """

_SELECTOR: type[selectors.BaseSelector] = getattr(selectors, "PollSelector", selectors.DefaultSelector)
"""To look once at one connection: poll does it in one call to the system, epoll in four."""

_QUOTED_OR_MARK = re.compile(r"'(?:[^']|'')*'|\?|%")


@lru_cache(maxsize=512)
def translated(sql: str) -> str:
    """The statement with `%s` for each `?` outside of quotes, and each `%` doubled."""

    def replace(found: re.Match[str]) -> str:
        piece = found[0]
        return "%s" if piece == "?" else str(piece).replace("%", "%%")

    return _QUOTED_OR_MARK.sub(replace, sql)


@lru_cache(maxsize=8)
def _with_entry(statement: str) -> str:
    return KEPT_WITH_ENTRY.format(statement=statement)


class PostgresqlSession(Session):
    """A session on one connection of the pool; see `Session`."""

    dialect: Dialect = "postgresql"

    def __init__(self, connection: Connection[dict[str, Any]]) -> None:
        self._connection = connection

    def _run(self, sql: str, params: Sequence[Value]) -> Cursor[dict[str, Any]]:
        if not params:
            return self._connection.execute(sql)
        return self._connection.execute(translated(sql), params)

    def values_in(self, column: str, alias: str) -> str:
        """Each value of a report; see `Session`."""
        return f"CROSS JOIN LATERAL ({VALUES.format(column=column)}) AS {alias}"

    def value_field(self, alias: str, field: ValueField) -> str:
        """One field of a value; see `Session`."""
        return f"{alias}.{field}"

    @classmethod
    def local_day(cls, instant: str) -> str:
        """The district's day of an instant; see `Session`."""
        return f"to_char(to_timestamp(({instant} + {OFFSET_MS}) / 1000) AT TIME ZONE 'UTC', 'YYYY-MM-DD')"

    @classmethod
    def typed(cls, kind: ValueType) -> str:
        """A mark for a value of this type; see `Session`."""
        names = {"text": "text", "int": "bigint", "bytes": "bytea"}
        return f"CAST(? AS {names[kind]})"

    def keep_report(self, statement: str, values: Sequence[Value]) -> bool:
        """Accept a report and write its audit entry in the same statement; see `Session`."""
        return self._run(_with_entry(statement), values).rowcount > 0

    def keep_reports(self, statement: str, rows: Sequence[Sequence[Value]]) -> list[bool]:
        """Accept several reports; see `Session`. They go out one behind the other, and nobody waits in between."""
        kept: list[bool] = []
        with self._connection.cursor() as cursor:
            cursor.executemany(translated(_with_entry(statement)), rows, returning=True)
            for _ in rows:
                kept.append(cursor.rowcount > 0)
                cursor.nextset()
        return kept


def _set_up(connection: Connection[Any]) -> None:
    connection.execute(SETTINGS.format(lock=LOCK_MS))


class PostgresqlStore:
    """The store in one database of a PostgreSQL server."""

    def __init__(self, url: str, *, create: bool = False) -> None:
        try:
            import psycopg
            from psycopg.rows import dict_row
            from psycopg_pool import ConnectionPool
        except ImportError as failure:
            raise DistrictError("no_postgresql") from failure
        self._errors = psycopg.Error
        self._name = _shown(url)
        options = {"autocommit": True, "row_factory": dict_row, "connect_timeout": CONNECT_SECONDS}
        self._check(url, options)
        self._pool: ConnectionPool[Connection[dict[str, Any]]] = ConnectionPool(
            url,
            kwargs={**options, "application_name": "frontdesk-district"},
            configure=_set_up,
            check=self._check_alive,
            min_size=1,
            max_size=POOL_SIZE,
            timeout=CONNECT_SECONDS,
            reconnect_timeout=RETRY_SECONDS,
            name="frontdesk-district",
            open=True,
        )
        try:
            self._prepare(create=create)
        except BaseException:
            self._pool.close()
            raise

    def _check_alive(self, connection: Connection[Any]) -> None:
        """Find a connection dead whose server went away, without asking one that did not.

        A server that ends a connection says so on it: only one on which something waits to be read is asked. The others
        have most likely ended with it; they are given up together, for the pool waits longer after each dead one.
        """
        with _SELECTOR() as waiting:
            waiting.register(connection.fileno(), selectors.EVENT_READ)
            if not waiting.select(0):
                return
        try:
            connection.execute("")
        except self._errors:
            self._pool.drain()
            raise

    def _check(self, url: str, options: Mapping[str, Any]) -> None:
        """Connect once by hand: the pool would only say that it got no connection, not why."""
        import psycopg

        try:
            psycopg.connect(url, **options).close()
        except psycopg.ProgrammingError as failure:
            raise DistrictError("bad_store_address", url=self._name) from failure
        except psycopg.OperationalError as failure:
            reason = " ".join(str(failure).split())[:300]
            raise DistrictError("store_refused", url=self._name, reason=reason) from failure

    def _prepare(self, *, create: bool) -> None:
        """Refuse a foreign database before touching it; then bring the schema up to date, one process at a time."""
        with self.reading() as session:
            version = self._version(session)
            if version is None and _has_tables(session):
                raise DatabaseError("not_ours", path=self._name)
        if version is None and not create:
            raise DistrictError("no_store", path=self._name)
        if version == SCHEMA_VERSION:
            return
        with self.writing() as session:
            # Another process may have made it while this one waited for the lock.
            version = self._version(session)
            if version is not None and version > SCHEMA_VERSION:
                raise DatabaseError("newer_database", path=self._name, file=version, program=SCHEMA_VERSION)
            if version is None:
                session.execute("CREATE TABLE frontdesk_district (version BIGINT PRIMARY KEY, made_on TIMESTAMPTZ)")
            for step in migrate(session, version or 0):
                session.execute("INSERT INTO frontdesk_district (version, made_on) VALUES (?, now())", (step,))

    def _version(self, session: Session) -> int | None:
        if session.one("SELECT 1 AS known WHERE to_regclass('frontdesk_district') IS NOT NULL") is None:
            return None
        row = session.one("SELECT coalesce(max(version), 0) AS version FROM frontdesk_district")
        return int(row["version"]) if row else None

    @contextmanager
    def _connection(self) -> Iterator[Connection[dict[str, Any]]]:
        from psycopg_pool import PoolTimeout

        try:
            with self._pool.connection() as connection:
                yield connection
        except PoolTimeout as failure:
            raise DistrictError("store_unavailable") from failure
        except self._errors as failure:
            explained = _explain(failure, self._name)
            if explained is None:
                raise
            raise explained from failure

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads, all from one moment."""
        with self._connection() as connection:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                yield PostgresqlSession(connection)
            finally:
                connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction, alone among those that write, on the disk when the block ends."""
        with self._connection() as connection, connection.transaction():
            connection.execute(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")
            yield PostgresqlSession(connection)

    @contextmanager
    def together(self) -> Iterator[Session]:
        """One transaction beside others that write, on the disk when the block ends."""
        with self._connection() as connection, connection.transaction():
            yield PostgresqlSession(connection)

    @contextmanager
    def single(self) -> Iterator[Session]:
        """Each statement is a transaction by itself, on the disk when it has been answered."""
        with self._connection() as connection:
            yield PostgresqlSession(connection)

    def facts(self) -> Mapping[str, str]:
        """The engine, its version, the schema's, and what durability rests on."""
        with self.single() as session:
            asked = ", ".join(f"current_setting('{name}') AS {name}" for name in FACTS)
            row = session.one(f"SELECT {asked}")
        said = {name: str(value) for name, value in (row or {}).items()}
        return {"engine": "PostgreSQL", "version": said.pop("server_version"), "schema": str(SCHEMA_VERSION), **said}

    def pool_figures(self) -> Mapping[str, int]:
        """What the pool counts: connections open and idle, requests waiting, connections lost."""
        return self._pool.get_stats()

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


def _has_tables(session: Session) -> bool:
    found = session.one(
        "SELECT 1 AS found FROM pg_catalog.pg_tables WHERE schemaname = current_schema() LIMIT 1",
    )
    return found is not None


def _explain(failure: Exception, name: str) -> DistrictError | DatabaseError | None:
    """The coded failure for what the server said: whether to come back later, or that it cannot keep such a thing.

    None for a statement that is wrong by itself. What was said in words stays in the chain for the log; it may quote
    what was to be written.
    """
    import psycopg

    if isinstance(failure, psycopg.IntegrityError | psycopg.DataError):
        return DatabaseError("conflict", path=name, reason=getattr(failure, "sqlstate", None) or "")
    if isinstance(failure, psycopg.OperationalError | psycopg.InterfaceError | psycopg.InternalError):
        return DistrictError("store_unavailable")
    return None


def _shown(url: str) -> str:
    """The address without a password."""
    return re.sub(r"(://[^:/@]*):[^@/]*@", r"\1@", url).partition("?")[0]
