"""Commands: check in and out by hand, undo, whole teams, the log; changes to visits are in `commands_changes`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t
from frontdesk.volunteers.checkin.commands_changes import (
    add_command,
    annul_command,
    close_day_command,
    correct_command,
    credit_command,
    review_command,
    settle_command,
)
from frontdesk.volunteers.checkin.commands_clock import clock_command

if TYPE_CHECKING:
    from db.checkin_log import ScanRow
    from frontdesk.context import Context
    from frontdesk.volunteers.checkin.answering import ScanOutcome
    from frontdesk.volunteers.checkin.groups import Member
    from frontdesk.volunteers.checkin.rules import Direction

F = TypeVar("F", bound="Callable[..., object]")

LISTED = 50
MOST_LISTED = 100_000


@click.group("checkin", help=t("cli.command.checkin"))
def checkin_group() -> None:
    """Checking volunteers in and out, and putting right what was recorded."""


def _attempt_options(function: F) -> F:
    """The options of an attempt by hand."""
    function = click.option("--reason", default="", help=t("checkin.help.attempt_reason"))(function)
    function = click.option("--force", is_flag=True, help=t("checkin.help.force"))(function)
    function = click.option("--at", "when", metavar="TIME", help=t("checkin.help.at"))(function)
    return click.argument("volunteers", nargs=-1, required=True, metavar="NO...")(function)


@checkin_group.command("in", help=t("checkin.help.in"))
@_attempt_options
@json_option
@pass_invocation
@click.pass_context
def in_command(
    ctx: click.Context,
    invocation: Invocation,
    volunteers: tuple[str, ...],
    when: str | None,
    force: bool,
    reason: str,
    as_json: bool,
) -> None:
    """Check volunteers in by hand; the exit code is 1 where somebody was refused."""
    context = open_desk(invocation, writing=True)
    _answer(ctx, _attempts(context, volunteers, "in", when, force=force, reason=reason), as_json)


@checkin_group.command("out", help=t("checkin.help.out"))
@_attempt_options
@json_option
@pass_invocation
@click.pass_context
def out_command(
    ctx: click.Context,
    invocation: Invocation,
    volunteers: tuple[str, ...],
    when: str | None,
    force: bool,
    reason: str,
    as_json: bool,
) -> None:
    """Check volunteers out by hand; the exit code is 1 where somebody was refused."""
    context = open_desk(invocation, writing=True)
    _answer(ctx, _attempts(context, volunteers, "out", when, force=force, reason=reason), as_json)


def _attempts(
    context: Context, volunteers: Sequence[str], direction: Direction, when: str | None, *, force: bool, reason: str
) -> list[ScanOutcome]:
    """What becomes of each of them. An override needs a reason, as a time given by hand does."""
    from frontdesk.volunteers.checkin.errors import CheckinError
    from frontdesk.volunteers.checkin.service import check_in

    at = _typed_moment(context, when) if when else None
    if force and not reason.strip():
        raise CheckinError("reason_required")
    return [check_in(context, no, at=at, direction=direction, force=force, words=reason) for no in volunteers]


def _typed_moment(context: Context, text: str) -> datetime:
    """A time of today, or a day and a time; wrong usage where it is neither."""
    from datetime import timedelta

    from frontdesk.common.dates import read_instant
    from frontdesk.common.typed_dates import minute_of

    try:
        minute = minute_of(text)
    except ValueError:
        try:
            return read_instant(text, context.zone)
        except ValueError as wrong:
            raise click.UsageError(t("checkin.usage.time", value=text)) from wrong
    return context.local(context.midnight(context.today())) + timedelta(minutes=minute or 0)


def _answer(ctx: click.Context, outcomes: Sequence[ScanOutcome], as_json: bool) -> None:
    """One line for each attempt."""
    from frontdesk.volunteers.checkin.told import describe

    for outcome in outcomes:
        emit(outcome.as_json(), as_json, [describe(outcome)])
    if any(outcome.result == "refused" for outcome in outcomes):
        ctx.exit(1)


@checkin_group.command("undo", help=t("checkin.help.undo"))
@click.argument("volunteer", metavar="NO")
@click.option("--reason", default="", help=t("checkin.help.undo_reason"))
@json_option
@pass_invocation
def undo_command(invocation: Invocation, volunteer: str, reason: str, as_json: bool) -> None:
    """Take a volunteer's last scan back."""
    from frontdesk.common.names import mask_name
    from frontdesk.volunteers.checkin.undoing import undo

    undone = undo(open_desk(invocation, writing=True), volunteer, reason=reason)
    value = {
        "volunteer": undone.volunteer_no,
        "undone": undone.result,
        "at": undone.at.isoformat(timespec="seconds"),
        "day": undone.day or None,
        "number": undone.number or None,
    }
    said = t(f"checkin.undone.{undone.result}", name=mask_name(undone.name), time=f"{undone.at:%m-%d %H:%M}")
    emit(value, as_json, [said])


