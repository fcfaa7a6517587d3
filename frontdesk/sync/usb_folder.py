"""The folder that was typed for a stick, kept beside the centre's file: its answer comes days later."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from frontdesk.home import Home

NAME = "usb-folder"
LONGEST = 4096
"""Bytes: no system takes a longer path."""


def remembered_folder(home: Home) -> Path | None:
    """The folder that was typed last at this centre; None where none was, or what is kept is no whole path."""
    kept = home.path / NAME
    try:
        raw = kept.read_bytes() if kept.is_file() and kept.stat().st_size <= LONGEST else b""
    except OSError:
        return None
    folder = Path(os.fsdecode(raw)) if raw and b"\0" not in raw else None
    return folder if folder is not None and folder.is_absolute() else None


def remember_folder(home: Home, folder: Path) -> None:
    """Keep it. Where that cannot be done it has to be typed once more, which is all that is lost."""
    with suppress(OSError):
        (home.path / NAME).write_bytes(os.fsencode(folder))
