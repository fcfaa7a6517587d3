"""What always holds of what travels, for the look at the whole file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from db import inbox
from frontdesk.checking import Invariant, Watch, listed, stated
from frontdesk.context import Context
from frontdesk.sync.checking import sync_astray

AREA = "sync"


def _signed(_: Context, connection: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    for one in sync_astray(connection):
        yield {"what": one.what, "subject": one.subject}


def _skipped(_: Context, connection: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    numbers = [one.number for one in inbox.skipped(connection)]
    for number in numbers:
        yield {"number": number, "numbers": ", ".join(str(one) for one in numbers)}


INVARIANTS: tuple[Invariant, ...] = (
    listed(AREA, "signed_astray", _signed),
    *stated(AREA, "sent_unsealed", "told_before_read"),
    listed(AREA, "skipped_documents", _skipped, "note"),
)
