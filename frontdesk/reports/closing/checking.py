"""Whether closed periods are what was closed: nobody but SQLite's own statements could have changed them."""

from __future__ import annotations

import json
import sqlite3

from db import audit
from db import closings as records
from frontdesk.reports.closing.rules import is_damaged
from frontdesk.reports.closing.service import CLOSED


def closings_astray(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """The editions of closed periods, by key and number, whose figures do not have the digest that stands beside them
    and in the audit log, that are not in that log, or are in it and missing, in the order of their days.
    """
    logged: dict[tuple[str, int], str] = {}
    for entry in audit.entries_of(connection, (CLOSED,)):
        detail = json.loads(entry.detail)
        logged[entry.subject, detail["edition"]] = detail["digest"]
    found = []
    for one in records.all_editions(connection):
        said = logged.pop((one.period, one.edition), None)
        if is_damaged(one) or said != one.digest.hex():
            found.append((one.period, one.edition))
    return [*found, *sorted(logged)]
