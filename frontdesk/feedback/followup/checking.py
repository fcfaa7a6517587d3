"""Whether the table of follow-ups says what follows from their log, and the ratings what follows from that."""

from __future__ import annotations

import sqlite3

from db import follow_ups as records
from frontdesk.feedback.followup.recording import follow_up_of, row_of


def follow_ups_astray(connection: sqlite3.Connection) -> list[str]:
    """The follow-ups, by number, that stand otherwise than their log tells, that only one of the two knows, or whose
    rating says otherwise whether they have ended and whether it is excluded. A rating that says so without any
    follow-up comes last, by its key in hexadecimal.
    """
    rows, logs, flags = records.all_rows(connection), records.logs(connection), records.flags(connection)
    astray = sorted(logs.keys() - {row.no for row in rows})
    for row in rows:
        try:
            now = follow_up_of(logs.get(row.no, ()))
        except (AttributeError, KeyError, ValueError):
            astray.append(row.no)
            continue
        says = flags.pop(row.key, None)
        is_so = says == (now.has_ended, now.state == "appeal_upheld")
        if not is_so or row_of(row.key, row.no, now) != row:
            astray.append(row.no)
    return [*sorted(astray), *sorted(key.hex() for key, says in flags.items() if any(says))]
