"""Whether the table of sign-ups says what follows from their log."""

from __future__ import annotations

import sqlite3

from db import registration_log
from db import registrations as records
from frontdesk.activities.signup.replay import differing, replayed
from frontdesk.activities.signup.settling import party_of


def signups_astray(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """The sign-ups that stand otherwise than what happened to them tells: session and sign-up number, in this order.

    A session whose log cannot be read is astray with all its sign-ups. Sessions that nobody ever signed up for say
    nothing that could be compared.
    """
    found = []
    for code in registration_log.sessions_signed_up_for(connection):
        kept = {one.id: one for one in records.of_session(connection, code)}
        try:
            seats = replayed(registration_log.entries(connection, code))
        except (KeyError, TypeError, ValueError):
            found += [(code, one.seq_no) for one in kept.values()]
            continue
        for registration_id in differing([party_of(one) for one in kept.values()], seats):
            stood = kept.get(registration_id)
            found.append((code, stood.seq_no if stood else seats.parties[registration_id].seq_no))
    return found
