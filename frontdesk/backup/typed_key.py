"""Where a command gets the recovery key from: a file, FRONTDESK_RECOVERY_KEY, or the terminal."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.backup.errors import BackupError, reading_failed
from frontdesk.backup.recovery import read_key
from frontdesk.cli_output import input_is_terminal
from frontdesk.cli_support import F, FilledPath
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.backup.recovery import RecoveryKey

LONGEST = 4096
"""Bytes of a file with 48 digits, however they are laid out."""


def key_option(function: F) -> F:
    """`--key-file FILE`."""
    option = click.option("--key-file", type=FilledPath(dir_okay=False), help=t("backup.help.key_file"))
    return option(function)


def typed_key(key_file: Path | None) -> RecoveryKey:
    """The recovery key. Raises BackupError `key_required` where there is no file and nobody to ask, `file_missing`,
    `file_unreadable`, and what `read_key` raises.
    """
    if key_file is not None:
        try:
            with key_file.open("rb") as file:
                return read_key(file.read(LONGEST).decode("utf-8-sig", "replace"))
        except OSError as failure:
            raise reading_failed(failure, key_file) from failure
    given = os.environ.get("FRONTDESK_RECOVERY_KEY")
    if given:
        return read_key(given)
    if not input_is_terminal():
        raise BackupError("key_required")
    answer: str = click.prompt(t("backup.ask_key"), err=True)
    return read_key(answer)
