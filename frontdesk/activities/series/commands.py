"""Commands: series listed, previewed, made, changed for all sessions or from one on, and ended."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from frontdesk.activities.sessions.commands import field_options, force_options
from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation, progress
from frontdesk.locale import t

if TYPE_CHECKING:
    from collections.abc import Callable

    from db.series import Series, SeriesLine
    from frontdesk.activities.series.outcome import Coming, Preview, SeriesOutcome
    from frontdesk.context import Context

SHARED = (
    *("name", "times", "room", "category", "activity_type", "capacity", "min_enrol", "lead", "setup_minutes"),
    *("clearing_minutes", "fee_fen", "note", "allocation", "opens", "returning_days_before", "closes_minutes_before"),
    *("draw", "returning_first", "ages", "areas", "tags", "residents_only", "quota", "largest_party", "offer_minutes"),
)
OWN = ("pattern", "first_day", "last_day", "on_holiday", "on_makeup")


def _own_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """An option for each field that only a series has."""
    for name in reversed(OWN):
        option = click.option(f"--{name.replace('_', '-')}", name, default=None, help=t(f"series.field.{name}"))
        function = option(function)
    without = click.option("--without", multiple=True, metavar="DAY", help=t("series.help.without"))
    return field_options(*SHARED)(without(function))


@click.group("series", help=t("cli.command.series"))
def series_group() -> None:
    """Courses that recur."""


@series_group.command("list", help=t("series.help.list"))
@click.option("--all", "ended", is_flag=True, help=t("series.help.all"))
@json_option
@pass_invocation
def list_command(invocation: Invocation, ended: bool, as_json: bool) -> None:
    """The series that go on."""
    from frontdesk.activities.series.service import all_series

    context = open_desk(invocation, writing=False)
    found = all_series(context, ended=ended)
    lines = [_words(one) for one in found] or [t("series.none_yet")]
    emit([_json(one) | one.model_dump(include={"sessions", "coming", "drafts"}) for one in found], as_json, lines)


@series_group.command("show", help=t("series.help.show"))
@click.argument("series_id", type=int, metavar="ID")
@json_option
@pass_invocation
def show_command(invocation: Invocation, series_id: int, as_json: bool) -> None:
    """One series with its sessions."""
    from frontdesk.activities.series.service import series, sessions_of
    from frontdesk.activities.sessions.commands import session_json
    from frontdesk.common.dates import screen_date

    context = open_desk(invocation, writing=False)
    found, sessions = series(context, series_id), sessions_of(context, series_id)
    lines = [
        f"{screen_date(date.fromisoformat(one.day))}  {one.code}  {one.name}  {t(f'activities.session.{one.state}')}"
        for one in sessions
    ]
    emit(_json(found) | {"sessions": [session_json(context, one) for one in sessions]}, as_json, lines)


@series_group.command("recheck", help=t("series.help.recheck"))
@json_option
@pass_invocation
def recheck_command(invocation: Invocation, as_json: bool) -> None:
    """The sessions that a calendar which came later makes doubtful."""
    from frontdesk.activities.series.rechecking import to_recheck
    from frontdesk.activities.series.words import recheck_words

    context = open_desk(invocation, writing=False)
    with context.database.reading() as connection:
        found = to_recheck(context, connection)
    value = [
        {
            "session": one.session.code,
            "series": one.session.series_id,
            "name": one.session.name,
            "day": one.session.day,
            "why": one.planned.why,
            "held_on": one.planned.day,
        }
        for one in found
    ]
    emit(value, as_json, [recheck_words(one) for one in found] or [t("series.recheck.none")])


@series_group.command("keep", help=t("series.help.keep"))
@click.argument("code")
@json_option
@pass_invocation
def keep_command(invocation: Invocation, code: str, as_json: bool) -> None:
    """Leave a doubtful session where it is."""
    from frontdesk.activities.series.rechecking import keep_as_it_is
    from frontdesk.activities.sessions.commands import session_json
    from frontdesk.common.dates import screen_date

    context = open_desk(invocation, writing=True)
    kept = keep_as_it_is(context, code).session
    emit(session_json(context, kept), as_json, [f"{screen_date(date.fromisoformat(kept.day))}  {code}  {kept.name}"])


@series_group.command("preview", help=t("series.help.preview"))
@_own_options
@json_option
@pass_invocation
def preview_command(invocation: Invocation, /, as_json: bool, without: tuple[str, ...], **said: str | None) -> None:
    """Every date of a series that is not made yet."""
    from frontdesk.activities.series.service import preview

    context = open_desk(invocation, writing=False)
    seen = preview(context, _wanted(context, said, without, None))
    value, lines = _preview(context, seen)
    emit(value, as_json, lines)


@series_group.command("create", help=t("series.help.create"))
@_own_options
@click.option("--drafts/--published", "as_drafts", default=None, help=t("series.help.drafts"))
@force_options
@json_option
@pass_invocation
def create_command(
    invocation: Invocation,
    /,
    as_json: bool,
    force_room: bool,
    reason: str,
    as_drafts: bool | None,
    without: tuple[str, ...],
    **said: str | None,
) -> None:
    """Make a series and a session for every date that is held."""
    from frontdesk.activities.series.service import create_series
    from frontdesk.activities.sessions.new_room import new_room_words

    context = open_desk(invocation, writing=True)
    wanted = _wanted(context, said, without, None)
    new_room = new_room_words(context, wanted.room)
    outcome = create_series(context, wanted, as_drafts=as_drafts, force_room=force_room, reason=reason)
    if new_room:
        progress(new_room)
    _emit(outcome, as_json)


def _change(
    invocation: Invocation,
    series_id: int,
    following: str | None,
    said: dict[str, str | None],
    without: tuple[str, ...],
    *,
    force_room: bool,
    reason: str,
    preview: bool,
    as_json: bool,
) -> None:
    from frontdesk.activities.series.service import change_series, preview_change, series
    from frontdesk.activities.series.words import change_words
    from frontdesk.activities.sessions.new_room import new_room_words
    from frontdesk.activities.sessions.typed import read_day

    context = open_desk(invocation, writing=not preview)
    stored = series(context, series_id)
    wanted = _wanted(context, said, without, stored)
    from_day = read_day(context, following, "following") if following else None
    if not preview:
        new_room = new_room_words(context, wanted.room)
        outcome = change_series(context, series_id, wanted, following=from_day, force_room=force_room, reason=reason)
        if new_room:
            progress(new_room)
        _emit(outcome, as_json)
        return
    seen = preview_change(context, series_id, wanted, following=from_day)
    value, lines = _preview(context, seen.dates)
    value |= {
        "changed": [one.code for one, _ in seen.change.placed],
        "unchanged": seen.unchanged,
        "kept": {one.code: why for one, why in seen.change.kept},
        "left_over": [one.code for one in seen.change.left_over],
        "created": len(seen.change.created),
    }
    emit(value, as_json, [*lines, change_words(seen.change, seen.unchanged)])


@series_group.command("change", help=t("series.help.change"))
@click.argument("series_id", type=int, metavar="ID")
@_own_options
@click.option("--preview", is_flag=True, help=t("series.help.only_preview"))
@force_options
@json_option
@pass_invocation
def change_command(
    invocation: Invocation,
    /,
    series_id: int,
    as_json: bool,
    force_room: bool,
    reason: str,
    preview: bool,
    without: tuple[str, ...],
    **said: str | None,
) -> None:
    """Change all sessions of a series."""
    _change(
        invocation,
        series_id,
        None,
        said,
        without,
        force_room=force_room,
        reason=reason,
        preview=preview,
        as_json=as_json,
    )


@series_group.command("split", help=t("series.help.split"))
@click.argument("series_id", type=int, metavar="ID")
@click.argument("day")
@_own_options
@click.option("--preview", is_flag=True, help=t("series.help.only_preview"))
@force_options
@json_option
@pass_invocation
def split_command(
    invocation: Invocation,
    /,
    series_id: int,
    day: str,
    as_json: bool,
    force_room: bool,
    reason: str,
    preview: bool,
    without: tuple[str, ...],
    **said: str | None,
) -> None:
    """Change the sessions of a series from a date on: a successor goes on from there."""
    _change(
        invocation,
        series_id,
        day,
        said,
        without,
        force_room=force_room,
        reason=reason,
        preview=preview,
        as_json=as_json,
    )


@series_group.command("end", help=t("series.help.end"))
@click.argument("series_id", type=int, metavar="ID")
@click.argument("last_day")
@click.option("--reason", default="", help=t("series.help.reason"))
@json_option
@pass_invocation
def end_command(invocation: Invocation, series_id: int, last_day: str, reason: str, as_json: bool) -> None:
    """End a series after a day."""
    from frontdesk.activities.series.service import end_series, series
    from frontdesk.activities.sessions.typed import read_day

    context = open_desk(invocation, writing=True)
    last = read_day(context, last_day, "last_day")
    revision = series(context, series_id).revision
    _emit(end_series(context, series_id, last, reason, revision=revision), as_json)


@series_group.command("reopen", help=t("series.help.reopen"))
@click.argument("series_id", type=int, metavar="ID")
@click.option("--reason", default="", help=t("series.help.reopen_reason"))
@json_option
@pass_invocation
def reopen_command(invocation: Invocation, series_id: int, reason: str, as_json: bool) -> None:
    """Take the ending of a series back."""
    from frontdesk.activities.series.service import reopen_series, series

    context = open_desk(invocation, writing=True)
    reopen_series(context, series_id, reason, revision=series(context, series_id).revision)
    found = series(context, series_id)
    emit(_json(found), as_json, [t("series.reopened", name=found.name)])


@series_group.command("drop-drafts", help=t("series.help.drop_drafts"))
@click.argument("series_id", type=int, metavar="ID")
@json_option
@pass_invocation
def drop_drafts_command(invocation: Invocation, series_id: int, as_json: bool) -> None:
    """Delete the sessions of a series that are only planned."""
    from frontdesk.activities.series.service import delete_drafts, series

    context = open_desk(invocation, writing=True)
    revision = series(context, series_id).revision
    _emit(delete_drafts(context, series_id, revision=revision), as_json)


def _wanted(context: Context, said: dict[str, str | None], without: tuple[str, ...], before: Series | None) -> Series:
    from db.activities import SignUpTerms
    from frontdesk.activities.series.errors import SeriesError
    from frontdesk.activities.series.typed import read_series
    from frontdesk.activities.sessions.typed import label, read_day, read_terms

    texts = {name: text for name, text in said.items() if text is not None}
    if before is None:
        for needed in ("name", "pattern", "times", "category", "capacity"):
            if needed not in texts:
                called = t(f"series.field.{needed}") if needed in OWN else label(needed)
                raise SeriesError("missing_field", field=needed, label=called)
    wanted = read_series(context, texts, before)
    taken_out = {*wanted.pattern.without, *(read_day(context, day, "without") for day in without)}
    pattern = wanted.pattern.model_copy(update={"without": tuple(sorted(taken_out))})
    terms = read_terms(texts, before.terms if before else SignUpTerms())
    return wanted.model_copy(update={"pattern": pattern, "terms": terms})


def _preview(context: Context, seen: Preview) -> tuple[dict[str, Any], list[str]]:
    from frontdesk.activities.series.words import banner_words, why_words
    from frontdesk.common.dates import screen_date

    banner = banner_words(seen)
    lines = [banner] if banner else []
    for one in seen.coming:
        planned = one.planned
        day = screen_date(planned.day or planned.series_day)
        mark = "-" if planned.day is None else "+"
        lines.append(f"{mark} {day}  {why_words(one, context.zone)}".rstrip())
    value = {"dates": [_coming(one) for one in seen.coming], "unknown_years": list(seen.unknown_years)}
    return value | {"held": seen.held, "clashing": seen.clashing}, lines


def _coming(one: Coming) -> dict[str, Any]:
    planned = one.planned
    return {
        "series_day": planned.series_day,
        "day": planned.day,
        "why": planned.why,
        "name": planned.name,
        "known": planned.known,
        "session": one.code,
        "room_taken_by": [clash.ref for clash in one.clashes],
        "lead_at": list(one.leads),
    }


def _emit(outcome: SeriesOutcome, as_json: bool) -> None:
    from dataclasses import asdict

    from frontdesk.activities.series.words import outcome_words

    emit(asdict(outcome), as_json, [t("series.number", series=outcome.series_id) + outcome_words(outcome)])


def _json(one: Series) -> dict[str, Any]:
    from frontdesk.activities.series.patterns import pattern_words

    value = one.model_dump(exclude={"sessions", "coming", "drafts", "changed_at"}, mode="json")
    return value | {"pattern_words": pattern_words(one.pattern)}


def _words(one: SeriesLine) -> str:
    from frontdesk.activities.series.patterns import short_words

    span = f"{one.first_day} ~ {one.last_day}"
    coming = f"{one.coming}/{one.sessions}"
    parts = (str(one.id), one.name, short_words(one.pattern), f"{one.starts}-{one.ends}", one.room, span, coming)
    return "  ".join(part for part in parts if part)
