"""The staff list (工作人员名册) as the office keeps it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from db import staff as records
from db.staff import Staff
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.sheets import cells
from frontdesk.sheets.importing import Effect, Tally, import_file
from frontdesk.sheets.outcome import ImportOutcome
from frontdesk.sheets.table import Column, TableRow

COLUMNS = (
    Column("no", ["工号"], reader=cells.read_code()),
    Column("name", ["姓名"], reader=cells.read_name()),
    Column("kind", ["人员类别", "类别"], reader=cells.read_text(20)),
    Column("post", ["岗位"], required=False, reader=cells.read_text(50)),
    Column(
        "ab",
        ["角色", "AB角"],
        required=False,
        reader=cells.read_choice({"A角": "A", "B角": "B", "A": "A", "B": "B"}),
    ),
    Column("phone", ["手机", "联系电话", "电话"], required=False, reader=cells.read_phone()),
    Column("certificate", ["证书名称", "证书"], required=False, reader=cells.read_text(50)),
    Column("until", ["证书有效期至", "有效期至"], required=False, reader=cells.read_day()),
    Column("weekly_hours", ["每周工时上限", "每周工时"], required=False, reader=cells.read_whole(0, 168)),
)


@allowed("writer")
def import_staff(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take the staff list in; the key is 工号, in capitals.

    Roles and PINs are given on the screen and stay as they are; who is new becomes an operator without a PIN.
    The sheet is the office's word only where it says something: a blank cell leaves what is stored. Staff who
    are not in the sheet stay. Errors: see `sheets.importing.import_file`.
    """
    return import_file(context, "staff", path, COLUMNS, _take, unique=["no"], dry_run=dry_run)


def _take(context: Context, connection: sqlite3.Connection, tally: Tally) -> None:
    # A number typed in small letters when the centre was set up is the same person.
    known = {staff.no.upper(): staff for staff in records.every(connection)}
    for row in tally.table.rows:
        absent = [name for name in ("post", "ab") if row[name] is None]
        if len(absent) == 1:
            # Where the column is not there at all its first heading stands for it.
            (column,) = (column for column in COLUMNS if column.name == absent[0])
            name = column.name if column.name in tally.table.headings else column.aliases[0]
            tally.reject(row, name, "missing", area="sheets")
            continue
        tally.count(_store(context, connection, known.get(row["no"]), row))


def _store(context: Context, connection: sqlite3.Connection, before: Staff | None, row: TableRow) -> Effect:
    after = _merged(context, before, row)
    post = None if row["post"] is None else (row["post"], row["ab"])
    # Whoever holds another post as well, by the standing order, is told by the sheet of one of them.
    moved = post is not None and not records.holds(connection, after.no, *post)
    if after != before:
        records.put(connection, after)
    if moved and post is not None:
        records.assign_post(connection, after.no, *post)
    if before is None:
        return "added"
    return "changed" if moved or after != before else "unchanged"


def _merged(context: Context, before: Staff | None, row: TableRow) -> Staff:
    """What is stored with what the row says put over it; an unchanged phone keeps its sealed bytes."""
    base = before or Staff(no=row["no"], name=row["name"], kind=row["kind"])
    said: dict[str, object] = {"name": row["name"], "kind": row["kind"]}
    if row["phone"] is not None:
        sealed = base.phone_cipher
        if sealed is None or context.keys.unseal(sealed) != row["phone"]:
            said["phone_cipher"] = context.keys.seal(row["phone"])
    if row["certificate"] is not None:
        said["certificate"] = row["certificate"]
        if row["certificate"] != base.certificate:
            # The end of another certificate says nothing about this one.
            said["certificate_until"] = None
    if row["until"] is not None:
        said["certificate_until"] = row["until"].isoformat()
    if row["weekly_hours"] is not None:
        said["weekly_hours"] = row["weekly_hours"]
    return base.model_copy(update=said)
