"""Commands that change visits afterwards: corrected, added, annulled, credited, closed, reviewed."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t

if TYPE_CHECKING:
    from db.checkin_log import ExitLine
    from db.visits import VisitLine
    from frontdesk.context import Context


def _typed_day(context: Context, text: str) -> date:
    """A day as it is typed; wrong usage where it is none."""
    from frontdesk.common.typed_dates import read_typed_date

    try:
        return read_typed_date(text, context.today())
    except ValueError as wrong:
        raise click.UsageError(t("checkin.usage.day", value=text)) from wrong


def _typed_times(context: Context, day: date, entered: str, left: str) -> tuple[datetime, datetime]:
    """Entry and exit; an exit that is not later is of the day after. Wrong usage where one cannot be read."""
    from frontdesk.volunteers.checkin.words import typed_times

    try:
        return typed_times(day, entered, left, context.zone)
    except ValueError as wrong:
        text = entered if str(wrong) == "entered" else left
        raise click.UsageError(t("checkin.usage.time", value=text)) from wrong


def _say_visit(context: Context, volunteer_no: str, day: str, number: int, as_json: bool) -> None:
    """A visit as it stands now."""
    from db import visits

    visit = visits.get(context.database.connection, volunteer_no, day, number)
    assert visit is not None
    emit(visit_json(context, visit), as_json, [visit_words(context, visit)])


def visit_json(context: Context, visit: VisitLine) -> dict[str, object]:
    """A visit with its name masked and its times as the wall clock shows them."""
    from frontdesk.common.names import mask_name

    def shown(at: int | None) -> str | None:
        return None if at is None else context.local(at).isoformat(timespec="seconds")

    return {
        "volunteer": visit.volunteer_no,
        "name_masked": mask_name(visit.name),
        "day": visit.day,
        "number": visit.number,
        "entered": shown(visit.entered_at),
        "left": shown(visit.left_at),
        "basis": visit.basis,
        "review": visit.review or None,
        "credit_seconds": visit.credit_seconds,
        "annulled": visit.annulled,
        "assignment": visit.assignment_id,
        "session": visit.session_code,
        "credited_to": visit.credited_to or None,
    }


def visit_words(context: Context, visit: VisitLine) -> str:
    """A visit in one line: who, when, how it counts, for what."""
    from frontdesk.volunteers.checkin.words import credited_words, kind_words, span, who

    def clock(at: int) -> str:
        return f"{context.local(at):%H:%M}"

    kind = kind_words(visit, is_over=visit.day < context.today().isoformat())
    times = span(visit.entered_at, visit.left_at, clock)
    named = f"{who(visit.name, visit.volunteer_no)}  {visit.day} #{visit.number}"
    return f"{named}  {times}  {kind}  {credited_words(visit.credited_to)}"


@click.command("correct", help=t("checkin.help.correct"))
@click.argument("volunteer", metavar="NO")
@click.argument("day")
@click.argument("number", type=click.IntRange(1))
@click.option("--from", "entered", required=True, metavar="HH:MM", help=t("checkin.help.from"))
@click.option("--to", "left", required=True, metavar="HH:MM", help=t("checkin.help.to"))
@click.option("--reason", required=True, help=t("checkin.help.reason"))
@json_option
@pass_invocation
def correct_command(
    invocation: Invocation, volunteer: str, day: str, number: int, entered: str, left: str, reason: str, as_json: bool
) -> None:
    """Put the times of a visit right."""
    from frontdesk.volunteers.checkin.correcting import correct_visit

    context = open_desk(invocation, writing=True)
    when = _typed_day(context, day)
    begins, ends = _typed_times(context, when, entered, left)
    correct_visit(context, volunteer, when, number, entered=begins, left=ends, reason=reason)
    _say_visit(context, volunteer, when.isoformat(), number, as_json)


@click.command("add", help=t("checkin.help.add"))
@click.argument("volunteer", metavar="NO")
@click.argument("day")
@click.option("--from", "entered", required=True, metavar="HH:MM", help=t("checkin.help.from"))
@click.option("--to", "left", required=True, metavar="HH:MM", help=t("checkin.help.to"))
@click.option("--assignment", "assignment_id", type=int, metavar="ID", help=t("checkin.help.assignment"))
@click.option("--session", "session_code", metavar="CODE", help=t("checkin.help.session"))
@click.option("--reason", required=True, help=t("checkin.help.reason"))
@json_option
@pass_invocation
def add_command(
    invocation: Invocation,
    volunteer: str,
    day: str,
    entered: str,
    left: str,
    assignment_id: int | None,
    session_code: str | None,
    reason: str,
    as_json: bool,
) -> None:
    """Add a visit that was never scanned."""
    from frontdesk.volunteers.checkin.correcting import add_visit

    context = open_desk(invocation, writing=True)
    begins, ends = _typed_times(context, _typed_day(context, day), entered, left)
    made = add_visit(
        context,
        volunteer,
        entered=begins,
        left=ends,
        assignment_id=assignment_id,
        session_code=session_code,
        reason=reason,
    )
    _say_visit(context, volunteer, made.day, made.number, as_json)


@click.command("annul", help=t("checkin.help.annul"))
@click.argument("volunteer", metavar="NO")
@click.argument("day")
@click.argument("number", type=click.IntRange(1))
@click.option("--reason", required=True, help=t("checkin.help.reason"))
@json_option
@pass_invocation
def annul_command(invocation: Invocation, volunteer: str, day: str, number: int, reason: str, as_json: bool) -> None:
    """Have a visit count nothing."""
    from frontdesk.volunteers.checkin.correcting import annul_visit

    context = open_desk(invocation, writing=True)
    when = _typed_day(context, day)
    annul_visit(context, volunteer, when, number, reason)
    _say_visit(context, volunteer, when.isoformat(), number, as_json)


@click.command("credit", help=t("checkin.help.credit"))
@click.argument("volunteer", metavar="NO")
@click.argument("day")
@click.argument("number", type=click.IntRange(1))
@click.option("--assignment", "assignment_id", type=int, metavar="ID", help=t("checkin.help.assignment"))
@click.option("--session", "session_code", metavar="CODE", help=t("checkin.help.session"))
@click.option("--general", is_flag=True, help=t("checkin.help.general"))
@json_option
@pass_invocation
def credit_command(
    invocation: Invocation,
    volunteer: str,
    day: str,
    number: int,
    assignment_id: int | None,
    session_code: str | None,
    general: bool,
    as_json: bool,
) -> None:
    """Credit a visit to something else."""
    from frontdesk.volunteers.checkin.correcting import credit_visit

    if [assignment_id is not None, session_code is not None, general].count(True) != 1:
        raise click.UsageError(t("checkin.usage.credit"))
    context = open_desk(invocation, writing=True)
    when = _typed_day(context, day)
    credit_visit(context, volunteer, when, number, assignment_id=assignment_id, session_code=session_code)
    _say_visit(context, volunteer, when.isoformat(), number, as_json)


@click.command("settle", help=t("checkin.help.settle"))
@click.argument("scan_id", metavar="ID", type=int)
@click.option("--from", "entered", metavar="HH:MM", help=t("checkin.help.settle_from"))
@click.option("--reason", required=True, help=t("checkin.help.reason"))
@json_option
@pass_invocation
def settle_command(invocation: Invocation, scan_id: int, entered: str | None, reason: str, as_json: bool) -> None:
    """Settle an exit without an entry."""
    from frontdesk.volunteers.checkin.closing import open_exits
    from frontdesk.volunteers.checkin.correcting import settle_exit
    from frontdesk.volunteers.checkin.errors import CheckinError

    context = open_desk(invocation, writing=True)
    begins: datetime | None = None
    if entered is not None:
        found = next((one for one in open_exits(context) if one.id == scan_id), None)
        if found is None:
            raise CheckinError("unknown_exit", id=scan_id)
        begins, _ = _typed_times(context, context.local(found.at).date(), entered, "24:00")
    made = settle_exit(context, scan_id, entered=begins, reason=reason)
    if made is None:
        emit({"exit": scan_id, "set_aside": True}, as_json, [t("checkin.set_aside", id=scan_id)])
    else:
        _say_visit(context, made.volunteer_no, made.day, made.number, as_json)


@click.command("close-day", help=t("checkin.help.close_day"))
@click.argument("day", default="")
@json_option
@pass_invocation
def close_day_command(invocation: Invocation, day: str, as_json: bool) -> None:
    """Infer the exits forgotten on a day, or on every day behind."""
    from frontdesk.volunteers.checkin.closing import close_day, close_past_days

    context = open_desk(invocation, writing=True)
    closed = close_day(context, _typed_day(context, day)) if day else close_past_days(context)
    emit(
        {"inferred": closed}, as_json, [t("checkin.days_closed" if closed else "checkin.none_forgotten", count=closed)]
    )


@click.command("review", help=t("checkin.help.review"))
@click.argument("volunteer", metavar="[NO]", default="")
@click.argument("day", default="")
@click.argument("number", type=click.IntRange(1), default=1)
@click.option("--accept/--refuse", "accepted", default=None, help=t("checkin.help.accept"))
@click.option("--older-than", type=click.IntRange(1, 10_000), metavar="N", help=t("checkin.help.older_than"))
@click.option("--reason", default="", help=t("checkin.help.reason"))
@json_option
@pass_invocation
def review_command(
    invocation: Invocation,
    volunteer: str,
    day: str,
    number: int,
    accepted: bool | None,
    older_than: int | None,
    reason: str,
    as_json: bool,
) -> None:
    """What waits for review, the verdict on one inferred exit, or the refusal of all that are old."""
    from frontdesk.volunteers.checkin.closing import old_day, open_exits, refuse_old, review_visit

    if older_than is not None:
        if volunteer or accepted is not False:
            raise click.UsageError(t("checkin.usage.older_than"))
        context = open_desk(invocation, writing=True)
        count = refuse_old(context, old_day(context, older_than), reason)
        emit({"refused": count}, as_json, [t("checkin.screen.old.done", count=count)])
        return
    if not volunteer:
        context = open_desk(invocation, writing=False)
        pending, exits = _every_review(context), open_exits(context)
        value = {
            "pending": [visit_json(context, one) for one in pending],
            "exits": [_exit_json(context, one) for one in exits],
        }
        said = [visit_words(context, one) for one in pending] + [_exit_words(context, one) for one in exits]
        emit(value, as_json, said or [t("checkin.none_pending")])
        return
    if accepted is None or not day:
        raise click.UsageError(t("checkin.usage.review"))
    context = open_desk(invocation, writing=True)
    when = _typed_day(context, day)
    review_visit(context, volunteer, when, number, accepted, reason)
    _say_visit(context, volunteer, when.isoformat(), number, as_json)


def _every_review(context: Context) -> list[VisitLine]:
    """All that waits for review, read page by page."""
    from frontdesk.volunteers.checkin.closing import VisitKey, reviews

    found = page = reviews(context)
    while page:
        last = page[-1]
        page = reviews(context, after=VisitKey(last.volunteer_no, last.day, last.number))
        found = found + page
    return found


def _exit_json(context: Context, one: ExitLine) -> dict[str, object]:
    from frontdesk.common.names import mask_name

    at = context.local(one.at).isoformat(timespec="seconds")
    return {"id": one.id, "volunteer": one.volunteer_no, "name_masked": mask_name(one.name), "left": at}


def _exit_words(context: Context, one: ExitLine) -> str:
    from frontdesk.volunteers.checkin.words import who

    named = who(one.name, one.volunteer_no or "")
    return t("checkin.lone_exit", id=one.id, who=named, time=f"{context.local(one.at):%Y-%m-%d %H:%M}")
