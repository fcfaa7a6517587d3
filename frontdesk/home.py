"""Where a centre lives on disk: its database, its keys beside it, its log."""

from __future__ import annotations

import os
from pathlib import Path


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
