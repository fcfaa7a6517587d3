"""A centre with people, cards and keys to be backed up, and a backup made by hand of whatever a test wants in it."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

from db.volunteers import Volunteer
from frontdesk.backup import service as backup
from frontdesk.backup.container import FORMAT, Header, SealingWriter
from frontdesk.backup.reading import Manifest, Part
from frontdesk.backup.recovery import RecoveryKey
from frontdesk.context import Context
from frontdesk.keys import create_key_file
from frontdesk.sync.sealing import centre_key_path
from frontdesk.volunteers import service as volunteers
from tests.desks import DESK, NOON
from tests.templates import new_centre

KEY = RecoveryKey(bytes(range(16)))
LI, WANG, ZHAO = "0310001", "0310002", "0310003"
PEOPLE = {LI: ("李念慈", "13800138001"), WANG: ("王盼盼", "13900139002"), ZHAO: ("赵欢喜", "13700137003")}


def lively_desk(folder: Path, *, keyed: bool = True, now: datetime = NOON) -> Context:
    """A centre with three volunteers who have phones and cards, a signing key, and `KEY` for a recovery key."""
    context = new_centre(folder, DESK, clock=lambda: now)
    with context.change("test.filled", "centre") as connection:
        for no, (name, phone) in PEOPLE.items():
            phone_key = context.keys.lookup(f"phone:{phone}")
            known = Volunteer(no=no, name=name, phone_cipher=context.keys.seal(phone), phone_key=phone_key)
            volunteers.store(context, connection, known, phone)
    volunteers.issue_cards(context)
    create_key_file(centre_key_path(context))
    if keyed:
        backup.keep_key(context, KEY)
        backup.confirm_recovery_key(context, KEY.digits)
    return context


def cards(context: Context) -> dict[str, str]:
    """The digits of every valid card by volunteer."""
    return {volunteer.no: code for volunteer, code in volunteers.valid_cards(context)}


def files_below(folder: Path) -> set[str]:
    """What lies below a folder, by name, without SQLite's own files beside the database."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {name for name in found if not name.endswith(("-wal", "-shm"))}


def handmade(path: Path, database: Path, keys: Mapping[str, bytes], *, made_at: int = 1_794_196_800_000) -> Path:
    """A backup of a database as it lies there, sealed for `KEY`, with a manifest that fits it."""
    with closing(sqlite3.connect(database)) as connection:
        schema = int(connection.execute("PRAGMA user_version").fetchone()[0])
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        counts = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}
        connection.execute("PRAGMA journal_mode = DELETE")
    contents = [("centre.db", database.read_bytes()), *((f"keys/{name}", raw) for name, raw in keys.items())]
    manifest = Manifest(
        centre=DESK.name,
        centre_code=DESK.code,
        zone="Asia/Shanghai",
        kind="manual",
        made_at=made_at,
        schema_version=schema,
        audit_entries=counts["audit"],
        tables=counts,
        parts=[Part(name=name, size=len(raw), sha256=hashlib.sha256(raw).hexdigest()) for name, raw in contents],
    )
    header = Header(
        format=FORMAT,
        made_at=made_at,
        key_id=KEY.key_id,
        database_bytes=len(contents[0][1]),
        schema_version=schema,
        program="0.0.9",
    )
    with path.open("wb") as file:
        writer = SealingWriter(file, header, KEY.public)
        writer.write(manifest.to_bytes())
        for _, raw in contents:
            writer.write(raw)
        writer.finish()
    return path
