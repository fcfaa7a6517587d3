"""Putting a restored centre in its place, and finishing at the next start what a killed program left half done.

A restored centre stands ready as the folder `restored` in the home, whole. What was in the home goes aside first, the
centre's file before the keys; then everything moves in, the centre's file last. So a home with a centre's file was not
touched yet, or is done; and one without and with such a folder only has to be moved on.
"""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from db.backup import BACKUPS, PLAIN_ENDING
from db.newfile import OWNERS_FOLDER, remove_abandoned
from frontdesk.backup.container import ENDING
from frontdesk.backup.errors import BackupError
from frontdesk.backup.lock import alone

if TYPE_CHECKING:
    from frontdesk.home import Home

RESTORED = "restored"
ASIDE = "replaced-"
_DATABASE = "centre.db"
_MOVED = (_DATABASE, f"{_DATABASE}-wal", f"{_DATABASE}-shm", "keys")


def put_in_place(home: Home, now: datetime) -> Path | None:
    """Move what is in the home aside and the restored centre in; the folder where the former is, None where there was
    nothing. Only for who holds the lock of the backups. Raises OSError, after which it can be called again.
    """
    aside = None
    standing = [home.path / name for name in _MOVED if (home.path / name).exists()]
    if standing:
        aside = _new_folder(home.path / f"{ASIDE}{now:%Y%m%d-%H%M%S}")
        for path in standing:
            path.rename(aside / path.name)
    _move_in(home)
    return aside


def _move_in(home: Home) -> None:
    ready = home.path / RESTORED
    for path in sorted(ready.iterdir(), key=lambda one: (one.name == _DATABASE, one.name)):
        path.rename(home.path / path.name)
    ready.rmdir()


def _new_folder(path: Path) -> Path:
    number, wanted = 1, path
    while True:
        try:
            wanted.mkdir(mode=OWNERS_FOLDER)
        except FileExistsError:
            number += 1
            wanted = path.with_name(f"{path.name}-{number}")
            continue
        return wanted


def settle_home(home: Home) -> None:
    """Finish or take back what a killed backup or restoration left in a home, unless one is just running there.

    Clear copies in scratch go. Costs two looks at the folder where nothing is left. What cannot be done now is tried at
    the next start.
    """
    if not home.is_unsettled():
        return
    with suppress(BackupError, OSError), alone(home):
        remove_abandoned(home.path / BACKUPS / PLAIN_ENDING, rf"frontdesk-.*{re.escape(ENDING)}|.*{PLAIN_ENDING}")
        ready = home.path / RESTORED
        if not ready.exists():
            return
        if home.database.exists():
            # It never began to take the place of what is here; or it is done and only the empty folder is left.
            shutil.rmtree(ready)
        elif (ready / _DATABASE).exists():
            _finish(home, ready)


def _finish(home: Home, ready: Path) -> None:
    """Move in what is still to be moved. What stands in its way is the former centre's, as is a WAL, which SQLite would
    write into the restored file.
    """
    former = [home.path / name for name in _MOVED if (ready / name).exists() or name.startswith(f"{_DATABASE}-")]
    for standing in former:
        if standing.exists():
            standing.rename(_new_folder(home.path / f"{ASIDE}rest") / standing.name)
    _move_in(home)
