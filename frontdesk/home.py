"""Where a centre lives on disk: its database, its keys beside it, its log; and where its screens write files."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from frontdesk.common.typed_paths import expanded


class Home:
    """The folder of one centre. Making the object touches nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def database(self) -> Path:
        """The centre's file."""
        return self.path / "centre.db"

    @property
    def keys(self) -> Path:
        """The folder of the keys: beside the database, never in it."""
        return self.path / "keys"

    @property
    def log(self) -> Path:
        """The file that tracebacks go to."""
        return self.path / "frontdesk.log"

    def is_unsettled(self) -> bool:
        """Whether a backup or a restoration is running here, or was killed: see `frontdesk.backup.settling`."""
        return (self.path / "scratch").exists() or (self.path / "restored").exists()

    def exists(self) -> bool:
        """Whether a centre has been set up here."""
        return self.database.exists()


def find_home(given: Path | None) -> Home:
    """The home that was asked for, else FRONTDESK_HOME, else the user's data folder."""
    if given is not None:
        return Home(given)
    named = os.environ.get("FRONTDESK_HOME")
    if named:
        return Home(Path(named))
    from platformdirs import user_data_path

    return Home(user_data_path("frontdesk", appauthor=False))


def find_exports(named: str) -> Path:
    """The folder that screens write files to, made where it is missing: FRONTDESK_EXPORTS, else the one that is named,
    else frontdesk in the user's documents. A name that is no whole path stands for a folder in the documents.

    Where the folder cannot be made it is returned all the same: whoever writes to it says why that fails.
    """
    folder = exports_folder(named)
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def exports_folder(named: str) -> Path:
    """The same folder, whether it is there or not."""
    set_for_all = os.environ.get("FRONTDESK_EXPORTS")
    if set_for_all:
        return Path(set_for_all).absolute()
    from platformdirs import user_documents_path

    return user_documents_path() / expanded(named.strip() or "frontdesk")
