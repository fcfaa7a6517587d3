"""Writing what is anonymous: nothing of it tells when it was written (mechanisms §12)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.context import Context


@contextmanager
def unordered(context: Context) -> Iterator[sqlite3.Connection]:
    """A write transaction that leaves no trace of when it was: neither an entry in the audit chain nor, unless another
    window is busy just then, frames in the WAL between those of scans, whose times are known.
    """
    with context.database.write() as connection:
        yield connection
    context.database.fold_if_free()
