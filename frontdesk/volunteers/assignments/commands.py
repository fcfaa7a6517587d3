"""Commands: assignments of volunteers, and who is signed up for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

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
    from db.assignments import AssignmentLine
    from frontdesk.access.service import Approver
    from frontdesk.context import Context

DAYS_LISTED = 14


@click.group("assignment", help=t("cli.command.assignment"))
def assignment_group() -> None:
    """Jobs at a time that volunteers sign up for."""


def typed_day(text: str, today: date, *, coming: bool = False) -> date:
    """A day as it is typed, for planning (`coming`) or looking. Raises AssignmentError `unread_day`."""
    from frontdesk.common.typed_dates import read_coming_date, read_typed_date
    from frontdesk.volunteers.assignments.errors import AssignmentError

    try:
        return (read_coming_date if coming else read_typed_date)(text, today)
    except ValueError as wrong:
        raise AssignmentError("unread_day", value=text) from wrong


def typed_times(text: str) -> tuple[int, int]:
    """A span of time as it is typed. Raises AssignmentError `unread_times`."""
    from frontdesk.volunteers.assignments.errors import AssignmentError
    from frontdesk.volunteers.assignments.rules import read_span

    try:
        return read_span(text)
    except ValueError as wrong:
        raise AssignmentError("unread_times", value=text) from wrong


@assignment_group.command("list", help=t("assignments.help.list"))
@click.option("--from", "first", metavar="DAY", help=t("assignments.help.from"))
@click.option("--to", "last", metavar="DAY", help=t("assignments.help.to"))
@click.option("--lacking", is_flag=True, help=t("assignments.help.lacking"))
@json_option
@pass_invocation
def list_command(invocation: Invocation, first: str | None, last: str | None, lacking: bool, as_json: bool) -> None:
    """The assignments of a span of days, two weeks from today where none is given, with who is on each."""
    from frontdesk.volunteers.assignments import rules
    from frontdesk.volunteers.assignments.service import assignments

    context = open_desk(invocation, writing=False)
    begins, ends = _span(context, first, last)
    lines = [one for one in assignments(context, begins, ends) if not lacking or rules.lacking(one)]
    shown: list[str] = []
    for line in lines:
        shown += _words(context, line)
    emit([_as_json(context, line) for line in lines], as_json, shown or [t("assignments.none")])


@assignment_group.command("add", help=t("assignments.help.add"))
@click.argument("day")
@click.argument("times")
@click.argument("title")
@click.option("--place", default="", help=t("assignments.help.place"))
@click.option("--needed", type=click.IntRange(0), default=0, help=t("assignments.help.needed"))
@click.option("--session", "session_code", metavar="CODE", help=t("assignments.help.session"))
@click.option("--briefing", default="", help=t("assignments.help.briefing"))
@json_option
@pass_invocation
def add_command(
    invocation: Invocation,
    day: str,
    times: str,
    title: str,
    place: str,
    needed: int,
    session_code: str | None,
    briefing: str,
    as_json: bool,
) -> None:
    """Add an assignment."""
    from frontdesk.volunteers.assignments import service
    from frontdesk.volunteers.assignments.rules import Fields

    context = open_desk(invocation, writing=True)
    on = typed_day(day, context.today(), coming=True)
    fields = Fields(on, title, *typed_times(times), place, session_code, needed, briefing)
    _say(context, service.add(context, fields), as_json)


@assignment_group.command("change", help=t("assignments.help.change"))
@click.argument("assignment_id", type=int)
@click.option("--day", metavar="DAY", help=t("assignments.help.day"))
@click.option("--times", metavar="900-1130", help=t("assignments.help.times"))
@click.option("--title", help=t("assignments.help.title"))
@click.option("--place", help=t("assignments.help.place"))
@click.option("--needed", type=click.IntRange(0), help=t("assignments.help.needed"))
@click.option("--session", "session_code", metavar="CODE", help=t("assignments.help.session"))
@click.option("--briefing", help=t("assignments.help.briefing"))
@json_option
@pass_invocation
def change_command(
    invocation: Invocation,
    assignment_id: int,
    day: str | None,
    times: str | None,
    title: str | None,
    place: str | None,
    needed: int | None,
    session_code: str | None,
    briefing: str | None,
    as_json: bool,
) -> None:
    """Change what is given; an empty text takes an optional thing away."""
    from frontdesk.volunteers.assignments import service

    context = open_desk(invocation, writing=True)
    before = service.fields_of(context, service.get(context, assignment_id))
    texts = {"title": title, "place": place, "needed": needed, "session_code": session_code, "briefing": briefing}
    after = replace(before, **{name: value for name, value in texts.items() if value is not None})  # type: ignore[arg-type]
    if day is not None:
        after = replace(after, day=typed_day(day, context.today(), coming=True))
    if times is not None:
        starts, ends = typed_times(times)
        after = replace(after, starts=starts, ends=ends)
    service.change(context, assignment_id, after)
    _say(context, assignment_id, as_json)


@assignment_group.command("cancel", help=t("assignments.help.cancel"))
@click.argument("assignment_id", type=int)
@click.option("--reason", required=True, help=t("assignments.help.reason"))
@json_option
@pass_invocation
def cancel_command(invocation: Invocation, assignment_id: int, reason: str, as_json: bool) -> None:
    """Call an assignment off."""
    from frontdesk.volunteers.assignments import service

    context = open_desk(invocation, writing=True)
    service.cancel(context, assignment_id, reason)
    _say(context, assignment_id, as_json)


@assignment_group.command("copy", help=t("assignments.help.copy"))
@click.argument("assignment_ids", type=int, nargs=-1, required=True)
@click.option("--to", "days", multiple=True, metavar="DAY", help=t("assignments.help.copy_to"))
@click.option("--weeks", type=click.IntRange(1, 53), help=t("assignments.help.weeks"))
@click.option("--with-people", is_flag=True, help=t("assignments.help.with_people"))
@json_option
@pass_invocation
def copy_command(
    invocation: Invocation,
    assignment_ids: tuple[int, ...],
    days: tuple[str, ...],
    weeks: int | None,
    with_people: bool,
    as_json: bool,
) -> None:
    """Copy assignments to other days, counted from the day of the first of them, or to the weeks that follow."""
    from frontdesk.volunteers.assignments import service

    if bool(days) == bool(weeks):
        raise click.UsageError(t("assignments.copy_where"))
    context = open_desk(invocation, writing=True)
    first = date.fromisoformat(service.get(context, assignment_ids[0]).day)
    later = [7 * week for week in range(1, (weeks or 0) + 1)]
    later += [(typed_day(day, context.today(), coming=True) - first).days for day in days]
    added = service.copy(context, assignment_ids, later, with_people=with_people)
    emit({"added": added}, as_json, [t("assignments.copied", count=len(added))])


@assignment_group.command("sign", help=t("assignments.help.sign"))
@click.argument("assignment_id", type=int)
@click.argument("volunteer_nos", nargs=-1, metavar="[NO]...")
@click.option("--team", help=t("assignments.help.team"))
@click.option("--anyway", is_flag=True, help=t("assignments.help.anyway"))
@json_option
@pass_invocation
@click.pass_context
def sign_command(
    ctx: click.Context,
    invocation: Invocation,
    assignment_id: int,
    volunteer_nos: tuple[str, ...],
    team: str | None,
    anyway: bool,
    as_json: bool,
) -> None:
    """Sign volunteers up, or a whole team; exit code 1 where there is a doubt about somebody, who is left out."""
    from frontdesk.volunteers.assignments import service
    from frontdesk.volunteers.assignments.words import doubt_words

    if bool(volunteer_nos) == bool(team):
        raise click.UsageError(t("assignments.sign_who"))
    context = open_desk(invocation, writing=True)
    if team:
        done = service.sign_up_team(context, assignment_id, team, anyway=anyway)
    else:
        done = service.sign_up_several(context, assignment_id, volunteer_nos, anyway=anyway)
    doubts = [{"volunteer": one.volunteer_no, "reason": one.doubt, "other": one.other} for one in done.doubtful]
    emit(
        {"signed": list(done.signed), "already": list(done.already), "doubtful": doubts},
        as_json,
        [t("assignments.signed_count", count=len(done.signed)), *(doubt_words(one) for one in done.doubtful)],
    )
    if done.doubtful:
        ctx.exit(1)


@assignment_group.command("withdraw", help=t("assignments.help.withdraw"))
@click.argument("assignment_id", type=int)
@click.argument("volunteer_no")
@json_option
@pass_invocation
def withdraw_command(invocation: Invocation, assignment_id: int, volunteer_no: str, as_json: bool) -> None:
    """Take a volunteer off an assignment."""
    from frontdesk.volunteers.assignments import service

    context = open_desk(invocation, writing=True)
    service.withdraw(context, assignment_id, volunteer_no)
    emit(
        {"id": assignment_id, "withdrawn": volunteer_no},
        as_json,
        [t("assignments.withdrawn", no=volunteer_no)],
    )


@assignment_group.command("export", help=t("assignments.help.export"))
@out_option(t("assignments.help.out"))
@click.option("--from", "first", metavar="DAY", help=t("assignments.help.from"))
@click.option("--to", "last", metavar="DAY", help=t("assignments.help.to"))
@click.option("--volunteer", "volunteer_no", metavar="NO", help=t("assignments.help.volunteer"))
@click.option("--names", is_flag=True, help=t("assignments.help.names"))
@clear_options
@json_option
@pass_invocation
def export_command(
    invocation: Invocation,
    out: Path,
    first: str | None,
    last: str | None,
    volunteer_no: str | None,
    names: bool,
    reason: str,
    approver: Approver | None,
    as_json: bool,
) -> None:
    """Write the assignments as a sheet (.xlsx), or one volunteer's as a calendar (.ics)."""
    from frontdesk.volunteers.assignments.errors import AssignmentError
    from frontdesk.volunteers.assignments.exporting import write_calendar, write_sheet

    ending = out.suffix.lower()
    if ending not in (".xlsx", ".ics") or (ending == ".ics") != (volunteer_no is not None):
        raise AssignmentError("unknown_ending", ending=out.suffix or "-")
    context = open_desk(invocation, writing=names or volunteer_no is not None)
    begins, ends = _span(context, first, last)
    if volunteer_no is not None:
        count = write_calendar(context, out, volunteer_no, begins, ends)
    else:
        count = write_sheet(context, out, begins, ends, full_names=names, reason=reason, approver=approver)
    emit({"out": str(out), "assignments": count}, as_json, [t("assignments.exported", count=count, out=out)])


