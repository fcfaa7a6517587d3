"""Whether the centre could be brought back: is there a recovery key, and a good backup that is not old?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING

from frontdesk.backup import service as backup
from frontdesk.checking import Invariant, Watch, listed

if TYPE_CHECKING:
    from frontdesk.context import Context

AREA = "backup"


def _no_key(context: Context, _: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    if backup.status(context).key == "none":
        yield {}


def _none_good(context: Context, _: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    found = backup.status(context)
    if found.key != "none" and found.last is None:
        yield {}


def _too_old(context: Context, _: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    found = backup.status(context)
    if found.last is not None and found.age_days is not None and found.is_old:
        yield {"day": found.last.day, "days": found.age_days}


def _failed(context: Context, _: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    found = backup.status(context)
    if found.problem:
        yield {"day": found.last.day if found.last is not None else "-", "problem": found.problem}


INVARIANTS: tuple[Invariant, ...] = (
    listed(AREA, "no_key", _no_key, "warning"),
    listed(AREA, "none_good", _none_good, "warning"),
    listed(AREA, "too_old", _too_old, "warning"),
    listed(AREA, "last_failed", _failed, "warning"),
)
