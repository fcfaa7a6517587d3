"""Commands: demands of residents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from frontdesk.cli_support import (
    FilledPath,
    Invocation,
    emit,
    emit_import,
    json_option,
    open_desk,
    pass_invocation,
    progress,
)
from frontdesk.locale import t

if TYPE_CHECKING:
    from datetime import date

    from db.demands import DemandLine
    from frontdesk.context import Context

_number = click.argument("number", type=click.IntRange(1), metavar="NUMBER")


@click.group("demand", help=t("monthly.help.demand"))
def demand_group() -> None:
    """Demands of residents."""


@demand_group.command("list", help=t("monthly.help.demand_list"))
@click.option("--all", "every", is_flag=True, help=t("monthly.help.demand_all"))
@click.option("--since", metavar="DAY", help=t("monthly.help.demand_since"))
@json_option
@pass_invocation
def list_command(invocation: Invocation, every: bool, since: str | None, as_json: bool) -> None:
    """The demands by head count, with what came of them."""
    from frontdesk.activities.monthly.demands import ranked

    context = open_desk(invocation, writing=False)
    found = ranked(context, every=every, since=_day(context, since))
    lines = [_line(one) for one in found] or [t("monthly.demand.none_listed")]
    emit([demand_json(one) for one in found], as_json, lines)


@demand_group.command("add", help=t("monthly.help.demand_add"))
@click.argument("words")
@click.option("--category", default="", help=t("monthly.help.category"))
@click.option("--source", default="", help=t("monthly.help.source"))
@click.option("--audience", default="", help=t("monthly.help.audience"))
@click.option("--count", "head_count", default="1", help=t("monthly.help.count"))
@click.option("--area", default="", help=t("monthly.help.area"))
@json_option
@pass_invocation
def add_command(
    invocation: Invocation,
    words: str,
    category: str,
    source: str,
    audience: str,
    head_count: str,
    area: str,
    as_json: bool,
) -> None:
    """Register a demand."""
    from frontdesk.activities.monthly.demand_words import wanted_of
    from frontdesk.activities.monthly.demands import add_demand

    context = open_desk(invocation, writing=True)
    said = {
        "words": words,
        "category": category,
        "source": source,
        "audience": audience,
        "head_count": head_count,
        "area": area,
    }
    number = add_demand(context, wanted_of(said))
    _say(context, number, as_json, t("monthly.demand.added", number=number))


@demand_group.command("merge", help=t("monthly.help.demand_merge"))
@_number
@click.argument("into", type=click.IntRange(1), metavar="INTO")
@json_option
@pass_invocation
def merge_command(invocation: Invocation, number: int, into: int, as_json: bool) -> None:
    """Merge one into another."""
    from frontdesk.activities.monthly.demands import merge_demand

    context = open_desk(invocation, writing=True)
    merge_demand(context, number, into)
    _say(context, number, as_json)


@demand_group.command("accept", help=t("monthly.help.demand_accept"))
@_number
@json_option
@pass_invocation
def accept_command(invocation: Invocation, number: int, as_json: bool) -> None:
    """Take one up."""
    from frontdesk.activities.monthly.demands import accept_demand

    context = open_desk(invocation, writing=True)
    accept_demand(context, number)
    _say(context, number, as_json)


@demand_group.command("decline", help=t("monthly.help.demand_decline"))
@_number
@click.option("--reason", required=True, help=t("monthly.help.reason"))
@json_option
@pass_invocation
def decline_command(invocation: Invocation, number: int, reason: str, as_json: bool) -> None:
    """Turn one down."""
    from frontdesk.activities.monthly.demands import decline_demand

    context = open_desk(invocation, writing=True)
    decline_demand(context, number, reason)
    _say(context, number, as_json)


@demand_group.command("reopen", help=t("monthly.help.demand_reopen"))
@_number
@json_option
@pass_invocation
def reopen_command(invocation: Invocation, number: int, as_json: bool) -> None:
    """Make one new again."""
    from frontdesk.activities.monthly.demands import reopen_demand

    context = open_desk(invocation, writing=True)
    reopen_demand(context, number)
    _say(context, number, as_json)


@demand_group.command("plan", help=t("monthly.help.demand_plan"))
@_number
@click.option("--name", help=t("activities.field.name"))
@click.option("--category", help=t("monthly.help.category"))
@click.option("--day", required=True, help=t("activities.field.day"))
@click.option("--times", required=True, help=t("activities.field.times"))
@click.option("--room", default="", help=t("activities.field.room"))
@click.option("--lead", default="", help=t("activities.field.lead"))
@click.option("--capacity", required=True, help=t("activities.field.capacity"))
@click.option("--force-room", "reason", metavar="REASON", default="", help=t("activities.help.force_room"))
@json_option
@pass_invocation
def plan_command(
    invocation: Invocation,
    number: int,
    name: str | None,
    category: str | None,
    day: str,
    times: str,
    room: str,
    lead: str,
    capacity: str,
    reason: str,
    as_json: bool,
) -> None:
    """Put on a session for one."""
    from db.activities import SignUpTerms
    from frontdesk.activities.monthly.demands import demand, plan_demand
    from frontdesk.activities.sessions.edit import session_of
    from frontdesk.activities.sessions.new_room import new_room_words

    context = open_desk(invocation, writing=True)
    found = demand(context, number)
    said = {"name": found.words[:100] if name is None else name, "day": day, "times": times, "capacity": capacity}
    said |= {"category": found.category if category is None else category, "room": room, "lead": lead}
    wanted = session_of(context, said, None, SignUpTerms())
    new_room = new_room_words(context, wanted.room)
    plan_demand(context, number, wanted, force_room=bool(reason), reason=reason)
    if new_room:
        progress(new_room)
    _say(context, number, as_json)


@demand_group.command("link", help=t("monthly.help.demand_link"))
@_number
@click.option("--session", "session_code", metavar="CODE", help=t("monthly.help.session"))
@click.option("--series", "series_id", type=click.IntRange(1), metavar="NUMBER", help=t("monthly.help.series"))
@json_option
@pass_invocation
def link_command(
    invocation: Invocation, number: int, session_code: str | None, series_id: int | None, as_json: bool
) -> None:
    """Say to which session or series one led."""
    from frontdesk.activities.monthly.demands import link_demand

    context = open_desk(invocation, writing=True)
    link_demand(context, number, session_code=session_code, series_id=series_id)
    _say(context, number, as_json)


@demand_group.command("import", help=t("monthly.help.demand_import"))
@click.argument("file", type=FilledPath())
@click.option("--dry-run", is_flag=True, help=t("imports.help.dry_run"))
@json_option
@pass_invocation
def import_command(invocation: Invocation, file: Path, dry_run: bool, as_json: bool) -> None:
    """Take a survey sheet in; the exit code is 1 where it was refused."""
    from frontdesk.activities.monthly.demand_importing import import_demands

    outcome = import_demands(open_desk(invocation, writing=True), file, dry_run=dry_run)
    emit_import(outcome, as_json, dry_run=dry_run, also={"dry_run": dry_run})


@demand_group.command("export", help=t("monthly.help.demand_export"))
@click.option("--out", required=True, type=FilledPath(dir_okay=False), help=t("monthly.help.out"))
@click.option("--since", metavar="DAY", help=t("monthly.help.demand_since"))
@json_option
@pass_invocation
def export_command(invocation: Invocation, out: Path, since: str | None, as_json: bool) -> None:
    """The workbook."""
    from frontdesk.activities.monthly.demand_export import export_demands

    context = open_desk(invocation, writing=False)
    written = export_demands(context, out, since=_day(context, since))
    emit(written.as_json(), as_json, [t("monthly.written", out=written.path)])


def demand_json(one: DemandLine) -> dict[str, Any]:
    """A demand as scripts get it."""
    return {
        "number": one.id,
        "day": one.day,
        "words": one.words,
        "category": one.category,
        "source": one.source,
        "audience": one.audience,
        "head_count": one.head_count,
        "asked": one.asked,
        "area": one.area,
        "state": one.stands,
        "merged_into": one.merged_into,
        "session": one.session_code,
        "series": one.series_id,
        "led_to": one.led_to,
        "sessions": one.sessions,
        "held": one.held,
        "person_times": one.person_times,
        "reason": one.reason,
    }


def _say(context: Context, number: int, as_json: bool, words: str = "") -> None:
    from frontdesk.activities.monthly.demands import demand

    found = demand(context, number)
    emit(demand_json(found), as_json, [words or _line(found)])


def _line(one: DemandLine) -> str:
    from frontdesk.activities.monthly.demand_words import led_words

    state = t(f"monthly.demand.state.{one.stands}")
    return t(
        "monthly.demand.line", number=one.id, asked=one.asked, state=state, words=one.words, led_to=led_words(one)
    ).rstrip()


def _day(context: Context, text: str | None) -> date | None:
    from frontdesk.activities.monthly.errors import MonthlyError
    from frontdesk.common.typed_dates import read_typed_date

    if not text:
        return None
    try:
        return read_typed_date(text, context.today())
    except (ValueError, OverflowError) as wrong:
        raise MonthlyError("bad_day", text=text[:20]) from wrong
