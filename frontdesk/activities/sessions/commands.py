"""Commands: the sessions of a day or month, one put on, changed, cancelled with its notice, restored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from frontdesk.cli_support import FilledPath, Invocation, emit, json_option, open_desk, pass_invocation, progress
from frontdesk.locale import t

if TYPE_CHECKING:
    from db.activities import Session, SessionLine
    from frontdesk.activities.sessions.storing import Stored
    from frontdesk.context import Context

FIELDS = (
    *("name", "day", "times", "room", "category", "activity_type", "capacity", "min_enrol", "lead"),
    *("setup_minutes", "clearing_minutes", "fee_fen", "note"),
)
TERMS = (
    *("allocation", "opens", "returning_days_before", "closes_minutes_before", "draw", "returning_first"),
    *("ages", "areas", "tags", "residents_only", "quota", "largest_party", "offer_minutes"),
)
"""What is typed in forms too; a test holds these against `sessions.typed`."""

_RENAMED = {"fee_fen": "fee"}


def field_options(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An option for each of these fields of a session or its terms."""

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        for name in reversed(names):
            called = _RENAMED.get(name, name).replace("_", "-")
            function = click.option(f"--{called}", name, default=None, help=t(f"activities.field.{name}"))(function)
        return function

    return add


def force_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of what may meet a taken room."""
    function = click.option("--reason", default="", help=t("activities.help.reason"))(function)
    return click.option("--force-room", is_flag=True, help=t("activities.help.force_room"))(function)


@click.group("activity", help=t("cli.command.activity"))
def activity_group() -> None:
    """The sessions of the centre."""


@activity_group.command("list", help=t("activities.help.list"))
@click.argument("day", required=False)
@click.option("--days", type=click.IntRange(1, 366), default=1, show_default=True, help=t("activities.help.days"))
@json_option
@pass_invocation
def list_command(invocation: Invocation, day: str | None, days: int, as_json: bool) -> None:
    """The sessions of a day, today where none is named, or of several from it on."""
    from frontdesk.activities.service import sessions

    context = open_desk(invocation, writing=False)
    first = _day(context, day) if day else context.today()
    found = sessions(context, first, first + timedelta(days=days - 1))
    _emit_lines(context, found, as_json)


@activity_group.command("month", help=t("activities.help.month"))
@click.argument("month", required=False)
@json_option
@pass_invocation
def month_command(invocation: Invocation, month: str | None, as_json: bool) -> None:
    """The sessions of a month, what is only planned included."""
    from frontdesk.activities.monthly.service import read_month
    from frontdesk.activities.sessions.service import month_lines

    context = open_desk(invocation, writing=False)
    _emit_lines(context, month_lines(context, read_month(context, month).key), as_json)


@activity_group.command("show", help=t("activities.help.show"))
@click.argument("code")
@json_option
@pass_invocation
def show_command(invocation: Invocation, code: str, as_json: bool) -> None:
    """One session with its terms."""
    from frontdesk.activities.sessions.service import session
    from frontdesk.activities.sessions.typed import label, shown_terms

    context = open_desk(invocation, writing=False)
    found = session(context, code)
    terms = shown_terms(found.terms)
    lines = [line_words(context, found)]
    lines += [f"{label(name)}  {value}" for name, value in terms.items() if value]
    emit(line_json(context, found) | {"terms": found.terms.model_dump()}, as_json, lines)


@activity_group.command("add", help=t("activities.help.add"))
@click.option("--code", default="", help=t("activities.field.code"))
@field_options(*FIELDS, *TERMS)
@force_options
@json_option
@pass_invocation
def add_command(
    invocation: Invocation, /, code: str, force_room: bool, reason: str, as_json: bool, **said: str | None
) -> None:
    """Put on a single session."""
    from db.activities import SignUpTerms
    from frontdesk.activities.errors import ActivityError
    from frontdesk.activities.sessions.edit import session_of
    from frontdesk.activities.sessions.new_room import new_room_words
    from frontdesk.activities.sessions.service import add_session
    from frontdesk.activities.sessions.typed import label, read_line, read_terms

    context = open_desk(invocation, writing=True)
    texts = {name: text for name, text in said.items() if text is not None}
    for needed in ("name", "day", "times", "category", "capacity"):
        if needed not in texts:
            raise ActivityError("missing_field", field=needed, label=label(needed))
    wanted = session_of(context, texts, None, read_terms(texts, SignUpTerms()))
    if code:
        wanted = wanted.model_copy(update={"code": read_line("code", code)})
    new_room = new_room_words(context, wanted.room)
    stored = add_session(context, wanted, force_room=force_room, reason=reason)
    if new_room:
        progress(new_room)
    _emit_stored(context, stored, as_json)


@activity_group.command("change", help=t("activities.help.change"))
@click.argument("code")
@field_options(*FIELDS, *TERMS)
@force_options
@json_option
@pass_invocation
def change_command(
    invocation: Invocation, /, code: str, force_room: bool, reason: str, as_json: bool, **said: str | None
) -> None:
    """Change what is named of one session."""
    from db.activities import plain
    from frontdesk.activities.sessions.edit import session_of
    from frontdesk.activities.sessions.new_room import new_room_words
    from frontdesk.activities.sessions.service import change_session, session
    from frontdesk.activities.sessions.typed import read_terms

    context = open_desk(invocation, writing=True)
    before = plain(session(context, code))
    texts = {name: text for name, text in said.items() if text is not None}
    wanted = session_of(context, texts, before, read_terms(texts, before.terms))
    new_room = new_room_words(context, wanted.room)
    stored = change_session(context, before, wanted, force_room=force_room, reason=reason)
    if new_room:
        progress(new_room)
    _emit_stored(context, stored, as_json)


@activity_group.command("cancel", help=t("activities.help.cancel"))
@click.argument("code")
@click.argument("reason")
@click.option("--notice", type=FilledPath(dir_okay=False), help=t("activities.help.notice"))
@json_option
@pass_invocation
def cancel_command(invocation: Invocation, code: str, reason: str, notice: Path | None, as_json: bool) -> None:
    """Cancel a session and, where a file is named, write its notice."""
    from frontdesk.activities.sessions.notice_paper import export_cancel_notice
    from frontdesk.activities.sessions.service import cancel_session

    context = open_desk(invocation, writing=True)
    stored = cancel_session(context, code, reason)
    written = export_cancel_notice(context, code, notice) if notice else None
    _emit_stored(context, stored, as_json, {"notice": written.as_json()} if written else {})


@activity_group.command("restore", help=t("activities.help.restore"))
@click.argument("code")
@force_options
@json_option
@pass_invocation
def restore_command(invocation: Invocation, code: str, force_room: bool, reason: str, as_json: bool) -> None:
    """Take a cancellation back."""
    from frontdesk.activities.sessions.service import restore_session

    context = open_desk(invocation, writing=True)
    _emit_stored(context, restore_session(context, code, force_room=force_room, reason=reason), as_json)


@activity_group.command("close", help=t("activities.help.close"))
@click.argument("code")
@click.option("--reopen", is_flag=True, help=t("activities.help.reopen"))
@json_option
@pass_invocation
def close_command(invocation: Invocation, code: str, reopen: bool, as_json: bool) -> None:
    """Close a session that is over, or take that back."""
    from frontdesk.activities.sessions.service import close_session, reopen_session

    context = open_desk(invocation, writing=True)
    _emit_stored(context, reopen_session(context, code) if reopen else close_session(context, code), as_json)


@activity_group.command("delete", help=t("activities.help.delete"))
@click.argument("code")
@json_option
@pass_invocation
def delete_command(invocation: Invocation, code: str, as_json: bool) -> None:
    """Delete a session that is only planned."""
    from frontdesk.activities.sessions.service import delete_session

    context = open_desk(invocation, writing=True)
    delete_session(context, code)
    emit({"deleted": code}, as_json, [t("activities.deleted", code=code)])


def session_json(context: Context, found: Session) -> dict[str, Any]:
    """What a session says, for scripts: local times, the fee in fen."""
    value = found.model_dump(
        include={
            *("code", "day", "name", "category", "activity_type", "room", "capacity", "min_enrol", "lead", "state"),
            *("cancel_reason", "note", "series_id", "series_day", "detached", "setup_minutes", "clearing_minutes"),
            *("fee_fen", "revision"),
        }
    )
    starts, ends = context.local(found.starts_at), context.local(found.ends_at)
    return value | {"starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}"}


def line_json(context: Context, found: SessionLine) -> dict[str, Any]:
    """A session with its counts, for scripts."""
    counts = found.model_dump(
        include={"seats_confirmed", "seats_offered", "parties_waitlisted", "parties_applied", "person_times"}
    )
    return session_json(context, found) | counts


def line_words(context: Context, found: SessionLine) -> str:
    """A session in a line."""
    from frontdesk.common.dates import screen_date

    times = f"{context.local(found.starts_at):%H:%M}-{context.local(found.ends_at):%H:%M}"
    seats = f"{found.seats_confirmed}/{found.capacity}"
    state = t(f"activities.session.{found.state}")
    day = screen_date(date.fromisoformat(found.day))
    parts = (day, times, found.code, found.name, found.category, found.room, found.lead, seats, state)
    return "  ".join(part for part in parts if part)


def _emit_lines(context: Context, found: list[SessionLine], as_json: bool) -> None:
    emit(
        [line_json(context, one) for one in found],
        as_json,
        [line_words(context, one) for one in found] or [t("activities.no_sessions")],
    )


def _emit_stored(context: Context, stored: Stored, as_json: bool, more: dict[str, Any] | None = None) -> None:
    from frontdesk.activities.sessions.service import session

    value = session_json(context, stored.session) | {
        "clashes": [{"kind": one.kind, "ref": one.ref} for one in stored.clashes],
        "lead_elsewhere": [one.code for one in stored.elsewhere],
        "people_elsewhere": stored.people_elsewhere,
        "moved_up": list(stored.moved_up),
        "to_tell": list(stored.to_tell),
        "is_unapproved": stored.is_unapproved,
        "room_closed": stored.room_closed,
    }
    lines = [line_words(context, session(context, stored.session.code))]
    if stored.is_unapproved:
        lines.append(t("activities.form.unapproved"))
    if stored.to_tell:
        lines.append(t("activities.cancel_to_tell", count=len(stored.to_tell)))
    if stored.room_closed:
        lines.append(t("activities.form.room_closed", room=stored.session.room))
    for one in stored.elsewhere:
        lines.append(t("activities.form.lead_elsewhere", lead=stored.session.lead, names=one.name))
    if stored.people_elsewhere:
        lines.append(t("activities.form.people_elsewhere", count=stored.people_elsewhere))
    if more and "notice" in more:
        lines.append(t("activities.notice_written", out=more["notice"]["out"]))
    emit(value | (more or {}), as_json, lines)


def _day(context: Context, text: str) -> date:
    from frontdesk.activities.errors import ActivityError
    from frontdesk.common.typed_dates import read_typed_date

    try:
        return read_typed_date(text, context.today())
    except (ValueError, OverflowError) as wrong:
        raise ActivityError("bad_date", field="day") from wrong
