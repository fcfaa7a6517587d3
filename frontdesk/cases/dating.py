"""Reckoning anew by when records are due, after the calendar, the setting of limits or a definition has changed: some
at a time, so that no key waits for all of them, and from where it stopped when the program was closed meanwhile.
"""

from __future__ import annotations

import json
import sqlite3
from hashlib import blake2b
from typing import TYPE_CHECKING

from db import calendar as days
from db import case_dating
from db import cases as records
from db.case_dating import Dating
from frontdesk import __version__
from frontdesk.cases import recording
from frontdesk.cases.library import in_force, loaded
from frontdesk.cases.remembered import standing_as_kept
from frontdesk.cases.rows import row_of
from frontdesk.cases.timing import keep_limits
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from frontdesk.cases.library import Loaded
    from frontdesk.context import Context

AT_ONCE = 100


def is_owed(context: Context) -> bool:
    """Whether something that has not ended was reckoned by another calendar, setting or definition."""
    connection = context.database.connection
    if not case_dating.has_open(connection):
        return False
    now = case_dating.dating(connection)
    return now is None or not now.is_done or now.stamp != _stamp(context, connection)


def date_waiting(context: Context, limit: int = AT_ONCE) -> int:
    """Reckon anew by when at most `limit` records are due, in one short transaction; how many were looked at, 0 when
    none waits any more. Whoever looks at them need not do anything: it follows from what was decided already.
    """
    if not is_owed(context):
        return 0
    with context.database.write() as connection:
        return _some(context, connection, limit)[0]


@allowed("writer")
def set_dates_again(context: Context) -> int:
    """Reckon anew by when everything is due that has not ended; returns how many records moved.

    Like `date_waiting` it is done some at a time, so that desk and kiosk come in between; what it was stopped before is
    reckoned by the desk.
    """
    with context.change("case.set_dates", "") as connection:
        case_dating.set_dating(connection, Dating("", 0, is_done=False))
    moved = 0
    while True:
        with context.database.write() as connection:
            looked_at, changed = _some(context, connection, AT_ONCE)
        moved += changed
        if not looked_at:
            return moved


def _some(context: Context, connection: sqlite3.Connection, limit: int) -> tuple[int, int]:
    """Reckon the next records inside a running transaction; how many, and how many of them moved."""
    stamp, kept = _stamp(context, connection), case_dating.dating(connection)
    if kept is not None and kept.stamp == stamp and kept.is_done:
        return 0, 0
    after = kept.after_id if kept is not None and kept.stamp == stamp else 0
    rows, moved = case_dating.open_after(connection, after, limit), 0
    for row in rows:
        moved += _date(context, connection, row)
    last = rows[-1].id if rows else after
    case_dating.set_dating(connection, Dating(stamp, last, is_done=len(rows) < limit))
    return len(rows), moved


def _date(context: Context, connection: sqlite3.Connection, row: records.CaseRow) -> bool:
    definition = in_force(context).get(row.definition)
    if definition is None:
        return False
    try:
        now = standing_as_kept(definition, row, records.log_of(connection, row.id))
    except recording.UNLIKE_ANY:
        # A log that cannot be read is told by the look at the whole file; the others are dated all the same.
        return False
    told = row_of(context, definition, row.id, row.number, now)
    keep_limits(context, connection, definition, row.id)
    if (told.due_on, told.due_code) == (row.due_on, row.due_code):
        return False
    records.set_due(connection, row.id, told.due_on, told.due_code, told.is_paused)
    return True


def _stamp(context: Context, connection: sqlite3.Connection) -> str:
    """What days are reckoned by: calendar, setting, definitions, and the program, which brings holidays along."""
    years = [one.year for one in days.years(connection)]
    said = [days.plain_days(connection), years, __version__, context.settings.follow_up_preset]
    told = json.dumps(said, ensure_ascii=False, default=str)
    return blake2b(f"{told}{_of_definitions(loaded(context))}".encode(), digest_size=16).hexdigest()


def _of_definitions(now: Loaded) -> str:
    limits = {
        code: [one.edition, [deadline.model_dump(mode="json") for deadline in one.deadlines]]
        for code, one in sorted(now.found.items())
    }
    return json.dumps(limits, ensure_ascii=False, sort_keys=True)
