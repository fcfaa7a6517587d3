"""What always holds of the roster, for the look at the whole file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from db import standing_log
from frontdesk.checking import Invariant, Watch, listed, stated
from frontdesk.context import Context
from frontdesk.roster.standing.order import digest

AREA = "roster"


def _filings(_: Context, connection: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    for filing in reversed(standing_log.filings(connection)):
        if digest(filing.document) != filing.digest:
            yield {"filing": filing.id, "day": filing.effective_from}


INVARIANTS: tuple[Invariant, ...] = (
    *stated(AREA, "slot_unpublished", "slot_unplanned", "slot_unlogged", "leave_undecided"),
    listed(AREA, "filing_changed", _filings),
)
