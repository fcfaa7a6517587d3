"""The plan of sessions (月度项目清单) as the office keeps it."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

from db import activities as records
from db.activities import Session
from frontdesk.activities import rules
from frontdesk.activities.signup.service import seat_waiting
from frontdesk.context import Context, to_ms
from frontdesk.sheets import cells
from frontdesk.sheets.cells import CellRefused
from frontdesk.sheets.importing import Tally, import_file
from frontdesk.sheets.outcome import ImportOutcome
from frontdesk.sheets.rows import CellValue
from frontdesk.sheets.table import Column, TableRow


def read_category(value: CellValue) -> str:
    """One of the nine categories, also without 服务 (not_one_of)."""
    category = rules.category_named("".join(cells.read_text(20)(value).split()))
    if category is None:
        raise CellRefused("not_one_of", choices="、".join(rules.CATEGORIES))
    return category


COLUMNS = (
    Column("code", ["活动编号"], reader=cells.read_code()),
    Column("day", ["日期"], reader=cells.read_day()),
    Column("span", ["时间"], reader=cells.read_time_span()),
    Column("name", ["活动名称"], reader=cells.read_text(100)),
    Column("category", ["服务类别"], reader=read_category),
    Column("activity_type", ["活动类型"], required=False, reader=cells.read_text(50)),
    Column("room", ["场地"], required=False, reader=cells.read_text(50)),
    Column("capacity", ["名额"], reader=cells.read_whole(0, 10_000)),
    Column("min_enrol", ["开班人数"], required=False, reader=cells.read_whole(0, 10_000)),
    Column("lead", ["负责人"], required=False, reader=cells.read_text(50)),
    Column("remark", ["备注"], required=False, reader=cells.read_text(200)),
)

_PLAIN = ("name", "category", "activity_type", "room", "capacity", "min_enrol", "lead")


def import_sessions(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take the plan in; the key is 活动编号, times are those of the centre's wall clock.

    A remark that begins with 取消 and a mark or the reason cancels the session; any other remark is its note.
    The sheet is the office's word only where it says something: a blank cell leaves what is stored, and no
    remark brings a cancelled session back; that is done on the screen. More seats than before go to whoever
    waits; with fewer, nobody who is confirmed loses a seat. Errors: see `sheets.importing.import_file`.
    """
    return import_file(context, "sessions", path, COLUMNS, _take, unique=["code"], dry_run=dry_run)


def _take(context: Context, connection: sqlite3.Connection, tally: Tally) -> None:
    for row in tally.table.rows:
        before = records.line(connection, row["code"])
        stored = records.plain(before) if before else None
        reason = rules.cancellation(row["remark"] or "")
        if reason is None and (row["remark"] or "").startswith(("取消", "已取消")):
            tally.reject(row, "remark", "unclear_cancellation")
            continue
        after = _merged(context, stored, row, reason)
        if after.state == "cancelled" and before and before.attendance_rows and before.state != "cancelled":
            tally.reject(row, "remark", "attendance_recorded")
            continue
        if after == stored:
            tally.count("unchanged")
            continue
        records.put(connection, after)
        if stored is not None and stored.capacity != after.capacity:
            seat_waiting(connection, after)
        tally.count("added" if stored is None else "changed")


def _merged(context: Context, before: Session | None, row: TableRow, reason: str | None) -> Session:
    """What is stored with what the row says put over it; `reason` is None unless the row cancels it."""
    starts, ends = (datetime.combine(row["day"], one, tzinfo=context.zone) for one in row["span"])
    said: dict[str, object] = {name: row[name] for name in _PLAIN if row[name] is not None}
    said |= {"day": row["day"].isoformat(), "starts_at": to_ms(starts), "ends_at": to_ms(ends)}
    if reason is not None:
        said["state"] = "cancelled"
        if reason:
            said["cancel_reason"] = reason
    elif row["remark"] is not None:
        said["note"] = row["remark"]
    if before is None:
        return Session.model_validate({"code": row["code"], **said})
    return before.model_copy(update=said)
