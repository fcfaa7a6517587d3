"""A part of a transaction that can fail by itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def savepoint(connection: sqlite3.Connection) -> Iterator[None]:
    """Inside a running transaction: what an exception leaves half done in the block is undone, the rest stays."""
    connection.execute("SAVEPOINT part")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK TO part")
        raise
    finally:
        connection.execute("RELEASE part")
