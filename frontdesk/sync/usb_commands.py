"""`frontdesk sync usb`: a stick instead of a network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import FilledPath, Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t
from frontdesk.sync.command_words import arrived_lines, arrived_rows

if TYPE_CHECKING:
    from frontdesk.sync.service import UsbRead


@click.group("usb", help=t("sync.help.usb"))
def usb_group() -> None:
    """A stick instead of a network."""


@usb_group.command("out", help=t("sync.help.usb_out"))
@click.argument("folder", type=FilledPath(), metavar="DIR")
@json_option
@pass_invocation
def out_command(invocation: Invocation, folder: Path, as_json: bool) -> None:
    """Write all that is unsent into one file for the district."""
    from frontdesk.sync.service import write_usb

    written = write_usb(open_desk(invocation, writing=True), folder)
    answer = {
        "file": str(written.path),
        "bundle_id": written.bundle_id,
        "size": written.size,
        "reports": written.reports,
        "readings": written.readings,
        "left": written.left,
        "enrolment": written.has_enrolment,
        "rotation": written.has_rotation,
    }
    lines = [t("sync.usb_written", file=written.path.name, reports=written.reports)]
    if written.left:
        lines.append(t("sync.usb_left", left=written.left))
    emit(answer, as_json, lines)


@usb_group.command("in", help=t("sync.help.usb_in"))
@click.argument("path", type=FilledPath(), metavar="FILE|DIR")
@json_option
@pass_invocation
def in_command(invocation: Invocation, path: Path, as_json: bool) -> None:
    """Read the district's answer from a file, or every answer in a folder."""
    from frontdesk.sync.service import read_usb

    read = read_usb(open_desk(invocation, writing=True), path)
    emit(_row(read), as_json, _lines(read))


def _row(read: UsbRead) -> dict[str, object]:
    return {
        "files": [str(one) for one in read.files],
        "received": read.received,
        "refused": read.refused,
        "documents": arrived_rows(read.arrived),
        "told": read.told,
        "registered": read.registered,
        "key_changed": read.key_changed,
        "known": read.known,
        "strange": read.strange,
        "problem": read.problem or None,
        "message": read.message,
        "new": read.is_new,
    }


def _lines(read: UsbRead) -> list[str]:
    if read.is_new:
        lines = [t("sync.usb_read", received=read.received, refused=read.refused)]
    else:
        lines = [t("sync.usb_nothing_new")]
    lines += [t("sync.usb_registered")] if read.registered else []
    lines += [t("sync.key_changed")] if read.key_changed else []
    lines += arrived_lines(read.arrived)
    lines += [t("sync.usb_strange", count=read.strange)] if read.strange else []
    lines += [t(f"sync.error.{read.problem}", reason=read.message)] if read.problem else []
    return lines
