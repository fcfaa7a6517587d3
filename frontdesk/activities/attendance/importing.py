"""The sign-in sheets (签到表): what became of the sign-ups, and who came without one."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from functools import cache, partial
from pathlib import Path

from db import activities, registrations
from db import attendance as records
from db.attendance import AttendanceStatus
from db.registrations import Registration
from frontdesk.activities.signup.service import LARGEST_PARTY
from frontdesk.context import Context
from frontdesk.residents.service import tail_key
from frontdesk.sheets import cells
from frontdesk.sheets.importing import Effect, Tally, import_file
from frontdesk.sheets.outcome import ImportOutcome
from frontdesk.sheets.table import Column, TableRow

WALK_IN = "散客"
"""Stands in the column of names for people who came without a sign-up."""

LARGEST_HEAD_COUNT = 9_999

_STATUS: dict[str, AttendanceStatus] = {"到场": "attended", "请假": "absent_notified", "未到": "no_show"}

COLUMNS = (
    Column("session", ["活动编号"], reader=cells.read_code()),
    Column("name", ["姓名"], reader=cells.read_name()),
    Column("tail", ["手机尾号", "尾号"], may_be_blank=True, reader=cells.read_digits(4)),
    Column("seats", ["人数"], reader=cells.read_whole(1, LARGEST_HEAD_COUNT)),
    Column("status", ["签到情况", "签到"], reader=cells.read_choice(_STATUS)),
)


def import_attendance(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take sign-in sheets in. A row belongs to the one sign-up of its session with this name and phone tail.

    Rows of 散客 are walk-ins without a name; several of one session add up, and their sum replaces the head
    count that is stored, each row counting as what became of the sum. Errors: see
    `sheets.importing.import_file`.
    """
    return import_file(context, "attendance", path, COLUMNS, _take, dry_run=dry_run)


def _take(context: Context, connection: sqlite3.Connection, tally: Tally) -> None:
    find = cache(partial(activities.get, connection))
    walk_ins: defaultdict[str, list[TableRow]] = defaultdict(list)
    first_rows: dict[int, int] = {}
    for row in tally.table.rows:
        code = row["session"]
        session = find(code)
        if session is None:
            tally.reject(row, "session", "unknown_session")
        elif session.state == "cancelled":
            tally.reject(row, "session", "session_cancelled")
        elif row["name"] == WALK_IN:
            if row["status"] == "attended":
                walk_ins[code].append(row)
            else:
                tally.reject(row, "status", "walk_in_came")
        else:
            party = _sign_up_of(context, connection, tally, row)
            if party is None:
                continue
            first = first_rows.setdefault(party.id, row.number)
            if first != row.number:
                tally.reject(row, "name", "duplicate_in_file", area="sheets", first_row=first)
            else:
                tally.count(_store(connection, code, party.id, row["status"], row["seats"]))
    _store_walk_ins(connection, tally, walk_ins)


def _sign_up_of(context: Context, connection: sqlite3.Connection, tally: Tally, row: TableRow) -> Registration | None:
    """The sign-up that a row speaks of; None after a rejection."""
    if row["tail"] is None:
        tally.reject(row, "tail", "missing", area="sheets")
        return None
    if row["seats"] > LARGEST_PARTY:
        tally.reject(row, "seats", "out_of_range", area="sheets", minimum=1, maximum=LARGEST_PARTY)
        return None
    tail = tail_key(context, row["tail"])
    found = registrations.find_registrations(connection, row["session"], row["name"], tail)
    live = [party for party in found if party.state != "cancelled_by_resident"]
    if len(live) == 1:
        return live[0]
    if live:
        tally.reject(row, "name", "ambiguous_sign_up")
    else:
        tally.reject(row, "name", "sign_up_cancelled" if found else "no_sign_up")
    return None


def _store_walk_ins(connection: sqlite3.Connection, tally: Tally, walk_ins: dict[str, list[TableRow]]) -> None:
    for code, rows in walk_ins.items():
        heads = sum(row["seats"] for row in rows)
        if heads > LARGEST_HEAD_COUNT:
            tally.reject(rows[-1], "seats", "out_of_range", area="sheets", minimum=1, maximum=LARGEST_HEAD_COUNT)
        else:
            tally.count(_store(connection, code, None, "walk_in", heads), len(rows))


def _store(
    connection: sqlite3.Connection,
    code: str,
    registration_id: int | None,
    status: AttendanceStatus,
    seats: int,
) -> Effect:
    before = records.attendance_of(connection, code, registration_id)
    if before == (status, seats):
        return "unchanged"
    records.put_attendance(connection, code, registration_id, status, seats)
    return "added" if before is None else "changed"
