"""What stands around the centre's file: room on the disks, who may read what, what was left over. Nothing is opened:
only SQLite opens the centre's file.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import stat
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from db import field_keys, soundness
from frontdesk.checking import Invariant, Watch, listed
from frontdesk.context import Context
from frontdesk.home import find_exports

AREA = "disk"

MEGABYTE = 1_000_000
SPARE = 64 * MEGABYTE
"""So much is to be left whatever is made: a report, a day's work, the log."""
LARGE_WAL = 64 * MEGABYTE
"""The WAL is folded back at a few megabytes: one so large is held by a window that reads and never ends."""
STRAY_AFTER = 3600
"""Seconds after which a part file is nobody's any more."""
MOST_LISTED = 5_000
"""So many files of a folder are looked at: somebody may export to a folder full of other things."""

_PART = re.compile(r".+\.(?:\d+-)?[0-9a-f]{8}\.new|\..+\.(?:[0-9a-f]{8}-)?[0-9]+\.part", re.DOTALL)
KEYS = ("field", "card")
"""What every centre has; the other keys of a centre that is older than they are appear when they are first used."""
_HELPERS = ("-wal", "-shm", "-journal")


def backup_folder(context: Context) -> Path:
    """Where backups lie: the folder of the setting, else `backups` in the home."""
    named = str(getattr(context.settings, "backup_folder", ""))
    return Path(named) if named else context.home.path / "backups"


def _room(context: Context, connection: sqlite3.Connection, _: Watch) -> Iterator[dict[str, object]]:
    """The folders whose disk has less room than what is next made there takes: the upgrade of the program makes a copy
    of the file beside it and writes the file anew, a backup takes as much as the file at most.
    """
    size = soundness.header(connection).size
    needs = {
        context.home.path: 2 * size + SPARE,
        backup_folder(context): size + SPARE,
        find_exports(context.settings.export_folder): SPARE,
    }
    told = set[int]()
    for folder, need in needs.items():
        try:
            free, disk = shutil.disk_usage(folder).free, folder.stat().st_dev
        except OSError:
            # A folder that is not there, or on a disk that is not connected, is told of by whoever writes to it.
            continue
        if free < need and disk not in told:
            told.add(disk)
            yield {"folder": str(folder), "free_mb": free // MEGABYTE, "need_mb": -(-need // MEGABYTE)}


def _wal(context: Context, _: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    wal = context.home.database.with_name(context.home.database.name + "-wal")
    try:
        size = wal.stat().st_size
    except OSError:
        return
    if size > LARGE_WAL:
        yield {"size_mb": size // MEGABYTE}


def _open_to_others(context: Context, _: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    """What other accounts of the computer may read or change; where the system knows no modes nothing is told."""
    if os.name != "posix":
        return
    home = context.home
    folders = [home.path, home.keys, home.path / "backups"]
    files = [home.database, *_inside(home.keys), *_inside(home.path / "backups")]
    for path in [*folders, *files]:
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
        except OSError:
            continue
        # A folder that nobody else may enter hides what lies in it.
        if mode & 0o077:
            yield {"path": str(path), "mode": f"{mode:o}"}


def _keys(context: Context, connection: sqlite3.Connection, _: Watch) -> Iterator[dict[str, object]]:
    for name in (*KEYS, *sorted(field_keys.relied_on(connection))):
        if not (context.home.keys / f"{name}.key").is_file():
            yield {"path": str(context.home.keys / f"{name}.key")}


def _left_over(context: Context, _: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    """Parts of files that nobody will finish."""
    home = context.home
    now = time.time()
    places = {home.path, home.keys, home.path / "backups", backup_folder(context)}
    for path in _of_folders(places | {find_exports(context.settings.export_folder)}):
        try:
            if _PART.fullmatch(path.name) and now - path.stat().st_mtime > STRAY_AFTER:
                yield {"path": str(path)}
        except OSError:
            continue


def _orphans(context: Context, _: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    """SQLite's helper files whose database is gone: one that comes back under that name would be spoilt by them."""
    home = context.home
    for path in _of_folders({home.path, home.path / "backups", backup_folder(context)}):
        for helper in _HELPERS:
            base = path.with_name(path.name.removesuffix(helper))
            if path.name.endswith((f".db{helper}", f".new{helper}")) and not base.exists():
                yield {"path": str(path)}


def _of_folders(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in sorted(folders):
        yield from _inside(folder)


def _inside(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry, _ in zip(entries, range(MOST_LISTED), strict=False)]
    except OSError:
        return []
    return [folder / name for name in sorted(names)]


INVARIANTS: tuple[Invariant, ...] = (
    listed(AREA, "little_room", _room, "warning", quick=True),
    listed(AREA, "large_wal", _wal, "warning", quick=True),
    listed(AREA, "open_to_others", _open_to_others, "warning", quick=True),
    listed(AREA, "key_missing", _keys, quick=True),
    listed(AREA, "left_over", _left_over, "note"),
    listed(AREA, "helper_left", _orphans, "warning"),
)
