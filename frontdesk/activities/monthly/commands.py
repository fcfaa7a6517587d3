"""Commands: the monthly list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from frontdesk.cli_support import FilledPath, Invocation, emit, json_option, open_desk, pass_invocation, progress
from frontdesk.locale import t

if TYPE_CHECKING:
    from db.monthly import ListChange
    from frontdesk.activities.monthly.ics import Of
    from frontdesk.activities.monthly.service import MonthView
    from frontdesk.common.wholefile import Written
    from frontdesk.context import Context

_month = click.argument("month", required=False, metavar="[MONTH]")
_reason = click.option("--reason", required=True, help=t("monthly.help.reason"))
_out = click.option("--out", required=True, type=FilledPath(dir_okay=False), help=t("monthly.help.out"))


@click.group("monthly", help=t("monthly.help.monthly"))
def monthly_group() -> None:
    """The monthly list."""


@monthly_group.command("show", help=t("monthly.help.show"))
@_month
@json_option
@pass_invocation
def show_command(invocation: Invocation, month: str | None, as_json: bool) -> None:
    """The sessions of a month with their states."""
    from frontdesk.activities.monthly.service import month_view, read_month

    context = open_desk(invocation, writing=False)
    view = month_view(context, read_month(context, month))
    emit(view_json(context, view), as_json, _view_lines(context, view))


@monthly_group.command("plan", help=t("monthly.help.plan"))
@_month
@click.option("--dry-run", is_flag=True, help=t("monthly.help.dry_run"))
@click.option("--force", "reason", metavar="REASON", default="", help=t("monthly.help.force_rooms"))
@json_option
@pass_invocation
def plan_command(invocation: Invocation, month: str | None, dry_run: bool, reason: str, as_json: bool) -> None:
    """Make the drafts that the series lack."""
    from frontdesk.activities.monthly.planning import plan_month, preview_plan
    from frontdesk.activities.monthly.service import read_month

    context = open_desk(invocation, writing=not dry_run)
    period = read_month(context, month)
    plan = preview_plan(context, period)
    created = [] if dry_run else plan_month(context, period, reason).created
    dates = [
        {
            "series": one.series.id,
            "name": one.series.name,
            "series_day": one.coming.planned.series_day.isoformat(),
            "day": one.coming.planned.day.isoformat() if one.coming.planned.day else None,
            "why": one.coming.planned.why,
            "clashes": [taken.ref for taken in one.coming.clashes],
        }
        for one in plan.dates
    ]
    value = {
        "month": period.key,
        "dates": dates,
        "created": created,
        "dry_run": dry_run,
        "unknown_years": list(plan.unknown_years),
    }
    lines = [f"{one['day'] or '-'} {one['name']} {one['why']}" for one in dates]
    key = "monthly.cli.would_plan" if dry_run else "monthly.plan.done"
    emit(value, as_json, [*lines, t(key, count=len(plan.held) if dry_run else len(created))])


@monthly_group.command("approve", help=t("monthly.help.approve"))
@_month
@json_option
@pass_invocation
def approve_command(invocation: Invocation, month: str | None, as_json: bool) -> None:
    """Approve the drafts."""
    from frontdesk.activities.monthly.service import approve, read_month

    context = open_desk(invocation, writing=True)
    period = read_month(context, month)
    count = approve(context, period)
    emit({"month": period.key, "approved": count}, as_json, [t("monthly.cli.approved", count=count)])


@monthly_group.command("publish", help=t("monthly.help.publish"))
@_month
@click.option("--accept-lacking", is_flag=True, help=t("monthly.help.accept_lacking"))
@click.option("--force-rooms", "reason", metavar="REASON", default="", help=t("monthly.help.force_rooms"))
@click.option("--added", metavar="REASON", help=t("monthly.help.added"))
@json_option
@pass_invocation
def publish_command(
    invocation: Invocation, month: str | None, accept_lacking: bool, reason: str, added: str | None, as_json: bool
) -> None:
    """Publish the list, or drafts that came after it."""
    from frontdesk.activities.monthly import service

    context = open_desk(invocation, writing=True)
    period = service.read_month(context, month)
    if added is not None:
        count = service.publish_added(context, period, added)
        emit({"month": period.key, "added": count}, as_json, [t("monthly.publish.added_done", count=count)])
        return
    service.publish(context, period, accept_lacking=accept_lacking, force_rooms=bool(reason), reason=reason)
    view = service.month_view(context, period)
    emit(view_json(context, view), as_json, [t("monthly.publish.done", number=view.number)])


@monthly_group.command("withdraw", help=t("monthly.help.withdraw"))
@_month
@_reason
@json_option
@pass_invocation
def withdraw_command(invocation: Invocation, month: str | None, reason: str, as_json: bool) -> None:
    """Take the last step back."""
    from frontdesk.activities.monthly.service import read_month, withdraw

    context = open_desk(invocation, writing=True)
    period = read_month(context, month)
    kept = withdraw(context, period, reason)
    state = t(f"monthly.state.{kept.state}")
    emit({"month": period.key, "state": kept.state}, as_json, [t("monthly.withdraw.done", state=state)])


@monthly_group.command("changes", help=t("monthly.help.changes"))
@_month
@json_option
@pass_invocation
def changes_command(invocation: Invocation, month: str | None, as_json: bool) -> None:
    """The change lines of a month, of all its editions."""
    from frontdesk.activities.monthly.service import changes, read_month

    context = open_desk(invocation, writing=False)
    found = changes(context, read_month(context, month))
    lines = [_change_line(context, one) for one in found] or [t("monthly.changes.none")]
    emit([change_json(one) for one in found], as_json, lines)


@monthly_group.command("print", help=t("monthly.help.print"))
@_month
@_out
@click.option(
    "--paper", type=click.Choice(["A4", "A3"], case_sensitive=False), default="A4", help=t("monthly.help.paper")
)
@click.option("--notice", is_flag=True, help=t("monthly.help.notice"))
@json_option
@pass_invocation
def print_command(
    invocation: Invocation, month: str | None, out: Path, paper: str, notice: bool, as_json: bool
) -> None:
    """The poster, or the notice of changes."""
    from frontdesk.activities.monthly.poster import missing_glyphs, print_poster
    from frontdesk.activities.monthly.service import read_month

    context = open_desk(invocation, writing=False)
    period = read_month(context, month)
    missing = missing_glyphs(context, period)
    if missing:
        progress(t("monthly.missing", missing="".join(missing)))
    written = print_poster(context, period, out, size="A3" if paper.upper() == "A3" else "A4", only_changes=notice)
    _say_written(written, as_json, month=period.key, missing=list(missing))


@monthly_group.command("export", help=t("monthly.help.export"))
@_month
@_out
@json_option
@pass_invocation
def export_command(invocation: Invocation, month: str | None, out: Path, as_json: bool) -> None:
    """The workbook."""
    from frontdesk.activities.monthly.exporting import export_month
    from frontdesk.activities.monthly.service import read_month

    context = open_desk(invocation, writing=False)
    period = read_month(context, month)
    _say_written(export_month(context, period, out), as_json, month=period.key)


@monthly_group.command("ics", help=t("monthly.help.ics"))
@_month
@click.option("--room", metavar="NAME", help=t("monthly.help.room"))
@click.option("--lead", metavar="NAME", help=t("monthly.help.lead"))
@click.option("--out", type=FilledPath(dir_okay=False), help=t("monthly.help.out"))
@click.option("--all-into", "folder", type=FilledPath(), help=t("monthly.help.all_into"))
@json_option
@pass_invocation
def ics_command(
    invocation: Invocation,
    month: str | None,
    room: str | None,
    lead: str | None,
    out: Path | None,
    folder: Path | None,
    as_json: bool,
) -> None:
    """The calendar of a room or of a lead, or of all of them."""
    from frontdesk.activities.monthly.ics import owners_of, write_calendar, write_calendars
    from frontdesk.activities.monthly.service import read_month

    if sum(one is not None for one in (room, lead, folder)) != 1 or (folder is None and out is None):
        raise click.UsageError(t("monthly.usage.ics"))
    context = open_desk(invocation, writing=False)
    period = read_month(context, month)
    if folder is not None:
        kinds: tuple[Of, ...] = ("room", "lead")
        written = [
            one
            for of in kinds
            if owners_of(context, period, of)
            for one in write_calendars(context, period, of, folder)
        ]
    else:
        assert out is not None
        of: Of = "room" if room is not None else "lead"
        written = [write_calendar(context, period, of, str(room if room is not None else lead), out)]
    value = [{"owner": one.owner, "out": str(one.out), "entries": one.entries} for one in written]
    emit(value, as_json, [t("monthly.written", out=one.out) for one in written])


@monthly_group.command("close", help=t("monthly.help.close"))
@_month
@click.option("--accept-unmarked", is_flag=True, help=t("monthly.help.accept_unmarked"))
@json_option
@pass_invocation
def close_command(invocation: Invocation, month: str | None, accept_unmarked: bool, as_json: bool) -> None:
    """Close the list with what was carried out."""
    from frontdesk.activities.monthly.service import close, read_month

    context = open_desk(invocation, writing=True)
    period = read_month(context, month)
    came = close(context, period, accept_unmarked=accept_unmarked)
    words = t("monthly.panel.carried_out", **came._asdict())
    emit({"month": period.key, **came._asdict()}, as_json, [t("monthly.close.done", carried_out=words)])


@monthly_group.command("note", help=t("monthly.help.note"))
@click.argument("month")
@click.argument("words")
@json_option
@pass_invocation
def note_command(invocation: Invocation, month: str, words: str, as_json: bool) -> None:
    """What the poster says of signing up."""
    from frontdesk.activities.monthly.service import read_month, set_note

    context = open_desk(invocation, writing=True)
    period = read_month(context, month)
    set_note(context, period, words)
    emit({"month": period.key, "note": words}, as_json, [t("monthly.cli.noted")])


def view_json(context: Context, view: MonthView) -> dict[str, Any]:
    """A month as scripts get it."""
    from frontdesk.activities.monthly.service import closed_with
    from frontdesk.activities.monthly.wording import times

    came = closed_with(view.kept) if view.kept else None
    return {
        "month": view.period.key,
        "state": view.state,
        "number": view.number,
        "edition": view.kept.edition if view.kept else 0,
        "changes": len(view.changes),
        "carried_out": came._asdict() if came else None,
        "sessions": [
            {
                "code": one.code,
                "day": one.day,
                "time": times(one.starts_at, one.ends_at, context.zone),
                "name": one.name,
                "category": one.category,
                "activity_type": one.activity_type,
                "room": one.room,
                "lead": one.lead,
                "capacity": one.capacity,
                "seats_confirmed": one.seats_confirmed,
                "state": one.state,
                "changed": view.changed.get(one.code),
            }
            for one in view.sessions
        ],
    }


def _view_lines(context: Context, view: MonthView) -> list[str]:
    from frontdesk.activities.monthly.wording import times

    state = t(f"monthly.state.{view.state or 'none'}")
    head = t("monthly.cli.list", month=view.period.label, state=state, count=len(view.sessions))
    lines = [f"{head}  {view.number}".rstrip()]
    for one in view.sessions:
        clock = times(one.starts_at, one.ends_at, context.zone)
        state = t(f"monthly.session.{one.state}")
        lines.append(f"{one.day} {clock} {one.code} {one.name} {one.category} {one.room} {one.lead} {state}")
    return lines


def change_json(one: ListChange) -> dict[str, Any]:
    """A change line as scripts get it."""
    from frontdesk.activities.monthly.wording import said_after, said_before

    return {
        "edition": one.edition,
        "session": one.session_code,
        "kind": one.kind,
        "before": said_before(one),
        "after": said_after(one),
        "reason": one.reason,
        "at": one.at,
        "operator": one.operator_no,
    }


def _change_line(context: Context, one: ListChange) -> str:
    from frontdesk.activities.monthly.wording import change_words, name_of

    at = f"{context.local(one.at):%Y-%m-%d %H:%M}"
    kind = t(f"monthly.change.{one.kind}")
    parts = [t("monthly.change_line", at=at, kind=kind, code=one.session_code, name=name_of(one))]
    parts += [change_words(one, context.zone), one.reason]
    return "  ".join(part for part in parts if part)


def _say_written(written: Written, as_json: bool, **more: object) -> None:
    lines = [t("monthly.written", out=written.path)]
    if written.romanised:
        lines.append(t("monthly.romanised", words="、".join(written.romanised)))
    emit({**written.as_json(), **more}, as_json, lines)
