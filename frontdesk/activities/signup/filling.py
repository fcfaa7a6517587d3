"""A whole list of sign-ups at once, for a centre that is made up: the same machine, log and all."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from typing import NamedTuple

from db import registrations as records
from db.activities import Session
from db.registrations import Registration
from frontdesk.activities.signup.events import Event, Left, Listed, ListRead
from frontdesk.activities.signup.settling import Ledger, terms_of


class ListedParty(NamedTuple):
    """A row of a list: when a resident signed up, and for how many."""

    applied_at: int
    resident_id: int
    party_size: int


def fill_list(
    connection: sqlite3.Connection, session: Session, rows: Sequence[ListedParty], leaving: Collection[int], now: int
) -> list[Registration]:
    """Put people on the list of a stored session, inside a running transaction; those whose place in `rows` (from 0) is
    in `leaving` leave it again, before the session begins. Returns the sign-ups in the order of `rows` as they stand
    then.
    """
    ledger = Ledger(connection, session.code, None)
    at = min(now, session.starts_at)
    kept = [records.add(connection, session.code, one.resident_id, one.party_size, one.applied_at) for one in rows]
    for one in kept:
        ledger.enter(one)
    listed: list[Event] = [Listed(at, one.id, one.seq_no, one.party_size, one.applied_at) for one in kept]
    left = [Left(at, kept[place].id) for place in sorted(leaving)]
    ledger.settle(terms_of(session, 0), now, [*listed, ListRead(at), *left])
    after = {one.id: one for one in records.of_session(connection, session.code)}
    return [after[one.id] for one in kept]
