"""Centres that have just been set up, made once in a process and copied for every test that needs one."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from db.newfile import OWNERS_FOLDER
from frontdesk.context import Clock, Context, Operator, open_context
from frontdesk.home import Home
from frontdesk.keys import Keyring
from frontdesk.staff.service import set_up_centre


@dataclass(frozen=True)
class NewCentre:
    """What a centre is set up with."""

    code: str
    name: str
    street: str
    district: str
    manager_no: str
    manager_name: str
    pin: str | None = None


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Where the files lie that are copied; it goes with the process."""
    return tempfile.TemporaryDirectory(prefix="frontdesk-templates-")


@cache
def _template(moment: datetime, given: NewCentre) -> Path:
    """The file of a centre that was set up at a moment. Nothing has it open, so it is whole by itself."""
    home = Home(Path(tempfile.mkdtemp(dir=_folder().name)) / "home")
    set_up_centre(home, **vars(given), clock=lambda: moment, synchronous="OFF").database.close()
    return home.database


def new_centre(folder: Path, given: NewCentre, clock: Clock) -> Context:
    """What `set_up_centre` makes in an empty home, its manager signed in: a copy of the file, with keys of its own.

    Nothing in the file of a new centre depends on its keys, because no field of it is sealed.
    """
    home = Home(folder)
    assert not home.exists(), "a centre is set up once"
    home.path.mkdir(mode=OWNERS_FOLDER, parents=True, exist_ok=True)
    Keyring(home.keys).create()
    shutil.copy(_template(clock(), given), home.database)
    manager = Operator(given.manager_no, given.manager_name, "manager")
    return open_context(home, source="cli", clock=clock, operator=manager, synchronous="OFF")
