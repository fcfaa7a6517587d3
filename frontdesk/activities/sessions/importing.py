"""The plan of sessions (月度项目清单) as the office keeps it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from db import activities as records
from db import rooms
from db.activities import Session
from frontdesk.activities.sessions.kinds import activity_types, categories, meant
from frontdesk.activities.sessions.rules import cancellation, changes_closed, detached, is_planned
from frontdesk.activities.sessions.storing import Stored, first_state, store_session
from frontdesk.common.text import some_of
from frontdesk.context import Context, to_ms
from frontdesk.permission import allowed
from frontdesk.sheets import cells
from frontdesk.sheets.importing import Tally, import_file
from frontdesk.sheets.outcome import ImportOutcome
from frontdesk.sheets.table import Column, TableRow

COLUMNS = (
    Column("code", ["活动编号"], reader=cells.read_code()),
    Column("day", ["日期"], reader=cells.read_day()),
    Column("span", ["时间"], reader=cells.read_time_span()),
    Column("name", ["活动名称"], reader=cells.read_text(100)),
    Column("category", ["服务类别"], reader=cells.read_text(20)),
    Column("activity_type", ["活动类型"], required=False, reader=cells.read_text(50)),
    Column("room", ["场地"], required=False, reader=cells.read_text(50)),
    Column("capacity", ["名额"], reader=cells.read_whole(0, 10_000)),
    Column("min_enrol", ["开班人数"], required=False, reader=cells.read_whole(0, 10_000)),
    Column("lead", ["负责人"], required=False, reader=cells.read_text(50)),
    Column("remark", ["备注"], required=False, reader=cells.read_text(200)),
)


_PLAIN = ("name", "activity_type", "room", "capacity", "min_enrol", "lead")


@allowed("writer")
def import_sessions(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take the plan in; the key is 活动编号, times are those of the centre's wall clock.

    A remark that begins with 取消 and a mark or the reason cancels the session; any other remark is its note.
    The sheet is the office's word only where it says something: a blank cell leaves what is stored, and no
    remark brings a cancelled session back; that is done on the screen. More seats than before go to whoever
    waits; with fewer, nobody who is confirmed loses a seat. A new session waits as a draft while the list of its month
    is being planned. A session of a series that a row changes is from then on a single one.

    A category must be one of the settings', or the one that is stored. Rooms and leads that are in two places at once
    and activity types that the settings do not have are remarks. Errors: see `sheets.importing.import_file`.
    """
    return import_file(context, "sessions", path, COLUMNS, _take, unique=["code"], dry_run=dry_run)


@dataclass
class _Doubts:
    """What the rows did that whoever imports should look at."""

    clashes: list[str] = field(default_factory=list)
    leads: list[str] = field(default_factory=list)
    unapproved: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    types: set[str] = field(default_factory=set)
    rooms: list[str] = field(default_factory=list)

    def note(self, stored: Stored) -> None:
        """Gather what came of one row."""
        if stored.clashes:
            self.clashes.append(stored.session.code)
        if stored.elsewhere:
            self.leads.append(stored.session.code)
        if stored.is_new_room:
            self.rooms.append(stored.session.room)
        if stored.room_closed:
            self.closed.append(stored.session.code)
        if stored.is_unapproved:
            self.unapproved.append(stored.session.code)

    def remark(self, tally: Tally) -> None:
        """Say it, each kind once."""
        named = {"sessions_unapproved": self.unapproved, "room_clashes": self.clashes, "rooms_closed": self.closed}
        named["lead_clashes"] = self.leads
        for code, found in named.items():
            if found:
                tally.remark(code, count=len(found), sessions=some_of(found))
        if self.rooms:
            tally.remark("new_rooms", count=len(self.rooms), rooms=some_of(self.rooms))
        if self.types:
            tally.remark("unknown_activity_types", types=some_of(sorted(self.types)))


def _take(context: Context, connection: sqlite3.Connection, tally: Tally) -> None:
    known, types, doubts = categories(context), activity_types(context), _Doubts()
    are_rooms_known = bool(rooms.rooms(connection))
    for row in tally.table.rows:
        before = records.line(connection, row["code"])
        stored = records.plain(before) if before else None
        reason = cancellation(row["remark"] or "")
        if reason is None and (row["remark"] or "").startswith(("取消", "已取消")):
            tally.reject(row, "remark", "unclear_cancellation")
            continue
        category = meant(row["category"], known) or (stored.category if stored else None)
        if category is None or meant(row["category"], (category,)) is None:
            tally.reject(row, "category", "not_one_of", area="sheets", choices="、".join(known))
            continue
        after = _merged(context, connection, stored, row, category, reason)
        if after.state == "cancelled" and before and before.attendance_rows and before.state != "cancelled":
            tally.reject(row, "remark", "attendance_recorded")
            continue
        if after.state == "cancelled" and stored is not None and stored.state == "closed":
            tally.reject(row, "remark", "session_closed")
            continue
        if stored is not None and changes_closed(stored, after):
            tally.reject(row, "code", "session_closed")
            continue
        if after.state == "cancelled" and stored is not None and is_planned(stored):
            tally.reject(row, "remark", "only_planned")
            continue
        if after.activity_type and after.activity_type not in types:
            doubts.types.add(after.activity_type)
        if after == stored:
            tally.count("unchanged")
            continue
        doubts.note(store_session(context, connection, stored, after, reason or "", force_room=True))
        tally.count("added" if stored is None else "changed")
    if not are_rooms_known:
        # The first plan of a centre brings its rooms: none of them is a slip by being new.
        doubts.rooms.clear()
    doubts.remark(tally)


def _merged(
    context: Context,
    connection: sqlite3.Connection,
    before: Session | None,
    row: TableRow,
    category: str,
    reason: str | None,
) -> Session:
    """What is stored with what the row says put over it; `reason` is None unless the row cancels it."""
    starts, ends = (datetime.combine(row["day"], one, tzinfo=context.zone) for one in row["span"])
    said: dict[str, object] = {name: row[name] for name in _PLAIN if row[name] is not None}
    said |= {"day": row["day"].isoformat(), "starts_at": to_ms(starts), "ends_at": to_ms(ends), "category": category}
    if reason is not None:
        said["state"] = "cancelled"
        if reason:
            said["cancel_reason"] = reason
    elif row["remark"] is not None:
        said["note"] = row["remark"]
    if before is None:
        state = first_state(connection, row["day"].isoformat())
        return Session.model_validate({"code": row["code"], "state": state} | said)
    return detached(before, before.model_copy(update=said))