@assignment_group.command("import", help=t("imports.help.assignments"))
@click.argument("file", type=FilledPath())
@click.option("--dry-run", is_flag=True, help=t("imports.help.dry_run"))
@json_option
@pass_invocation
def import_command(invocation: Invocation, file: Path, dry_run: bool, as_json: bool) -> None:
    """Take an office's plan in, all of it or nothing."""
    from frontdesk.volunteers.assignments.importing import import_assignments

    outcome = import_assignments(open_desk(invocation, writing=True), file, dry_run=dry_run)
    emit_import(outcome, as_json, dry_run=dry_run)


def _span(context: Context, first: str | None, last: str | None) -> tuple[date, date]:
    """The days that are asked for: two weeks from today or from the first day where nothing else is said."""
    today = context.today()
    begins = typed_day(first, today) if first else today
    return begins, typed_day(last, today) if last else begins + timedelta(days=DAYS_LISTED - 1)


def _say(context: Context, assignment_id: int, as_json: bool) -> None:
    from frontdesk.volunteers.assignments import service

    line = service.get(context, assignment_id)
    emit(_as_json(context, line), as_json, _words(context, line))


def _as_json(context: Context, line: AssignmentLine) -> dict[str, object]:
    from frontdesk.volunteers.assignments import rules, service

    people = service.attendance(context, line.id)
    return {
        "id": line.id,
        "day": line.day,
        "starts_at": context.local(line.starts_at).isoformat(timespec="seconds"),
        "ends_at": context.local(line.ends_at).isoformat(timespec="seconds"),
        "title": line.title,
        "place": line.place,
        "session": line.session_code,
        "needed": line.needed,
        "signed": line.signed,
        "lacking": rules.lacking(line),
        "state": line.state,
        "cancel_reason": line.cancel_reason,
        "briefing": line.briefing,
        "people": [{"volunteer": one.volunteer_no, "presence": one.presence, "signed": one.signed} for one in people],
    }


def _words(context: Context, line: AssignmentLine) -> list[str]:
    from frontdesk.common.names import mask_name
    from frontdesk.volunteers.assignments import service
    from frontdesk.volunteers.assignments.words import people_words, presence_words, short_day, state_words, times_words

    parts = [
        f"{line.id:>4}",
        short_day(line.day),
        times_words(context, line),
        line.title,
        line.place,
        people_words(line),
        state_words(line),
        line.cancel_reason,
    ]
    people = [
        f"      {one.volunteer_no}  {mask_name(one.name)}  {presence_words(context, one)}"
        for one in service.attendance(context, line.id)
    ]
    return ["  ".join(filter(None, parts)), *people]
