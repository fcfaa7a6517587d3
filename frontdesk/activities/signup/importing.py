"""The list of sign-ups (活动报名表) as the office keeps it."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from functools import cache, partial
from pathlib import Path

from db import activities
from db import registrations as records
from db.activities import Session
from db.registrations import Registration
from frontdesk.activities import rules
from frontdesk.activities.signup.service import LARGEST_PARTY, seat_waiting
from frontdesk.context import Context, to_ms
from frontdesk.residents.service import resident
from frontdesk.sheets import cells
from frontdesk.sheets.importing import Effect, Tally, import_file
from frontdesk.sheets.outcome import ImportOutcome
from frontdesk.sheets.table import Column, TableRow


def import_signups(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take sign-ups in; the key is 活动编号, 姓名 and 手机, 报名时间 is the centre's wall clock.

    When all rows are in, free seats are given by time of sign-up, ties by the order of the sheet, in
    cancelled sessions too; whoever is confirmed stays confirmed. The one exception: a confirmed party that
    the sheet makes larger than the seats allow goes back to the queue, at its time, unless it has attended.
    A sign-up that was cancelled on the screen is not revived, and its row is `unchanged`.
    Errors: see `sheets.importing.import_file`.
    """
    columns = (
        Column("session", ["活动编号"], reader=cells.read_code()),
        Column("name", ["姓名"], reader=cells.read_name()),
        Column("phone", ["手机", "联系电话", "电话"], reader=cells.read_phone()),
        Column("party_size", ["人数"], reader=cells.read_whole(1, LARGEST_PARTY)),
        Column("applied_at", ["报名时间"], reader=cells.read_moment(context.zone)),
    )
    key = ["session", "name", "phone"]
    return import_file(context, "signups", path, columns, _take, unique=key, dry_run=dry_run)


def _take(context: Context, connection: sqlite3.Connection, tally: Tally) -> None:
    find = cache(partial(activities.get, connection))
    touched: dict[str, Session] = {}
    grown: defaultdict[str, set[int]] = defaultdict(set)
    for row in tally.table.rows:
        code = row["session"]
        session = find(code)
        if session is None:
            tally.reject(row, "session", "unknown_session")
            continue
        person = resident(context, connection, row["name"], row["phone"])
        before = records.registration_of(connection, code, person)
        if before is not None and before.state == "confirmed" and row["party_size"] > before.party_size:
            grown[code].add(before.id)
        effect = _store(connection, before, row, person)
        tally.count(effect)
        if effect != "unchanged":
            touched[code] = session
    for session in touched.values():
        _seat(connection, session, grown[session.code])


def _store(connection: sqlite3.Connection, before: Registration | None, row: TableRow, person: int) -> Effect:
    size, applied_at = row["party_size"], to_ms(row["applied_at"])
    if before is None:
        records.add_registration(connection, row["session"], person, size, applied_at)
        return "added"
    if before.state == "cancelled_by_resident" or (before.party_size, before.applied_at) == (
        size,
        applied_at,
    ):
        return "unchanged"
    records.update_registration(connection, before.id, size, applied_at)
    return "changed"


def _seat(connection: sqlite3.Connection, session: Session, grown: set[int]) -> None:
    if grown:
        lines = records.registrations(connection, session.code)
        for party in rules.sent_back(session.capacity, lines, grown):
            records.set_registration_state(connection, party.id, "waitlisted")
    seat_waiting(connection, session)
