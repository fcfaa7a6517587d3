"""Whether the sessions say what follows from their monthly list as it was published and its changes since."""

from __future__ import annotations

import json
import sqlite3

from db import activities as sessions
from db import monthly as records
from frontdesk.activities.monthly.changes import content
from frontdesk.activities.sessions.rules import is_planned
from frontdesk.common.periods import parse_period


def lists_astray(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """The sessions that say something else than their published list with all its changes: month and code, in this
    order. Drafts and cancelled sessions that no list ever named say nothing that could be compared; a cancelled one
    may be changed without a line, and one that the list has as cancelled is to be so.
    """
    found = []
    for kept in records.out(connection):
        said = {code: json.loads(line) for code, line in records.lines(connection, kept.month, kept.edition).items()}
        off = set[str]()
        for change in records.changes(connection, kept.month, kept.edition):
            said[change.session_code] = json.loads(change.after)
            (off.add if change.kind == "cancelled" else off.discard)(change.session_code)
        period = parse_period(kept.month)
        for one in sessions.between(connection, period.first.isoformat(), period.last.isoformat()):
            if one.state == "cancelled" or (one.code not in said and is_planned(one)):
                continue
            if one.code in off or said.get(one.code) != content(one):
                found.append((kept.month, one.code))
    return found
