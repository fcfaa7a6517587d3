"""Commands: the keys of the centre."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from frontdesk.cli_support import (
    FilledPath,
    Invocation,
    emit,
    json_option,
    open_desk,
    out_option,
    pass_invocation,
    progress,
)
from frontdesk.locale import t


@click.group("keys", help=t("cli.command.keys"))
def keys_group() -> None:
    """The keys beside the centre's file."""


@keys_group.command("status", help=t("keychange.help.status"))
@json_option
@pass_invocation
def status_command(invocation: Invocation, as_json: bool) -> None:
    """How the field key stands."""
    from frontdesk.keychange.service import state
    from frontdesk.keychange.words import state_rows

    context = open_desk(invocation, writing=False)
    found = state(context)
    emit(found._asdict(), as_json, [f"{what}: {how}" for what, how in state_rows(found, context.local)])


@keys_group.command("rotate", help=t("keychange.help.rotate"))
@click.option("--yes", "sure", is_flag=True, help=t("keychange.help.yes"))
@json_option
@pass_invocation
def rotate_command(invocation: Invocation, sure: bool, as_json: bool) -> None:
    """Put another field key in place of the present one; a manager's right."""
    from frontdesk.keychange.service import rotate, state
    from frontdesk.keychange.words import rotated_words

    context = open_desk(invocation, writing=True)
    if not sure:
        click.confirm(t("keychange.question", rows=state(context).sealed), abort=True, err=True)
    shown = sys.stderr.isatty()

    def tell(done: int, total: int) -> None:
        if shown:
            progress(t("keychange.rotating", done=done, total=total))

    found = rotate(context, tell)
    emit(found._asdict(), as_json, [rotated_words(found)])


@keys_group.command("export", help=t("keychange.help.export"))
@out_option(t("keychange.help.out"))
@json_option
@pass_invocation
def export_command(invocation: Invocation, out: Path, as_json: bool) -> None:
    """All keys in one file that only the recovery key opens; a manager's right."""
    from frontdesk.keychange.service import export_keys

    context = open_desk(invocation, writing=True)
    export_keys(context, out)
    emit({"path": str(out)}, as_json, [t("keychange.exported", path=out)])


MOST_TYPED = 4096
"""Bytes of a file with the 48 digits of a recovery key."""


@keys_group.command("restore", help=t("keychange.help.restore"))
@click.argument("file", type=FilledPath(dir_okay=False))
@click.option("--key-file", type=FilledPath(dir_okay=False), help=t("keychange.help.key_file"))
@json_option
@pass_invocation
def restore_command(invocation: Invocation, file: Path, key_file: Path | None, as_json: bool) -> None:
    """Put keys that are missing back from such a file."""
    from frontdesk.backup.service import read_key
    from frontdesk.common.smallfile import UnsuitableFile, read_small_file
    from frontdesk.keychange.errors import KeyChangeError
    from frontdesk.keychange.service import MOST_SEALED, restore_keys
    from frontdesk.keychange.words import restored_lines

    try:
        sealed = read_small_file(file, MOST_SEALED)
        typed = read_small_file(key_file, MOST_TYPED).decode("utf-8-sig", "replace") if key_file else None
    except UnsuitableFile as wrong:
        raise KeyChangeError("not_keys", path=str(file)) from wrong
    except OSError as failure:
        raise KeyChangeError("not_read", path=str(failure.filename or file), reason=failure.strerror or "") from failure
    if typed is None:
        typed = str(click.prompt(t("keychange.ask_key"), err=True))
    done = restore_keys(invocation.home, sealed, read_key(typed))
    emit(done._asdict(), as_json, restored_lines(done))
