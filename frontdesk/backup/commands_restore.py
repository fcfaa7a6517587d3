"""The command `restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.backup.typed_key import key_option, typed_key
from frontdesk.cli_support import (
    FilledPath,
    Invocation,
    approval_option,
    emit,
    json_option,
    open_desk,
    pass_invocation,
)
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.access.service import Approver
    from frontdesk.backup.models import Lost, Rehearsal, Restored
    from frontdesk.context import Context

MOST_TABLES = 12


@click.command("restore", help=t("cli.command.restore"))
@click.argument("file", type=FilledPath(dir_okay=False))
@key_option
@click.option("--rehearse", "only_rehearse", is_flag=True, help=t("backup.help.rehearse"))
@click.option("--force-replace", is_flag=True, help=t("backup.help.force_replace"))
@approval_option
@json_option
@pass_invocation
def restore_command(
    invocation: Invocation,
    file: Path,
    key_file: Path | None,
    only_rehearse: bool,
    force_replace: bool,
    approver: Approver | None,
    as_json: bool,
) -> None:
    """Restore a centre into the home, or rehearse it. The recovery key is what counts on a new computer; whoever
    replaces a centre that is here has to be its manager.
    """
    from frontdesk.backup.commands import Shown
    from frontdesk.backup.service import BackupError, rehearse, restore, settle_home

    home, shown = invocation.home, Shown()
    settle_home(home)
    if home.exists() and not only_rehearse and not force_replace:
        raise BackupError("centre_here", path=str(home.path))
    key = typed_key(key_file)
    if only_rehearse:
        rehearsal = rehearse(home, file, key, progress=shown)
        emit(_rehearsed(rehearsal), as_json, [t("backup.rehearsal"), *_rehearsal_lines(rehearsal)])
        return
    replacing = _centre_here(invocation) if home.exists() else None
    restored = restore(home, file, key, replacing=replacing, approver=approver, force=force_replace, progress=shown)
    emit(_rehearsed(restored.rehearsal) | _kept(restored), as_json, _restored_lines(restored))


def _centre_here(invocation: Invocation) -> Context | None:
    """The centre that is to be replaced, with its manager signed in; None where its file cannot be opened."""
    from frontdesk.errors import DatabaseError, DeskError

    try:
        return open_desk(invocation, writing=True)
    except DatabaseError:
        return None
    except DeskError as refusal:
        if refusal.code in ("no_centre", "key_missing", "key_damaged"):
            return None
        raise


def _rehearsed(rehearsal: Rehearsal) -> dict[str, object]:
    lost = rehearsal.lost
    return {
        "centre": rehearsal.centre,
        "centre_code": rehearsal.centre_code,
        "made_at": rehearsal.made_at.isoformat(timespec="seconds"),
        "schema_version": rehearsal.schema_version,
        "tables": dict(rehearsal.tables),
        "gaps": dict(rehearsal.gaps),
        "erased_again": rehearsal.erased,
        "clock_is_behind": rehearsal.clock_is_behind,
        "lost": None
        if lost is None
        else {
            "centre_code": lost.centre_code,
            "same_centre": lost.is_same_centre,
            "readable": lost.is_readable,
            "changes": lost.changes,
            "last_change": lost.last_change.isoformat(timespec="seconds") if lost.last_change else None,
            "tables": {one.table: {"backup": one.backup, "here": one.here} for one in lost.differences},
        },
    }


def _kept(restored: Restored) -> dict[str, object]:
    return {
        "home": str(restored.home),
        "before": str(restored.before) if restored.before else None,
        "put_aside": str(restored.put_aside) if restored.put_aside else None,
    }


def _rehearsal_lines(rehearsal: Rehearsal) -> list[str]:
    lines = [
        t(
            "backup.what",
            centre=rehearsal.centre,
            code=rehearsal.centre_code,
            made=f"{rehearsal.made_at:%Y-%m-%d %H:%M}",
            rows=sum(rehearsal.tables.values()),
        )
    ]
    lines += _lost_lines(rehearsal.lost) if rehearsal.lost is not None else []
    lines += [t("backup.erased", count=rehearsal.erased)] if rehearsal.erased else []
    lines += [t("backup.clock")] if rehearsal.clock_is_behind else []
    return [*lines, t("backup.gap", volunteer=f"{rehearsal.gaps['volunteer']:07d}")]


def _lost_lines(lost: Lost) -> list[str]:
    if not lost.is_readable:
        return [t("backup.lost_unreadable")]
    if not lost.is_same_centre:
        return [t("backup.lost_other", centre=lost.centre)]
    last = f"{lost.last_change:%Y-%m-%d %H:%M}" if lost.last_change else "-"
    lines = [t("backup.lost", centre=lost.centre, changes=lost.changes, last=last)]
    shown = lost.differences[:MOST_TABLES]
    lines += [t("backup.lost_table", table=one.table, here=one.here, backup=one.backup) for one in shown]
    more = len(lost.differences) - len(shown)
    return lines + ([t("backup.lost_more", count=more)] if more else [])


def _restored_lines(restored: Restored) -> list[str]:
    lines = [t("backup.restored", home=restored.home), *_rehearsal_lines(restored.rehearsal)]
    lines += [t("backup.before", path=restored.before)] if restored.before else []
    lines += [t("backup.aside", path=restored.put_aside)] if restored.put_aside else []
    lines += [t("backup.next_sync")] if restored.is_enrolled else []
    return [*lines, t("backup.next_cards")]
