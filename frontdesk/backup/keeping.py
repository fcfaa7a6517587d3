"""Where backups are, which there are, how old the last good one is, and which may go."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING

from db import backups as records
from db import parked
from db.backup import BACKUPS, PLAIN_ENDING
from db.backups import BackupRow
from frontdesk.backup import rules
from frontdesk.backup.models import BackupListed, BackupStatus, KeyState, Place, Presence
from frontdesk.backup.rules import Keeping, Kept

if TYPE_CHECKING:
    from frontdesk.context import Context
    from frontdesk.home import Home

RETRY_MS = 3_600_000
"""After a daily backup that failed the next try by itself comes an hour later."""


def home_folder(context: Context) -> Path:
    """The folder of backups in the centre's home."""
    return context.home.path / BACKUPS


def folder_of(context: Context) -> Path:
    """Where the centre's backups are put: the setting `backup_folder`, else the folder in its home."""
    named = context.settings.backup_folder.strip()
    return Path(named).absolute() if named else home_folder(context)


def places(context: Context) -> list[Place]:
    """The sticks and cards that are plugged in, by name."""
    from frontdesk.sync.service import find_drives

    return [Place(one.folder, one.name, one.free, one.is_writable) for one in find_drives()]


def backups(context: Context) -> list[BackupListed]:
    """Every good backup that rotation has left, the latest made first, each with where its file is now."""
    with context.database.reading() as connection:
        rows = records.good(connection)
        key = records.key_in_force(connection)
    return [
        BackupListed(
            row,
            Path(row.folder) / row.name,
            context.local(row.made_at),
            presence(row),
            key is not None and key.key_id == row.key_id,
        )
        for row in rows
    ]


def presence(row: BackupRow) -> Presence:
    """Whether the file of a backup is where it was put, as far as can be told without reading it."""
    folder = Path(row.folder)
    try:
        found = (folder / row.name).lstat()
    except FileNotFoundError:
        with suppress(OSError):
            if folder.is_dir():
                return "missing"
        return "elsewhere"
    except OSError:
        return "elsewhere"
    return "here" if S_ISREG(found.st_mode) and found.st_size == row.size else "changed"


def due(context: Context) -> bool:
    """Whether today's backup is still to be made: there is a recovery key, none was made on this local day, and no try
    failed within the last hour.
    """
    connection = context.database.connection
    if records.key_in_force(connection) is None or records.has_daily(connection, context.today().isoformat()):
        return False
    last = records.last(connection)
    return last is None or last.state == "good" or not 0 <= context.now_ms() - last.made_at < RETRY_MS


def status(context: Context) -> BackupStatus:
    """How safe the centre is; reads the record only, no file."""
    with context.database.reading() as connection:
        key, newest = records.key_in_force(connection), records.recovery_keys(connection)[:1]
        last, latest = records.last(connection, "good"), records.last(connection)
        count = len(records.good(connection))
        waiting_cards = parked.count_waiting(connection)
        is_due = due(context)
    state: KeyState = "none" if key is None else "proved" if key.confirmed_at is not None else "unproved"
    made = context.local(last.made_at) if last is not None else None
    age = rules.age_in_days(made.date() if made else None, context.today())
    problem = latest.problem if latest is not None and latest.state == "failed" else ""
    return BackupStatus(
        key=state,
        last=last,
        last_made=made,
        age_days=age,
        problem=problem,
        is_due=is_due,
        folder=folder_of(context),
        count=count,
        waiting_key=newest[0].key_id if key is not None and newest[0].id != key.id else "",
        plain_copies=len(waiting_copies(context.home)),
        parked_cards=waiting_cards,
    )


def waiting_copies(home: Home) -> list[Path]:
    """The clear copies from before upgrades that are not sealed yet, the first first."""
    try:
        found = sorted((home.path / BACKUPS).glob(f"before-upgrade-*{PLAIN_ENDING}"))
        return [path for path in found if path.is_file() and not path.is_symlink()]
    except OSError:
        return []


def rotated(context: Context) -> list[str]:
    """Take away the automatic backups in the centre's folder that need not stay; their names.

    Only files that this centre's record knows are touched, only where they are as they were made, and never the last
    good one. What cannot be deleted stays in the record and is tried again next time.
    """
    folder = str(folder_of(context).absolute())
    keeping = Keeping(
        context.settings.backup_keep_daily, context.settings.backup_keep_weekly, context.settings.backup_keep_monthly
    )
    rows = {
        row.id: row
        for row in records.good(context.database.connection)
        if row.folder == folder and presence(row) == "here"
    }
    kept = [Kept(row.id, row.kind, date.fromisoformat(row.day)) for row in rows.values()]
    gone = []
    for number in rules.to_remove(kept, context.today(), keeping):
        try:
            (Path(folder) / rows[number].name).unlink()
        except OSError:
            continue
        gone.append(rows[number])
    if gone:
        with context.database.write() as connection:
            for row in gone:
                records.mark_removed(connection, row.id, context.now_ms())
            context.note(connection, "backup.rotated", folder_word(context), count=len(gone))
    return [row.name for row in gone]


def folder_word(context: Context) -> str:
    """How the audit log names the folder of backups: a path may hold somebody's name."""
    return "home" if not context.settings.backup_folder.strip() else "backup_folder"
