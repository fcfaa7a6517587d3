"""What the district keeps: in one SQLite file, or in PostgreSQL where a district has many centres.

A room of the district asks a `Store` for a `Session` and writes its SQL once, see `session`. Only this package knows
which engine answers.
"""

from __future__ import annotations

from pathlib import Path

from frontdesk.district.errors import DistrictError
from frontdesk.district.store.records import CentreKey, CentreStatus, EnrolmentCode, Store, StoredReport
from frontdesk.district.store.session import VALUE_FIELDS, Dialect, Row, Session, Value, ValueField, ValueType

__all__ = [
    "POSTGRESQL_PREFIXES",
    "VALUE_FIELDS",
    "CentreKey",
    "CentreStatus",
    "Dialect",
    "EnrolmentCode",
    "Row",
    "Session",
    "Store",
    "StoredReport",
    "Value",
    "ValueField",
    "ValueType",
    "is_postgresql",
    "open_store",
    "store_path",
]

SQLITE_PREFIX = "sqlite:///"
POSTGRESQL_PREFIXES = ("postgresql://", "postgres://")


def is_postgresql(url: str) -> bool:
    """Whether the address names a PostgreSQL server."""
    return url.startswith(POSTGRESQL_PREFIXES)


def store_path(url: str) -> Path:
    """The file of `sqlite:///path` (`sqlite:////path` when absolute).

    Raises DistrictError `unknown_store` for another kind or without a path, `store_not_a_file` when the path is blank,
    a folder, or SQLite's name for memory: what a district has signed for must outlast it.
    """
    written = url.removeprefix(SQLITE_PREFIX)
    if written == url or not written:
        raise DistrictError("unknown_store", url=url.partition("://")[0] + "://")
    path = Path(written)
    if not written.strip() or not path.name or path.name == ":memory:" or path.is_dir():
        raise DistrictError("store_not_a_file", path=written)
    return path


def open_store(url: str, *, create: bool = False) -> Store:
    """The store at `url` with its schema brought up to date: `sqlite:///path` or `postgresql://user@host/database`.

    `create` makes it where there is none: the file, or the tables in a PostgreSQL database that exists and is empty.
    Raises DistrictError `unknown_store`, `store_not_a_file`, `no_store`, `store_unavailable` (no server answers),
    `store_refused` (the server does not let us in), `no_postgresql` (the driver is not installed), or DatabaseError
    `not_ours`, `newer_database` and what else a file can be.
    """
    if is_postgresql(url):
        from frontdesk.district.store.postgresql import PostgresqlStore

        return PostgresqlStore(url, create=create)
    path = store_path(url)
    from frontdesk.district.store.sqlite import SqliteStore

    return SqliteStore(path, create=create)
