"""The list of sign-ups (活动报名表) as the office keeps it."""

from __future__ import annotations

import sqlite3
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from db import activities
from db import registrations as records
from db.activities import Session
from db.attendance import attendance_of
from db.registrations import GONE, Registration
from frontdesk.activities.signup.events import Event, Listed, ListRead
from frontdesk.activities.signup.service import LARGEST_PARTY
from frontdesk.activities.signup.settling import Seating
from frontdesk.context import Context, to_ms
from frontdesk.permission import allowed
from frontdesk.residents.service import resident
from frontdesk.sheets import cells
from frontdesk.sheets.importing import Effect, Tally, import_file
from frontdesk.sheets.outcome import ImportOutcome
from frontdesk.sheets.table import Column, TableRow


@allowed("writer")
def import_signups(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take sign-ups in; the key is 活动编号, 姓名 and 手机, 报名时间 is the centre's wall clock.

    When all rows are in, free seats are given by time of sign-up, ties by the order of the sheet, in
    cancelled sessions too; whoever is confirmed stays confirmed. The one exception: a confirmed party that
    the sheet makes larger than the seats allow goes back to the queue, at its time, unless it has attended.
    A sign-up that has left the list is not revived, and its row is `unchanged`. Nobody who is in somebody else's party
    gets seats of their own beside it: such a row is refused. Times of sign-up that are yet to come are a remark.
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


class _Read(NamedTuple):
    """What a list says of one session: its events, the sign-ups that it names, and those that hold seats and grew."""

    session: Session
    events: list[Event]
    named: list[int]
    grown: list[int]


def _take(context: Context, connection: sqlite3.Connection, tally: Tally) -> None:
    find = cache(partial(activities.get, connection))
    touched: dict[str, _Read] = {}
    seating = Seating(context, connection)
    ahead, now = 0, context.now_ms()
    for row in tally.table.rows:
        code = row["session"]
        session = find(code)
        if session is None:
            tally.reject(row, "session", "unknown_session")
            continue
        read = touched.setdefault(code, _Read(session, [], [], []))
        person = resident(context, connection, row["name"], row["phone"])
        before = records.registration_of(connection, code, person)
        inside = records.in_session(connection, code, [person]) if before is None else None
        if inside is not None:
            tally.reject(row, "name", "in_other_party", seq_no=inside.seq_no)
            continue
        ahead += to_ms(row["applied_at"]) > now
        seating.read(code)
        tally.count(_store(context, connection, seating, read, before, row, person))
    if ahead:
        tally.remark("sign_ups_in_the_future", count=ahead)
    for read in touched.values():
        if read.events:
            is_over = now >= read.session.ends_at
            end = ListRead(now, tuple(read.grown), tuple(read.named) if is_over else None)
            seating.settle(read.session, *read.events, end)


def _store(
    context: Context,
    connection: sqlite3.Connection,
    seating: Seating,
    read: _Read,
    before: Registration | None,
    row: TableRow,
    person: int,
) -> Effect:
    size, applied_at = row["party_size"], to_ms(row["applied_at"])
    now = context.now_ms()
    if before is None:
        kept = records.add(connection, read.session.code, person, size, applied_at, channel="import")
        seating.enter(kept)
        read.named.append(kept.id)
        read.events.append(Listed(now, kept.id, kept.seq_no, size, applied_at))
        return "added"
    read.named.append(before.id)
    if before.state in GONE or (before.party_size, before.applied_at) == (size, applied_at):
        return "unchanged"
    if before.seats and size > before.party_size and attendance_of(connection, read.session.code, before.id) is None:
        read.grown.append(before.id)
    read.events.append(Listed(now, before.id, before.seq_no, size, applied_at))
    return "changed"
