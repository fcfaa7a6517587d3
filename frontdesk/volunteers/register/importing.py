"""The register of volunteers (志愿者名册) as the office keeps it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from db import volunteers as records
from db.volunteers import Volunteer
from frontdesk.context import Context
from frontdesk.sheets import cells
from frontdesk.sheets.importing import Tally, import_file
from frontdesk.sheets.outcome import ImportOutcome
from frontdesk.sheets.table import Column, TableRow
from frontdesk.volunteers.register.service import store

COLUMNS = (
    Column("no", ["志愿者编号", "编号"], reader=cells.read_digits(7)),
    Column("name", ["姓名"], reader=cells.read_name()),
    Column("gender", ["性别"], required=False, reader=cells.read_choice({"男": "男", "女": "女"})),
    Column("birth_month", ["出生年月"], required=False, reader=cells.read_month()),
    Column("phone", ["手机", "联系电话", "电话"], may_be_blank=True, reader=cells.read_phone()),
    Column("team", ["服务队", "所属服务队"], required=False, reader=cells.read_text(50)),
    Column("skill", ["技能特长", "特长"], required=False, reader=cells.read_text(100)),
    Column("registered_on", ["注册日期"], required=False, reader=cells.read_day()),
)

_PLAIN = ("name", "gender", "birth_month", "team", "skill")


def import_volunteers(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take the register in; the key is 志愿者编号, whose front zeros Excel may have taken.

    A blank cell leaves what is stored; suspensions and cards stay as they are, and so does whoever is not in
    the sheet. Errors: see `sheets.importing.import_file`.
    """
    return import_file(context, "volunteers", path, COLUMNS, _take, unique=["no"], dry_run=dry_run)


def _take(context: Context, connection: sqlite3.Connection, tally: Tally) -> None:
    for row in tally.table.rows:
        before = records.get(connection, row["no"])
        after, phone = _merged(context, before, row)
        if after == before:
            tally.count("unchanged")
            continue
        store(context, connection, after, phone)
        tally.count("added" if before is None else "changed")


def _merged(context: Context, before: Volunteer | None, row: TableRow) -> tuple[Volunteer, str]:
    """What is stored with what the row says put over it, and the phone in clear, '' where there is none."""
    base = before or Volunteer(no=row["no"], name=row["name"])
    said: dict[str, object] = {name: row[name] for name in _PLAIN if row[name] is not None}
    if row["registered_on"] is not None:
        said["registered_on"] = row["registered_on"].isoformat()
    phone: str = row["phone"] or ""
    if phone:
        key = context.keys.lookup(f"phone:{phone}")
        if key != base.phone_key:
            said |= {"phone_key": key, "phone_cipher": context.keys.seal(phone)}
    after = base.model_copy(update=said)
    if not phone and base.phone_cipher is not None and after != base:
        phone = context.keys.unseal(base.phone_cipher)
    return after, phone
