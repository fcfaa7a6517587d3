"""What always holds of the staff, for the look at the whole file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from db import told
from frontdesk.checking import Invariant, Watch, listed, sealed_phones, stated
from frontdesk.context import Context

AREA = "staff"


def _past_program(context: Context, connection: sqlite3.Connection, _: Watch) -> Iterator[dict[str, object]]:
    """Roles and PINs that nobody gave: with one of them anybody signs in as whoever they like."""
    for no, column in told.astray(connection, context.keys.audit, "staff", ("role", "pin_hash")):
        yield {"no": no, "column": column}


INVARIANTS: tuple[Invariant, ...] = (
    *stated(AREA, "no_manager"),
    sealed_phones(AREA, "staff", "no"),
    listed(AREA, "rights_past_program", _past_program),
    *stated(AREA, "tries_forgotten", severity="warning"),
)
