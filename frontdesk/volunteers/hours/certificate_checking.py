"""Do the certificates stand as the audit log tells, and do their contents add up? Reads only."""

from __future__ import annotations

import json
import sqlite3

from db import audit
from db import certificates as records

ISSUED, REVOKED = "certificate.issued", "certificate.revoked"


def certificates_astray(connection: sqlite3.Connection) -> list[str]:
    """The numbers of the certificates that stand otherwise than the audit log tells, or in one of the two only."""
    told: dict[str, tuple[str, str, str, bool]] = {}
    for entry in audit.entries_of(connection, (ISSUED, REVOKED)):
        try:
            detail = json.loads(entry.detail)
            if entry.action == ISSUED:
                told[detail["number"]] = (entry.subject, detail["first"], detail["last"], False)
            elif entry.subject in told:
                told[entry.subject] = (*told[entry.subject][:3], True)
        except (ValueError, KeyError, TypeError):
            # The chain of the log says that this entry was changed, and its certificate is found.
            continue
    kept = {
        one.number: (one.volunteer_no, one.first, one.last, one.revoked_at is not None)
        for one in records.every(connection)
    }
    return sorted(number for number in told.keys() | kept.keys() if told.get(number) != kept.get(number))


def contents_astray(connection: sqlite3.Connection) -> list[str]:
    """The numbers of the certificates whose contents cannot be read or do not come to what they certify."""
    found = []
    for one in records.every(connection):
        try:
            contents = [(seconds, supplemented) for _, seconds, supplemented in json.loads(one.content)]
            said = sum(part[0] for part in contents), sum(part[1] for part in contents)
        except (ValueError, TypeError):
            said = (-1, -1)
        if said != (one.measured_seconds, one.supplemented_seconds):
            found.append(one.number)
    return found
