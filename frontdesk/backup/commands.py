"""The commands `backup`: now, daily, list, verify, usb; the recovery key and parked cards stand beside."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.backup.commands_key import key_group
from frontdesk.backup.commands_parked import parked_group
from frontdesk.backup.typed_key import key_option, typed_key
from frontdesk.cli_support import FilledPath, Invocation, emit, json_option, open_desk, pass_invocation, progress
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.backup.models import BackupMade, Step, Verified
    from frontdesk.context import Context


@click.group("backup", help=t("cli.command.backup"))
def backup_group() -> None:
    """Backups, the recovery key and parked cards."""


backup_group.add_command(key_group)
backup_group.add_command(parked_group)


@backup_group.command("now", help=t("backup.help.now"))
@click.option("--folder", type=FilledPath(), help=t("backup.help.folder"))
@json_option
@pass_invocation
def now_command(invocation: Invocation, folder: Path | None, as_json: bool) -> None:
    """Make a backup now."""
    from frontdesk.backup.service import make_now

    context = open_desk(invocation, writing=True)
    _say(context, make_now(context, folder, progress=Shown()), as_json)


@backup_group.command("usb", help=t("backup.help.usb"))
@click.argument("folder", type=FilledPath())
@json_option
@pass_invocation
def usb_command(invocation: Invocation, folder: Path, as_json: bool) -> None:
    """Make a backup on a stick."""
    from frontdesk.backup.service import make_usb

    context = open_desk(invocation, writing=True)
    _say(context, make_usb(context, folder, progress=Shown()), as_json)


@backup_group.command("daily", help=t("backup.help.daily"))
@json_option
@pass_invocation
def daily_command(invocation: Invocation, as_json: bool) -> None:
    """Make today's backup unless there is one; for cron and the task scheduler, so that nobody signs in."""
    from frontdesk.backup.errors import BackupError
    from frontdesk.backup.service import make_daily, recovery_key, status

    context = open_desk(invocation, writing=False)
    if recovery_key(context) is None:
        raise BackupError("no_recovery_key")
    made = make_daily(context, progress=Shown())
    if made is None:
        words = t("backup.not_due_yet" if status(context).problem else "backup.not_due")
        emit({"made": None}, as_json, [words])
        return
    _say(context, made, as_json)


@backup_group.command("list", help=t("backup.help.list"))
@json_option
@pass_invocation
def list_command(invocation: Invocation, as_json: bool) -> None:
    """The good backups, the latest first."""
    from frontdesk.backup.service import backups

    listed = backups(open_desk(invocation, writing=False))
    rows = [
        {
            "kind": one.row.kind,
            "made_at": one.made.isoformat(timespec="seconds"),
            "path": str(one.path),
            "size": one.row.size,
            "presence": one.presence,
            "key_id": one.row.key_id,
            "opens_with_present_key": one.is_own_key,
        }
        for one in listed
    ]
    lines = [
        t(
            "backup.line",
            made=f"{one.made:%Y-%m-%d %H:%M}",
            kind=t(f"backup.kind.{one.row.kind}"),
            size=size_words(one.row.size),
            presence=t(f"backup.presence.{one.presence}"),
            path=one.path,
        )
        + ("" if one.is_own_key else t("backup.old_key", key=one.row.key_id[:4].upper()))
        for one in listed
    ]
    emit(rows, as_json, lines or [t("backup.none")])


@backup_group.command("verify", help=t("backup.help.verify"))
@click.argument("file", type=FilledPath(dir_okay=False))
@key_option
@click.option("--ask", is_flag=True, help=t("backup.help.ask"))
@json_option
@pass_invocation
def verify_command(invocation: Invocation, file: Path, key_file: Path | None, ask: bool, as_json: bool) -> None:
    """Look at a backup file; with the recovery key at everything in it."""
    from frontdesk.backup.service import verify

    key = typed_key(key_file) if ask or key_file is not None else None
    found = verify(file, key, home=invocation.home, progress=Shown())
    emit(_found(found), as_json, [_found_words(found)])


def _found(found: Verified) -> dict[str, object]:
    return {
        "path": str(found.path),
        "size": found.size,
        "made_at": found.made_at.isoformat(timespec="seconds"),
        "key_id": found.key_id,
        "schema_version": found.schema_version,
        "program": found.program,
        "opened": found.is_opened,
        "centre": found.centre or None,
        "centre_code": found.centre_code or None,
        "tables": dict(found.tables),
    }


def _found_words(found: Verified) -> str:
    from frontdesk.clock import zone_named
    from frontdesk.staff.service import DEFAULT_ZONE

    made = f"{found.made_at.astimezone(zone_named(found.zone or DEFAULT_ZONE)):%Y-%m-%d %H:%M}"
    if not found.is_opened:
        key = found.key_id[:4].upper()
        return t("backup.intact", path=found.path, made=made, key=key, schema=found.schema_version)
    rows = sum(found.tables.values())
    return t("backup.opened", path=found.path, centre=found.centre, code=found.centre_code, made=made, rows=rows)


def _say(context: Context, made: BackupMade, as_json: bool) -> None:
    from frontdesk.volunteers.service import clocks

    shown = clocks(context)
    if shown.behind and shown.latest is not None:
        now, latest = f"{shown.now:%Y-%m-%d %H:%M}", f"{shown.latest:%Y-%m-%d %H:%M}"
        progress(t("backup.clock_behind", now=now, latest=latest))
    lines = [t("backup.made", path=made.path, size=size_words(made.row.size), seconds=f"{made.row.seconds:.1f}")]
    lines += [t("backup.removed", count=len(made.removed))] if made.removed else []
    lines += [t("backup.sealed", count=len(made.sealed_copies))] if made.sealed_copies else []
    answer = {
        "path": str(made.path),
        "kind": made.row.kind,
        "size": made.row.size,
        "rows": made.rows,
        "key_id": made.row.key_id,
        "seconds": made.row.seconds,
        "removed": list(made.removed),
        "sealed_copies": list(made.sealed_copies),
    }
    emit(answer, as_json, lines)


def size_words(size: int) -> str:
    """A size as people read it: 163 kB, 4.2 MB."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{-(-size // 1000)} kB"


class Shown:
    """Progress on a terminal: one line that is written over, with the stage and how much of it is done."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()
        self._last = ""

    def __call__(self, step: Step) -> None:
        """Show how far it has come, where anybody sees it."""
        if not self._is_shown:
            return
        words = f"{t(f'backup.stage.{step.stage}')} {100 * step.done // max(step.total, 1)}%"
        if words != self._last:
            self._last = words
            with suppress(OSError):
                sys.stderr.write(f"\r\x1b[K{words}" + ("\n" if step.done >= step.total else ""))
                sys.stderr.flush()
