"""The commands `backup recovery-key`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.backup.typed_key import key_option, typed_key
from frontdesk.cli_support import FilledPath, Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.backup.models import RecoveryKeyState


@click.group("recovery-key", help=t("backup.help.key"))
def key_group() -> None:
    """The recovery key."""


@key_group.command("new", help=t("backup.help.key_new"))
@click.option("--out", type=FilledPath(dir_okay=False), help=t("backup.help.key_out"))
@json_option
@pass_invocation
def new_command(invocation: Invocation, out: Path | None, as_json: bool) -> None:
    """Make a new recovery key and show it, this once."""
    from frontdesk.backup.service import new_recovery_key, print_recovery_key

    context = open_desk(invocation, writing=True)
    key = new_recovery_key(context)
    lines = [t("backup.key.new", key=key.key_id[:4].upper()), ""]
    lines += [f"    {number}  {group[:3]} {group[3:]}" for number, group in enumerate(key.groups, 1)]
    answer = {"key_id": key.key_id, "groups": list(key.groups), "out": str(out) if out else None}
    # Said before it is printed: a paper that fails must not take the only showing of the key with it.
    emit(answer, as_json, [*lines, "", t("backup.key.keep")])
    if out is not None:
        print_recovery_key(context, key, out)
        click.echo(t("backup.key.printed", out=out), err=True)


@key_group.command("print", help=t("backup.help.key_print"))
@key_option
@click.option("--out", type=FilledPath(dir_okay=False), required=True, help=t("backup.help.key_out"))
@json_option
@pass_invocation
def print_command(invocation: Invocation, key_file: Path | None, out: Path, as_json: bool) -> None:
    """Print a recovery key that somebody has once more."""
    from frontdesk.backup.service import print_recovery_key

    context = open_desk(invocation, writing=True)
    written = print_recovery_key(context, typed_key(key_file), out)
    emit(written.as_json(), as_json, [t("backup.key.printed", out=out)])


@key_group.command("confirm", help=t("backup.help.key_confirm"))
@key_option
@json_option
@pass_invocation
def confirm_command(invocation: Invocation, key_file: Path | None, as_json: bool) -> None:
    """Prove by its digits that the paper of the key exists."""
    from frontdesk.backup.service import confirm_recovery_key

    context = open_desk(invocation, writing=True)
    key = typed_key(key_file)
    state = confirm_recovery_key(context, key.digits)
    emit(_state(state), as_json, [t("backup.key.confirmed", key=key.key_id[:4].upper())])


@key_group.command("status", help=t("backup.help.key_status"))
@json_option
@pass_invocation
def status_command(invocation: Invocation, as_json: bool) -> None:
    """How the key stands; the exit code is 1 where there is none whose paper was proved."""
    from frontdesk.backup.service import recovery_key

    state = recovery_key(open_desk(invocation, writing=False))
    emit(_state(state), as_json, _words(state))
    if state is None or state.confirmed_at is None:
        click.get_current_context().exit(1)


def _state(state: RecoveryKeyState | None) -> dict[str, object]:
    if state is None:
        return {"key_id": None, "made_at": None, "confirmed_at": None, "waiting": None}
    return {
        "key_id": state.key_id,
        "made_at": state.made_at.isoformat(timespec="seconds"),
        "confirmed_at": state.confirmed_at.isoformat(timespec="seconds") if state.confirmed_at else None,
        "waiting": state.waiting or None,
    }


def _words(state: RecoveryKeyState | None) -> list[str]:
    if state is None:
        return [t("backup.key.none")]
    key, day = state.key_id[:4].upper(), f"{state.made_at:%Y-%m-%d}"
    if state.confirmed_at is None:
        return [t("backup.key.unproved", key=key, day=day)]
    lines = [t("backup.key.proved", key=key, day=day, proved=f"{state.confirmed_at:%Y-%m-%d}")]
    return lines + ([t("backup.key.waiting", key=state.waiting[:4].upper())] if state.waiting else [])
