"""What always holds of the settings, for the look at the whole file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from db import centre as centres
from db import latest
from frontdesk.checking import Invariant, Watch, listed
from frontdesk.context import Context
from frontdesk.settings import rules

AREA = "settings"


def _damaged(_: Context, connection: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    for name in rules.damaged(centres.settings(connection)):
        yield {"name": name}


def _past_program(context: Context, connection: sqlite3.Connection, _: Watch) -> Iterator[dict[str, object]]:
    # A look at the start does without the record of changes.
    from db import told

    for name, _column in told.astray(connection, context.keys.audit, "setting", ("value",)):
        # The mark of a clock that was set back is no setting: the log itself keeps it, where nobody is signed in too.
        if name != latest.KEY:
            yield {"name": name}


INVARIANTS: tuple[Invariant, ...] = (
    listed(AREA, "damaged", _damaged, quick=True),
    listed(AREA, "changed_past_program", _past_program),
)
