"""Looking letters over: each stands as its steps tell, and what was sent says what was kept of it then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db import info_reports as records
from frontdesk.reports.letters import rules

if TYPE_CHECKING:
    import sqlite3


def letters_astray(connection: sqlite3.Connection) -> list[int]:
    """The numbers of the letters that stand otherwise than their steps tell; for checks."""
    astray = []
    for one in records.every(connection):
        log = records.log(connection, one.id)
        state, is_possible = rules.follows(log)
        sent = next((entry for entry in reversed(log) if entry.event == "sent"), None)
        is_out = state in ("sent", "adopted", "returned")
        is_as_sent = not is_out or (sent is not None and (sent.title, sent.body) == (one.title, one.body))
        if not (is_possible and state == one.state and is_as_sent):
            astray.append(one.id)
    return astray