@checkin_group.command("group", help=t("checkin.help.group"))
@click.argument("team", default="")
@click.option("--in", "direction", flag_value="in", help=t("checkin.help.group_in"))
@click.option("--out", "direction", flag_value="out", help=t("checkin.help.group_out"))
@click.option("--only", "chosen", multiple=True, metavar="NO", help=t("checkin.help.only"))
@json_option
@pass_invocation
@click.pass_context
def group_command(
    ctx: click.Context,
    invocation: Invocation,
    team: str,
    direction: Direction | None,
    chosen: tuple[str, ...],
    as_json: bool,
) -> None:
    """Check a team in or out; without either, who of it is here; without a team, the teams."""
    from frontdesk.volunteers.checkin.groups import check_in_group, team_now
    from frontdesk.volunteers.register.service import team_sizes

    context = open_desk(invocation, writing=direction is not None)
    if not team:
        found = team_sizes(context)
        value = [{"team": name, "members": count} for name, count in found]
        emit(value, as_json, [f"{name}  {count}" for name, count in found] or [t("checkin.no_teams")])
        return
    members = team_now(context, team)
    if not members or not {*chosen} <= {member.volunteer.no for member in members}:
        raise click.UsageError(t("checkin.usage.team", team=team))
    if direction is None:
        emit([_as_json(context, one) for one in members], as_json, [_member_words(context, one) for one in members])
        return
    wanted = [one.volunteer.no for one in members if (one.volunteer.no in chosen if chosen else True)]
    # Whoever is where the team goes already is passed over, unless named.
    going = [one.volunteer.no for one in members if one.volunteer.no in wanted and one.is_here == (direction == "out")]
    outcomes = check_in_group(context, wanted if chosen else going, direction=direction, nonce=context.ids())
    _answer(ctx, outcomes, as_json)


def _as_json(context: Context, member: Member) -> dict[str, object]:
    from frontdesk.common.names import mask_name

    since = context.local(member.since).isoformat(timespec="seconds") if member.since is not None else None
    return {"volunteer": member.volunteer.no, "name_masked": mask_name(member.volunteer.name), "here_since": since}


def _member_words(context: Context, member: Member) -> str:
    from frontdesk.common.names import mask_name

    since = t("checkin.here_since", time=f"{context.local(member.since):%H:%M}") if member.since is not None else ""
    return f"{member.volunteer.no}  {mask_name(member.volunteer.name)}  {since}".rstrip()


@checkin_group.command("log", help=t("checkin.help.log"))
@click.option("--volunteer", metavar="NO", help=t("checkin.help.log_of"))
@click.option("--last", "limit", type=click.IntRange(1, MOST_LISTED), default=LISTED, help=t("checkin.help.last"))
@json_option
@pass_invocation
def log_command(invocation: Invocation, volunteer: str | None, limit: int, as_json: bool) -> None:
    """The latest rows of the check-in log, the latest first."""
    from db import checkin_log

    context = open_desk(invocation, writing=False)
    found = checkin_log.log(context.database.connection, volunteer, limit)
    value = [row.model_dump(exclude={"serial", "nonce"}) for row in found]
    emit(value, as_json, [_row_words(context, row) for row in found] or [t("checkin.log_empty")])


def _row_words(context: Context, row: ScanRow) -> str:
    """A row of the log: its number, time, who, what, why, by whom."""
    what = t(f"checkin.log.{row.result}")
    why = t(f"checkin.screen.why.{row.reason}") if row.result == "refused" else row.words
    by = row.operator_no or t(f"checkin.screen.source.{row.source}")
    parts = (str(row.id), f"{context.local(row.at):%Y-%m-%d %H:%M:%S}", row.volunteer_no or "-", what, why, by)
    return "  ".join(part for part in parts if part)


for command in (
    correct_command,
    add_command,
    annul_command,
    credit_command,
    settle_command,
    close_day_command,
    review_command,
    clock_command,
):
    checkin_group.add_command(command)
