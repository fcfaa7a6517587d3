"""Commands: the roster out of the program (PDF, workbook, calendar, hours account) and back from a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from frontdesk.cli_support import F, FilledPath, Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t
from frontdesk.roster.commands_support import record_number

if TYPE_CHECKING:
    from frontdesk.common.wholefile import Written
    from frontdesk.context import Context
    from frontdesk.roster.output.importing import RosterTaken
    from frontdesk.roster.output.papers import RosterPaper

SHOWN_REFUSALS = 50
"""Refused cells that are said one by one; a file in which every cell is wrong has tens of thousands."""


@click.group("export", help=t("roster_out.help.export"))
def export_group() -> None:
    """The roster on paper, in sheets and in calendars."""


def _out_option(function: F) -> F:
    path = FilledPath(dir_okay=False)
    return click.option("--out", required=True, type=path, help=t("roster_out.help.out"))(function)


def _whose_options(function: F) -> F:
    function = click.option("--post", metavar="NAME", help=t("roster_out.help.post"))(function)
    return click.option("--person", metavar="NO", help=t("roster_out.help.person"))(function)


def _wall_options(function: F) -> F:
    sizes = click.Choice(["A4", "A3"], case_sensitive=False)
    function = click.option("--masked", is_flag=True, help=t("roster_out.help.masked"))(function)
    return click.option("--paper", "size", type=sizes, default="A4", help=t("roster_out.help.paper"))(function)


def _basis_option(function: F) -> F:
    kinds = click.Choice(["worked", "planned"])
    return click.option("--as", "basis", type=kinds, default="worked", help=t("roster_out.help.as"))(function)


def _paper_of(context: Context, period: str | None, kind: str, basis: str = "worked") -> RosterPaper:
    """The roster of a period, the running one where none is named."""
    from frontdesk.common.periods import month_of, week_of
    from frontdesk.roster.output.papers import gather, roster_period

    if period is None:
        named = week_of(context.today()) if kind == "week" else month_of(context.today())
    else:
        named = roster_period(period)
    return gather(context, named.first, named.last, "planned" if basis == "planned" else "worked")


def _say(exported: Written, as_json: bool, **more: Any) -> None:
    lines = [t("roster_out.exported", out=exported.path)]
    if exported.romanised:
        lines.append(t("roster_out.romanised", words="、".join(exported.romanised)))
    emit({**exported.as_json(), **more}, as_json, lines)


def _layout_command(layout: str) -> click.Command:
    @click.command(layout, help=t(f"roster_out.help.{layout}"))
    @click.argument("period", required=False)
    @_out_option
    @_wall_options
    @_basis_option
    @_whose_options
    @json_option
    @pass_invocation
    def command(
        invocation: Invocation,
        period: str | None,
        out: Path,
        size: str,
        masked: bool,
        basis: str,
        person: str | None,
        post: str | None,
        as_json: bool,
    ) -> None:
        from frontdesk.roster.output.exporting import export_roster
        from frontdesk.roster.output.papers import narrowed

        paper = narrowed(
            _paper_of(open_desk(invocation, writing=False), period, layout, basis), person=person, post=post
        )
        exported = export_roster(
            paper,
            out,
            "month" if layout == "month" else "week",
            size="A3" if size.upper() == "A3" else "A4",
            masked=masked,
        )
        _say(exported, as_json, first=paper.first.isoformat(), last=paper.last.isoformat(), basis=paper.basis)

    return command


for _layout in ("week", "month"):
    export_group.add_command(_layout_command(_layout))


@export_group.command("plan", help=t("roster_out.help.plan"))
@click.argument("plan_id", type=record_number)
@_out_option
@_wall_options
@click.option("--layout", type=click.Choice(["week", "month"]), default="week", help=t("roster_out.help.layout"))
@json_option
@pass_invocation
def plan_command(
    invocation: Invocation, plan_id: int, out: Path, size: str, masked: bool, layout: str, as_json: bool
) -> None:
    """A plan, above all a draft: for the wall, or to change in WPS and take in again."""
    from frontdesk.roster.output.exporting import export_roster
    from frontdesk.roster.output.papers import gather_plan

    paper = gather_plan(open_desk(invocation, writing=False), plan_id)
    exported = export_roster(
        paper,
        out,
        "month" if layout == "month" else "week",
        size="A3" if size.upper() == "A3" else "A4",
        masked=masked,
    )
    _say(exported, as_json, plan=plan_id, first=paper.first.isoformat(), last=paper.last.isoformat())


@export_group.command("hours", help=t("roster_out.help.hours"))
@click.argument("period", required=False)
@_out_option
@click.option("--person", metavar="NO", help=t("roster_out.help.person"))
@json_option
@pass_invocation
def hours_command(invocation: Invocation, period: str | None, out: Path, person: str | None, as_json: bool) -> None:
    """The hours account of a week or month, with the accounts themselves in JSON."""
    from dataclasses import asdict

    from frontdesk.roster.output.exporting import export_hours
    from frontdesk.roster.output.papers import narrowed

    paper = narrowed(_paper_of(open_desk(invocation, writing=False), period, "month"), person=person)
    exported = export_hours(paper, out)
    accounts = [{**asdict(one), "difference": one.difference} for one in paper.hours]
    _say(exported, as_json, first=paper.first.isoformat(), last=paper.last.isoformat(), people=accounts)


@export_group.command("ics", help=t("roster_out.help.ics"))
@click.argument("period", required=False)
@_out_option
@_whose_options
@json_option
@pass_invocation
def ics_command(
    invocation: Invocation, period: str | None, out: Path, person: str | None, post: str | None, as_json: bool
) -> None:
    """The calendar of a person or of a post."""
    from frontdesk.common.endings import ending_of
    from frontdesk.common.wholefile import Written
    from frontdesk.roster.output.exporting import calendar_days
    from frontdesk.roster.output.ics import write_calendar
    from frontdesk.roster.output.papers import roster_period

    kind = ending_of(out, "ics")
    context = open_desk(invocation, writing=False)
    if period is None:
        first, last = calendar_days(context)
    else:
        named = roster_period(period)
        first, last = named.first, named.last
    entries = write_calendar(context, out, first, last, person=person, post=post)
    _say(Written(out, kind), as_json, first=first.isoformat(), last=last.isoformat(), entries=entries)


@click.command("import", help=t("roster_out.help.import"))
@click.argument("file", type=FilledPath())
@click.option("--plan", "plan_id", type=record_number, metavar="NO", help=t("roster_out.help.into_plan"))
@click.option("--dry-run", is_flag=True, help=t("imports.help.dry_run"))
@click.option("--override", "reason", metavar="REASON", help=t("roster_out.help.override"))
@json_option
@pass_invocation
@click.pass_context
def import_command(
    ctx: click.Context,
    invocation: Invocation,
    file: Path,
    plan_id: int | None,
    dry_run: bool,
    reason: str | None,
    as_json: bool,
) -> None:
    """Take a changed roster in; the exit code is 1 where it was not."""
    from frontdesk.roster.output.importing import import_roster

    context = open_desk(invocation, writing=True)
    taken = import_roster(
        context, file, plan_id=plan_id, dry_run=dry_run, override=reason is not None, reason=reason or ""
    )
    emit({**taken.as_json(), "dry_run": dry_run}, as_json, import_lines(taken, dry_run=dry_run))
    if not taken.applied:
        ctx.exit(1)


def import_lines(taken: RosterTaken, *, dry_run: bool) -> list[str]:
    """The outcome in words: refused cells, or every change and every broken rule, then what was written."""
    from frontdesk.roster.legality import sentence
    from frontdesk.roster.output.sheetreading import People

    if taken.rejected:
        lines = [
            t(
                "imports.rejected",
                row=one.row,
                column=one.column,
                value=one.value or t("imports.blank"),
                reason=one.words(),
            )
            for one in taken.rejected[:SHOWN_REFUSALS]
        ]
        count = len(taken.rejected)
        if count > SHOWN_REFUSALS:
            lines.append(t("roster_out.import.more_refused", count=count - SHOWN_REFUSALS))
        return [*lines, t("roster_out.import.refused", count=count)]
    nobody, people = t("roster_out.wall.nobody"), People(taken.names)

    def name(no: str | None) -> str:
        return nobody if no is None else people.label(no)

    lines = [
        t(
            "roster_out.import.change",
            day=change.slot.day.isoformat(),
            post=change.slot.post,
            shift=change.slot.shift,
            role=t(f"roster_out.sheet.role.{role}"),
            before=name(before),
            after=name(after),
        )
        for change in taken.changes
        for role, before, after in (
            ("acting", change.before.acting, change.after.acting),
            ("standby", change.before.standby, change.after.standby),
        )
        if before != after
    ]
    lines += [
        t("roster_out.import.hard" if one.hard else "roster_out.import.soft", words=sentence(one))
        for one in taken.violations
    ]
    return [*lines, t(f"roster_out.import.{_end_of(taken, dry_run=dry_run)}", count=len(taken.changes))]


def _end_of(taken: RosterTaken, *, dry_run: bool) -> str:
    """What became of a file without refused cells."""
    if taken.applied:
        return "would" if dry_run else "done"
    return "impossible" if taken.impossible else "stopped"
