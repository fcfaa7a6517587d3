"""Commands that write or read files of the rooms; they belong to the group `room`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.activities.rooms.commands import days_of, room_group
from frontdesk.cli_support import (
    FilledPath,
    Invocation,
    clear_options,
    emit,
    emit_import,
    json_option,
    open_desk,
    out_option,
    pass_invocation,
)
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.access.service import Approver

CALENDAR_DAYS_BACK, CALENDAR_DAYS = 31, 366

__all__ = ["room_group"]


@room_group.command("utilisation", help=t("rooms.help.utilisation"))
@click.argument("month", default="")
@click.option("--out", type=FilledPath(dir_okay=False), help=t("rooms.help.out_xlsx"))
@json_option
@pass_invocation
def utilisation_command(invocation: Invocation, month: str, out: Path | None, as_json: bool) -> None:
    """How much each room is used in a month, this one where none is said."""
    from frontdesk.activities.rooms import service
    from frontdesk.activities.rooms.typed import read_month
    from frontdesk.activities.rooms.utilisation import use_json, use_name, write_utilisation
    from frontdesk.activities.rooms.words import amount_words, share_words

    context = open_desk(invocation, writing=False)
    first = read_month(month, context.today())
    if out is not None:
        _check_ending(out, ".xlsx")
        count = write_utilisation(context, out, first)
        emit({"out": str(out), "rooms": count}, as_json, [t("rooms.written", out=out)])
        return
    found = service.utilisation(context, first)
    lines: list[str] = []
    for use in found:
        words = {"used": amount_words(use.used), "open": amount_words(use.open), "share": share_words(use.permille)}
        lines.append(
            t("rooms.use.line", room=use.room, uses=use.uses, people=use.person_times, no_shows=use.no_shows, **words)
        )
        lines += [
            t("rooms.use.purpose_line", purpose=use_name(purpose), used=amount_words(minutes), uses=times)
            for purpose, (minutes, times) in sorted(use.by_purpose.items())
        ]
    answer = {"month": f"{first:%Y-%m}", "rooms": [use_json(use) for use in found]}
    emit(answer, as_json, lines or [t("rooms.no_rooms")])


@room_group.command("sheet", help=t("rooms.help.sheet"))
@click.argument("room")
@out_option(t("rooms.help.out_pdf"))
@click.option("--day", metavar="DAY", help=t("rooms.help.sheet_day"))
@click.option("--week", is_flag=True, help=t("rooms.help.week"))
@click.option("--paper", default="A4", help=t("rooms.help.paper"))
@json_option
@pass_invocation
def sheet_command(
    invocation: Invocation, room: str, out: Path, day: str | None, week: bool, paper: str, as_json: bool
) -> None:
    """The sheet for the door of a room."""
    from frontdesk.activities.rooms.doorsheet import check_paper, write_door_sheet
    from frontdesk.activities.rooms.typed import read_day

    _check_ending(out, ".pdf")
    context = open_desk(invocation, writing=False)
    on = read_day(day, context.today(), coming=False) if day else context.today()
    done = write_door_sheet(context, out, room, on, week=week, paper=check_paper(paper))
    emit(done.as_json(), as_json, [t("rooms.written", out=out)])


@room_group.command("ics", help=t("rooms.help.ics"))
@click.argument("room")
@out_option(t("rooms.help.out_ics"))
@click.option("--from", "first", metavar="DAY", help=t("rooms.help.from"))
@click.option("--to", "last", metavar="DAY", help=t("rooms.help.to"))
@json_option
@pass_invocation
def ics_command(
    invocation: Invocation, room: str, out: Path, first: str | None, last: str | None, as_json: bool
) -> None:
    """The calendar of a room, the last month and the coming year where no days are said."""
    from datetime import timedelta

    from frontdesk.activities.rooms.files import write_calendar

    _check_ending(out, ".ics")
    context = open_desk(invocation, writing=False)
    begins, ends = days_of(context, first, last)
    if first is None:
        begins -= timedelta(days=CALENDAR_DAYS_BACK)
    if last is None:
        ends = begins + timedelta(days=CALENDAR_DAYS_BACK + CALENDAR_DAYS)
    count = write_calendar(context, out, room, begins, ends)
    emit({"out": str(out), "entries": count}, as_json, [t("rooms.written", out=out)])


@room_group.command("export", help=t("rooms.help.export"))
@out_option(t("rooms.help.out_xlsx"))
@click.option("--from", "first", metavar="DAY", help=t("rooms.help.from"))
@click.option("--to", "last", metavar="DAY", help=t("rooms.help.to"))
@click.option("--room", default="", help=t("rooms.help.room"))
@click.option("--names", is_flag=True, help=t("rooms.help.names"))
@clear_options
@json_option
@pass_invocation
def export_command(
    invocation: Invocation,
    out: Path,
    first: str | None,
    last: str | None,
    room: str,
    names: bool,
    reason: str,
    approver: Approver | None,
    as_json: bool,
) -> None:
    """The bookings as a sheet that can be edited and taken in again."""
    from frontdesk.activities.rooms.files import write_bookings

    _check_ending(out, ".xlsx")
    context = open_desk(invocation, writing=names)
    begins, ends = days_of(context, first, last)
    count = write_bookings(context, out, begins, ends, room=room, full_names=names, reason=reason, approver=approver)
    emit({"out": str(out), "bookings": count}, as_json, [t("rooms.exported", count=count, out=out)])


@room_group.command("import", help=t("rooms.help.import"))
@click.argument("file", type=FilledPath())
@click.option("--dry-run", is_flag=True, help=t("imports.help.dry_run"))
@json_option
@pass_invocation
def import_command(invocation: Invocation, file: Path, dry_run: bool, as_json: bool) -> None:
    """Take a sheet of bookings in, all of it or nothing."""
    from frontdesk.activities.rooms.importing import import_bookings

    outcome = import_bookings(open_desk(invocation, writing=True), file, dry_run=dry_run)
    emit_import(outcome, as_json, dry_run=dry_run)


def _check_ending(out: Path, ending: str) -> None:
    from frontdesk.activities.rooms.errors import RoomError

    if out.suffix.lower() != ending:
        raise RoomError("unknown_ending", ending=out.suffix or "-", wanted=ending)
