"""What always holds of closed periods and letters, for the look at the whole file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from frontdesk.checking import Invariant, Watch, listed
from frontdesk.context import Context
from frontdesk.reports.closing.checking import closings_astray
from frontdesk.reports.letters.checking import letters_astray

AREA = "reports"


def _closings(_: Context, connection: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    for period, edition in closings_astray(connection):
        yield {"period": period, "edition": edition}


def _letters(_: Context, connection: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    for number in letters_astray(connection):
        yield {"number": number}


INVARIANTS: tuple[Invariant, ...] = (
    listed(AREA, "closings_astray", _closings),
    listed(AREA, "letters_astray", _letters),
)
